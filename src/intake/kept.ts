import { stillTold } from '../diagnosis/kept.js';
import { isoNow } from '../domain/clock.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import type { TargetId } from '../domain/ids.js';
import { mistakeView, refusalView } from '../view/answers.js';
import { forgottenView, uploadsView } from '../view/uploads.js';
import { highestRole, targetsFor } from './access.js';
import type { IntakeDeps } from './deps.js';
import type { Question } from './ports.js';
import type { Tell } from './tell.js';

const MOST = 2_000;

/** What is kept of readings: what counts in checks and can be forgotten, and who had what read. */
export const makeKept = (deps: IntakeDeps, { tell, show }: Tell) => {
  const { clock, targets, grants, reading, audit } = deps;
  return { forget, uploads };

  /** It changes what everybody's next check says, so everybody there reads it. */
  async function forget(question: Question, target: TargetId, visible: readonly ConfiguredTarget[]): Promise<void> {
    if (!targetsFor(grants, question.by, 'runner', visible).some(({ id }) => id === target))
      return refuse(question, 'runner', [target], visible);
    const { withRead } = stillTold((await reading?.readings.kept(target)) ?? []);
    await reading?.readings.forget(target);
    const view = forgottenView(target, withRead, isoNow(clock));
    await (withRead.length > 0 ? show(question, view) : tell(question, view));
  }

  /** Names and sums of other people's files: for operators of the target; those that belong to none, for operators of all. */
  async function uploads(
    question: Question,
    target: TargetId | null,
    visible: readonly ConfiguredTarget[],
  ): Promise<void> {
    const mine = targetsFor(grants, question.by, 'operator', targets).map(({ id }) => id);
    const asked = target === null ? mine : mine.filter(id => id === target);
    if (asked.length === 0) return refuse(question, 'operator', target === null ? [] : [target], visible);
    if (!audit) return tell(question, mistakeView('No record of readings is kept here.'));
    const isMine = (ids: readonly TargetId[]) =>
      ids.some(id => asked.includes(id)) || (target === null && ids.length === 0 && mine.length === targets.length);
    const { entries } = await audit.since(0, MOST, 'read');
    const noted = entries.flatMap(entry => (entry.is === 'read' ? [entry] : []));
    const shown = noted
      .filter(each => isMine(each.targets))
      .map(each => ({ ...each, targets: each.targets.filter(id => mine.includes(id)) }));
    await tell(question, uploadsView(shown, target));
  }

  function refuse(
    question: Question,
    needs: 'runner' | 'operator',
    ids: readonly TargetId[],
    visible: readonly ConfiguredTarget[],
  ): Promise<void> {
    const has = highestRole(grants, question.by, visible);
    return tell(question, refusalView(question.by, { needs, has, targets: ids }));
  }
};
