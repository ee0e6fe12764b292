import { expect, it } from 'vitest';
import { loginDoor } from '../../src/probes/login-door.js';
import { smtpLogin } from '../../src/probes/smtp-login.js';
import { describePeers, type Peer } from '../support/peers.js';
import { look, mailTarget, only, said } from './looking.js';
import { memoryLogins } from './memory-logins.js';

/** Postfix with Cyrus SASL, whose NTLM nobody of this project wrote. It gives no target information, and neither time nor MIC. */
const at = (peer: Peer, mechanism: string, security: 'plain' | 'starttls' | 'tls' = 'starttls') =>
  mailTarget({
    smtp: {
      host: peer.host,
      port: (security === 'tls' ? peer.ports.smtps : peer.ports.smtp) ?? 0,
      security,
      trust: peer.ca,
      serverName: 'exchange.test',
      login: true,
    },
    user: `${peer.user}@exchange.test`,
    mailbox: { password: 'env:P', mechanism },
  });
const door = (password: string) => {
  const memory = memoryLogins();
  return { memory, login: loginDoor({ secrets: async () => password, memory, clock: { now: () => Date.now() } }) };
};
const shapes = (password: string) => [password, Buffer.from(password).toString('base64'), 'TlRMTVNTUAAD'];

describePeers('SMTP login against Postfix and Cyrus SASL', ['postfix'], start => {
  let usual: Promise<Peer> | null = null;
  const logged = async (postfix: Peer, what: RegExp) => [...(await postfix.log()).matchAll(what)].length;
  const failures = (postfix: Peer) => logged(postfix, /authentication failed/g);
  const ended = (postfix: Peer) => logged(postfix, / disconnect from /g);
  it.each([
    { by: 'ntlm', uses: 'NTLM', security: 'plain' },
    { by: 'ntlm', uses: 'NTLM', security: 'tls' },
    { by: 'plain', uses: 'PLAIN', security: 'starttls' },
    { by: 'login', uses: 'SASL-LOGIN', security: 'tls' },
  ] as const)(
    '$by is taken over $security with the right password and refused once with a wrong one',
    async ({ by, uses, security }) => {
      usual ??= start('postfix');
      const postfix = await usual;
      const before = await failures(postfix);
      const endedBefore = await ended(postfix);
      const target = at(postfix, by, security);
      const right = await look(smtpLogin, target, door(postfix.password));
      expect(only(right, 'smtp-login')).toMatchObject({
        outcome: 'accepted',
        mechanism: uses,
        code: 235,
        enhanced: '2.7.0',
        encrypted: security !== 'plain',
      });
      expect(said(right, 'client').at(-1)).toBe('QUIT');

      const { login, memory } = door('Wr0ng-one');
      const wrong = await look(smtpLogin, target, { login });
      expect(only(wrong, 'smtp-login')).toMatchObject({
        outcome: 'refused',
        mechanism: uses,
        code: 535,
        enhanced: '5.7.8',
      });
      expect([...memory.kept.values()].map(({ state }) => state.is)).toEqual(['refused']);
      const again = await look(smtpLogin, target, { login });
      expect(only(again, 'smtp-login')).toMatchObject({ outcome: 'withheld', withheldFor: 'refused-before' });
      // A process of its own writes the log, in order: behind the end of the third session nothing is missing.
      await expect.poll(() => ended(postfix), { timeout: 30_000 }).toBeGreaterThanOrEqual(endedBefore + 3);
      expect((await failures(postfix)) - before).toBe(1);

      for (const seen of [right, wrong])
        for (const shape of [...shapes(postfix.password), ...shapes('Wr0ng-one')])
          expect(JSON.stringify(seen)).not.toContain(shape);
    },
  );

  it('does not take a password store that is out of reach for a wrong password', async () => {
    const postfix = await start('postfix', { SASLDB_MODE: '600' });
    const { login, memory } = door(postfix.password);
    const seen = await look(smtpLogin, at(postfix, 'login'), { login });
    expect(only(seen, 'smtp-login')).toMatchObject({ outcome: 'refused', code: 454, enhanced: '4.7.0' });
    expect([...memory.kept.values()].map(({ state }) => state.is)).toEqual(['running']);
  });

  it('chooses NTLM by itself only where nothing else is offered and the server is who it should be', async () => {
    const postfix = await start('postfix', { SASL_MECH_LIST: 'NTLM' });
    const seen = await look(smtpLogin, at(postfix, 'auto'), door(postfix.password));
    expect(only(seen, 'smtp-login')).toMatchObject({ outcome: 'accepted', mechanism: 'NTLM', encrypted: true });
    const { memory, login } = door(postfix.password);
    const clear = await look(smtpLogin, at(postfix, 'auto', 'plain'), { login });
    expect(only(clear, 'smtp-login')).toMatchObject({ outcome: 'withheld', withheldFor: 'not-encrypted' });
    expect(memory.kept.size).toBe(0);
  });
});
