import type { Evidence } from '../domain/evidence/index.js';
import { artifactOf, type KeptReading } from '../domain/kept-reading.js';
import type { Observation } from '../domain/observation.js';
import type { WithRead } from '../domain/report.js';

/**
 * What of earlier readings still counts beside what probes see now, and from when it is. A fact gives way to a newer one of the same
 * thing, be it of a probe or of a later reading; of facts that add up, to what the same file told when it was read again.
 */
export const stillTold = (
  readings: readonly KeptReading[],
  answers: readonly Observation[] = [],
): { artifacts: Observation[]; withRead: WithRead } => {
  const newestFirst = [...readings].sort((a, b) => (a.at < b.at ? 1 : -1));
  const told = new Set(answers.flatMap(keysIn));
  let files = 0;
  const standing = newestFirst.map(reading => {
    const observations = reading.observations.flatMap((observation): Observation[] => {
      if (observation.is === 'silent') return [];
      const evidence = observation.evidence.filter(fact => !told.has(keyOf(fact, observation)));
      return evidence.length === 0 ? [] : [{ ...observation, evidence }];
    });
    const held = observations.slice(0, Math.max(0, MOST_FILES - files));
    files += held.length;
    // Only now: two files of one reading may tell of one thing, and neither is the older one.
    for (const key of reading.observations.flatMap(keysIn)) told.add(key);
    return { run: reading.run, at: reading.at, observations: held };
  });
  const oldestFirst = standing.filter(({ observations }) => observations.length > 0).reverse();
  return {
    artifacts: oldestFirst.flatMap(({ observations }) => observations),
    withRead: oldestFirst.map(({ run, at, observations }) => ({ run, at, files: observations.map(artifactOf) })),
  };
};

/** Of the newest: a report holds a thousand observations, those of probes among them. */
const MOST_FILES = 500;

const keysIn = (observation: Observation): string[] =>
  observation.is === 'seen' ? observation.evidence.map(fact => keyOf(fact, observation)) : [];

/** What was pasted has no name of its own: it is the same only where it tells the same. */
const keyOf = (fact: Evidence, observation: Observation): string => {
  const name = artifactOf(observation);
  const { at, source, ...body } = fact;
  return subjectOf(fact) ?? `${fact.kind} in ${name === PASTED ? JSON.stringify(body) : name}`;
};
const PASTED = 'pasted';

/**
 * What a fact is about, so that a newer one takes its place. Null where facts of one kind add up: logs and captures of different hours
 * are all true.
 */
const subjectOf = (fact: Evidence): string | null => {
  switch (fact.kind) {
    case 'notify-log':
    case 'sync-log':
    case 'exchange-event':
    case 'captured-sessions':
    case 'push-messages':
    case 'smtp-refusal':
    case 'shell-refusal':
      return null;
    case 'imap-limits':
    case 'imap-service-limits':
    case 'store-limits':
    case 'exchange-server':
      return `${fact.kind} ${fact.server}`;
    case 'connector-limits':
      return `${fact.kind} ${fact.connector}`;
    case 'throttling-policy':
      return `${fact.kind} ${fact.policy}`;
    case 'service-state':
      return `${fact.kind} ${fact.server} ${fact.service}`;
    case 'component-state':
      return `${fact.kind} ${fact.server} ${fact.component}`;
    case 'database-state':
      return `${fact.kind} ${fact.database}`;
    case 'ad-user':
    case 'policy-association':
    case 'cas-mailbox':
    case 'exchange-mailbox':
      return `${fact.kind} ${fact.names.join(' ')}`;
    case 'role-assignment':
      return `${fact.kind} ${fact.role} ${fact.assignee}`;
    case 'open-ports':
      return `${fact.kind} ${fact.filter}`;
    default:
      return `${fact.kind} ${'leg' in fact ? fact.leg : ''}`;
  }
};
