import { connect, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { smtpService } from '../../src/probes/smtp-service.js';
import { describePeers, type Peer } from '../support/peers.js';
import { all, kindsOf, look, mailTarget, only, said } from './looking.js';

const at = (peer: Peer, port: number | undefined, security: 'plain' | 'starttls' | 'tls', more = {}) =>
  mailTarget({
    smtp: { host: peer.host, port: port ?? 0, security, trust: peer.ca, serverName: 'exchange.test', ...more },
  });

/** A connection that has its banner, and so is counted. */
const hold = (port: number): Promise<Socket> =>
  new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', () => resolve(socket));
  });

describePeers('SMTP probe against Postfix', ['postfix'], start => {
  it('sees what is offered before and after STARTTLS, and quits without a login or a mail', async () => {
    const postfix = await start('postfix', { TLS_AUTH_ONLY: 'yes' });
    const seen = await look(smtpService, at(postfix, postfix.ports.smtp, 'starttls'));
    expect(kindsOf(seen)).toEqual(['tcp-connect', 'smtp-banner', 'smtp-ehlo', 'tls-session', 'smtp-ehlo']);
    expect(only(seen, 'smtp-banner')).toMatchObject({
      outcome: 'greeted',
      code: 220,
      text: 'exchange.test ESMTP Postfix',
    });
    expect(only(seen, 'tls-session')).toMatchObject({
      outcome: 'established',
      trusted: true,
      nameMatches: true,
      leg: 'smtp',
    });
    const [before, after] = all(seen, 'smtp-ehlo');
    expect(before).toMatchObject({ when: 'before-tls', outcome: 'listed', code: 250, auth: [] });
    expect(before?.extensions).toContain('STARTTLS');
    expect(after).toMatchObject({ when: 'after-tls', auth: expect.arrayContaining(['PLAIN', 'LOGIN', 'NTLM']) });
    expect(after?.extensions).not.toContain('STARTTLS');
    expect(said(seen, 'client')).toEqual(['EHLO [127.0.0.1]', 'STARTTLS', 'EHLO [127.0.0.1]', 'QUIT']);
    expect(said(seen, 'server').at(-1)).toMatch(/^221 /);
  });

  it('speaks TLS from the first byte where that is configured', async () => {
    const postfix = await start('postfix');
    const seen = await look(smtpService, at(postfix, postfix.ports.smtps, 'tls'));
    expect(kindsOf(seen)).toEqual(['tcp-connect', 'tls-session', 'smtp-banner', 'smtp-ehlo']);
    expect(only(seen, 'smtp-ehlo')).toMatchObject({ when: 'after-tls', outcome: 'listed' });
  });

  it('says that encryption is not offered, and does not ask for it', async () => {
    const postfix = await start('postfix', { TLS_SECURITY_LEVEL: 'none' });
    const seen = await look(smtpService, at(postfix, postfix.ports.smtp, 'starttls'));
    expect(only(seen, 'tls-session').outcome).toBe('not-offered');
    expect(said(seen, 'client')).not.toContain('STARTTLS');
  });

  it('keeps the words of the 421 when its address has as many connections as it may', async () => {
    const postfix = await start('postfix', { CONNECTION_COUNT_LIMIT: '2' });
    const others = [await hold(postfix.ports.smtp ?? 0), await hold(postfix.ports.smtp ?? 0)];
    await hold(postfix.ports.smtp ?? 0); // is turned away, by a third process that had to be started first
    const seen = await look(smtpService, at(postfix, postfix.ports.smtp, 'plain'));
    for (const other of others) other.destroy();
    expect(only(seen, 'smtp-banner')).toMatchObject({
      outcome: 'rejected',
      code: 421,
      enhanced: '4.7.0',
      text: expect.stringMatching(/too many connections/),
    });
    expect(said(seen, 'client')).toEqual([]);
  });

  it('finds out by a second connection that only TLS 1.0 is spoken behind STARTTLS', async () => {
    const postfix = await start('postfix', { TLS_PROTOCOLS: 'TLSv1' });
    const seen = await look(smtpService, at(postfix, postfix.ports.smtp, 'starttls'));
    expect(only(seen, 'tls-session')).toMatchObject({
      outcome: 'established',
      onlyOld: true,
      protocol: 'TLSv1',
      text: expect.stringMatching(/PROTOCOL/),
    });
    expect(all(seen, 'smtp-ehlo').map(({ when }) => when)).toEqual(['before-tls', 'after-tls']);
    expect(all(seen, 'smtp-banner')).toHaveLength(1);
    expect(said(seen, 'note').filter(note => note.startsWith('connecting once more'))).toHaveLength(1);
  });
});
