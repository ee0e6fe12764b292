import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startBalancer } from '../../src/lab/balancer.js';
import { type Certificates, makeCertificates } from '../../src/lab/certificates.js';
import { filteredPort } from '../../src/lab/dead-ports.js';
import { startExchangeImap } from '../../src/lab/exchange-imap.js';
import { startExchangeSmtp } from '../../src/lab/exchange-smtp.js';
import { cucNotify } from '../../src/probes/cuc-notify.js';
import { imapLogin } from '../../src/probes/imap-login.js';
import { imapService } from '../../src/probes/imap-service.js';
import { smtpService } from '../../src/probes/smtp-service.js';
import { temporaryFolders } from '../lab/folder.js';
import { all, inboxTarget, look, mailTarget, only, openDoor, type Seen } from './looking.js';

const PATIENCE = { timeout: 60_000 };
/** A service that takes its time is met no further. This machine may take its time, and the clock does not tell. */
const asIfQuick = async (look: () => Promise<Seen>): Promise<Seen> => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  return look().finally(() => vi.useRealTimers());
};
const NAME = 'mail.contoso.test';
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
const kept = <Started extends { stop: () => unknown }>(started: Started): Started => {
  ends.push(started.stop);
  return started;
};

/** Sessions of several IMAP services together: from the greeting to the farewell. */
const sessions = { now: 0, most: 0, logins: 0 };
const greet = (words: string) => (socket: Socket) => {
  sessions.now += 1;
  sessions.most = Math.max(sessions.most, sessions.now);
  socket.on('error', () => {}).write(`* OK ${words}\r\n`);
  socket.on('data', bytes => {
    const [tag, command = ''] = bytes.toString().trim().split(' ');
    if (command === 'CAPABILITY') socket.write(`* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n${tag} OK\r\n`);
    else if (command === 'LOGOUT') {
      sessions.now -= 1;
      socket.end(`* BYE\r\n${tag} OK\r\n`);
    } else {
      if (command === 'AUTHENTICATE') sessions.logins += 1;
      socket.write(`* 0 EXISTS\r\n${tag} OK done\r\n`);
    }
  });
};
/** Listens at one address, on the port that another one has; on a machine without IPv6 nobody does. */
const listenAt = (host: string, port: number, take: (socket: Socket) => void): Promise<Server | null> =>
  new Promise((resolve, reject) => {
    const server = createServer(take);
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRNOTAVAIL' ? resolve(null) : reject(error),
    );
    server.listen(port, host, () => {
      ends.push(() => new Promise(done => server.close(done)));
      resolve(server);
    });
  });

describe('a name with several addresses', () => {
  it(
    'goes on over the one that answers, and tells what became of each; one session at a time, one login',
    PATIENCE,
    async () => {
      Object.assign(sessions, { now: 0, most: 0, logins: 0 });
      const { port } = kept(await filteredPort('127.0.0.3'));
      await listenAt('127.0.0.2', port, greet('the second'));
      const hasIpv6 = await listenAt('::1', port, greet('the third'));
      const seen = await look(imapLogin, mailTarget({ imap: { host: NAME, port } }), {
        ...openDoor('secret'),
        resolve: async () => ['127.0.0.3', '127.0.0.2', '::1', '127.0.0.4'],
        furtherConnects: 7,
      });
      expect(seen.cut).toBe(false);
      expect(only(seen, 'tcp-connect')).toMatchObject({
        outcome: 'connected',
        address: '127.0.0.2',
        tried: [
          { address: '127.0.0.3', outcome: 'timed-out' },
          { address: '127.0.0.2', outcome: 'connected' },
        ],
        others: ['::1', '127.0.0.4'],
      });
      expect(only(seen, 'imap-login').outcome).toBe('accepted');
      expect(all(seen, 'further-connect')).toMatchObject([
        hasIpv6
          ? { address: '::1', outcome: 'connected', greeted: true, greeting: 'the third' }
          : { address: '::1', outcome: 'unreachable', greeted: null, greeting: null },
        { address: '127.0.0.4', outcome: 'refused', code: 'ECONNREFUSED', greeted: null },
      ]);
      expect(sessions).toEqual({ now: 0, most: 1, logins: 1 });
    },
  );

  it('is told of SMTP and of the notification port too', PATIENCE, async () => {
    const smtp = kept(await startExchangeSmtp('127.0.0.1', {}));
    const resolve = async () => ['127.0.0.1', '127.0.0.2'];
    const target = mailTarget({ smtp: { host: NAME, port: smtp.port } });
    const bySmtp = await look(smtpService, target, { resolve, furtherConnects: 7 });
    expect(only(bySmtp, 'further-connect')).toMatchObject({ leg: 'smtp', address: '127.0.0.2', outcome: 'refused' });
    const byNotify = await look(cucNotify, inboxTarget(smtp.port, 'cuc.contoso.test'), { resolve, furtherConnects: 7 });
    expect(only(byNotify, 'further-connect')).toMatchObject({
      leg: 'notify',
      address: '127.0.0.2',
      outcome: 'refused',
    });
  });

  it('is looked at no further where the order grants nothing, as for a watch', PATIENCE, async () => {
    const smtp = kept(await startExchangeSmtp('127.0.0.1', {}));
    const seen = await look(smtpService, mailTarget({ smtp: { host: NAME, port: smtp.port } }), {
      resolve: async () => ['127.0.0.1', '127.0.0.2'],
    });
    expect(only(seen, 'tcp-connect').others).toEqual(['127.0.0.2']);
    expect(all(seen, 'further-connect')).toEqual([]);
  });
});

describe('one address', () => {
  const newFolder = temporaryFolders();
  let certificates: Certificates;
  beforeAll(async () => {
    certificates = await makeCertificates(await newFolder());
  });
  const server = async (kind: 'good' | 'expired', options: object = {}) =>
    kept(await startExchangeImap('127.0.0.1', { accounts: [], certificate: certificates.context(kind), ...options }));

  it('is met twice more, and shows the servers of a balancer by their certificates', PATIENCE, async () => {
    const [one, two] = [await server('good'), await server('expired')];
    const { port } = kept(await startBalancer('127.0.0.1', [one.port, two.port]));
    const target = mailTarget({ imap: { port, security: 'starttls', trust: 'any' } });
    const seen = await asIfQuick(() => look(imapService, target, { furtherConnects: 7 }));
    const further = all(seen, 'further-connect');
    expect(further).toMatchObject([{ greeted: true }, { greeted: true }]);
    const [first, second, third] = [only(seen, 'tls-session'), ...further].map(each => each.certificate?.sha256);
    expect(second).not.toBe(first);
    expect(third).toBe(first);
    expect(one.counts().connections + two.counts().connections).toBe(3);
    await expect.poll(() => one.counts().openNow + two.counts().openNow, { timeout: 30_000 }).toBe(0);
  });

  it('is encrypted no further where the greeting names the server', PATIENCE, async () => {
    const { port } = await server('good', { greeting: '* OK Microsoft Exchange IMAP4 [RQBYADAAMQA=]\r\n' });
    const target = mailTarget({ imap: { port, security: 'starttls', trust: 'any' } });
    const seen = await asIfQuick(() => look(imapService, target, { furtherConnects: 7 }));
    expect(all(seen, 'further-connect')).toMatchObject([
      { greeted: true, greeting: 'Microsoft Exchange IMAP4 [RQBYADAAMQA=]', certificate: null },
      { greeted: true, certificate: null },
    ]);
  });

  it.each([
    { name: 'which speaks TLS from the first byte', options: { tls: true }, security: 'tls', granted: 7, further: 2 },
    { name: 'as often as the order grants', options: {}, security: 'starttls', granted: 1, further: 1 },
    {
      name: 'not where the farewell goes unanswered',
      options: { script: { LOGOUT: async () => {} } },
      security: 'starttls',
      granted: 7,
      further: 0,
    },
  ] as const)('$name', PATIENCE, async ({ options, security, granted, further }) => {
    const { port, counts } = await server('good', options);
    const target = mailTarget({ imap: { port, security, trust: 'any' } });
    const looking = () => look(imapService, target, { furtherConnects: granted });
    const seen = await (further > 0 ? asIfQuick(looking) : looking());
    expect(all(seen, 'further-connect').filter(({ greeted }) => greeted)).toHaveLength(further);
    expect(counts().connections).toBe(1 + further);
  });

  it('of Exchange Online is met once: it answers from many servers anyway', PATIENCE, async () => {
    const { port, counts } = await server('good');
    const target = mailTarget({ imap: { port } });
    const online = { ...target, exchange: { ...target.exchange, version: 'online' as const } };
    await look(imapService, online, { furtherConnects: 7 });
    expect(counts().connections).toBe(1);
  });
});

it('shows no password that the server of the first connection repeats on a later one', async () => {
  const repeats = createServer(socket => {
    socket.on('error', () => {}).write('* OK ready\r\n');
    socket.on('data', bytes => {
      const [tag, command = ''] = bytes.toString().trim().split(' ');
      if (command === 'CAPABILITY') socket.write(`* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n${tag} OK\r\n`);
      else if (command === 'LOGOUT') socket.end(`* BYE s3cret-of-all\r\n${tag} OK s3cret-of-all\r\n`);
      else socket.write(`* 0 EXISTS\r\n${tag} OK done\r\n`);
    });
  });
  await new Promise<void>(listening => repeats.listen(0, '127.0.0.1', listening));
  ends.push(() => new Promise(done => repeats.close(done)));
  const { port } = repeats.address() as { port: number };
  const looking = { ...openDoor('s3cret-of-all'), furtherConnects: 2 };
  const seen = await asIfQuick(() => look(imapLogin, mailTarget({ imap: { port } }), looking));
  expect(all(seen, 'further-connect')).toHaveLength(2);
  expect(JSON.stringify(seen)).toContain('BYE ****');
  expect(JSON.stringify(seen)).not.toContain('s3cret');
});
