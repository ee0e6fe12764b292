import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../src/domain/evidence/index.js';
import { lastReportView, reportView, transcriptView } from '../../src/view/report.js';
import { Table } from '../../src/view/view.js';
import { fact } from '../support/build.js';
import { healthy, read, report, seen, silent } from './build.js';

const look = (site: string, evidence: Evidence[]) => ({
  ...seen('imap-service', [], { evidence }),
  source: { by: 'probe', probe: 'imap-service', site, vantages: ['uccx-side'] },
});
const at = (observations: object[]) =>
  report({ target: 'paris-mail', verdicts: [healthy('imap-port', 'it opens')], observations });
const sideBySide = (observations: object[]) =>
  reportView([at(observations)]).sections.find(({ title }) => title.endsWith('side by side'));

const open = fact('tcp-connect');
const refused = fact('tcp-connect', { outcome: 'refused', code: 'ECONNREFUSED' });
const greeted = fact('imap-greeting');
const at7 = (mark: string) => fact('imap-greeting', { text: `mx ready ${mark}` });

describe('two sites side by side', () => {
  it('stand in one table, with what differs and what it means', () => {
    const section = sideBySide([look('hq', [open, greeted, fact('imap-login')]), look('branch', [refused])]);
    expect(section?.tone).toBe('notice');
    expect(Table.parse(section?.table)).toEqual({
      caption: 'What each site saw',
      columns: ['Step', 'branch', 'hq'],
      rows: [
        ['IMAP connect', 'refused, 3 ms', 'connected, 3 ms'],
        ['IMAP greeting', '-', 'greeted, 5 ms'],
        ['IMAP login', '-', 'accepted, 30 ms'],
      ],
    });
    expect(section?.lines.map(({ text }) => text)).toEqual([
      'IMAP connect differs: what differs is the way to it: a firewall, a route, or the name that each place resolves.',
    ]);
  });

  it('say that they saw the same, whatever their times were', () => {
    const section = sideBySide([look('hq', [open, greeted]), look('branch', [{ ...open, tookMs: 80 }, greeted])]);
    expect(section?.tone).toBe('plain');
    expect(section?.lines.map(({ text }) => text)).toEqual(['Wherever several of them looked, they saw the same.']);
  });

  it.each([
    {
      name: 'another greeting',
      differs: [fact('imap-greeting', { text: '* OK EX02' })],
      says: /^IMAP greeting differs: .*balancer/,
    },
    {
      name: 'another protocol',
      differs: [fact('tls-session', { protocol: 'TLSv1' })],
      says: /^IMAP TLS differs: .*another machine/,
    },
    {
      name: 'a refused login',
      differs: [fact('imap-login', { outcome: 'refused' })],
      says: /^IMAP login differs: .*another password kept/,
    },
    {
      name: 'another offer',
      differs: [fact('smtp-ehlo', { auth: ['NTLM'] })],
      says: /^SMTP offer differs: .*narrowest RemoteIPRanges/,
    },
    {
      name: 'a proxy',
      differs: [fact('notify-http', { via: '1.1 squid' })],
      says: /^Notification answer differs: .*from Exchange/,
    },
  ])('$name is one sentence', ({ differs, says }) => {
    const usual = [greeted, fact('tls-session'), fact('imap-login'), fact('smtp-ehlo'), fact('notify-http')];
    const lines = sideBySide([look('hq', usual), look('branch', differs)])?.lines ?? [];
    expect(lines).toHaveLength(1);
    expect(lines[0]?.text).toMatch(says);
  });

  it('do not claim that a server lives which nobody reached', () => {
    const lines = sideBySide([
      look('hq', [fact('tcp-connect', { outcome: 'timed-out', code: 'ETIMEDOUT' })]),
      look('branch', [fact('tcp-connect', { outcome: 'name-not-found', code: 'ENOTFOUND' })]),
    ])?.lines;
    expect(lines?.map(({ text }) => text)).toEqual([
      'IMAP connect differs: what differs is the way to it: a firewall, a route, or the name that each place resolves.',
    ]);
  });

  it('are greeted by another server, which is no limit', () => {
    const other = fact('imap-greeting', { text: '* OK EX02' });
    expect(sideBySide([look('hq', [greeted]), look('branch', [other])])?.lines[0]?.text).not.toMatch(/limit/);
  });

  it.each([
    ['a login that was withheld', fact('imap-login'), fact('imap-login', { outcome: 'withheld' })],
    [
      'the last service that one of them came to ask',
      fact('web-answer', { service: 'autodiscover' }),
      fact('web-answer', { service: 'owa', status: 200 }),
    ],
    ['a greeting with the time in it', at7('<17.1@mx>'), at7('<18.2@mx>')],
  ])('do not differ by %s', (_, one, other) => {
    const lines = sideBySide([look('hq', [one]), look('branch', [other])])?.lines ?? [];
    expect(lines.map(({ text }) => text)).toEqual(['Wherever several of them looked, they saw the same.']);
  });

  it('show no words of a server', () => {
    const sly = '<!channel> @here';
    const section = sideBySide([look('hq', [fact('imap-greeting', { text: sly })]), look('branch', [greeted])]);
    expect(JSON.stringify(section)).not.toContain('channel');
  });

  it('are not there where one site looked, or only one answered', () => {
    expect(sideBySide([look('hq', [open])])).toBeUndefined();
    expect(
      sideBySide([look('hq', [open]), silent('imap-service', 'late', 'no answer in time', 'branch')]),
    ).toBeUndefined();
  });

  it('fit a table however many they are, and name those that do not', () => {
    const section = sideBySide('abcdefghij'.split('').map(site => look(site, [open])));
    expect(Table.parse(section?.table).columns).toHaveLength(8);
    expect(section?.lines.at(-1)?.text).toBe('Not shown: h, i and j.');
  });
});

describe('what was said', () => {
  const spoken = [{ atMs: 7, who: 'server', text: '* OK The Microsoft Exchange IMAP4 service is ready.' }];
  const talked = report({
    target: 'prod',
    verdicts: [healthy('imap-login', 'accepted')],
    observations: [seen('imap-login', spoken)],
  });

  it('comes on demand, whole and unfolded', () => {
    expect(read(transcriptView(talked))).toBe(`What was said in the check of prod, 2026-11-21 08:00:03 UTC

Conversation of imap-login at hq, 1.2 s
  >   0.007 S: * OK The Microsoft Exchange IMAP4 service is ready.

Seen from hq (uccx-side), 2026-11-21 08:00:03 UTC, in 3.4 s. Looked only: nothing was changed, no
mail was sent.
`);
  });

  it('or that nothing was', () => {
    expect(read(transcriptView(report({ verdicts: [], observations: [] })))).toContain(
      'Nobody said a word that was kept.',
    );
  });

  it('is no reason for a file where all is well, and the view says how to get it', () => {
    expect(reportView([talked]).onDemand).toBe('What was said in detail: /uccx last prod --transcript.');
    expect(lastReportView(talked).onDemand).toBe('What was said in detail: /uccx last prod --transcript.');
    const ill = { is: 'unknown', rule: 'imap-login', says: 'nobody looked', missing: [], behind: null, asks: [] };
    expect(reportView([report({ verdicts: [ill] })]).onDemand).toBeUndefined();
    expect(reportView([]).onDemand).toBeUndefined();
  });
});
