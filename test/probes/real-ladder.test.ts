import { expect, it } from 'vitest';
import { imapLadder } from '../../src/probes/imap-ladder.js';
import { describePeers, type Peer } from '../support/peers.js';
import { look, mailTarget, only, openDoor } from './looking.js';

const at = (peer: Peer, security: 'plain' | 'starttls' | 'tls') =>
  mailTarget({
    imap: {
      host: peer.host,
      port: (security === 'tls' ? peer.ports.imaps : peer.ports.imap) ?? 0,
      security,
      trust: peer.ca,
      serverName: 'exchange.test',
    },
  });
const ladder = { account: 'shared', most: 20, intervalMs: 250, nobodyAtWork: true } as const;
const count = (text: string, what: RegExp) => [...text.matchAll(what)].length;

describePeers('A ladder against Dovecot', ['dovecot'], start => {
  it.each([
    ['plain', '1'],
    ['starttls', '0'],
  ] as const)('finds its limit on one user over %s, and gives everything back', async (security, serviceCount) => {
    const dovecot = await start('dovecot', {
      MAIL_MAX_USERIP_CONNECTIONS: '4',
      LOGIN_SERVICE_COUNT: serviceCount,
    });
    const door = openDoor(dovecot.password);
    const seen = await look(imapLadder, at(dovecot, security), { ...door, ladder });
    expect(only(seen, 'imap-ladder')).toMatchObject({
      opened: 4,
      stoppedBy: 'refusal',
      canaryLost: false,
      leftOpen: 0,
      refusal: { stage: 'login', text: expect.stringMatching(/Maximum number of connections/) },
    });
    expect(door.told).toEqual(['asked', 'accepted']);
    expect(JSON.stringify(seen)).not.toContain(dovecot.password);
    const counted = async () => {
      const log = await dovecot.log();
      return [/Info: Login: user=/g, /Maximum number of connections/g, /Disconnected: Logged out/g].map(what =>
        count(log, what),
      );
    };
    await expect.poll(counted, { timeout: 30_000 }).toEqual([4, 1, 4]);

    // Nothing stands any more, so a second climb comes just as high.
    const again = await look(imapLadder, at(dovecot, security), { ...openDoor(dovecot.password), ladder });
    expect(only(again, 'imap-ladder')).toMatchObject({ opened: 4, leftOpen: 0 });
  });
});
