import type { RunId } from '../../src/domain/ids.js';
import type { Silence } from '../../src/domain/quiet-of.js';
import { stateOf, worstOf } from '../../src/domain/report.js';
import { noTrace, type Trace } from '../../src/domain/trace.js';
import type { Messenger, Pens } from '../../src/intake/ports.js';
import { brokenView } from '../../src/view/answers.js';
import { reportView } from '../../src/view/report.js';
import type { View } from '../../src/view/view.js';
import { reportsBelow, type Trust } from '../reports.js';
import { asJobError, platformBackoff } from '../telling.js';
import { replyJob } from './job.js';

export type ReplyWork = {
  messenger: (platform: string, run?: RunId) => Messenger;
  pens: Pens;
  /** What keeps silent now, which is marked and hides nothing. Missing where nothing is muted. */
  silences?: () => Promise<readonly Silence[]>;
  /** Told of a report that could not be shown; the asker is told that much. */
  onFault: (error: unknown, run: RunId) => void;
  trace?: Trace;
};

export const processReply = ({ messenger, pens, silences, onFault, trace = noTrace }: ReplyWork, trust: Trust) =>
  replyJob.processor(trust.signing, async ({ run, to, targets, remarks }, job) => {
    const reports = await reportsBelow(job, trust);
    const unjudged = targets.filter(id => !reports.some(report => report.target === id));
    const ordered = targets.flatMap(id => reports.filter(report => report.target === id));
    const why = unjudged.map(
      id => `${id} could not be judged because of a fault of our own; the log of the bot tells more under ${run}.`,
    );
    const quiet = (await silences?.()) ?? [];
    const view = await trace.step('render', { 'uccx.run': run }, async () =>
      shown(() => reportView(ordered, [...why, ...remarks], unjudged, quiet), run),
    );
    await pens.seal(run);
    try {
      const at = await messenger(to.platform, run).edit(to, view);
      return { at, state: worstOf([...ordered.map(stateOf), ...unjudged.map(() => 'unknown' as const)]) };
    } catch (error) {
      throw asJobError(error);
    }

    /** Trying again would fail again: better to say so than to leave the asker with «checking …». */
    function shown(draw: () => View, run: RunId): View {
      try {
        return draw();
      } catch (error) {
        onFault(error, run);
        return brokenView(run);
      }
    }
  });

const MOST_WAIT_MS = 300_000;

export const replyBackoff = (attemptsMade: number, _type?: string, error?: Error): number =>
  platformBackoff(attemptsMade, error, MOST_WAIT_MS);
