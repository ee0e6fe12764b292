import { ImapFlow } from 'imapflow';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Certificates, makeCertificates, SERVER_NAME } from '../../src/lab/certificates.js';
import { type ImapOptions, type ImapServer, startExchangeImap } from '../../src/lab/exchange-imap.js';
import { type Dialled, dial } from './dial.js';
import { temporaryFolders } from './folder.js';

const newFolder = temporaryFolders();

const account = { user: 'CONTOSO\\uccxmail', password: 'p"a\\ss wörd' };
const plain = (user: string, password: string) => Buffer.from(`\0${user}\0${password}`).toString('base64');
const quoted = (text: string) => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;

let certificates: Certificates;
const running: ImapServer[] = [];
const dialled: Dialled[] = [];

beforeAll(async () => {
  certificates = await makeCertificates(await newFolder());
});
afterEach(async () => {
  for (const client of dialled.splice(0)) client.close();
  await Promise.all(running.splice(0).map(server => server.stop()));
});

const imap = async (options: Partial<ImapOptions> = {}) => {
  const server = await startExchangeImap('127.0.0.1', {
    accounts: [account],
    certificate: certificates.context('good'),
    ...options,
  });
  running.push(server);
  return server;
};
const open = async (server: ImapServer, at: { localAddress?: string } = {}) => {
  const client = await dial(server.port, at);
  dialled.push(client);
  return client;
};
/** A session past its greeting on a server that takes plain logins. */
const greeted = async (server: ImapServer) => {
  const client = await open(server);
  await client.line();
  return client;
};
const trusting = () => ({ ca: certificates.ca, servername: SERVER_NAME });
const countsOf = (server: ImapServer) => {
  const counts = server.counts().accounts[account.user];
  if (!counts) throw new Error('the account is not counted');
  return counts;
};

describe('manners', () => {
  it.each([
    {
      manner: '2010',
      before: '* CAPABILITY IMAP4 IMAP4rev1 LOGINDISABLED STARTTLS UIDPLUS CHILDREN IDLE NAMESPACE LITERAL+',
      after: '* CAPABILITY IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=NTLM AUTH=GSSAPI UIDPLUS CHILDREN IDLE NAMESPACE LITERAL+',
      bye: '* BYE Microsoft Exchange Server 2010 IMAP4 server signing off.',
    },
    {
      manner: '2016',
      before:
        '* CAPABILITY IMAP4 IMAP4rev1 LOGINDISABLED STARTTLS SASL-IR UIDPLUS MOVE ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+',
      after:
        '* CAPABILITY IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=NTLM AUTH=GSSAPI SASL-IR UIDPLUS MOVE ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+',
      bye: '* BYE Microsoft Exchange Server 2016 IMAP4 server signing off.',
    },
  ] as const)(
    '$manner speaks as Exchange $manner does, before and after STARTTLS',
    async ({ manner, before, after, bye }) => {
      const client = await open(await imap({ manner }));
      expect(await client.line()).toBe('* OK The Microsoft Exchange IMAP4 service is ready.');
      expect(await client.command('a CAPABILITY')).toEqual([before, 'a OK CAPABILITY completed.']);
      expect(await client.command(`b LOGIN ${quoted(account.user)} ${quoted(account.password)}`)).toEqual([
        'b BAD Command received in Invalid state.',
      ]);
      expect(await client.command('c AUTHENTICATE PLAIN')).toEqual(['c BAD Command received in Invalid state.']);
      expect(await client.command('d STARTTLS')).toEqual(['d OK Begin TLS negotiation now.']);
      expect(await client.startTls(trusting())).toBe('TLSv1.3');
      expect(await client.command('e CAPABILITY')).toEqual([after, 'e OK CAPABILITY completed.']);
      expect(await client.command('f LOGOUT')).toEqual([bye, 'f OK LOGOUT completed.']);
      expect(await client.line()).toBeNull();
    },
  );

  it('offers integrated logins and no password before TLS when it is set to PlainTextAuthentication', async () => {
    const client = await greeted(await imap({ manner: '2010', loginType: 'PlainTextAuthentication' }));
    const [offer] = await client.command('a CAPABILITY');
    expect(offer).toBe(
      '* CAPABILITY IMAP4 IMAP4rev1 LOGINDISABLED AUTH=NTLM AUTH=GSSAPI STARTTLS UIDPLUS CHILDREN IDLE NAMESPACE LITERAL+',
    );
    expect(await client.command('b LOGIN x y')).toEqual(['b BAD Command received in Invalid state.']);
  });

  it('offers no password login even after TLS where only integrated ones are set up', async () => {
    const client = await greeted(await imap({ manner: '2010', mechanisms: ['NTLM', 'GSSAPI'] }));
    await client.command('a STARTTLS');
    await client.startTls(trusting());
    const [offer] = await client.command('b CAPABILITY');
    expect(offer).toBe(
      '* CAPABILITY IMAP4 IMAP4rev1 LOGINDISABLED AUTH=NTLM AUTH=GSSAPI UIDPLUS CHILDREN IDLE NAMESPACE LITERAL+',
    );
    expect(await client.command('c LOGIN x y')).toEqual(['c BAD Command received in Invalid state.']);
    expect(await client.command('d AUTHENTICATE PLAIN')).toEqual(['d NO AUTHENTICATE failed.']);
  });

  it('does not offer STARTTLS without a certificate', async () => {
    const client = await greeted(await imap({ certificate: null }));
    const [offer] = await client.command('a CAPABILITY');
    expect(offer).not.toContain('STARTTLS');
    expect(await client.command('b STARTTLS')).toEqual(['b BAD Command received in Invalid state.']);
  });

  it('forgets what a client slipped in behind STARTTLS in the clear', async () => {
    const client = await greeted(await imap());
    client.send('a STARTTLS\r\nb CAPABILITY\r\n');
    expect(await client.line()).toBe('a OK Begin TLS negotiation now.');
    await client.startTls(trusting());
    client.send('c NOOP\r\n');
    expect(await client.line()).toBe('c OK NOOP completed.');
  });

  it('knows no command that it does not know, and hangs up on the tenth', async () => {
    const client = await greeted(await imap());
    expect(await client.command('a0 XYZZY')).toEqual(['a0 BAD Command Error. 12']);
    for (let at = 1; at < 10; at += 1) await client.command(`a${at} XYZZY`);
    expect(await client.line()).toBe('* BYE Connection is closed. 14');
    expect(await client.line()).toBeNull();
  });

  it('ends a session that does not log in, with the words of an idle timeout', async () => {
    const client = await greeted(await imap({ preAuthIdleMs: 40 }));
    expect(await client.line()).toBe('* BYE Connection is closed. 13');
    expect(await client.line()).toBeNull();
  });
});

describe('login', () => {
  const password = account.password;
  const { user } = account;
  it.each([
    {
      how: 'LOGIN with quoted strings',
      say: [`a LOGIN ${quoted(user)} ${quoted(password)}`],
      ends: 'a OK LOGIN completed.',
    },
    {
      how: 'LOGIN with the domain before a slash',
      say: [`a LOGIN contoso/uccxmail ${quoted(password)}`],
      ends: 'a OK LOGIN completed.',
    },
    {
      how: 'LOGIN with literals that do not wait',
      say: [`a LOGIN {${user.length}+}\r\n${user} {${Buffer.byteLength(password)}+}\r\n${password}`],
      ends: 'a OK LOGIN completed.',
    },
    {
      how: 'AUTHENTICATE PLAIN with an initial response',
      say: [`a AUTHENTICATE PLAIN ${plain(user, password)}`],
      ends: 'a OK AUTHENTICATE completed.',
    },
    {
      how: 'AUTHENTICATE PLAIN step by step',
      say: ['a AUTHENTICATE PLAIN', plain(user, password)],
      ends: 'a OK AUTHENTICATE completed.',
    },
    { how: 'LOGIN with a wrong password', say: [`a LOGIN ${quoted(user)} wrong`], ends: 'a NO LOGIN failed.' },
    {
      how: 'AUTHENTICATE PLAIN with a wrong password',
      say: ['a AUTHENTICATE PLAIN', plain(user, 'wrong')],
      ends: 'a NO AUTHENTICATE failed.',
    },
    {
      how: 'AUTHENTICATE GSSAPI, which it offers and does not speak',
      say: ['a AUTHENTICATE GSSAPI'],
      ends: 'a NO AUTHENTICATE failed.',
    },
    { how: 'AUTHENTICATE NTLM, given up', say: ['a AUTHENTICATE NTLM', '*'], ends: 'a BAD Command Error. 11' },
  ])('$how: $ends', async ({ say, ends }) => {
    const client = await greeted(await imap({ loginType: 'PlainTextLogin' }));
    const [first = '', ...more] = say;
    client.send(`${first}\r\n`);
    for (const line of more) {
      expect(await client.line()).toBe('+');
      client.send(`${line}\r\n`);
    }
    expect(await client.line()).toBe(ends);
  });

  it('asks for a literal before it reads it', async () => {
    const client = await greeted(await imap({ loginType: 'PlainTextLogin' }));
    client.send(`a LOGIN {${user.length}}\r\n`);
    expect(await client.line()).toBe('+ Ready for additional command text.');
    client.send(`${user} wrong\r\n`);
    expect(await client.line()).toBe('a NO LOGIN failed.');
  });

  it('hangs up after the third refusal, having counted each', async () => {
    const server = await imap({ loginType: 'PlainTextLogin' });
    const client = await greeted(server);
    for (const tag of ['a', 'b', 'c']) {
      expect(await client.command(`${tag} LOGIN ${quoted(user)} wrong`)).toEqual([`${tag} NO LOGIN failed.`]);
    }
    expect(await client.line()).toBe('* BYE Connection is closed. 14');
    expect(countsOf(server)).toMatchObject({ tried: 3, refused: 3, wrongPassword: 3, accepted: 0 });
  });

  it('locks the account after as many wrong passwords as the directory allows, in the same words', async () => {
    const server = await imap({ loginType: 'PlainTextLogin', limits: { lockAfter: 2 } });
    const client = await greeted(server);
    await client.command(`a LOGIN ${quoted(user)} wrong`);
    await client.command(`b LOGIN ${quoted(user)} wrong`);
    expect(await client.command(`c AUTHENTICATE PLAIN ${plain(user, password)}`)).toEqual([
      'c NO AUTHENTICATE failed.',
    ]);
    expect(countsOf(server)).toMatchObject({ wrongPassword: 2, locked: 1, accepted: 0 });
  });

  it('accepts the login of a mailbox without IMAP and then refuses whatever needs the mailbox', async () => {
    const client = await greeted(
      await imap({ loginType: 'PlainTextLogin', accounts: [{ ...account, imapEnabled: false }] }),
    );
    expect(await client.command(`a AUTHENTICATE PLAIN ${plain(user, password)}`)).toEqual([
      'a OK AUTHENTICATE completed.',
    ]);
    expect(await client.command('b SELECT INBOX')).toEqual(['b BAD User is authenticated but not connected.']);
    expect(await client.command('c LOGOUT')).toHaveLength(2);
  });

  it('does nothing with a mailbox before a login', async () => {
    const client = await greeted(await imap({ loginType: 'PlainTextLogin' }));
    expect(await client.command('a SELECT INBOX')).toEqual(['a BAD Command received in Invalid state.']);
  });
});

describe('limits over live sessions', () => {
  const enter = async (server: ImapServer) => {
    const client = await greeted(server);
    const [answer] = await client.command(`a AUTHENTICATE PLAIN ${plain(account.user, account.password)}`);
    return { client, answer };
  };

  it('refuses the session over the per-user limit in the words of a wrong password, and lets the next in after a logout', async () => {
    const server = await imap({ loginType: 'PlainTextLogin', limits: { perUser: 2 } });
    const first = await enter(server);
    const second = await enter(server);
    expect([first.answer, second.answer]).toEqual(['a OK AUTHENTICATE completed.', 'a OK AUTHENTICATE completed.']);
    expect((await enter(server)).answer).toBe('a NO AUTHENTICATE failed.');
    expect(countsOf(server)).toMatchObject({ openNow: 2, peak: 2, overLimit: 1, wrongPassword: 0 });

    await first.client.command('z LOGOUT');
    expect((await enter(server)).answer).toBe('a OK AUTHENTICATE completed.');
    expect(countsOf(server)).toMatchObject({ openNow: 2, peak: 2, accepted: 3, loggedOut: 1 });
  });

  it('gives the seat of a client that just vanishes to the next', async () => {
    const server = await imap({ loginType: 'PlainTextLogin', limits: { perUser: 1 } });
    const { client } = await enter(server);
    client.close();
    await expect.poll(() => countsOf(server).openNow).toBe(0);
    expect((await enter(server)).answer).toBe('a OK AUTHENTICATE completed.');
    expect(countsOf(server).loggedOut).toBe(0);
  });

  it('gives no mailbox over the store limit, to a login that it accepts', async () => {
    const server = await imap({ loginType: 'PlainTextLogin', limits: { storeSessions: 1 } });
    const first = await enter(server);
    expect((await first.client.command('b SELECT INBOX')).at(-1)).toBe('b OK [READ-WRITE] SELECT completed.');
    const second = await enter(server);
    expect(second.answer).toBe('a OK AUTHENTICATE completed.');
    expect(await second.client.command('b SELECT INBOX')).toEqual(['b NO Server Unavailable. 15']);
  });

  it('ends a connection over the per-address limit before the greeting, other addresses untouched', async () => {
    const server = await imap({ limits: { perAddress: 1 } });
    await greeted(server);
    expect(await (await open(server)).line()).toBeNull();
    expect(await (await open(server, { localAddress: '127.0.0.2' })).line()).toContain('service is ready');
    expect(server.counts()).toMatchObject({ connections: 3, turnedAway: 1, openNow: 2 });
  });

  it('ends a connection over the total limit before the greeting, wherever it comes from', async () => {
    const server = await imap({ limits: { total: 1 } });
    await greeted(server);
    expect(await (await open(server, { localAddress: '127.0.0.2' })).line()).toBeNull();
    expect(server.counts()).toMatchObject({ turnedAway: 1, openNow: 1 });
  });
});

describe('a real client', () => {
  it.each([
    { manner: '2010', tls: false },
    { manner: '2016', tls: false },
    { manner: '2016', tls: true },
  ] as const)('logs in, opens INBOX, idles and logs out of $manner (TLS at once: $tls)', async ({ manner, tls }) => {
    const server = await imap({ manner, tls, messages: 7 });
    const client = new ImapFlow({
      host: '127.0.0.1',
      port: server.port,
      secure: tls,
      servername: SERVER_NAME,
      tls: { ca: certificates.ca },
      auth: { user: account.user, pass: account.password },
      logger: false,
    });
    await client.connect();
    const inbox = await client.mailboxOpen('INBOX');
    expect(inbox.exists).toBe(7);
    expect(await client.status('INBOX', { messages: true })).toMatchObject({ messages: 7 });
    expect((await client.list()).map(folder => folder.path)).toContain('Outbox');
    const idling = client.idle();
    await client.noop(); // breaks the idle, which only works if the server took it
    await idling;
    await client.logout();
    expect(countsOf(server)).toMatchObject({ tried: 1, accepted: 1, loggedOut: 1, openNow: 0 });
  });

  it('is told no with the words of the server', async () => {
    const server = await imap();
    const client = new ImapFlow({
      host: '127.0.0.1',
      port: server.port,
      servername: SERVER_NAME,
      tls: { ca: certificates.ca },
      auth: { user: account.user, pass: 'wrong' },
      logger: false,
    });
    client.on('error', () => {});
    await expect(client.connect()).rejects.toMatchObject({ authenticationFailed: true });
    expect(countsOf(server)).toMatchObject({ tried: 1, refused: 1, accepted: 0 });
  });
});
