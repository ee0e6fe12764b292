import type { Fact } from './fact.js';

/** What one paste tells, as it is at its end. */
export type Latest = { add: (fact: Fact, turn: number) => void; all: () => readonly Fact[] };

/**
 * Windows are read downwards: what a later command shows of the same thing takes the place of what an earlier one showed, and what it does
 * not list stays as it was. Two answers of one command are two things, whatever they are called.
 */
export const latest = (): Latest => {
  const told: { fact: Fact; turn: number }[] = [];
  return {
    add: (fact, turn) => {
      const at = told.findLastIndex(before => before.turn < turn && isSame(before.fact, fact));
      const [before] = at === -1 ? [] : told.splice(at, 1);
      told.push({ fact: before ? withWhatIsNotSaid(fact, before.fact) : fact, turn });
    },
    all: () => told.map(({ fact }) => fact),
  };
};

const isSame = (one: Fact, other: Fact): boolean => {
  const [a, b] = [subjectOf(one), subjectOf(other)];
  if (one.kind !== other.kind || one.doubt !== null || other.doubt !== null || a === null || b === null) return false;
  const names = a.map(name => name.toLowerCase());
  const others = b.map(name => name.toLowerCase());
  return names.every(name => others.includes(name)) || others.every(name => names.includes(name));
};

/** By what a thing is known again; null where that does not tell it from another one. */
const subjectOf = ({ kind, body }: Fact): readonly string[] | null => {
  switch (kind) {
    case 'imap-limits':
    case 'imap-service-limits':
    case 'store-limits':
    case 'exchange-server':
      return body.server === null ? null : [body.server];
    case 'connector-limits':
      return body.connector.includes('\\') ? [body.connector] : null;
    case 'throttling-policy':
      return [body.policy];
    // Who asks again in one window and names no machine asks the same one.
    case 'service-state':
      return [`${body.server} ${body.service}`];
    case 'component-state':
      return [`${body.server} ${body.component}`];
    case 'database-state':
      return [body.database];
    case 'ad-user':
    case 'cas-mailbox':
    case 'exchange-mailbox':
    case 'policy-association':
      return body.names;
    default:
      return null;
  }
};

const withWhatIsNotSaid = (fact: Fact, before: Fact): Fact => {
  if (fact.kind === 'throttling-policy' || fact.kind === 'policy-association') return fact;
  // An account that expires no more says so with nothing.
  const said = Object.entries(fact.body).filter(([name, value]) => value !== null || name === 'expires');
  return { ...fact, body: { ...before.body, ...Object.fromEntries(said) } } as Fact;
};
