import { expect, it } from 'vitest';
import { cucNotify } from '../../src/probes/cuc-notify.js';
import { describePeers } from '../support/peers.js';
import { inboxTarget, kindsOf, look, only, said } from './looking.js';

describePeers('notification probe against Jetty and nginx', ['jetty', 'nginx', 'dovecot', 'chaos'], start => {
  it('tells Jetty from a proxy in front of it, and posts nothing to either', async () => {
    const jetty = await start('jetty');
    const nginx = await start('nginx', { UPSTREAM: `127.0.0.1:${jetty.ports.notify}` });
    const direct = await look(cucNotify, inboxTarget(jetty.ports.notify ?? 0));
    const between = await look(cucNotify, inboxTarget(nginx.ports.http ?? 0));

    expect(kindsOf(direct)).toEqual(['tcp-connect', 'notify-http']);
    expect(only(direct, 'notify-http')).toMatchObject({
      outcome: 'answered',
      status: 404,
      server: expect.stringMatching(/^Jetty\(9\.4/),
      via: null,
      proxyHeaders: [],
    });
    expect(only(between, 'notify-http')).toMatchObject({
      outcome: 'answered',
      status: 404,
      server: expect.stringMatching(/^nginx/),
    });
    expect(said(direct, 'client')[0]).toBe('GET / HTTP/1.1');
    expect(await jetty.log()).not.toMatch(/POST/);
  });

  it('gives the status of a proxy that cannot reach what is behind it', async () => {
    const nginx = await start('nginx');
    expect(only(await look(cucNotify, inboxTarget(nginx.ports.http ?? 0)), 'notify-http')).toMatchObject({
      outcome: 'answered',
      status: 502,
    });
  });

  it('tells another service on that port from HTTP, and shows its words', async () => {
    const dovecot = await start('dovecot');
    expect(only(await look(cucNotify, inboxTarget(dovecot.ports.imap ?? 0)), 'notify-http')).toMatchObject({
      outcome: 'not-http',
      status: null,
      text: expect.stringMatching(/^\* OK /),
    });
  });

  it('calls a port that drops its packets timed out, within its share of the budget', async () => {
    const chaos = await start('chaos', { TOXIC: 'syndrop' });
    const seen = await look(cucNotify, inboxTarget(chaos.ports.chaos ?? 0), { budgetMs: 4000 });
    expect(kindsOf(seen)).toEqual(['tcp-connect']);
    expect(only(seen, 'tcp-connect')).toMatchObject({ outcome: 'timed-out', code: 'ETIMEDOUT', address: null });
    expect(seen).toMatchObject({ cut: false });
  });
});
