import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Certificates, makeCertificates, SERVER_NAME } from '../../src/lab/certificates.js';
import { type ImapOptions, startExchangeImap } from '../../src/lab/exchange-imap.js';
import { type SmtpOptions, startExchangeSmtp } from '../../src/lab/exchange-smtp.js';
import { startTokenEndpoint } from '../../src/lab/token-endpoint.js';
import { imapLogin } from '../../src/probes/imap-login.js';
import { loginDoor } from '../../src/probes/login-door.js';
import { smtpLogin } from '../../src/probes/smtp-login.js';
import { temporaryFolders } from '../lab/folder.js';
import { converse, endsServers } from '../wire/hostile.js';
import { kindsOf, look, mailTarget, only, openDoor, type Seen, said } from './looking.js';
import { memoryLogins } from './memory-logins.js';

endsServers();

/** The ways to log in that Exchange has, against a lab whose NTLM was written from the specification and not from the client. */
const newFolder = temporaryFolders();
let certificates: Certificates;
const ends: (() => Promise<void>)[] = [];
beforeAll(async () => {
  certificates = await makeCertificates(await newFolder());
});
afterEach(async () => {
  await Promise.all(ends.splice(0).map(end => end()));
});
const kept = <Server extends { stop: () => Promise<void> }>(server: Server): Server => {
  ends.push(server.stop);
  return server;
};

const USER = 'CONTOSO\\uccxmail';
const PASSWORD = 'pä"ß\\ wörd-€';
const imap = async (options: Partial<ImapOptions> = {}) =>
  kept(
    await startExchangeImap('127.0.0.1', {
      accounts: [{ user: USER, password: PASSWORD }],
      certificate: certificates.context('good'),
      ...options,
    }),
  );
const smtp = async (options: SmtpOptions = {}) =>
  kept(
    await startExchangeSmtp('127.0.0.1', {
      account: { user: USER, password: PASSWORD },
      certificate: certificates.context('good'),
      ...options,
    }),
  );
const encrypted = (port: number, security: 'starttls' | 'tls' = 'starttls') => ({
  port,
  security,
  serverName: SERVER_NAME,
  trust: `ca:${certificates.caFile}`,
});
const withDoor = (password: string, memory = memoryLogins()) => ({
  memory,
  login: loginDoor({ secrets: async () => password, memory, clock: { now: () => Date.now() } }),
});
const countsOf = (server: { counts: () => { accounts: Record<string, unknown> } }, user = USER) =>
  server.counts().accounts[user];

/** No shape of a secret, and nothing from which one could be guessed, stands in what a look brings back. */
const expectNothingOf = (seen: Seen, secrets: readonly string[]) => {
  const everything = JSON.stringify(seen);
  for (const secret of secrets) {
    const bytes = Buffer.from(secret);
    for (const shape of [secret, JSON.stringify(secret).slice(1, -1), bytes.toString('base64'), bytes.toString('hex')])
      expect(everything).not.toContain(shape);
  }
  // Every message of NTLM begins so; the third is the one that holds the proof.
  expect(everything).not.toContain('TlRMTVNTUAAD');
};

describe('IMAP', () => {
  it.each([
    { by: 'plain', uses: 'PLAIN', offers: ['PLAIN'] },
    { by: 'login', uses: 'LOGIN', offers: ['PLAIN'] },
    { by: 'ntlm', uses: 'NTLM', offers: ['PLAIN', 'NTLM', 'GSSAPI'] },
    { by: 'auto', uses: 'NTLM', offers: ['NTLM', 'GSSAPI'] },
    { by: 'auto', uses: 'SASL-LOGIN', offers: ['LOGIN'] },
  ])('$by logs in by $uses where $offers is offered', async ({ by, uses, offers }) => {
    for (const tls of [false, true]) {
      const server = await imap({ mechanisms: offers, tls });
      const place = encrypted(server.port, tls ? 'tls' : 'starttls');
      const target = mailTarget({ imap: place, user: USER, mailbox: { password: 'env:P', mechanism: by } });
      const seen = await look(imapLogin, target, withDoor(PASSWORD));
      expect(only(seen, 'imap-login')).toMatchObject({ outcome: 'accepted', mechanism: uses, encrypted: true });
      expect(only(seen, 'imap-select').outcome).toBe('selected');
      expect(countsOf(server)).toMatchObject({ tried: 1, accepted: 1, loggedOut: 1, openNow: 0 });
      expectNothingOf(seen, [PASSWORD]);
    }
  });

  it('speaks NTLM in the clear only where the configuration says ntlm', async () => {
    const server = await imap({ loginType: 'PlainTextAuthentication' });
    const place = { port: server.port, security: 'plain' as const };
    const unasked = await look(imapLogin, mailTarget({ imap: place, user: USER }), withDoor(PASSWORD));
    expect(only(unasked, 'imap-login')).toMatchObject({ outcome: 'withheld', withheldFor: 'not-encrypted' });
    expect(countsOf(server)).toMatchObject({ tried: 0 });

    const mailbox = { password: 'env:P', mechanism: 'ntlm' };
    const asked = await look(imapLogin, mailTarget({ imap: place, user: USER, mailbox }), withDoor(PASSWORD));
    expect(only(asked, 'imap-login')).toMatchObject({ outcome: 'accepted', mechanism: 'NTLM', encrypted: false });
    expect(said(asked, 'note')).toContain('by NTLM the server calls itself ex01.contoso.test, EX01, CONTOSO');
    expectNothingOf(asked, [PASSWORD]);
  });

  it('tries a wrong password by NTLM once, ends at the refusal and remembers it', async () => {
    const server = await imap({ mechanisms: ['NTLM'] });
    const target = mailTarget({ imap: encrypted(server.port), user: USER });
    const { login, memory } = withDoor('Wr0ng-one');
    const seen = await look(imapLogin, target, { login });
    expect(only(seen, 'imap-login')).toMatchObject({
      outcome: 'refused',
      status: 'NO',
      text: 'AUTHENTICATE failed.',
      mechanism: 'NTLM',
    });
    expect(only(seen, 'imap-logout').clean).toBe(true);
    expect(memory.kept.get('uccxmail@contoso')?.state.is).toBe('refused');
    const again = await look(imapLogin, target, { login });
    expect(only(again, 'imap-login')).toMatchObject({ outcome: 'withheld', withheldFor: 'refused-before' });
    expect(countsOf(server)).toMatchObject({ tried: 1, wrongPassword: 1 });
    expectNothingOf(seen, ['Wr0ng-one']);
  });

  it('gives NTLM proof to nobody whose certificate proves nothing, unless the configuration says ntlm', async () => {
    const server = await imap({ mechanisms: ['NTLM'] });
    const place = { ...encrypted(server.port), trust: 'any' };
    const door = openDoor(PASSWORD, USER);
    const seen = await look(imapLogin, mailTarget({ imap: place, user: USER }), door);
    expect(only(seen, 'imap-login')).toMatchObject({ outcome: 'withheld', withheldFor: 'untrusted-server' });
    expect(door.told).toEqual([]);
    const mailbox = { password: 'env:P', mechanism: 'ntlm' };
    const asked = await look(imapLogin, mailTarget({ imap: place, user: USER, mailbox }), door);
    expect(only(asked, 'imap-login').outcome).toBe('accepted');
  });

  it.each([
    { name: 'not base64', challenge: 'TlRM*VNT', says: /it is not base64/ },
    { name: 'cut', challenge: 'TlRMTVNTUAACAAA', says: /it is not base64/ },
    { name: 'empty', challenge: '', says: /it is not base64/ },
    { name: 'somebody else', challenge: Buffer.alloc(48, 7).toString('base64'), says: /its signature is not NTLMSSP/ },
    { name: 'huge', challenge: Buffer.alloc(9000, 1).toString('base64'), says: /it has 9000 bytes/ },
  ])('tells nothing to an NTLM challenge that is $name', async ({ challenge, says }) => {
    const server = await converse('* OK ready\r\n', line => {
      const [tag, word] = line.split(' ');
      if (word === 'CAPABILITY') return `* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=NTLM\r\n${tag} OK\r\n`;
      if (word === 'AUTHENTICATE') return '+ \r\n';
      if (word === 'LOGOUT') return `* BYE\r\n${tag} OK\r\n`;
      return line === '*' ? 'A2 BAD cancelled\r\n' : `+ ${challenge}\r\n`;
    });
    const door = openDoor(PASSWORD, USER);
    const mailbox = { password: 'env:P', mechanism: 'ntlm' };
    const target = mailTarget({ imap: { port: server.port, security: 'plain' }, user: USER, mailbox });
    const seen = await look(imapLogin, target, door);
    expect(only(seen, 'imap-login')).toMatchObject({
      outcome: 'no-mechanism',
      text: expect.stringMatching(says),
    });
    expect(door.told).toEqual(['asked', 'not-sent']);
    expect(only(seen, 'imap-logout').clean).toBe(true);
    expect(server.heard().match(/NTLMSSP|TlRMTVNTUAAD/g)).toBeNull();
  });

  it('shows nothing of a secret that the server sends back in any shape', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('plain', 'login', 'ntlm'),
        fc.string({ unit: 'grapheme', minLength: 6, maxLength: 20 }).filter(word => !/[\r\n\0]|^[\s.*+-]+$/.test(word)),
        async (mechanism, password) => {
          const server = await echo();
          const target = mailTarget({
            imap: { port: server.port, security: 'plain' },
            user: USER,
            mailbox: { password: 'env:P', mechanism },
          });
          const seen = await look(imapLogin, target, openDoor(password, USER));
          expect(only(seen, 'imap-login').outcome).toBe('refused');
          expectNothingOf(seen, [password]);
        },
      ),
      { numRuns: 30 },
    );
  });
});

/** Says back whatever it is told, as it came and decoded. */
const echo = () =>
  converse('* OK ready\r\n', line => {
    const [tag, word] = line.split(' ');
    if (word === 'CAPABILITY') return `* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=NTLM\r\n${tag} OK\r\n`;
    if (word === 'LOGOUT') return `* BYE\r\n${tag} OK\r\n`;
    if (line === 'A2 AUTHENTICATE NTLM') return '+\r\n';
    if (line.startsWith('TlRMTVNTUAAB')) return `+ ${CHALLENGE}\r\n`;
    const back = Buffer.from(line, 'latin1').toString('utf8');
    const decoded = Buffer.from(line.split(' ').at(-1) ?? '', 'base64')
      .toString('utf8')
      .replaceAll(/[\r\n]/g, ' ');
    return Buffer.from(`* ${back} ${decoded.replaceAll('\0', ' ')}\r\nA2 NO ${back}\r\n`).toString('utf8');
  });
const CHALLENGE = Buffer.concat([
  Buffer.from('NTLMSSP\0\x02\0\0\0', 'latin1'),
  Buffer.alloc(8),
  Buffer.from([5, 2, 0, 0]),
  Buffer.alloc(24),
]).toString('base64');

describe('SMTP', () => {
  it.each([
    { by: 'auto', uses: 'SASL-LOGIN', offers: ['GSSAPI', 'NTLM', 'LOGIN'] },
    { by: 'auto', uses: 'NTLM', offers: ['GSSAPI', 'NTLM'] },
    { by: 'plain', uses: 'PLAIN', offers: ['PLAIN', 'LOGIN'] },
    { by: 'ntlm', uses: 'NTLM', offers: ['NTLM', 'LOGIN'] },
  ])('$by logs in by $uses, sends no mail and quits', async ({ by, uses, offers }) => {
    const server = await smtp({ mechanisms: offers });
    const place = { ...encrypted(server.port), login: true };
    const target = mailTarget({ smtp: place, user: USER, mailbox: { password: 'env:P', mechanism: by } });
    const seen = await look(smtpLogin, target, withDoor(PASSWORD));
    expect(kindsOf(seen)).toEqual([
      'tcp-connect',
      'smtp-banner',
      'smtp-ehlo',
      'tls-session',
      'smtp-ehlo',
      'smtp-login',
    ]);
    expect(only(seen, 'smtp-login')).toMatchObject({
      outcome: 'accepted',
      mechanism: uses,
      code: 235,
      enhanced: '2.7.0',
      encrypted: true,
    });
    expect(server.counts()).toMatchObject({ authTried: 1, authRefused: 0, mailFrom: 0, quits: 1 });
    expectNothingOf(seen, [PASSWORD]);
  });

  it.each(['login', 'ntlm'])('a password refused by %s is not tried again, over IMAP neither', async by => {
    const [connector, mailServer] = [await smtp(), await imap()];
    const target = mailTarget({
      smtp: { ...encrypted(connector.port), login: true },
      imap: encrypted(mailServer.port),
      user: USER,
      mailbox: { password: 'env:P', mechanism: by },
    });
    const { login } = withDoor('Wr0ng-one');
    const seen = await look(smtpLogin, target, { login });
    expect(only(seen, 'smtp-login')).toMatchObject({
      outcome: 'refused',
      code: 535,
      enhanced: '5.7.3',
      text: '5.7.3 Authentication unsuccessful',
    });
    for (const probe of [smtpLogin, imapLogin]) {
      const again = await look(probe, target, { login });
      const kind = probe === smtpLogin ? 'smtp-login' : 'imap-login';
      expect(only(again, kind)).toMatchObject({ outcome: 'withheld', withheldFor: 'refused-before' });
    }
    expect(connector.counts()).toMatchObject({ authTried: 1, authRefused: 1, quits: 2 });
    expect(mailServer.counts().accounts[USER]).toMatchObject({ tried: 0 });
    expectNothingOf(seen, ['Wr0ng-one']);
  });

  it('leaves the account alone for a while after «not now», and takes it for no refusal', async () => {
    const server = await converse('220 ready\r\n', line => {
      if (line.startsWith('EHLO')) return '250-hello\r\n250 AUTH LOGIN\r\n';
      if (line === 'QUIT') return '221 bye\r\n';
      if (line === 'AUTH LOGIN') return '334 VXNlcm5hbWU6\r\n';
      return line === Buffer.from(USER).toString('base64')
        ? '334 UGFzc3dvcmQ6\r\n'
        : '454 4.7.0 Temporary authentication failure\r\n';
    });
    const { login, memory } = withDoor(PASSWORD);
    const target = mailTarget({ smtp: { port: server.port, login: true }, user: USER });
    const seen = await look(smtpLogin, target, { login });
    expect(only(seen, 'smtp-login')).toMatchObject({ outcome: 'refused', code: 454, enhanced: '4.7.0' });
    expect(memory.kept.get('uccxmail@contoso')?.state.is).toBe('running');
  });

  it.each([
    { name: 'says nothing', answer: undefined, outcome: 'silent', quits: false },
    { name: 'asks once more', answer: '334 \r\n', outcome: 'silent', quits: true },
    { name: 'refuses the mechanism', answer: '504 5.7.4 Unrecognized\r\n', outcome: 'refused', quits: true },
  ])('a server that $name when it gets the password', async ({ answer, outcome, quits }) => {
    const server = await converse('220 ready\r\n', line => {
      if (line.startsWith('EHLO')) return '250-hello\r\n250 AUTH PLAIN\r\n';
      if (line === 'QUIT') return '221 bye\r\n';
      return line === 'AUTH PLAIN' ? '334 \r\n' : answer;
    });
    const target = mailTarget({ smtp: { port: server.port, login: true }, user: USER });
    const door = openDoor(PASSWORD, USER);
    const seen = await look(smtpLogin, target, { ...door, ...(outcome === 'silent' ? { budgetMs: 3000 } : {}) });
    expect(only(seen, 'smtp-login').outcome).toBe(outcome);
    expect(door.told).toEqual(['asked', outcome === 'silent' ? 'unheard' : 'refused']);
    expect(said(seen, 'client').includes('QUIT')).toBe(quits && outcome !== 'silent');
    expectNothingOf(seen, [PASSWORD]);
  });
});

describe('OAuth, as Exchange Online wants it', () => {
  const user = 'uccxmail@contoso.test';
  const tenant = 'contoso.test';
  const clientId = '11111111-2222-3333-4444-555555555555';
  const online = async ({ secret = 'right-secret', accepts = true } = {}) => {
    const entra = kept(await startTokenEndpoint('127.0.0.1', { tenant, clientId, clientSecret: 'right-secret' }));
    const account = { user, password: PASSWORD, accepts: accepts ? entra.accepts : () => false };
    const mailServer = await imap({ accounts: [account], mechanisms: ['PLAIN', 'XOAUTH2'] });
    const connector = await smtp({ account, mechanisms: ['LOGIN', 'XOAUTH2'] });
    const target = mailTarget({
      imap: encrypted(mailServer.port),
      smtp: { ...encrypted(connector.port), login: true },
      user,
      mailbox: { oauth: { tenant, clientId, clientSecret: 'env:S', authority: entra.authority } },
    });
    const { login, memory } = withDoor(secret);
    const tokens: string[] = [];
    const watching: typeof login = async (...order) => {
      const grant = await login(...order);
      if (grant.is === 'granted') tokens.push(grant.password);
      return grant;
    };
    return { entra, mailServer, connector, target, login: watching, memory, tokens };
  };

  it('gets a token and logs in by it, over IMAP and over SMTP', async () => {
    const { entra, mailServer, connector, target, login, tokens } = await online();
    const overImap = await look(imapLogin, target, { login });
    expect(only(overImap, 'imap-login')).toMatchObject({ outcome: 'accepted', mechanism: 'XOAUTH2' });
    const overSmtp = await look(smtpLogin, target, { login });
    expect(only(overSmtp, 'smtp-login')).toMatchObject({ outcome: 'accepted', mechanism: 'XOAUTH2', code: 235 });
    expect(entra.counts()).toEqual({ asked: 2, given: 2, refused: 0 });
    expect(mailServer.counts().accounts[user]).toMatchObject({ tried: 1, accepted: 1, loggedOut: 1 });
    expect(connector.counts()).toMatchObject({ authTried: 1, authRefused: 0, mailFrom: 0 });
    expect(tokens).toHaveLength(2);
    for (const seen of [overImap, overSmtp]) expectNothingOf(seen, [...tokens, 'right-secret']);
  });

  it('answers the refusal of a token with an empty line, keeps its words, and does not come back', async () => {
    const { mailServer, connector, target, login, tokens } = await online({ accepts: false });
    const seen = await look(imapLogin, target, { login });
    expect(only(seen, 'imap-login')).toMatchObject({
      outcome: 'refused',
      status: 'NO',
      text: 'AUTHENTICATE failed.',
      mechanism: 'XOAUTH2',
    });
    expect(said(seen, 'client')).toContain('[empty line]');
    expect(said(seen, 'note').join('\n')).toContain('the server says of the token: {"status":"400","schemes":"Bearer"');
    expect(only(seen, 'imap-logout').clean).toBe(true);
    const again = await look(smtpLogin, target, { login });
    expect(only(again, 'smtp-login')).toMatchObject({ outcome: 'withheld', withheldFor: 'refused-before' });
    expect(mailServer.counts().accounts[user]).toMatchObject({ tried: 1 });
    expect(connector.counts().authTried).toBe(0);
    expectNothingOf(seen, [...tokens, 'right-secret']);
  });

  it('answers the refusal of a token over SMTP too', async () => {
    const { connector, target, login } = await online({ accepts: false });
    const seen = await look(smtpLogin, target, { login });
    expect(only(seen, 'smtp-login')).toMatchObject({ outcome: 'refused', code: 535, enhanced: '5.7.3' });
    expect(connector.counts()).toMatchObject({ authTried: 1, authRefused: 1, quits: 1 });
  });

  it('tells why Entra ID gave no token, asks it once, and leaves the mailbox alone', async () => {
    const { entra, mailServer, target, login } = await online({ secret: 'wr0ng-secret' });
    const seen = await look(imapLogin, target, { login });
    expect(only(seen, 'imap-login')).toMatchObject({
      outcome: 'withheld',
      withheldFor: 'no-token',
      text: 'Entra ID gave no token: AADSTS7000215 invalid_client: the client secret is wrong; expected its value, not its id',
    });
    const again = await look(imapLogin, target, { login });
    expect(only(again, 'imap-login')).toMatchObject({
      withheldFor: 'refused-before',
      text: expect.stringMatching(/^this very client secret was refused at /),
    });
    expect(entra.counts()).toMatchObject({ asked: 1, refused: 1 });
    expect(mailServer.counts().accounts[user]).toMatchObject({ tried: 0 });
    expectNothingOf(seen, ['wr0ng-secret']);
  });

  it('sends no token to a server that is not the one that was meant', async () => {
    const { entra, target, login } = await online();
    const stranger = await imap({ mechanisms: ['XOAUTH2'], tls: true, certificate: certificates.context('good') });
    const wrong = {
      ...target,
      imap: { ...target.imap, port: stranger.port, security: 'tls' as const, serverName: 'other.test' },
    };
    const seen = await look(imapLogin, wrong, { login });
    expect(only(seen, 'imap-login')).toMatchObject({ outcome: 'withheld', withheldFor: 'untrusted-server' });
    expect(entra.counts().asked).toBe(0);
  });
});
