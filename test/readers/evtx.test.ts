import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readers } from '../../src/readers/index.js';
import { processorMs } from '../support/processor.js';
import { evtxOf } from './evtx-writer.js';
import { bodiesOf, readWith } from './read-with.js';

const DN = '/o=First/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=uccxemail';
const at = (minute: number) => new Date(Date.UTC(2026, 10, 21, 7, minute));
const event = (provider: string, id: number, data: readonly string[], minute = 0) => ({
  provider,
  id,
  computer: 'MBX01.contoso.test',
  at: at(minute),
  data,
});
const read = (bytes: Buffer) => readWith(readers, 'Application.evtx', bytes);

it('gives what was filled into the events of Exchange, with server and time in UTC, and passes all others over', async () => {
  const file = await read(
    evtxOf([
      event('MSExchangeIS', 9646, [DN, 'IMAP', '16', 'Session'], 5),
      event('Service Control Manager', 7036, ['IMAP4', 'stopped']),
      event('MSExchangeIS', 9646, [DN, 'IMAP', '16', 'Session'], 2),
      event('MSExchangeIMAP4', 1009, ['contoso\\uccxemail', '16']),
      event('MSExchangePOP3', 1009, ['contoso\\uccxemail', '16']),
      event('MSExchangeTransport', 1021, ['Client Frontend EX01', '10.4.3.20', '20']),
      event('MSExchange ADAccess', 2915, [
        'imap4',
        '4711',
        'Sid~CONTOSO\\uccxemail~IMAP~false',
        '37',
        'IMAP',
        'Policy:UCCXEmail, Parts:MaxConcurrency:37;',
        '10',
      ]),
      event('MSExchange Web Services', 7, [
        'abc',
        'http://cuc.contoso.test:7080/NotificationService',
        '5',
        'WebException: Status: ConnectFailure',
      ]),
    ]),
  );
  expect(file.file.unread.first).toEqual([]);
  expect(bodiesOf(file, 'exchange-event')).toMatchObject([
    {
      about: 'store-sessions',
      subject: DN,
      limit: 16,
      of: 'session',
      detail: 'IMAP',
      server: 'MBX01.contoso.test',
      times: 2,
      first: '2026-11-21T07:02:00.000Z',
      last: '2026-11-21T07:05:00.000Z',
      utc: true,
    },
    { about: 'imap-per-user', subject: 'contoso\\uccxemail', limit: 16 },
    { about: 'connector-per-source', subject: '10.4.3.20', limit: 20, of: 'Client Frontend EX01' },
    { about: 'over-budget', subject: 'CONTOSO\\uccxemail', of: 'IMAP', detail: 'UCCXEmail, MaxConcurrency:37' },
    { about: 'push-given-up', subject: 'cuc.contoso.test:7080', of: 'ConnectFailure' },
  ]);
});

it('says where a log breaks off, and keeps what was whole', async () => {
  const whole = evtxOf([event('MSExchangeIMAP4', 1009, ['contoso\\uccxemail', '16'])]);
  const file = await read(whole.subarray(0, 4096 + 4000));
  expect(bodiesOf(file, 'exchange-event')).toHaveLength(1);
  expect(file.file.unread.first).toMatchObject([{ why: 'the log breaks off' }]);
});

it('survives any byte that is not what it should be', async () => {
  const whole = evtxOf(
    Array.from({ length: 6 }, (_, minute) => event('MSExchangeIS', 9646, [DN, '16', 'session'], minute)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(2400), fc.nat(255)), { minLength: 1, maxLength: 12 }), async noise => {
      const mangled = Buffer.from(whole);
      for (const [place, value] of noise) mangled[4096 + 512 + place] = value;
      const file = await read(mangled);
      expect(file.facts.length).toBeLessThan(10);
    }),
    { numRuns: 60 },
  );
});

it('takes no longer for a value of nothing but zeros', async () => {
  const whole = evtxOf([event('MSExchangeIS', 9646, [`${'\0'.repeat(15_000)}x`, '16', 'session'])]);
  let least = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 20 && least >= 50; turn++) {
    const before = processorMs();
    await read(whole);
    least = Math.min(least, processorMs() - before);
  }
  expect(least).toBeLessThan(50);
});
