import { stillTold } from '../diagnosis/kept.js';
import { type Rejudged, rejudge } from '../diagnosis/rejudge.js';
import { isoNow } from '../domain/clock.js';
import { type ConfiguredTarget, versioned } from '../domain/configured-target.js';
import { NotInThisVersionError, StoreDownError, UsageError } from '../domain/errors.js';
import { LEAD_MS } from '../domain/history.js';
import { windowOf } from '../domain/history-range.js';
import type { Observation } from '../domain/observation.js';
import type { Report } from '../domain/report.js';
import type { Wants } from '../domain/request.js';
import { chooseRemedies } from '../fix/choose.js';
import { presentValues } from '../fix/present-values.js';
import { fixScript } from '../fix/script.js';
import { mistakeView, noReportView, refusalView, targetsView } from '../view/answers.js';
import { fixView, nothingToFixView, versionMissing } from '../view/fix.js';
import { historyView } from '../view/history.js';
import { lastReportView, transcriptView } from '../view/report.js';
import { withReadSections } from '../view/with-read.js';
import { highestRole, targetsFor } from './access.js';
import type { IntakeDeps } from './deps.js';
import type { Question } from './ports.js';
import { silencesNow } from './silences.js';
import type { Tell } from './tell.js';

type Fix = Extract<Wants, { do: 'fix' }>;

/** What is answered out of what was seen before; nothing is looked at. */
export const makeLookUp = (deps: IntakeDeps, { tell, show }: Tell) => {
  const { clock, targets, grants, history, onTrouble } = deps;
  return { last, targets: allTargets, past, fix };

  /** A result is for everybody there, with its file; where the platform does not take it now, the asker is told. */
  async function last(question: Question, id: string, transcript: boolean): Promise<void> {
    const target = targets.find(each => each.id === id);
    const report = target ? await history.last(target.id) : null;
    if (!report) return tell(question, noReportView(id));
    await show(
      question,
      transcript ? transcriptView(report) : lastReportView(report, await silencesNow(deps.quiet, clock)),
    );
  }

  async function past(question: Question, id: string, hours: number): Promise<void> {
    const target = targets.find(each => each.id === id);
    if (!target) return tell(question, noReportView(id));
    const window = windowOf(clock.now(), hours);
    const [from, until] = [new Date(window.fromMs - LEAD_MS), new Date(window.untilMs)];
    const rows = await history.rows(target.id, from.toISOString(), until.toISOString());
    await show(question, historyView(target.id, rows, window));
  }

  /** Which targets there are is known without the store, too. */
  async function allTargets(question: Question, visible: readonly ConfiguredTarget[]): Promise<void> {
    const at = isoNow(clock);
    let view = targetsView(visible, 'unreachable', at);
    try {
      const last = visible.map(async ({ id }) => [id as string, await history.last(id)] as const);
      view = targetsView(visible, new Map(await Promise.all(last)), at, await silencesNow(deps.quiet, clock));
    } catch (error) {
      if (!(error instanceof StoreDownError)) throw error;
    }
    return tell(question, view);
  }

  /** A script out of the last report. It is only printed, so whoever may check may have it. */
  async function fix(question: Question, wants: Fix, visible: readonly ConfiguredTarget[]): Promise<void> {
    const [target] = targetsFor(grants, question.by, 'runner', visible).filter(({ id }) => id === wants.target);
    if (!target) {
      const refused = {
        needs: 'runner',
        has: highestRole(grants, question.by, visible),
        targets: [wants.target],
      } as const;
      return tell(question, refusalView(question.by, refused));
    }
    const last = await history.last(target.id);
    const kept = (await deps.reading?.readings.kept(target.id)) ?? [];
    if (!last && wants.from === null && kept.length === 0) return tell(question, noReportView(target.id));
    const { artifacts, withRead } = stillTold(
      kept,
      last?.observations.filter(({ source }) => source.by === 'probe'),
    );
    const judged = judgedAgain(target, last, wants.from, artifacts, question);
    if (judged.is === 'mistake') return tell(question, mistakeView(judged.says));
    if (judged.is === 'no-version') return tell(question, mistakeView(versionMissing(target.id, judged.says)));
    const chosen = chooseRemedies(judged.report, wants.chosen);
    if (chosen.is === 'mistake') return tell(question, mistakeView(chosen.says));
    try {
      const script = fixScript({ target: judged.target, remedies: chosen.remedies, at: isoNow(clock) });
      if (script.changes.length === 0) return await tell(question, nothingToFixView(target.id, script.leftOut));
      await show(question, fixView(target.id, script, withReadSections(withRead, isoNow(clock))));
    } catch (error) {
      if (!(error instanceof NotInThisVersionError)) throw error;
      await tell(question, mistakeView(`${error.message}.`));
    }
  }

  /** The last report as it is, or what it saw together with what was pasted, and with what was read and still counts. */
  function judgedAgain(
    target: ConfiguredTarget,
    last: Report | null,
    from: string | null,
    read: readonly Observation[],
    question: Question,
  ): Rejudged {
    const known = versioned(target, last?.revealed?.version);
    if (from === null && last && read.length === 0 && !last.withRead)
      return known ? { is: 'judged', report: last, target: known } : { is: 'no-version', says: null };
    const at = isoNow(clock);
    try {
      const pasted = from === null ? [] : presentValues(from, target, 'What was pasted', at);
      return rejudge({ target, seen: last, pasted, read, at, onCrash: error => onTrouble(error, question) });
    } catch (error) {
      if (error instanceof UsageError) return { is: 'mistake', says: error.message };
      throw error;
    }
  }
};
