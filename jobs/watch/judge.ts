import { serversOf, type WatchLook, watchLook } from '../../src/diagnosis/watch-look.js';
import type { ConfiguredTarget } from '../../src/domain/configured-target.js';
import { UccxDoctorError } from '../../src/domain/errors.js';
import { isPartial } from '../../src/domain/history-row.js';
import type { TargetId } from '../../src/domain/ids.js';
import { type Heard, tidied, withNews, withoutWatch } from '../../src/domain/incident-news.js';
import { quietOf, type Silence } from '../../src/domain/quiet-of.js';
import type { Report } from '../../src/domain/report.js';
import { hushed, UNWATCHED, type WatchNews, watchStep } from '../../src/domain/watch.js';
import { placeOf, type Watch, type Watched } from '../../src/domain/watching.js';
import type { History } from '../../src/intake/ports.js';
import type { Rule } from '../../src/rules/rule.js';
import { reportsBelow, type Trust } from '../reports.js';
import { changeBoard, tellsOf } from './board.js';
import { watchJudgeJob } from './job.js';
import { type WatchWork, watchOf } from './process.js';

export type WatchJudgeWork = Pick<WatchWork, 'clock' | 'watches' | 'configured' | 'scope' | 'cards' | 'lay'> & {
  rules: readonly Rule[];
  history: Pick<History, 'last' | 'put'>;
  /** What keeps silent now. */
  silences: () => Promise<Silence[]>;
};

/** Two looks of one watch were judged at the same time. */
class JudgedMeanwhileError extends UccxDoctorError {}

const FRESH: Watched = { state: UNWATCHED, login: null, lastBad: [] };

/**
 * Holds what a look saw against the looks before. First the incidents are written, then what the watch remembers: whoever takes over in
 * between comes to the same news, and those are on the board already.
 */
export const processWatchJudge = (work: WatchJudgeWork, trust: Trust) =>
  watchJudgeJob.processor(trust.signing, async ({ watch: id, at, targets }, job) => {
    const { clock, watches, history, lay } = work;
    const watch = await watchOf(work, id);
    if (!watch) return { is: 'ended', news: [] };
    const reports = await reportsBelow(job, trust);
    const memory = (await watches.memory(id)) ?? { version: 0, targets: {} };
    const about = work.scope(watch).filter(target => targets.some(each => each.id === target.id));
    const next: Record<string, Watched> = {};
    const heard: Heard[] = [];
    const silences = await work.silences();
    for (const target of about) {
      const known = memory.targets[target.id] ?? FRESH;
      next[target.id] = known;
      const own = reports.find(report => report.target === target.id);
      const isHeld = targets.some(each => each.id === target.id && each.isHeld);
      const report = own ?? (isHeld ? await seenByOthers(target, known) : null);
      if (!report && isHeld) continue; // neither seen nor unseen: the next look tells
      const seen = report ? watchLook(work, report, target, { agree: watch.agree, login: known.login }) : blind(known);
      const { state, news, loud } = stepOf(target, known, seen);
      const lastBad = loud.length > 0 ? loud : known.lastBad;
      next[target.id] = { state, login: seen.login, lastBad };
      const findingsOf = ({ say }: WatchNews) => (say === 'flaps' ? lastBad : loud);
      const more = { servers: serversOf(target), dead: seen.dead, why: seen.why };
      heard.push(
        ...news.map(each => ({
          watch: id,
          target: target.id,
          to: watch.to,
          zone: watch.zone,
          news: each,
          findings: findingsOf(each),
          ...more,
        })),
      );
      // The script and the last report are about what the message tells.
      if (own && news.some(({ say }) => say === 'broke' || say === 'develops')) await history.put(own, target);
    }
    const place = placeOf(watch);
    const isGone = (target: TargetId) => !about.some(each => each.id === target);
    const board = await changeBoard(watches, place, before =>
      tidied(
        withoutWatch(heard.reduce(withNews, before), each => each.watch === id && isGone(each.target), at),
        clock.now(),
      ),
    );
    if (!(await watches.remember(id, { version: memory.version + 1, targets: next })))
      throw new JudgedMeanwhileError('another look of this watch was judged at the same time', { watch: id });
    await lay(tellsOf(board));
    return { is: 'judged', news: heard.map(({ target, news }) => `${target} ${news.say}`) };

    /** What is silenced breaks nothing, and mends nothing either: what has been told of it stays as it is told. */
    function stepOf(target: ConfiguredTarget, known: Watched, { look, findings }: WatchLook) {
      const { whole, findings: each, loud } = quietOf(target.id, findings, silences);
      const patience = (watch as Watch).patience;
      const isSilent = whole !== null || (findings.length > 0 && loud.length === 0);
      const isTold = known.state.incident !== null || known.state.flapsSince !== null;
      if (isSilent && (whole || isTold)) {
        const { next: state, news } = hushed(known.state, watchStep(known.state, look, patience));
        return { state, news, loud: each.map(({ finding }) => finding) };
      }
      const rules = look.rules.filter(rule => loud.some(finding => finding.rule === rule));
      const heardOf = isSilent ? { ...look, state: 'healthy' as const, severity: null, rules } : { ...look, rules };
      const { next: state, news } = watchStep(known.state, heardOf, patience);
      return { state, news, loud: [...loud] };
    }

    function blind({ login }: Watched): WatchLook {
      const look = { at, state: 'unknown', severity: null, rules: [] } as const;
      return { look: { ...look, rules: [] }, findings: [], dead: [], why: 'this look came to nothing', login };
    }

    /** A whole report that is newer than what the watch knows. */
    async function seenByOthers(target: ConfiguredTarget, { state }: Watched): Promise<Report | null> {
      const last = await history.last(target.id);
      if (!last || isPartial(last, target)) return null;
      return state.lastAt === null || last.finishedAt > state.lastAt ? last : null;
    }
  });
