import type { AuditEntry } from '../domain/audit.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import type { Wants } from '../domain/request.js';
import { mistakeView, refusalView } from '../view/answers.js';
import { auditView } from '../view/audit.js';
import { highestRole, targetsFor } from './access.js';
import { entriesFor } from './audit-scope.js';
import type { IntakeDeps } from './deps.js';
import type { Question } from './ports.js';
import type { Tell } from './tell.js';

/** A chat shows a page of it; the command line has it all. */
const MOST = 5_000;
const HOUR_MS = 3_600_000;

/** The audit, as far as somebody operates what it is about. What others asked is told to the asker alone. */
export const makeAudit = (deps: IntakeDeps, { tell }: Tell) => {
  const { clock, targets, grants, audit } = deps;
  return async (
    question: Question,
    { target, hours }: Extract<Wants, { do: 'audit' }>,
    visible: readonly ConfiguredTarget[],
  ): Promise<void> => {
    const mine = targetsFor(grants, question.by, 'operator', targets).map(({ id }) => id);
    if (mine.length === 0 || (target !== null && !mine.includes(target))) {
      const has = highestRole(grants, question.by, visible);
      const refused = target === null ? [] : [target];
      return tell(question, refusalView(question.by, { needs: 'operator', has, targets: refused }));
    }
    if (!audit) return tell(question, mistakeView('No audit is kept here.'));
    const { entries, more } = await audit.since(clock.now() - hours * HOUR_MS, MOST);
    const others = entries.filter((entry: AuditEntry) => !('run' in entry) || entry.run !== question.run);
    const shown = entriesFor(others, { mine, isAll: mine.length === targets.length, about: target });
    await tell(question, auditView(shown, { target, hours, more }));
  };
};
