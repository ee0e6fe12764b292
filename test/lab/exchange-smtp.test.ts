import { afterEach, beforeAll, expect, it } from 'vitest';
import { type Certificates, makeCertificates, SERVER_NAME } from '../../src/lab/certificates.js';
import { type SmtpOptions, type SmtpServer, startExchangeSmtp } from '../../src/lab/exchange-smtp.js';
import { type Dialled, dial } from './dial.js';
import { temporaryFolders } from './folder.js';

const newFolder = temporaryFolders();

let certificates: Certificates;
const running: SmtpServer[] = [];
const dialled: Dialled[] = [];

beforeAll(async () => {
  certificates = await makeCertificates(await newFolder());
});
afterEach(async () => {
  for (const client of dialled.splice(0)) client.close();
  await Promise.all(running.splice(0).map(server => server.stop()));
});

const smtp = async (options: SmtpOptions = {}) => {
  const server = await startExchangeSmtp('127.0.0.1', { certificate: certificates.context('good'), ...options });
  running.push(server);
  return server;
};
const open = async (server: SmtpServer, at: { localAddress?: string } = {}) => {
  const client = await dial(server.port, at);
  dialled.push(client);
  return client;
};
const greeted = async (server: SmtpServer) => {
  const client = await open(server);
  await client.line();
  return client;
};
const ask = async (client: Dialled, text: string) => {
  client.send(`${text}\r\n`);
  return client.line();
};
const ehlo = (client: Dialled) => {
  client.send('EHLO uccx1.contoso.test\r\n');
  return client.until('250 ');
};

it.each([
  {
    manner: '2010',
    before: [
      '250-ex01.contoso.test Hello [127.0.0.1]',
      '250-SIZE',
      '250-PIPELINING',
      '250-DSN',
      '250-ENHANCEDSTATUSCODES',
      '250-STARTTLS',
      '250-AUTH GSSAPI NTLM',
      '250-X-EXPS GSSAPI NTLM',
      '250-8BITMIME',
      '250-BINARYMIME',
      '250-CHUNKING',
      '250-XEXCH50',
      '250-XRDST',
      '250 XSHADOW',
    ],
  },
  {
    manner: '2016',
    before: [
      '250-ex01.contoso.test Hello [127.0.0.1]',
      '250-SIZE 37748736',
      '250-PIPELINING',
      '250-DSN',
      '250-ENHANCEDSTATUSCODES',
      '250-STARTTLS',
      '250-AUTH GSSAPI NTLM',
      '250-8BITMIME',
      '250-BINARYMIME',
      '250-CHUNKING',
      '250 SMTPUTF8',
    ],
  },
] as const)(
  '$manner greets, offers a password login only after STARTTLS, and says goodbye',
  async ({ manner, before }) => {
    const server = await smtp({ manner });
    const client = await open(server);
    expect(await client.line()).toMatch(
      /^220 ex01\.contoso\.test Microsoft ESMTP MAIL Service ready at \w{3}, \d{1,2} \w{3} \d{4} \d\d:\d\d:\d\d \+0000$/,
    );
    expect(await ehlo(client)).toEqual(before);
    expect(await ask(client, 'AUTH LOGIN')).toBe('504 5.7.4 Unrecognized authentication type');
    expect(await ask(client, 'STARTTLS')).toBe('220 2.0.0 SMTP server ready');
    expect(await client.startTls({ ca: certificates.ca, servername: SERVER_NAME })).toBe('TLSv1.3');
    const after = await ehlo(client);
    expect(after).toContain('250-AUTH GSSAPI NTLM LOGIN');
    expect(after).not.toContain('250-STARTTLS');
    expect(await ask(client, 'QUIT')).toBe('221 2.0.0 Service closing transmission channel');
    expect(await client.line()).toBeNull();
    expect(server.counts()).toMatchObject({ connections: 1, mailFrom: 0, authTried: 1, quits: 1 });
  },
);

it('does not know STARTTLS without a certificate', async () => {
  const client = await greeted(await smtp({ certificate: null }));
  expect(await ehlo(client)).not.toContain('250-STARTTLS');
  expect(await ask(client, 'STARTTLS')).toBe('500 5.3.3 Unrecognized command');
});

it.each([
  {
    refuses: 'per-source',
    manner: '2010',
    says: '421 4.3.2 The maximum number of concurrent connections has exceeded a limit, closing transmission channel',
  },
  {
    refuses: 'total',
    manner: '2010',
    says: '421 4.3.2 The maximum number of concurrent connections has exceeded a limit, closing transmission channel',
  },
  {
    refuses: 'per-source',
    manner: '2016',
    says: '421 4.3.2 The maximum number of concurrent server connections has exceeded a per-source limit, closing transmission channel',
  },
  {
    refuses: 'total',
    manner: '2016',
    says: '421 4.3.2 The maximum number of concurrent server connections has exceeded a limit, closing transmission channel',
  },
  { refuses: 'service-not-available', manner: '2016', says: '421 4.3.2 Service not available' },
] as const)('$manner turns away at once ($refuses)', async ({ refuses, manner, says }) => {
  const client = await open(await smtp({ refuses, manner }));
  expect(await client.line()).toBe(says);
  expect(await client.line()).toBeNull();
});

it('counts live connections by address and in total', async () => {
  const server = await smtp({ limits: { perSource: 1, total: 2 } });
  await greeted(server);
  expect(await (await open(server)).line()).toContain('exceeded a per-source limit');
  expect(await (await open(server, { localAddress: '127.0.0.2' })).line()).toMatch(/^220 /);
  expect(await (await open(server, { localAddress: '127.0.0.3' })).line()).toContain(
    'connections has exceeded a limit',
  );
  expect(server.counts()).toMatchObject({ connections: 4, turnedAway: 2, openNow: 2, peak: 2 });
});

it('refuses the message over the rate and counts every MAIL FROM', async () => {
  const server = await smtp({ messages: 1 });
  const client = await greeted(server);
  expect(await ask(client, 'MAIL FROM:<a@contoso.test>')).toBe('530 5.7.1 Client was not authenticated');
  expect(await ask(client, 'MAIL FROM:<a@contoso.test>')).toBe(
    '421 4.4.2 Message submission rate for this client has exceeded the configured limit',
  );
  expect(await client.line()).toBeNull();
  expect(server.counts().mailFrom).toBe(2);
});

it.each([
  { password: 'right', says: '235 2.7.0 Authentication successful', refused: 0 },
  { password: 'wrong', says: '535 5.7.3 Authentication unsuccessful', refused: 1 },
])('takes the login of the account it knows ($password)', async ({ password, says, refused }) => {
  const server = await smtp({ account: { user: 'CONTOSO\\u', password: 'right' } });
  const client = await greeted(server);
  await ask(client, 'STARTTLS');
  await client.startTls({ ca: certificates.ca, servername: SERVER_NAME });
  expect(await ask(client, 'AUTH LOGIN')).toBe('334 VXNlcm5hbWU6');
  expect(await ask(client, Buffer.from('contoso\\u').toString('base64'))).toBe('334 UGFzc3dvcmQ6');
  expect(await ask(client, Buffer.from(password).toString('base64'))).toBe(says);
  expect(server.counts()).toMatchObject({ authTried: 1, authRefused: refused });
});
