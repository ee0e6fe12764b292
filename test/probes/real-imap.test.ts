import { writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { imapLogin } from '../../src/probes/imap-login.js';
import { imapService } from '../../src/probes/imap-service.js';
import { loginDoor } from '../../src/probes/login-door.js';
import { logOut, readImapGreeting, speakImap } from '../../src/wire/imap.js';
import { logIn } from '../../src/wire/imap-login.js';
import { openLines } from '../../src/wire/line-session.js';
import { connectTcp } from '../../src/wire/tcp.js';
import { describePeers, type Peer } from '../support/peers.js';
import { kindsOf, look, mailTarget, only, openDoor, type Seen, said } from './looking.js';
import { memoryLogins } from './memory-logins.js';

const at = (peer: Peer, security: 'plain' | 'starttls' | 'tls', more: Record<string, unknown> = {}) =>
  mailTarget({
    imap: {
      host: peer.host,
      port: (security === 'tls' ? (peer.ports.imaps ?? peer.ports.tls) : peer.ports.imap) ?? 0,
      security,
      trust: peer.ca,
      serverName: 'exchange.test',
      ...more,
    },
  });

const expectNoPassword = (seen: Seen, password: string, user = 'uccxemail') => {
  const everything = JSON.stringify(seen);
  for (const secret of [password, base64(password), base64(`\0${user}\0${password}`)])
    expect(everything).not.toContain(secret);
};

const never = new AbortController().signal;
const base64 = (words: string) => Buffer.from(words).toString('base64');

/** Sessions of an account that are there whether we look or not. */
const hold = async (peer: Peer, count: number): Promise<Socket[]> =>
  Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect(peer.ports.imap ?? 0, peer.host);
      let heard = '';
      await new Promise<void>(resolve => {
        socket.on('data', bytes => {
          if (heard === '') socket.write(`H LOGIN ${peer.user} ${peer.password}\r\n`);
          heard += bytes;
          if (/^H /m.test(heard)) resolve();
        });
      });
      return socket;
    }),
  );

/** A process of its own writes the log, some time after the answer. */
const eventually = (counted: () => Promise<number>) => expect.poll(counted, { timeout: 30_000 });
const count = (text: string, what: RegExp) => [...text.matchAll(what)].length;

describePeers('IMAP probes against Dovecot', ['dovecot'], start => {
  /** One with its usual settings, for tests that ask its log for what they have added to it. */
  let usual: Promise<Peer> | null = null;
  const startUsual = (): Promise<Peer> => {
    usual ??= start('dovecot');
    return usual;
  };

  it.each(['plain', 'starttls', 'tls'] as const)('logs in, opens the inbox and logs out over %s', async security => {
    const dovecot = await startUsual();
    const loggedOut = async () => count(await dovecot.log(), /Disconnected: Logged out/g);
    const before = await loggedOut();
    const door = openDoor(dovecot.password);
    const seen = await look(imapLogin, at(dovecot, security), door);

    expect(only(seen, 'imap-greeting')).toMatchObject({
      outcome: 'ok',
      text: expect.stringMatching(/Dovecot ready|Waiting for authentication/),
    });
    expect(only(seen, 'imap-login')).toMatchObject({
      outcome: 'accepted',
      mechanism: 'PLAIN',
      status: 'OK',
      encrypted: security !== 'plain',
    });
    expect(only(seen, 'imap-select')).toMatchObject({ outcome: 'selected', messages: 0 });
    expect(only(seen, 'imap-logout')).toMatchObject({ clean: true, bye: expect.stringMatching(/logging out/i) });
    expect(door.told).toEqual(['asked', 'accepted']);
    expect(seen.cut).toBe(false);
    expectNoPassword(seen, dovecot.password);
    expect(said(seen, 'client').at(-1)).toMatch(/ LOGOUT$/);
    await eventually(loggedOut).toBe(before + 1);
    if (security === 'plain') return;
    expect(only(seen, 'tls-session')).toMatchObject({
      outcome: 'established',
      trusted: true,
      trustProblem: null,
      nameMatches: true,
      onlyOld: false,
      expectedName: 'exchange.test',
    });
  });

  it('looks without a login and logs out', async () => {
    const dovecot = await start('dovecot');
    const seen = await look(imapService, at(dovecot, 'starttls'));
    expect(kindsOf(seen)).toEqual([
      'tcp-connect',
      'imap-greeting',
      'imap-capability',
      'tls-session',
      'imap-capability',
      'imap-logout',
    ]);
    expect(seen.evidence).toMatchObject([
      { outcome: 'connected', address: '127.0.0.1', tried: [{ address: '127.0.0.1', outcome: 'connected' }] },
      {},
      { when: 'before-tls' },
      {},
      { when: 'after-tls', outcome: 'listed' },
      { clean: true },
    ]);
    expect(await dovecot.log()).not.toMatch(/imap\(uccxemail\)/);
  });

  it('tries a wrong password once, and the guard keeps the next look from trying it again', async () => {
    const dovecot = await start('dovecot', { EXTRA: 'auth_debug = yes' });
    const login = loginDoor({
      secrets: async () => 'Wr0ng-one',
      memory: memoryLogins(),
      clock: { now: () => Date.now() },
    });
    const mismatches = async () => count(await dovecot.log(), /passwd-file\(uccxemail,[^\n]*Password mismatch/gi);

    const first = await look(imapLogin, at(dovecot, 'starttls'), { login });
    expect(only(first, 'imap-login')).toMatchObject({ outcome: 'refused', status: 'NO', mechanism: 'PLAIN' });
    expect(kindsOf(first)).not.toContain('imap-select');
    expect(only(first, 'imap-logout')).toMatchObject({ clean: true });

    const second = await look(imapLogin, at(dovecot, 'starttls'), { login });
    expect(only(second, 'imap-login')).toMatchObject({
      outcome: 'withheld',
      withheldFor: 'refused-before',
      status: null,
    });
    await eventually(mismatches).toBe(1);
    expectNoPassword(first, 'Wr0ng-one');

    const anyway = await look(imapLogin, at(dovecot, 'starttls'), { login, loginAnyway: true });
    expect(only(anyway, 'imap-login').outcome).toBe('refused');
    await eventually(mismatches).toBe(2);
  });

  it('quotes the refusal when other sessions of the account have used up its connections', async () => {
    const dovecot = await start('dovecot', { MAIL_MAX_USERIP_CONNECTIONS: '3' });
    const others = await hold(dovecot, 3);
    const door = openDoor(dovecot.password);
    const seen = await look(imapLogin, at(dovecot, 'starttls'), door);
    for (const other of others) other.destroy();
    expect(only(seen, 'imap-login')).toMatchObject({
      outcome: 'refused',
      text: expect.stringMatching(/maximum number of connections/i),
    });
    expect(door.told).toHaveLength(2);
  });

  it('does not ask for the password where the server disabled logins in the clear', async () => {
    const dovecot = await start('dovecot', { DISABLE_PLAINTEXT_AUTH: 'yes', HOST: '127.0.0.2' });
    const door = openDoor(dovecot.password);
    const seen = await look(imapLogin, at(dovecot, 'plain'), door);
    expect(only(seen, 'imap-capability').capabilities).toContain('LOGINDISABLED');
    expect(only(seen, 'imap-login')).toMatchObject({ outcome: 'no-mechanism', encrypted: false });
    expect(door.told).toEqual([]);

    const encrypted = await look(imapLogin, at(dovecot, 'starttls'), openDoor(dovecot.password));
    expect(only(encrypted, 'imap-login').outcome).toBe('accepted');
  });

  it('withholds the password where encryption is wanted and not offered', async () => {
    const dovecot = await start('dovecot', { SSL: 'no' });
    const door = openDoor(dovecot.password);
    const seen = await look(imapLogin, at(dovecot, 'starttls'), door);
    expect(only(seen, 'tls-session')).toMatchObject({ outcome: 'not-offered', certificate: null });
    expect(only(seen, 'imap-login')).toMatchObject({ outcome: 'withheld', withheldFor: 'not-encrypted' });
    expect(only(seen, 'imap-logout').clean).toBe(true);
    expect(door.told).toEqual([]);
  });

  it.each([
    { CERT: 'expired', tls: { trusted: false, trustProblem: 'CERT_HAS_EXPIRED', nameMatches: true } },
    { CERT: 'notyet', tls: { trusted: false, trustProblem: 'CERT_NOT_YET_VALID', nameMatches: true } },
    { CERT: 'wronghost', tls: { trusted: true, trustProblem: null, nameMatches: false } },
    { CERT: 'selfsigned', tls: { trusted: false, trustProblem: 'DEPTH_ZERO_SELF_SIGNED_CERT', nameMatches: true } },
  ])(
    'withholds the password from a server whose certificate is $CERT, unless it is pinned or anybody will do',
    async ({ CERT, tls }) => {
      const dovecot = await start('dovecot', { CERT });
      const name = { serverName: 'localhost' };
      const door = openDoor(dovecot.password);
      const seen = await look(imapLogin, at(dovecot, 'tls', name), door);
      expect(only(seen, 'tls-session')).toMatchObject({ outcome: 'established', ...tls });
      expect(only(seen, 'imap-login')).toMatchObject({ outcome: 'withheld', withheldFor: 'untrusted-server' });
      expect(door.told).toEqual([]);

      const sha256 = only(seen, 'tls-session').certificate?.sha256;
      for (const trust of [`sha256:${sha256}`, 'any']) {
        const allowed = await look(imapLogin, at(dovecot, 'tls', { ...name, trust }), openDoor(dovecot.password));
        expect(only(allowed, 'imap-login').outcome).toBe('accepted');
      }
      const other = await look(imapLogin, at(dovecot, 'tls', { ...name, trust: `sha256:${'ab'.repeat(32)}` }), door);
      expect(only(other, 'imap-login')).toMatchObject({ withheldFor: 'untrusted-server' });
    },
  );

  it.each([
    { name: 'a quote and a backslash', user: 'DOM\\uccx', password: 'a"b\\c d' },
    { name: 'signs beyond ASCII', user: 'uccx', password: 'Pässwörd-€' },
  ])('sends $name whole, by LOGIN as by PLAIN', async ({ user, password }) => {
    const dovecot = await start('dovecot', { EXTRA: 'auth_username_chars =' });
    // Dovecot looks names up in small letters, and its file of users doubles the backslash.
    const entry = user.toLowerCase().replaceAll('\\', '\\\\');
    await writeFile(join(dovecot.dir, 'users'), `${entry}:{PLAIN}${password}\n`);
    for (const [mechanism, initialResponse] of [
      ['LOGIN', false],
      ['PLAIN', false],
      ['PLAIN', true],
    ] as const) {
      const shown: string[] = [];
      const { socket } = await connectTcp(
        { host: dovecot.host, port: dovecot.ports.imap ?? 0 },
        { ms: 5000, signal: never },
      );
      if (!socket) throw new Error('Dovecot takes no connection');
      const imap = speakImap(openLines(socket, { signal: never, transcribe: (_, text) => shown.push(text) }));
      expect((await readImapGreeting(imap.lines, 30_000)).facts).toMatchObject({ outcome: 'ok' });
      expect(await logIn(imap, { user, password, mechanism, initialResponse }, 30_000)).toMatchObject({
        outcome: 'accepted',
        passwordSent: true,
      });
      expect(await logOut(imap, 30_000)).toMatchObject({ clean: true });
      await imap.lines.close();
      for (const secret of [password, base64(password), base64(`\0${user}\0${password}`)]) {
        expect(shown.join('\n')).not.toContain(secret);
      }
    }
  });

  it('leaves no session behind after an abort, and says that it was cut', async () => {
    const dovecot = await startUsual();
    const left = async () => count(await dovecot.log(), /Disconnected[^\n]*no auth attempts|Aborted login/g);
    const before = await left();
    const abort = new AbortController();
    const seen = await look(imapLogin, at(dovecot, 'starttls'), {
      signal: abort.signal,
      login: async () => {
        abort.abort();
        return { is: 'granted', user: dovecot.user, password: dovecot.password, settle: async () => {} };
      },
    });
    expect(seen.cut).toBe(true);
    expect(only(seen, 'imap-logout').clean).toBe(true);
    expect(said(seen, 'client').join('\n')).not.toMatch(/AUTHENTICATE|LOGIN/);
    await eventually(left).toBe(before + 1);
  });
});

describePeers('IMAP probes against a server of TLS 1.0', ['dovecot', 'legacy-tls'], start => {
  let behind: Promise<Peer> | null = null;
  it.each(['tls1', 'tls1_1'])(
    'learns that only %s is spoken, and logs in over it only where that is allowed',
    async TLS_VERSION => {
      behind ??= start('dovecot', { SSL: 'no' });
      const dovecot = await behind;
      const old = await start('legacy-tls', { TLS_VERSION, BACKEND: `127.0.0.1:${dovecot.ports.imap}`, CERT: 'good' });
      const door = openDoor(dovecot.password);
      const seen = await look(imapLogin, at(old, 'tls'), door);
      expect(only(seen, 'tls-session')).toMatchObject({
        outcome: 'established',
        onlyOld: true,
        protocol: TLS_VERSION === 'tls1' ? 'TLSv1' : 'TLSv1.1',
        trusted: true,
      });
      expect(only(seen, 'imap-greeting').outcome).toBe('ok');
      expect(only(seen, 'imap-login')).toMatchObject({ outcome: 'withheld', withheldFor: 'old-tls' });
      expect(door.told).toEqual([]);

      const allowed = await look(imapLogin, at(old, 'tls', { allowOldTls: true }), door);
      expect(only(allowed, 'imap-login')).toMatchObject({ outcome: 'accepted', encrypted: true });
    },
  );
});
