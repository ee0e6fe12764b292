import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.js';
import type { Evidence } from '../../src/domain/evidence/index.js';
import { RunId } from '../../src/domain/ids.js';
import { rules } from '../../src/rules/index.js';
import { fact, mailTarget } from '../support/build.js';

const AT = '2026-11-21T08:00:00.000Z';
const target = mailTarget({ user: 'CONTOSO\\uccxemail' });
const report = (given: Evidence[]) =>
  diagnose(
    {
      rules,
      onCrash: error => {
        throw error;
      },
    },
    {
      run: RunId.parse('run-0001'),
      target,
      plan: { target: target.id, orders: [], uncovered: [], leftOut: [], legs: ['imap', 'smtp'] },
      observations: [],
      pasted: given,
      startedAt: AT,
      finishedAt: AT,
    },
  );
const problems = (given: Evidence[]) =>
  report(given).verdicts.flatMap(verdict =>
    verdict.is === 'problem'
      ? verdict.findings.map(({ rule, severity, certainty }) => `${rule} ${severity} ${certainty}`)
      : [],
  );

const login = (text = 'AUTHENTICATE failed.') => fact('imap-login', { outcome: 'refused', status: 'NO', text });
const closed = fact('imap-select', {
  outcome: 'refused',
  status: 'NO',
  text: 'Server Unavailable. 15',
  messages: null,
});
const event = (body: object = {}) =>
  fact('exchange-event', {
    about: 'imap-per-user',
    id: 1009,
    provider: 'MSExchangeIMAP4',
    subject: 'CONTOSO\\uccxemail',
    of: null,
    ...body,
  });
const store = (body: object = {}) => fact('exchange-event', body);
const dated = (last: string | null, utc = true) => ({ first: last, last, utc });

describe('a proven cause and the refusal that it explains are one finding', () => {
  it.each<[string, Evidence[], string[]]>([
    ['event 1009 of today', [login(), event()], ['shared-account-sessions critical proven']],
    [
      'the same in an event without a zone',
      [login(), event(dated('11/21/2026 11:20:00 PM', false))],
      ['shared-account-sessions critical likely'],
    ],
    ['event 9646 of today', [fact('imap-login'), closed, store()], ['shared-account-sessions critical proven']],
    ['ImapEnabled False', [login(), fact('cas-mailbox', { imapEnabled: false })], ['imap-mailbox critical proven']],
    ['a locked account', [login(), fact('ad-user', { lockedOut: true })], ['account-state critical proven']],
    [
      'a disabled account in its own words',
      [login('Logon failure: account currently disabled.'), fact('ad-user', { enabled: false })],
      ['account-state critical proven'],
    ],
    [
      'a database that is not mounted',
      [fact('imap-login'), closed, fact('exchange-mailbox'), fact('database-state', { mounted: false })],
      ['mailbox-database critical proven'],
    ],
    [
      'a stopped service behind a closed port',
      [fact('tcp-connect', { outcome: 'refused', code: 'ECONNREFUSED' }), fact('service-state', { status: 'Stopped' })],
      ['exchange-services critical proven'],
    ],
    [
      'an answer about something else stays',
      [{ ...login('[PRIVACYREQUIRED] TLS first'), encrypted: false } as Evidence, event()],
      ['imap-login critical likely', 'shared-account-sessions critical proven'],
    ],
    [
      'the event of another account explains nothing',
      [login(), event({ subject: 'CONTOSO\\somebody' })],
      ['imap-login critical possible'],
    ],
  ])('%s', (_, given, expected) => expect(problems(given)).toEqual(expected));

  it('the finding quotes the refusal, and the folded verdict says who tells it', () => {
    const { verdicts } = report([login(), event()]);
    expect(verdicts.find(({ rule }) => rule === 'imap-login')).toMatchObject({
      is: 'unknown',
      behind: 'shared-account-sessions',
    });
    const told = verdicts.find(({ rule }) => rule === 'shared-account-sessions');
    expect(told?.is === 'problem' && told.findings[0]?.because.join('\n')).toMatch(
      /event 1009.*\n.*AUTHENTICATE failed/,
    );
  });
});

describe('what an event is worth', () => {
  it.each<[string, Evidence[], string[]]>([
    [
      'of 2019, with a login that is accepted now',
      [fact('imap-login'), fact('imap-select'), event(dated('03/04/2019 11:20:00 PM', false))],
      ['shared-account-sessions notice possible'],
    ],
    [
      'of 2019 explains no refusal of now',
      [login(), event(dated('2019-03-04T23:20:00.000Z'))],
      ['imap-login critical possible', 'shared-account-sessions notice possible'],
    ],
    ['without a date', [event(dated(null))], ['shared-account-sessions critical likely']],
    [
      'older than the mailbox that opens now, with room in the limit',
      [fact('imap-login'), fact('imap-select'), event({ limit: 200 })],
      ['shared-account-sessions notice possible'],
    ],
    // What the limit was an hour ago is what it is: too little for the agents, whoever got in.
    [
      'older than a success, and its limit is below the need',
      [fact('imap-login'), fact('imap-select'), event()],
      ['shared-account-sessions critical proven'],
    ],
    [
      'of an account of that name in another domain',
      [event({ subject: 'FABRIKAM\\uccxemail' })],
      ['shared-account-sessions critical likely'],
    ],
    ['9646 of 2019', [store(dated('2019-03-04T23:20:00.000Z'))], ['shared-account-sessions notice possible']],
    [
      'back pressure of 2019',
      [
        store({
          about: 'pressure',
          id: 15006,
          provider: 'MSExchangeTransport',
          of: 'disk',
          subject: null,
          limit: null,
          ...dated('03/04/2019 11:20:00 PM', false),
        }),
      ],
      ['connector-refusals notice possible'],
    ],
    [
      'a budget of 2019',
      [
        store({
          about: 'over-budget',
          id: 2915,
          provider: 'MSExchange ADAccess',
          subject: 'CONTOSO\\uccxemail',
          limit: null,
          ...dated('2019-03-04T23:20:00.000Z'),
        }),
      ],
      ['throttling-policy notice possible'],
    ],
  ])('%s', (_, given, expected) => expect(problems(given)).toEqual(expected));
});
