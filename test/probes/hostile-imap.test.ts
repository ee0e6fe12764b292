import { TLSSocket } from 'node:tls';
import { expect, it } from 'vitest';
import { imapLogin } from '../../src/probes/imap-login.js';
import { imapService } from '../../src/probes/imap-service.js';
import { converse, endsServers, selfSigned, serve } from '../wire/hostile.js';
import { all, kindsOf, look, mailTarget, only, openDoor, said } from './looking.js';

endsServers();

const PASSWORD = 'Ag3nt-Mail';
const GREETING = '* OK The Microsoft Exchange IMAP4 service is ready.\r\n';
const plain = (port: number) => mailTarget({ imap: { port, security: 'plain' } });
const starttls = (port: number) => mailTarget({ imap: { port, security: 'starttls', trust: 'any' } });

/** A server of manners whose answers to single commands a test replaces: `<t>` becomes the tag. */
const exchange = (answers: Record<string, string | undefined> = {}, greeting = GREETING) =>
  converse(greeting, (line, socket) => {
    const [tag = '', command = ''] = line.split(' ');
    const usual: Record<string, string> = {
      CAPABILITY: '* CAPABILITY IMAP4 IMAP4rev1 AUTH=PLAIN\r\n<t> OK CAPABILITY completed.\r\n',
      AUTHENTICATE: '+\r\n',
      SELECT: '* 7 EXISTS\r\n<t> OK [READ-WRITE] SELECT completed.\r\n',
      LOGOUT: '* BYE Microsoft Exchange Server 2010 IMAP4 server signing off.\r\n<t> OK LOGOUT completed.\r\n',
    };
    const all = { ...usual, ...answers };
    const key = command in all ? command : 'BLOB';
    if (key === 'LOGOUT' || all[key]?.endsWith('<end>')) setImmediate(() => socket.end());
    return all[key]?.replace('<end>', '').replaceAll('<t>', key === 'BLOB' ? 'A2' : tag);
  });

it.each([
  { name: 'says nothing', treat: () => {}, outcome: 'silent', text: null },
  { name: 'closes before a greeting', treat: (s: Closing) => s.end(), outcome: 'closed', text: null },
  {
    name: 'sends BYE for a greeting',
    treat: (s: Closing) => s.end('* BYE Server busy\r\n'),
    outcome: 'bye',
    text: 'Server busy',
  },
  {
    name: 'is another service',
    treat: (s: Closing) => s.write('220 smtp.test ESMTP\r\n'),
    outcome: 'not-imap',
    text: '220 smtp.test ESMTP',
  },
  {
    name: 'sends noise and closes',
    treat: (s: Closing) => s.end(Buffer.from([0x15, 3, 1, 0, 2, 2, 0xff])),
    outcome: 'not-imap',
    text: /^\\x15\\x03\\x01/,
  },
  { name: 'sends a byte now and then', treat: (s: Closing) => drip(s), outcome: 'silent', text: /^\*[* OK]*/ },
  { name: 'sends a line without an end', treat: (s: Closing) => flood(s), outcome: 'too-much', text: /^x+…$/ },
])('a server that $name', async ({ treat, outcome, text }) => {
  const server = await serve(treat);
  const seen = await look(imapService, plain(server.port), outcome === 'silent' ? { budgetMs: 5000 } : {});
  expect(kindsOf(seen).filter(kind => kind !== 'tcp-connect')).toEqual(['imap-greeting']);
  expect(only(seen, 'imap-greeting')).toMatchObject({
    outcome,
    text: text instanceof RegExp ? expect.stringMatching(text) : text,
  });
  expect(seen.cut).toBe(false);
  expect(server.heard()).toBe('');
  await expect.poll(server.open).toBe(0);
});

it('a server that resets at once is seen as such, by the connection or by the greeting, whichever notices', async () => {
  const server = await serve(socket => void socket.resetAndDestroy());
  const seen = await look(imapService, plain(server.port));
  const [connect, greeting] = [only(seen, 'tcp-connect').outcome, all(seen, 'imap-greeting')[0]?.outcome ?? 'none'];
  expect(['reset none', 'connected closed']).toContain(`${connect} ${greeting}`);
});
type Closing = Parameters<Parameters<typeof serve>[0]>[0];
const drip = (socket: Closing) => {
  const bytes = [...'* OK '.repeat(1000)];
  const timer = setInterval(() => socket.write(bytes.shift() ?? ' '), 100);
  socket.on('close', () => clearInterval(timer));
};
const flood = (socket: Closing) => {
  const more = () => {
    while (!socket.destroyed && socket.write('x'.repeat(65_536)));
    if (!socket.destroyed) socket.once('drain', more);
  };
  more();
};

it('bounds five megabytes of capability', async () => {
  const server = await exchange({ CAPABILITY: `* CAPABILITY ${'AUTH=SOMETHING '.repeat(350_000)}\r\n<t> OK\r\n` });
  const seen = await look(imapLogin, plain(server.port), openDoor(PASSWORD));
  expect(only(seen, 'imap-capability')).toMatchObject({ outcome: 'too-much', capabilities: [] });
  expect(kindsOf(seen)).not.toContain('imap-login');
  await expect.poll(server.open).toBe(0);
});

it.each([
  { tells: 'how to log in', greeting: '* OK [CAPABILITY IMAP4rev1 auth=plain IDLE] ready.', asked: false },
  { tells: 'that nobody may', greeting: '* OK [capability IMAP4rev1 LOGINDISABLED] ready.', asked: false },
  { tells: 'of nothing', greeting: '* OK ready.', asked: true },
  { tells: 'of everything but a login', greeting: '* OK [CAPABILITY IMAP4rev1 IDLE] ready.', asked: true },
  { tells: 'it where it is mere words', greeting: '* OK ready [CAPABILITY IMAP4rev1 AUTH=EVIL].', asked: true },
  { tells: 'what counts behind a login', greeting: '* PREAUTH [CAPABILITY IMAP4rev1 AUTH=EVIL] hello', asked: true },
])('a greeting that tells $tells is asked: $asked', async ({ greeting, asked }) => {
  const server = await exchange({}, `${greeting}\r\n`);
  const seen = await look(imapService, plain(server.port));
  expect(said(seen, 'client')).toEqual(asked ? ['A1 CAPABILITY', 'A2 LOGOUT'] : ['A1 LOGOUT']);
  const { outcome, when, capabilities } = only(seen, 'imap-capability');
  expect({ outcome, when }).toEqual({ outcome: 'listed', when: 'plain' });
  const told = greeting.includes('LOGINDISABLED')
    ? ['IMAP4REV1', 'LOGINDISABLED']
    : ['IMAP4REV1', 'AUTH=PLAIN', 'IDLE'];
  expect(capabilities).toEqual(asked ? ['IMAP4', 'IMAP4REV1', 'AUTH=PLAIN'] : told);
});

it.each([
  { name: 'with the answer', piece: true },
  { name: 'in place of the handshake', piece: false },
])('never takes plain text behind STARTTLS for an answer: $name', async ({ piece }) => {
  const injected = '* CAPABILITY IMAP4rev1 AUTH=INJECTED\r\nA1 OK done\r\n';
  const { key, cert } = selfSigned();
  const server = await serve(socket => {
    socket.write(GREETING);
    socket.on('data', bytes => {
      const [tag, command] = bytes.toString().trim().split(' ');
      if (command === 'CAPABILITY') socket.write(`* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\n${tag} OK\r\n`);
      if (command !== 'STARTTLS') return;
      socket.removeAllListeners('data');
      socket.write(`${tag} OK Begin TLS.\r\n${injected}`);
      if (!piece) return;
      const inner = new TLSSocket(socket, { isServer: true, key, cert });
      inner.on('error', () => {});
      inner.on('data', said => {
        const [again, word] = said.toString().trim().split(' ');
        if (word === 'CAPABILITY') inner.write(`* CAPABILITY IMAP4rev1 AUTH=NTLM LOGINDISABLED\r\n${again} OK\r\n`);
        if (word === 'LOGOUT') inner.end(`* BYE\r\n${again} OK\r\n`);
      });
    });
  });
  const door = openDoor(PASSWORD);
  const seen = await look(imapLogin, starttls(server.port), { ...door, budgetMs: 30_000 });
  expect(door.told).toEqual([]);
  expect(all(seen, 'imap-capability').flatMap(({ capabilities }) => capabilities)).not.toContain('AUTH=INJECTED');
  if (!piece) return expect(only(seen, 'tls-session').outcome).not.toBe('established');
  expect(only(seen, 'tls-session')).toMatchObject({
    outcome: 'established',
    text: expect.stringMatching(/^plain text came behind the answer to STARTTLS and was thrown away: .*AUTH=INJECTED/),
  });
  expect(all(seen, 'imap-capability')[1]).toMatchObject({
    when: 'after-tls',
    capabilities: expect.arrayContaining(['AUTH=NTLM']),
  });
  expect(only(seen, 'imap-login')).toMatchObject({
    outcome: 'withheld',
    withheldFor: 'untrusted-server',
    text: expect.stringMatching(/^only NTLM is offered, by a server whose certificate proves nothing:/),
  });
});

it.each([
  {
    name: 'refused',
    BLOB: '<t> NO AUTHENTICATE failed.\r\n',
    is: { outcome: 'refused', status: 'NO', text: 'AUTHENTICATE failed.' },
    told: ['asked', 'refused'],
  },
  {
    name: 'BYE in place of an answer',
    BLOB: '* BYE Connection is closed. 14\r\n',
    is: { outcome: 'closed', status: 'BYE', text: 'Connection is closed. 14' },
    told: ['asked', 'refused'],
  },
  {
    name: 'BYE with the reason',
    BLOB: '* BYE Invalid user name or password, too many attempts\r\n',
    is: { outcome: 'closed', status: 'BYE' },
    told: ['asked', 'refused'],
  },
  {
    name: 'an untagged word and an end',
    BLOB: '* NO [AUTHENTICATIONFAILED] Invalid login\r\n<end>',
    is: { outcome: 'closed', status: 'NO', text: '[AUTHENTICATIONFAILED] Invalid login' },
    told: ['asked', 'refused'],
  },
  {
    name: 'an untagged word of a proxy and an end',
    BLOB: '* BAD internal server error\r\n<end>',
    is: { outcome: 'closed', status: 'BAD', text: 'internal server error' },
    told: ['asked', 'unheard'],
  },
  {
    name: 'BYE for as long as it is down',
    BLOB: '* BYE [UNAVAILABLE] Server shutting down.\r\n',
    is: { outcome: 'closed', status: 'BYE' },
    told: ['asked', 'not-now'],
  },
  {
    name: '«not now» by its code',
    BLOB: '<t> NO [UNAVAILABLE] Temporary authentication failure.\r\n',
    is: { outcome: 'refused', status: 'NO' },
    told: ['asked', 'not-now'],
  },
  {
    name: 'no answer',
    BLOB: undefined,
    is: { outcome: 'silent', status: null, text: null },
    told: ['asked', 'unheard'],
  },
  { name: 'a second question', BLOB: '+\r\n', is: { outcome: 'silent', status: null }, told: ['asked', 'unheard'] },
  {
    name: 'accepted',
    BLOB: '<t> OK AUTHENTICATE completed.\r\n',
    is: { outcome: 'accepted', status: 'OK' },
    told: ['asked', 'accepted'],
  },
])('a login that brings: $name', async ({ BLOB, is, told }) => {
  const server = await exchange({ BLOB });
  const door = openDoor(PASSWORD);
  const seen = await look(imapLogin, plain(server.port), {
    ...door,
    ...(is.outcome === 'silent' ? { budgetMs: 5000 } : {}),
  });
  expect(only(seen, 'imap-login')).toMatchObject({ mechanism: 'PLAIN', encrypted: false, ...is });
  expect(door.told).toEqual(told);
  expect(server.heard().match(/AUTHENTICATE|LOGIN/g)).toHaveLength(1);
  // Behind a login that has no answer nothing may be sent: it might be taken for another try.
  const hasAnswer = is.outcome === 'refused' || is.outcome === 'accepted';
  expect(server.heard().includes('LOGOUT')).toBe(hasAnswer);
  expect(said(seen, 'client').filter(line => line === '[credentials]')).toHaveLength(1);
  await expect.poll(server.open).toBe(0);
});

it('counts against the password when the connection dies after the password has left', async () => {
  const server = await converse(GREETING, (line, socket) => {
    const [tag, command] = line.split(' ');
    if (command === 'CAPABILITY') return `* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n${tag} OK\r\n`;
    socket.resetAndDestroy();
    return undefined;
  });
  const door = openDoor(PASSWORD);
  const seen = await look(imapLogin, plain(server.port), door);
  expect(only(seen, 'imap-login')).toMatchObject({ outcome: 'closed', status: null });
  expect(door.told).toEqual(['asked', 'unheard']);
});

it('settles as not sent when the mechanism is refused before the password has left', async () => {
  const server = await exchange({ AUTHENTICATE: '<t> NO AUTHENTICATE failed.\r\n' });
  const door = openDoor(PASSWORD);
  const seen = await look(imapLogin, plain(server.port), door);
  expect(only(seen, 'imap-login')).toMatchObject({ outcome: 'refused', text: 'AUTHENTICATE failed.' });
  expect(door.told).toEqual(['asked', 'not-sent']);
  expect(server.heard()).not.toContain(Buffer.from(`\0uccxemail\0${PASSWORD}`).toString('base64'));
});

it('waits a moment for the answer to a login when the look is cut off, settles it and logs out', async () => {
  const abort = new AbortController();
  const server = await serve(socket => {
    socket.write(GREETING);
    socket.on('data', bytes => {
      const line = bytes.toString();
      const tag = line.split(' ')[0];
      if (line.includes('CAPABILITY')) socket.write(`* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n${tag} OK\r\n`);
      if (line.includes('LOGOUT')) socket.end(`* BYE\r\n${tag} OK\r\n`);
      if (!line.includes('AUTHENTICATE')) return;
      abort.abort();
      setImmediate(() => socket.write(`${tag} OK done\r\n`));
    });
  });
  const door = openDoor(PASSWORD);
  const seen = await look(imapLogin, plain(server.port), { ...door, signal: abort.signal });
  expect(seen.cut).toBe(true);
  expect(only(seen, 'imap-login').outcome).toBe('accepted');
  expect(door.told).toEqual(['asked', 'accepted']);
  expect(server.heard()).toMatch(/LOGOUT/);
  expect(kindsOf(seen)).not.toContain('imap-select');
  await expect.poll(server.open).toBe(0);
});

it('ends in time and leaves nothing open when it is cut off', async () => {
  const abort = new AbortController();
  const server = await serve(socket => {
    socket.write(GREETING);
    socket.on('data', () => {
      socket.write('* OK wait\r\n');
      abort.abort();
    });
  });
  const seen = await look(imapService, plain(server.port), { signal: abort.signal });
  expect(seen.cut).toBe(true);
  expect(kindsOf(seen)).toEqual(['tcp-connect', 'imap-greeting', 'imap-logout']);
  await expect.poll(server.open).toBe(0);
});

it('shows neither the password nor its base64 when the server repeats everything', async () => {
  const server = await exchange({ BLOB: undefined });
  const echo = await converse(GREETING, (line, socket) => {
    if (line.includes('CAPABILITY')) return `* CAPABILITY AUTH=PLAIN SASL-IR\r\n${line.split(' ')[0]} OK\r\n`;
    socket.write(`* OK ${PASSWORD} ${Buffer.from(PASSWORD).toString('base64')}\r\n`);
    return `${line.split(' ')[0]} NO you said ${line} and ${PASSWORD}\r\n`;
  });
  for (const { port } of [server, echo]) {
    const everything = JSON.stringify(await look(imapLogin, plain(port), { ...openDoor(PASSWORD), budgetMs: 3000 }));
    for (const secret of [
      PASSWORD,
      Buffer.from(PASSWORD).toString('base64'),
      Buffer.from(`\0uccxemail\0${PASSWORD}`).toString('base64'),
    ]) {
      expect(everything).not.toContain(secret);
    }
  }
});

it('gives a password back unsent that comes after the look was cut off', async () => {
  const server = await exchange();
  const abort = new AbortController();
  const told: string[] = [];
  let give = () => {};
  const seen = await look(imapLogin, plain(server.port), {
    signal: abort.signal,
    login: () => {
      queueMicrotask(() => abort.abort());
      return new Promise(resolve => {
        give = () =>
          resolve({ is: 'granted', user: 'u', password: PASSWORD, settle: async how => void told.push(how) });
      });
    },
  });
  give();
  await expect.poll(() => told).toEqual(['not-sent']);
  expect(kindsOf(seen)).not.toContain('imap-login');
  expect(server.heard()).toMatch(/LOGOUT/);
});
