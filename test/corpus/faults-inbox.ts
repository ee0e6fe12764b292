import { mute } from '../../src/lab/hostile.js';
import type { Fault, Ground, Place } from './ground.js';
import { answersHttp, answersHttps, speaksFirst } from './scripted.js';

const web = (more: (ground: Ground) => Ground['web']['options']) => ({
  inject: (ground: Ground): void => {
    ground.web.options = { ...ground.web.options, ...more(ground) };
  },
});
const notify = (id: string, label: Fault['label'], depth: Fault['depth'], place: Place): Fault => ({
  id,
  label,
  leg: 'notify',
  depth,
  place,
});
const ews = (
  id: string,
  label: Fault['label'],
  depth: Fault['depth'],
  made: Place | { inject: NonNullable<Fault['inject']> },
): Fault => ({
  id,
  label,
  leg: 'web',
  depth,
  ...(typeof made === 'function' ? { place: made } : made),
});
const faults = (fault: NonNullable<NonNullable<Ground['web']['options']['faults']>['ews']>) =>
  web(() => ({ faults: { ews: fault, autodiscover: fault } }));

/** A record of TLS: what a server that wants encryption says to plain words. */
const ALERT = Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46]);

export const INBOX_FAULTS: readonly Fault[] = [
  notify('notify-closed', 'port-closed', 0, ({ stage }) => stage.closedPort()),
  { ...notify('notify-filtered', 'port-filtered', 0, ({ commons }) => commons.filteredPort()), waits: true },
  notify(
    'notify-proxy-dead',
    'notify-proxy',
    1,
    async ({ stage }) => (await stage.notifyProxy(await stage.closedPort())).port,
  ),
  notify(
    'notify-proxy-alive',
    'notify-proxy',
    1,
    async ({ stage }) => (await stage.notifyProxy((await stage.notify()).port)).port,
  ),
  notify('notify-iis', 'notify-other-web', 1, async ({ stage }) => (await stage.otherWeb()).port),
  notify(
    'notify-tomcat',
    'notify-other-web',
    1,
    answersHttp('HTTP/1.1 404 Not Found\nServer: Apache-Coyote/1.1\nContent-Length: 0\nConnection: close\n\n'),
  ),
  notify('notify-tls', 'notify-tls', 1, speaksFirst(ALERT)),
  notify('notify-is-smtp', 'wrong-service', 1, speaksFirst('220 mail.contoso.test ESMTP Postfix\r\n')),
  notify('notify-ill', 'notify-ill', 1, async ({ stage }) => (await stage.notify({ ill: true })).port),
  { ...notify('notify-mute', 'notify-silent', 1, ({ stage }) => stage.hostile(mute)), waits: true },
  notify(
    'notify-nameless',
    'notify-nameless',
    1,
    answersHttp('HTTP/1.1 404 Not Found\nContent-Length: 0\nConnection: close\n\n'),
  ),

  ews('web-closed', 'port-closed', 0, ({ stage }) => stage.closedPort()),
  { ...ews('web-filtered', 'port-filtered', 0, ({ commons }) => commons.filteredPort()), waits: true },
  {
    ...ews(
      'web-old-tls',
      'tls-version',
      1,
      web(({ commons }) => ({ certificate: commons.certificates.oldContext() })),
    ),
    // Nothing secret goes there, so the questions are asked over TLS 1.0 as well.
    hides: false,
  },
  ews('web-is-plain', 'wrong-service', 1, answersHttp('HTTP/1.1 400 Bad Request\nConnection: close\n\n')),
  {
    ...ews(
      'web-certificate-expired',
      'certificate-expired',
      1,
      web(({ commons }) => ({ certificate: commons.certificates.context('expired') })),
    ),
    hides: false,
  },
  {
    ...ews(
      'web-certificate-name',
      'certificate-name',
      1,
      web(({ commons }) => ({ certificate: commons.certificates.context('wrong-host') })),
    ),
    hides: false,
  },
  ews(
    'ews-no-schemes',
    'ews-no-login',
    2,
    web(() => ({ schemes: { ews: [], autodiscover: [] } })),
  ),
  ews(
    'ews-negotiate-only',
    'ews-other-login',
    2,
    web(() => ({ schemes: { ews: ['Negotiate'], autodiscover: ['Negotiate'] } })),
  ),
  ews('ews-403', 'ews-forbidden', 2, faults(403)),
  ews('ews-404', 'ews-not-found', 2, faults(404)),
  ews('ews-500', 'ews-broken', 2, faults(500)),
  ews('ews-503', 'ews-stopped', 2, faults(503)),
  ews(
    'ews-502',
    'ews-gateway',
    2,
    answersHttps('HTTP/1.1 502 Bad Gateway\nServer: nginx\nContent-Length: 0\nConnection: close\n\n'),
  ),
  ews(
    'ews-apache',
    'ews-other-web',
    2,
    answersHttps('HTTP/1.1 404 Not Found\nServer: Apache/2.4.62 (Debian)\nContent-Length: 0\nConnection: close\n\n'),
  ),
  ews('ews-redirect', 'ews-redirect', 2, faults('redirect')),
  ews(
    'ews-via',
    'ews-proxy',
    2,
    web(() => ({ via: '1.1 proxy01.contoso.test (squid)' })),
  ),
];
