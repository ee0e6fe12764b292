import { renderSlack } from '../../src/chat/slack/render.js';
import { renderTeams } from '../../src/chat/teams/render.js';
import type { DigestTold } from '../../src/domain/digest.js';
import { type DigestFacts, newsOf } from '../../src/domain/digest-news.js';
import { DigestId } from '../../src/domain/digest-when.js';
import { HistoryRow } from '../../src/domain/history-row.js';
import { TargetId } from '../../src/domain/ids.js';
import { Report } from '../../src/domain/report.js';
import { digestView } from '../../src/view/digest.js';
import { inPicture } from '../../src/view/digest-picture.js';
import { figuresOf } from './figures.js';
import type { Outcome, Row } from './row.js';
import { unlessStopped } from './stopping.js';

const TARGETS = 1_000;
const TIMES = 40;
/** These teach the compiler, and are not counted. */
const WARM_UP = 5;
/** Checked every five minutes since the digest of yesterday. */
const LOOKS = 288;
const MINUTE = 60_000;
const NOW = Date.parse('2026-11-21T07:00:08.000Z');
const TARGET = { of: 'median', ms: 200 } as const;

/** A digest about a thousand targets, with a day of looks each: what changed, the words and the picture, and what each platform gets. */
export const benchDigest = async (signal: AbortSignal): Promise<Outcome> => {
  const all = Array.from({ length: TARGETS }, (_, index) => factsOf(index));
  const before: DigestTold = {
    slot: at(-1_440),
    at: at(-1_440),
    entries: all.map(({ target }) => ({ target, state: 'healthy', since: at(-9_000), findings: [] })),
  };
  const entries = new Map(before.entries.map(entry => [entry.target, entry]));
  const compose = () => {
    const news = all.map(each => newsOf(each, entries.get(each.target) ?? null));
    const drawn = new Set(inPicture(news));
    const trends = all.flatMap(({ target, rows }) => (drawn.has(target) ? [{ target, rows }] : []));
    return digestView({ digest: DIGEST, slot: NOW - 8_000, now: NOW, before, news, trends });
  };
  const composed: number[] = [];
  const slack: number[] = [];
  const teams: number[] = [];
  for (let run = 0; run < WARM_UP + TIMES; run += 1) {
    await unlessStopped(signal, new Promise(setImmediate));
    const [view, composedMs] = timed(compose);
    if (!view?.picture || !view.headline.includes(`of ${TARGETS}`))
      throw new Error('the digest is not what it should be');
    const [, slackMs] = timed(() => renderSlack(view));
    const [, teamsMs] = timed(() => renderTeams(view, { file: 'nowhere' }));
    if (run < WARM_UP) continue;
    composed.push(composedMs);
    slack.push(slackMs);
    teams.push(teamsMs);
  }
  const row = (says: string, times: readonly number[], target: Row['target'] = null): Row => ({
    says,
    figures: figuresOf(times),
    errors: 0,
    target,
  });
  return {
    rows: [
      row(`a digest of ${TARGETS} targets, composed with its picture`, composed, TARGET),
      row('drawn for Slack', slack),
      row('drawn for Teams', teams),
    ],
    notes: [`Each of the ${TARGETS} targets has ${LOOKS} looks since the digest before; a third of them is broken.`],
  };
};

const timed = <T>(work: () => T): [T, number] => {
  const began = performance.now();
  const done = work();
  return [done, performance.now() - began];
};

const at = (minutes: number): string => new Date(NOW + minutes * MINUTE).toISOString();

const DIGEST = {
  id: DigestId.parse('d-bench'),
  when: { is: 'cron', pattern: '0 8 * * *' },
  zone: 'Europe/Paris',
  onlyChanges: false,
  by: null,
} as const;

/** Every third breaks for the last hour, and every seventh did so in the night. */
const factsOf = (index: number): DigestFacts => {
  const target = TargetId.parse(`t-${index}`);
  const isBroken = (minutesAgo: number) =>
    (index % 3 === 0 && minutesAgo <= 60) || (index % 7 === 0 && minutesAgo > 300 && minutesAgo < 340);
  const rows = Array.from({ length: LOOKS }, (_, look): HistoryRow => {
    const minutesAgo = (LOOKS - 1 - look) * 5;
    const ill = isBroken(minutesAgo);
    return HistoryRow.parse({
      at: at(-minutesAgo),
      until: at(-minutesAgo),
      looks: 1,
      run: null,
      state: ill ? 'problem' : 'healthy',
      severity: ill ? 'critical' : null,
      rules: ill ? ['imap-port'] : [],
      logins: ill ? [] : [[150 + ((index + look) % 90), 1]],
      needed: 28,
      possible: 16 + (index % 50),
      certificateDays: index % 400,
      gapMs: null,
    });
  });
  const finding = { rule: 'imap-port', severity: 'critical', certainty: 'proven', says: 'It is closed.' };
  const report = Report.parse({
    schema: 1,
    run: `bench-${index}`,
    target,
    startedAt: at(0),
    finishedAt: at(0),
    plan: { target, orders: [], uncovered: [], leftOut: [], legs: ['imap'] },
    verdicts: [
      isBroken(0)
        ? { is: 'problem', rule: 'imap-port', findings: [{ ...finding, because: [], asks: [], remedies: [] }] }
        : { is: 'healthy', rule: 'imap-port', says: 'it is open' },
    ],
    observations: [],
  });
  return { target, report, stale: null, rows };
};
