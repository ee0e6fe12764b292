import { describe, expect, it } from 'vitest';
import { renderConsole } from '../../src/chat/console/render.js';
import { renderText } from '../../src/cli/render-text.js';
import { HistoryRow } from '../../src/domain/history-row.js';
import { historyView, percent } from '../../src/view/history.js';
import { View } from '../../src/view/view.js';

const HOUR = 3_600_000;
const START = Date.parse('2026-11-14T08:00:00.000Z');
const look = (hour: number, more: Partial<HistoryRow> = {}): HistoryRow => {
  const at = new Date(START + hour * HOUR).toISOString();
  return HistoryRow.parse({
    at,
    until: at,
    looks: 1,
    run: null,
    state: 'healthy',
    severity: null,
    rules: [],
    logins: [[hour < 84 ? 100 : 400, 1]],
    needed: 54,
    possible: 68,
    certificateDays: 30,
    gapMs: null,
    ...more,
  });
};
const week = { fromMs: START, untilMs: START + 168 * HOUR };
const broken: Partial<HistoryRow> = { state: 'problem', severity: 'critical', rules: ['imap-port'], logins: [] };
const looks = (how: (hour: number) => Partial<HistoryRow>) =>
  Array.from({ length: 168 }, (_, hour) => look(hour, how(hour)));
const shown = (view: View, width = 100) => renderText(view, { width, color: false, details: true });

const story = looks(hour => (hour >= 84 && hour < 90 ? broken : hour === 120 ? { state: 'unknown', logins: [] } : {}));

describe('a week', () => {
  it('reads like this', () => {
    const view = historyView('prod', story, week);
    expect(View.parse(view)).toEqual(view);
    expect(
      shown(view),
    ).toBe(`[+] prod over 7 days: 96.40 % available, broken once, 6 h; healthy since 2026-11-19 09:00:00 UTC.

    Fact                                 7 days
    -----------------------------------  ----------------------------------------------
    Available, of the time it was known  96.40 %
    Healthy                              6 days 17 h (95.83 %)
    Broken                               6 h (3.57 %)
    Longest outage                       6 h, from 2026-11-17 20:00:00 UTC
    Unknown                              60 min (0.59 %)
    Not looked at                        never
    Looks                                168, 1 of them without an answer to everything
    Login                                half within 100 ms, 95 of 100 within 400 ms
    Sessions                             54 needed, 68 possible
    Certificate                          30 days left

4 changes
  2026-11-19 09:00:00 UTC: unknown → healthy
  2026-11-19 08:00:00 UTC: healthy → unknown
  2026-11-18 02:00:00 UTC: broken → healthy
  2026-11-17 20:00:00 UTC: healthy → broken [imap-port]

  login |▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂  ██████████████████████████| up to 400 ms
  state |----------------------------XX----------?---------------|
         - healthy, ! warning, X broken, ? unknown

2026-11-14 08:00:00 UTC to 2026-11-21 08:00:00 UTC. A warning counts as available, unknown as
neither.
`);
  });

  it('tells the same to who does not see the picture', () => {
    const { picture } = historyView('prod', story, week);
    expect(picture?.alt).toBe(
      'prod over 7 days: 96.40 % available. Half of the logins took up to 100 ms, 95 of 100 up to 400 ms. ' +
        'Sessions: 54 needed, 68 possible. Broken from 2026-11-17 20:00:00 UTC for 6 h. Unknown for 60 min.',
    );
    expect(shown(historyView('prod', story, week), 60).replaceAll('\n', ' ')).toContain(picture?.alt);
  });

  it.each([
    [
      'still broken',
      looks(hour => (hour > 160 ? broken : {})),
      /broken once, at least 7 h; broken since 2026-11-21 01:00/,
    ],
    [
      'broken often',
      looks(hour => (hour % 40 === 20 ? broken : {})),
      /97.61 % available, broken 4 times, at the longest 60 min; healthy since/,
    ],
    ['never broken', looks(() => ({})), /100 % available, never broken; healthy since 2026-11-14 08:00:00 UTC\.$/m],
    [
      'nothing was known',
      looks(() => ({ state: 'unknown', logins: [] })),
      /availability not known, never seen broken; unknown since/,
    ],
    [
      'only a warning',
      looks(() => ({ state: 'problem', severity: 'warning', rules: ['tls-certificate'] })),
      /100 % available, never broken; with a warning since/,
    ],
    ['nobody looked', [], /nobody looked within 7 days/],
  ])('%s', (_, rows, headline) => expect(historyView('prod', rows, week).headline).toMatch(headline));

  it('has no picture where nobody looked', () => expect(historyView('prod', [], week).picture).toBeUndefined());

  it('is no wall of text where much has changed', () => {
    const { sections } = historyView(
      'prod',
      looks(hour => (hour % 2 ? broken : {})),
      week,
    );
    expect(sections[1]?.lines).toHaveLength(21);
    expect(sections[1]?.lines.at(-1)?.text).toMatch(/^and 147 earlier ones/);
  });
});

it('never rounds up to all', () =>
  expect([percent(1), percent(0.99999), percent(0.5), percent(0)]).toEqual(['100 %', '99.99 %', '50.00 %', '0.00 %']));

it('is an image on the page, out of the answer itself', () => {
  const article = renderConsole(historyView('prod', story, week));
  const figure = article.parts.find(part => typeof part !== 'string' && part.with.class === 'picture');
  expect(figure).toMatchObject({ parts: [{ tag: 'img', with: { alt: expect.stringMatching(/^prod over 7 days/) } }] });
  expect(JSON.stringify(figure)).toContain('"src":"data:image/png;base64,iVBOR');
});
