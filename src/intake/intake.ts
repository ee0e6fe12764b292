import { askedRecord } from '../audit/records.js';
import type { Wants } from '../domain/request.js';
import { explainView, helpView, mistakeView, refusalView } from '../view/answers.js';
import { tooOftenView } from '../view/busy.js';
import { highestRole, targetsFor } from './access.js';
import { makeAudit } from './audit.js';
import { makeCheck } from './check.js';
import { isCommand, parseCommand } from './command.js';
import { makeConsent } from './consent.js';
import type { IntakeDeps } from './deps.js';
import { makeDigests } from './digest.js';
import { makeKept } from './kept.js';
import { latest } from './latest.js';
import { makeLay } from './lay.js';
import { makeLimits } from './limits.js';
import { makeLookUp } from './look-up.js';
import { makeMaintenance } from './maintenance.js';
import { type Asked, type Intake, MessengerBusyError, type Question } from './ports.js';
import { makeQuiet } from './quiet.js';
import { makeRead } from './read.js';
import { makeSites } from './sites.js';
import { makeTell, troubleView } from './tell.js';
import { noteUnclear } from './unclear.js';
import { makeWatches } from './watch.js';

/** Slack brings an event again within minutes; of as many questions the process remembers that it took them. */
const REMEMBERED = 1_000;

/** What every adapter hands its questions to: understand, allow, claim, plan, submit; everything is answered through the messenger. */
export const makeIntake = (given: IntakeDeps): Intake => {
  const unclear = noteUnclear(given);
  const deps = { ...given, ...unclear.noted };
  const { targets, grants, rules, onTrouble } = deps;
  const telling = makeTell(deps);
  const limits = makeLimits(deps);
  const { tell } = telling;
  const lay = makeLay(deps, telling);
  const consent = makeConsent(deps, telling, lay);
  const check = makeCheck(deps, telling, lay, consent.propose);
  const lookUp = makeLookUp(deps, telling);
  const digests = makeDigests(deps, telling);
  const quiet = makeQuiet(deps, telling);
  const maintenance = makeMaintenance(deps, telling);
  const reading = makeRead(deps, telling);
  const kept = makeKept(deps, telling);
  const watches = makeWatches(deps, telling);
  const sites = makeSites(deps, telling);
  const audit = makeAudit(deps, telling);
  const taken = latest(REMEMBERED);
  return { ask };

  async function ask(question: Question): Promise<Asked> {
    const { run } = question;
    if (!taken.add(run)) return 'done'; // refusals and help are told once too, and that also without Redis
    const is = await worked(question);
    if (is !== 'done') taken.forget(run);
    return is;
  }

  async function worked(question: Question): Promise<Asked> {
    try {
      await (telling.untold(question)?.() ?? answer(question));
      telling.forget(question);
    } catch (error) {
      onTrouble(error, question);
      if (error instanceof MessengerBusyError && telling.untold(question)) return 'untold';
      const why = error instanceof MessengerBusyError ? error : await tellTrouble(question, error);
      if (why instanceof MessengerBusyError) {
        unclear.take(question.run);
        return 'open';
      }
      if (why) taken.forget(question.run); // another delivery is welcome
    }
    return unclear.take(question.run) ? 'open' : 'done';
  }

  /** Null where the asker was told what went wrong. Asked again it may go well, so that is told now or not at all. */
  async function tellTrouble(question: Question, trouble: unknown): Promise<unknown> {
    try {
      await tell(question, troubleView(trouble, question));
      return null;
    } catch (error) {
      onTrouble(error, question);
      return error;
    } finally {
      telling.forget(question);
    }
  }

  async function answer(question: Question): Promise<void> {
    const visible = targetsFor(grants, question.by, 'viewer', targets);
    if (visible.length === 0) {
      if (await isTooOften(question, null)) return;
      await onRecord(question, 'stranger', null);
      return tell(question, refusalView(question.by, { needs: 'runner', has: null, targets: [] }));
    }
    const parsed = parseCommand(wordsOf(question), { targets: visible, rules: rules.map(({ id }) => id) });
    if (await isTooOften(question, parsed.is === 'wants' ? parsed.wants : null)) return;
    if (parsed.is === 'mistake') {
      await onRecord(question, 'mistake', null);
      return telling.unrecorded(question, mistakeView(parsed.says));
    }
    const { wants } = parsed;
    await onRecord(question, 'understood', wants);
    switch (wants.do) {
      case 'help':
        return tell(question, helpView(highestRole(grants, question.by, visible), visible));
      case 'explain': {
        const rule = rules.find(({ id }) => id === wants.rule);
        return tell(question, rule ? explainView(rule) : mistakeView(`There is no rule ${wants.rule}.`));
      }
      case 'targets':
        return lookUp.targets(question, visible);
      case 'sites':
        return sites(question, visible);
      case 'last':
        return lookUp.last(question, wants.target, wants.transcript ?? false);
      case 'history':
        return lookUp.past(question, wants.target, wants.hours);
      case 'fix':
        return lookUp.fix(question, wants, visible);
      case 'digest':
        return digests.make(question, wants, visible);
      case 'digest-list':
        return digests.list(question, visible);
      case 'digest-now':
        return digests.now(question, wants.targets, visible);
      case 'digest-table':
        return digests.table(question, wants, visible);
      case 'digest-off':
        return digests.off(question, wants.id, visible);
      case 'mute':
        return quiet.mute(question, wants, visible);
      case 'unmute':
        return quiet.unmute(question, wants, visible);
      case 'accept':
        return quiet.accept(question, wants, visible);
      case 'unaccept':
        return quiet.unaccept(question, wants, visible);
      case 'quiet-list':
        return quiet.list(question, visible);
      case 'maintenance':
        return maintenance.make(question, wants, visible);
      case 'maintenance-off':
        return maintenance.off(question, wants.id, visible);
      case 'watch':
        return watches.make(question, wants, visible);
      case 'watch-list':
        return watches.list(question, visible);
      case 'watch-off':
        return watches.off(question, wants.what, visible);
      case 'read':
        return reading.read(question, wants, visible);
      case 'audit':
        return audit(question, wants, visible);
      case 'forget-read':
        return kept.forget(question, wants.target, visible);
      case 'reads':
        return kept.uploads(question, wants.target, visible);
      case 'check':
        return check(question, wants, visible);
      case 'confirm':
        return consent.confirm(question, wants, visible);
      case 'cancel':
        return consent.cancel(question, wants);
      case 'stop':
        if (await reading.stop(question, wants.what)) return;
        return consent.stop(question, wants.what, visible);
    }
  }

  /** Whoever is over the limit is told so now and then, and that is on record as often. */
  async function isTooOften(question: Question, wants: Wants | null): Promise<boolean> {
    const limited = await limits.question(question, wants);
    if (limited.is === 'free') return false;
    if (limited.tell) {
      await onRecord(question, 'too-often', null);
      await tell(question, tooOftenView(limited.againMs));
    }
    return true;
  }

  /** What is answered without Redis is answered without a record of it, too; whatever looks at a server is not begun without one. */
  async function onRecord(...[question, ...more]: Parameters<typeof askedRecord>): Promise<void> {
    await deps.audit?.note(askedRecord(question, ...more)).catch(error => onTrouble(error, question));
  }
};

/** Whoever sends a file and no command, or the name of a target alone, wants it read. */
const wordsOf = ({ text, files = [] }: Question): string => {
  const words = text.trim().split(/\s+/).filter(Boolean);
  return files.length > 0 && (words.length === 0 || (words.length === 1 && !isCommand(words[0] ?? '')))
    ? `read ${text}`
    : text;
};
