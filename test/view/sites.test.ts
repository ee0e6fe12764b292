import { describe, expect, it } from 'vitest';
import type { SiteState, WorkerHeard } from '../../src/domain/site-state.js';
import { Site } from '../../src/domain/target.js';
import { sitesView } from '../../src/view/sites.js';
import { read } from './build.js';

/** Who looks from where, written out by hand. */
const NOW = Date.parse('2026-11-21T10:00:00.000Z');
const bot = { now: NOW, version: '1.4.0' };
const hq = Site.parse({ id: 'hq', title: 'Data centre', vantages: ['uccx-side', 'exchange-side'] });
const branch = Site.parse({ id: 'branch', vantages: ['agent-side'] });

const worker = (more: Partial<WorkerHeard> = {}): WorkerHeard => ({
  site: hq.id,
  worker: 'w-0001',
  version: '1.4.0',
  machine: 'srv-a',
  startedAt: '2026-11-21T08:00:00.000Z',
  silentMs: 4_000,
  aheadMs: 20,
  left: false,
  ...more,
});
const empty = { waiting: 0, underWay: 0, oldestAt: null };
const waits = (waiting: number, seconds: number, underWay = 0) => ({
  waiting,
  underWay,
  oldestAt: new Date(NOW - seconds * 1000).toISOString(),
});
const well: SiteState = { site: hq, heard: [worker()], backlog: empty };

describe('the answer to «sites»', () => {
  it('where all is well', () =>
    expect(read(sitesView([well], bot))).toBe(`[+] The site is served.

[+] hq (Data centre): 1 worker
  Stands for uccx-side and exchange-side.
  srv-a: version 1.4.0; heard 4.0 s ago, runs for 2 h; clock the same.
  No order waits.

The bot runs version 1.4.0. Clocks are compared with its own.
`));

  it('where nobody has looked from one for hours, which stands first, with what to do', () =>
    expect(
      read(
        sitesView(
          [
            well,
            {
              site: branch,
              heard: [worker({ site: branch.id, machine: 'pc-7', silentMs: 10_800_000, version: '1.3.2' })],
              backlog: waits(3, 12),
            },
          ],
          bot,
        ),
      ),
    ).toBe(`[X] Nobody looks from branch; 1 other site is served.

[X] branch: nobody looks from here
  Stands for agent-side.
  The last worker, on pc-7 (version 1.3.2), fell silent 3 h ago: it was killed, hangs, or no longer
  reaches Redis.
  Until a worker runs, every check says that this site did not answer.
  3 orders wait, the oldest for 12.0 s. The deadline of their checks takes them away.
  On the machine that stands there, see why it does not run, and start it:
    systemctl status uccx-doctor-worker@branch
    uccx-doctor worker --config /etc/uccx-doctor/config.yaml --site branch
  It dials out to Redis and opens no port; the second line, run by hand, says what it misses.

[+] hq (Data centre): 1 worker
  Stands for uccx-side and exchange-side.
  srv-a: version 1.4.0; heard 4.0 s ago, runs for 2 h; clock the same.
  No order waits.

The bot runs version 1.4.0. Clocks are compared with its own.
`));

  it.each([
    [
      'was told to end',
      [worker({ left: true, silentMs: 5_000 })],
      /on srv-a \(version 1\.4\.0\), was told to end 5\.0 s/,
    ],
    ['was never heard', [], /No worker of it has been heard for a week\./],
  ])('a site whose worker %s is not served', (_, heard, says) => {
    const view = sitesView([{ ...well, heard }], bot);
    expect([view.tone, view.headline]).toEqual(['critical', 'Nobody looks from hq.']);
    expect(read(view)).toMatch(says);
  });

  it.each([
    [
      'another version',
      { heard: [worker({ version: '1.3.0' })] },
      /version 1\.3\.0, not the bot’s 1\.4\.0: make both the same/,
    ],
    ['a clock that is ahead', { heard: [worker({ aheadMs: 120_000 })] }, /clock 2 min ahead: set one of the two/],
    ['a clock that is behind', { heard: [worker({ aheadMs: -31_000 })] }, /clock 31\.0 s behind: set one of the two/],
    [
      'a queue that it does not keep up with',
      { backlog: waits(90, 40, 50) },
      /90 orders wait, the oldest for 40\.0 s; 50\s+orders under way\. It falls behind/,
    ],
  ])('a site with %s is served and warned of', (_, more, says) => {
    const view = sitesView([{ ...well, ...more }], bot);
    expect([view.tone, view.headline]).toEqual(['warning', 'The site is served, but not everything is well there.']);
    expect(read(view).replace(/\n\s*/g, ' ')).toMatch(says);
  });

  it.each([
    ['clocks that differ by a moment', { heard: [worker({ aheadMs: -2_000 })] }, /clock 2\.0 s behind\./],
    ['orders that have just come', { backlog: waits(2, 1) }, /2 orders wait, the oldest for 1\.0 s\./],
    ['orders under way', { backlog: { ...empty, underWay: 1 } }, /1 order under way, none waits\./],
    ['a queue that could not be asked', { backlog: null }, /could not be asked/],
    ['another worker that has ended', { heard: [worker(), worker({ left: true })] }, /hq \(Data centre\): 1 worker\n/],
  ])('%s are no warning', (_, more, says) => {
    const view = sitesView([{ ...well, ...more }], bot);
    expect([view.tone, read(view)]).toEqual(['healthy', expect.stringMatching(says)]);
  });

  it('names eight workers of a site and counts the rest', () => {
    const heard = Array.from({ length: 11 }, (_, n) => worker({ machine: `srv-${n}` }));
    const text = read(sitesView([{ ...well, heard }], bot));
    expect(text.match(/srv-\d+:/g)).toHaveLength(8);
    expect(text).toMatch(/: 11 workers\n[\s\S]*And 3 more workers\./);
  });
});
