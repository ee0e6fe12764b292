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

/** What the balancers and proxies of others answer, after their manuals; none of them says what Exchange would. */
const page = (status: string, ...headers: string[]) =>
  `HTTP/1.1 ${status}\n${[...headers, 'Connection: close', 'Content-Type: text/html'].join('\n')}\n\n<html><body>${status}</body></html>`;
const HAPROXY_DOWN = page('503 Service Unavailable', 'Cache-Control: no-cache');
const CITRIX_DOWN = page('503 Service Unavailable', 'Content-Length: 53').replace(
  '<html><body>',
  '<html><body><b>Http/1.1 Service Unavailable</b> ',
);
const NGINX_SLOW = page('504 Gateway Time-out', 'Server: nginx/1.22.1');
const F5_DOWN = page('503 Service Unavailable', 'Server: BigIP');
const F5_LOGIN = page('302 Found', 'Server: BigIP', 'Location: /my.policy');
const F5_REJECTS = page('200 OK', 'Server: BigIP', 'Set-Cookie: TS01a2b3c4=0; Path=/');

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

  notify('notify-haproxy', 'notify-no-live-server', 1, answersHttp(HAPROXY_DOWN)),
  notify('notify-citrix', 'notify-no-live-server', 1, answersHttp(CITRIX_DOWN)),
  notify('notify-nginx', 'notify-no-live-server', 1, answersHttp(NGINX_SLOW)),
  notify('notify-f5', 'notify-no-live-server', 1, answersHttp(F5_DOWN)),
  notify('notify-f5-login', 'notify-other-web', 1, answersHttp(F5_LOGIN)),
  notify(
    'notify-citrix-cache',
    'notify-proxy',
    1,
    answersHttp(page('404 Not Found', 'Server: Jetty(8.1.12)', 'Via: NS-CACHE-10.0: 101')),
  ),
  notify(
    'notify-f5-cookie',
    'notify-proxy',
    1,
    answersHttp(
      page('404 Not Found', 'Server: Jetty(8.1.12)', 'Set-Cookie: BIGipServerpool_cuc=1677787402.36895.0000'),
    ),
  ),
  notify(
    'notify-jenkins',
    'notify-other-web',
    1,
    answersHttp(page('200 OK', 'X-Jenkins: 2.426.1', 'Server: Jetty(10.0.18)')),
  ),
  notify(
    'notify-printer',
    'notify-other-web',
    1,
    answersHttp(page('200 OK', 'Server: HP HTTP Server; HP LaserJet 400')),
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
  ews('ews-haproxy', 'ews-gateway', 2, answersHttps(HAPROXY_DOWN)),
  ews('ews-citrix', 'ews-gateway', 2, answersHttps(CITRIX_DOWN)),
  ews('ews-nginx', 'ews-gateway', 2, answersHttps(NGINX_SLOW)),
  ews('ews-f5-rejects', 'ews-other-web', 2, answersHttps(F5_REJECTS)),
  ews('ews-f5-login', 'ews-redirect', 2, answersHttps(F5_LOGIN)),
  ews('ews-redirect', 'ews-redirect', 2, faults('redirect')),
  ews(
    'ews-via',
    'ews-proxy',
    2,
    web(() => ({ via: '1.1 proxy01.contoso.test (squid)' })),
  ),
];
