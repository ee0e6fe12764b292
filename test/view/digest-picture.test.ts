import { describe, expect, it } from 'vitest';
import { renderTeams } from '../../src/chat/teams/render.js';
import type { DigestEntry } from '../../src/domain/digest.js';
import type { TargetNews } from '../../src/domain/digest-news.js';
import { HistoryRow } from '../../src/domain/history-row.js';
import { TargetId } from '../../src/domain/ids.js';
import { digestPicture, inPicture } from '../../src/view/digest-picture.js';
import { digestTableView } from '../../src/view/digest-table.js';

/** The picture of a digest and its table: who is in it, and that words tell what is drawn. */
const NOW = Date.parse('2026-11-21T08:00:00.000Z');
const HOUR = 3_600_000;

const news = (id: string, state: DigestEntry['state'], more: Partial<TargetNews> = {}): TargetNews => ({
  entry: {
    target: TargetId.parse(id),
    state,
    since: null,
    findings:
      state === 'problem'
        ? [{ rule: 'imap-port', severity: 'critical', says: '=closed, "really"', since: '2026-11-20T08:00:00.000Z' }]
        : [],
  },
  told: state,
  quiet: { whole: null, findings: [], loud: [] },
  report: null,
  why: state === 'unknown' ? 'nobody looked' : null,
  events: [],
  gained: [],
  gone: [],
  headroom: null,
  ...more,
});
const room = (needed: number, possible: number) => ({
  headroom: { needed, possible, certificateDays: null, gapMs: null, connector: null },
});
const row = (hoursAgo: number, more: object = {}): HistoryRow => {
  const at = new Date(NOW - hoursAgo * HOUR).toISOString();
  const bare = { at, until: at, looks: 1, run: null, state: 'healthy', severity: null, rules: [], logins: [] };
  return HistoryRow.parse({ ...bare, needed: null, possible: null, certificateDays: null, gapMs: null, ...more });
};
const broken = { state: 'problem', severity: 'critical', rules: ['imap-port'] };

it('shows those in trouble first, then the unknown, then those with the least room, and five at most', () => {
  const all = [
    news('a', 'healthy'),
    news('b', 'healthy', room(10, 40)),
    news('c', 'healthy', room(10, 11)),
    news('d', 'unknown'),
    news('e', 'problem'),
    news('f', 'healthy'),
  ];
  expect(inPicture(all)).toEqual(['e', 'd', 'c', 'b', 'a']);
});

describe('the picture', () => {
  const hours = Array.from({ length: 168 }, (_, index) => 168 - index);
  const trends = [
    {
      target: TargetId.parse('prod'),
      rows: hours.map(ago => row(ago, { logins: [[200, 1]], needed: 28, possible: 16, ...(ago <= 17 ? broken : {}) })),
    },
    { target: TargetId.parse('inbox'), rows: hours.map(ago => row(ago, { gapMs: 420_000 })) },
  ];

  it('tells the same in words, and in letters of one width', () => {
    const picture = digestPicture(trends, NOW, 7);
    expect(picture?.alt).toBe(
      '7 days, 2 of 7 targets. prod: half of the logins within 200 ms, 95 of 100 within 200 ms, 28 sessions needed, 16 possible, broken for 17 h. inbox: longest pause 7 min, never broken.',
    );
    expect(picture?.spark).toEqual([
      `prod           |${'-'.repeat(37)}${'X'.repeat(5)}|`,
      `inbox          |${'-'.repeat(42)}|`,
    ]);
  });

  it('is a PNG as high as it has targets, and small enough for a card in Teams', () => {
    const heightOf = (count: number) => {
      const png = Buffer.from(digestPicture(trends.slice(0, count), NOW, count)?.png ?? '', 'base64');
      expect(png.toString('latin1', 1, 4)).toBe('PNG');
      expect(png.length).toBeLessThan(20_000);
      expect(png.readUInt32BE(16)).toBe(800);
      return png.readUInt32BE(20);
    };
    expect(heightOf(2) - heightOf(1)).toBeGreaterThan(100);
  });

  it('is not there where nobody looked', () => {
    expect(digestPicture([{ target: TargetId.parse('prod'), rows: [] }], NOW, 1)).toBeNull();
    expect(digestPicture([], NOW, 1)).toBeNull();
  });
});

it('the table holds every target whole, and no cell that a spreadsheet would run', () => {
  const rows = [
    { news: news('prod', 'problem', room(28, 16)), rows: [row(1, { logins: [[180, 1]] })] },
    { news: news('branch', 'unknown'), rows: [] },
  ];
  const view = digestTableView(rows, NOW, 'UTC');
  expect(view.headline).toBe('The table of 2 targets, as last seen.');
  expect(view.attachment).toEqual({
    name: 'uccx-table-2026-11-21.csv',
    content: [
      'target,state,since,last_seen,findings,says,sessions_needed,sessions_possible,connections_a_source,mails_a_minute,certificate_days,longest_pause_ms,login_p50_ms,login_p95_ms',
      `prod,problem,,,imap-port,"'=closed, ""really""",28,16,,,,,180,180`,
      'branch,unknown,,,,nobody looked,,,,,,,,',
      '',
    ].join('\r\n'),
  });
});

it('fits into a card of Teams beside the words of a whole digest', () => {
  const hours = Array.from({ length: 168 }, (_, index) => 168 - index);
  const trends = ['prod', 'branch', 'lyon', 'nice', 'lille'].map((id, nth) => ({
    target: TargetId.parse(id),
    rows: hours.map(ago =>
      row(ago, { logins: [[150 + ((ago * (7 + nth)) % 90), 1]], needed: 28, possible: 40 + ((ago * nth) % 9) }),
    ),
  }));
  const picture = digestPicture(trends, NOW, 5);
  if (!picture) throw new Error('there is no picture');
  const lines = Array.from({ length: 20 }, (_, n) => ({
    is: 'text' as const,
    text: `Critical: It is closed. [rule-${n}]`,
  }));
  const section = { tone: 'critical' as const, title: 'prod: seen broken', lines, commands: [], detail: false };
  const view = {
    tone: 'critical' as const,
    headline: '1 of 5 needs you',
    sections: [section],
    footer: '',
    file: 'x',
    picture,
  };
  const { activity } = renderTeams(view, { file: 'nowhere' });
  const json = JSON.stringify(activity);
  expect(json).toContain(`"altText":"7 days. prod: half of the logins within`);
  expect(json.length * 2).toBeLessThan(78_000);
});
