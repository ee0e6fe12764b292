import type { IsoTime } from '../domain/clock.js';
import type { Evidence, EvidenceKind } from '../domain/evidence/index.js';
import type { ShellCommand } from '../domain/shell-command.js';
import type { Target } from '../domain/target.js';
import type { Ask, Verdict } from '../domain/verdict.js';
import { askForSyncLog, askForTable } from '../rules/asks-inbox.js';
import { isOurMailbox } from '../rules/whose.js';

/** The rule that judges such an answer itself: it asks for what is missing in it. */
const JUDGE: Partial<Record<EvidenceKind, string>> = {
  'ad-user': 'account-state',
  'service-state': 'exchange-services',
  'component-state': 'exchange-services',
  'database-state': 'mailbox-database',
  'push-subscriptions': 'push-subscriptions',
};

/** What goes on by itself tells of now only where it was read just now. */
const GOES_ON: readonly EvidenceKind[] = ['sync-log', 'push-subscriptions'];
const JUST_NOW_MS = 3_600_000;

/** A question whose every command has been answered for this target is not asked again, whichever rule asks it. */
export const withoutAnswered = (
  verdict: Verdict,
  evidence: readonly Evidence[],
  target: Target,
  now: IsoTime,
): Verdict => {
  const isOld = ({ kind, at }: Evidence) => GOES_ON.includes(kind) && Date.parse(now) - Date.parse(at) > JUST_NOW_MS;
  const told = evidence.filter(fact => JUDGE[fact.kind] !== verdict.rule && !isOld(fact));
  const answered = new Set(told.flatMap(fact => answeredBy(fact, target)));
  if (answered.size === 0) return verdict;
  const open = (asks: readonly Ask[]) => asks.filter(ask => !isAnswered(ask, answered));
  if (verdict.is === 'problem')
    return { ...verdict, findings: verdict.findings.map(finding => ({ ...finding, asks: open(finding.asks) })) };
  return verdict.is === 'unknown' ? { ...verdict, asks: open(verdict.asks) } : verdict;
};

const answeredBy = (fact: Evidence, target: Target): string[] => {
  const isOurs = 'names' in fact && target.kind === 'uccx-mail' && isOurMailbox(fact.names, target);
  switch (fact.kind) {
    case 'cas-mailbox':
      return isOurs && fact.imapEnabled !== null ? ['Get-CASMailbox'] : [];
    case 'ad-user':
      return isOurs && fact.lockedOut !== null && fact.enabled !== null ? ['Get-ADUser', 'Import-Module'] : [];
    case 'service-state':
      return ['Get-Service'];
    case 'component-state':
      return ['Get-ServerComponentState'];
    case 'database-state':
      return fact.mounted === null ? [] : ['Get-MailboxDatabase'];
    case 'sync-log':
      return fact.lines === 0 ? [] : linesOf(askForSyncLog);
    case 'push-subscriptions':
      return fact.rows === 0 || fact.isNarrowed ? [] : linesOf(askForTable);
    default:
      return [];
  }
};

const isAnswered = (ask: Ask, answered: ReadonlySet<string>): boolean => {
  const asked = linesOf(ask);
  return asked.length > 0 && asked.every(line => answered.has(line));
};

const linesOf = ({ steps }: Ask): string[] =>
  steps.flatMap(step => (step.do === 'shell' ? cmdletsIn(step.command) : [step.typed ? step.typed.line : step.text]));

/** What is run, on whichever machine; what its output is piped into only shapes it. */
const cmdletsIn = ({ cmdlet, args }: ShellCommand): string[] => {
  const inside = args.flatMap(({ value }) => (value.is === 'block' ? value.commands.flatMap(cmdletsIn) : []));
  return inside.length > 0 ? inside : [cmdlet];
};
