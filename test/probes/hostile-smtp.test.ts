import { expect, it } from 'vitest';
import { smtpService } from '../../src/probes/smtp-service.js';
import { converse, endsServers, serve } from '../wire/hostile.js';
import { kindsOf, look, mailTarget, only, said } from './looking.js';

endsServers();

const plain = (port: number) => mailTarget({ smtp: { port, security: 'plain' } });

it.each([
  { name: 'silence', says: null, is: { outcome: 'silent', code: null, text: null }, quits: false },
  { name: 'end', says: '', is: { outcome: 'closed', code: null }, quits: false },
  {
    name: 'the 421 of Exchange',
    says: '421 4.3.2 The maximum number of concurrent server connections has exceeded a per-source limit, closing transmission channel\r\n',
    is: { outcome: 'rejected', code: 421, enhanced: '4.3.2', text: expect.stringMatching(/per-source limit/) },
    quits: false,
  },
  {
    name: 'words of another protocol',
    says: '* OK IMAP4\r\n',
    is: { outcome: 'not-smtp', code: null, text: '* OK IMAP4' },
    quits: false,
  },
  { name: 'noise', says: '\x15\x03\x01', is: { outcome: 'not-smtp', text: '\\x15\\x03\\x01' }, quits: false },
  { name: 'lines for ever', says: '220-more\r\n'.repeat(5000), is: { outcome: 'too-much' }, quits: false },
  {
    name: 'a greeting of many lines',
    says: '220-one\r\n220 two\r\n',
    is: { outcome: 'greeted', code: 220, text: 'one two' },
    quits: true,
  },
])('for a banner: $name', async ({ says, is, quits }) => {
  const server = await serve(socket => {
    if (says !== null) socket.end(says);
  });
  const seen = await look(smtpService, plain(server.port), is.outcome === 'silent' ? { budgetMs: 5000 } : {});
  expect(only(seen, 'smtp-banner')).toMatchObject(is);
  expect(kindsOf(seen).includes('smtp-ehlo')).toBe(quits);
  await expect.poll(server.open).toBe(0);
});

it('lists extensions in capitals and mechanisms once, of either way to write AUTH', async () => {
  const server = await converse('220 CAS01 Microsoft ESMTP MAIL Service ready\r\n', line =>
    line.startsWith('EHLO')
      ? '250-CAS01 Hello [127.0.0.1]\r\n250-size 37748736\r\n250-STARTTLS\r\n250-X-ANONYMOUSTLS\r\n250-AUTH NTLM login\r\n250-AUTH=LOGIN\r\n250 XRDST\r\n'
      : '221 2.0.0 Service closing transmission channel\r\n',
  );
  const seen = await look(smtpService, plain(server.port));
  expect(only(seen, 'smtp-ehlo')).toMatchObject({
    when: 'plain',
    outcome: 'listed',
    extensions: ['SIZE', 'STARTTLS', 'X-ANONYMOUSTLS', 'AUTH', 'XRDST'],
    auth: ['NTLM', 'LOGIN'],
  });
  expect(said(seen, 'client')).toEqual(['EHLO [127.0.0.1]', 'QUIT']);
});

it('keeps the words of a server that refuses EHLO or STARTTLS, and quits', async () => {
  const server = await converse('220 ready\r\n', line => {
    if (line.startsWith('EHLO')) return '250-CAS01\r\n250 STARTTLS\r\n';
    return line === 'STARTTLS' ? '454 4.7.0 TLS not available\r\n' : '221 bye\r\n';
  });
  const seen = await look(smtpService, mailTarget({ smtp: { port: server.port, security: 'starttls' } }));
  expect(only(seen, 'tls-session')).toMatchObject({ outcome: 'refused', text: '454 4.7.0 TLS not available' });
  expect(said(seen, 'client')).toEqual(['EHLO [127.0.0.1]', 'STARTTLS', 'QUIT']);

  const refusing = await converse('220 ready\r\n', line =>
    line === 'QUIT' ? '221 bye\r\n' : '501 5.5.4 Invalid domain name\r\n',
  );
  expect(only(await look(smtpService, plain(refusing.port)), 'smtp-ehlo')).toMatchObject({
    outcome: 'refused',
    code: 501,
    enhanced: '5.5.4',
    text: '5.5.4 Invalid domain name',
    extensions: [],
  });
});

it('quits on an abort, too', async () => {
  const abort = new AbortController();
  const server = await converse('220 ready\r\n', (line, socket) => {
    if (line.startsWith('EHLO')) abort.abort();
    if (line === 'QUIT') socket.end('221 bye\r\n');
    return undefined;
  });
  const seen = await look(smtpService, plain(server.port), { signal: abort.signal });
  expect(seen.cut).toBe(true);
  expect(kindsOf(seen)).toEqual(['tcp-connect', 'smtp-banner']);
  expect(server.heard()).toMatch(/QUIT\r\n$/);
  await expect.poll(server.open).toBe(0);
});
