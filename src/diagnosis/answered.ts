import type { Evidence } from '../domain/evidence/index.js';
import type { ShellCommand } from '../domain/shell-command.js';
import type { Target } from '../domain/target.js';
import type { Ask, Verdict } from '../domain/verdict.js';
import { isOurMailbox } from '../rules/whose.js';

/** Rules that judge such an answer themselves: they ask for what is missing in it. */
const JUDGES: readonly string[] = ['account-state', 'exchange-services', 'mailbox-database'];

/** A question whose every command has been answered for this target is not asked again, whichever rule asks it. */
export const withoutAnswered = (verdict: Verdict, evidence: readonly Evidence[], target: Target): Verdict => {
  if (JUDGES.includes(verdict.rule)) return verdict;
  const answered = new Set(evidence.flatMap(fact => answeredBy(fact, target)));
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
    default:
      return [];
  }
};

const isAnswered = ({ steps }: Ask, answered: ReadonlySet<string>): boolean => {
  const asked = steps.flatMap(step => (step.do === 'shell' ? cmdletsIn(step.command) : [step.do]));
  return asked.length > 0 && asked.every(cmdlet => answered.has(cmdlet));
};

/** What is run, on whichever machine; what its output is piped into only shapes it. */
const cmdletsIn = ({ cmdlet, args }: ShellCommand): string[] => {
  const inside = args.flatMap(({ value }) => (value.is === 'block' ? value.commands.flatMap(cmdletsIn) : []));
  return inside.length > 0 ? inside : [cmdlet];
};
