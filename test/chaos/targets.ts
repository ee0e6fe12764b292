/** What is looked at: servers of the lab's scenarios, many of each, under names of their own. */
const MANY: Readonly<Record<string, { of: string; many: number }>> = {
  well: { of: 'loop-healthy', many: 24 },
  slow: { of: 'slow', many: 6 },
  relayed: { of: 'loop-healthy', many: 4 },
  refused: { of: 'bad-password', many: 4 },
  inbox: { of: 'inbox', many: 3 },
  drips: { of: 'hostile-drip', many: 1 },
  noisy: { of: 'hostile-noise', many: 1 },
  hung: { of: 'imap-hung-up', many: 1 },
  silent: { of: 'no-greeting', many: 1 },
  watched: { of: 'port-closed', many: 1 },
};

export const EVERY = Object.keys(MANY);

/** Names of targets and the scenario of each. */
export const targetsOf = (kinds: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(MANY)
      .filter(([name]) => kinds.includes(name))
      .flatMap(([name, { of, many }]) =>
        Array.from({ length: many }, (_, index) => [`${name}-${index + 1}`, of] as const),
      ),
  );

/** Broken for good, and looked at every five seconds: one incident, so one message. Nobody asks about it. */
export const WATCHED = ['watched-1'];

/** A digest that comes once during a run, in a channel of its own. */
export type Digested = { id: string; when: string; channel: string; dueAt: number };

export const digestsAhead = (many: number, from = Date.now()): Digested[] =>
  Array.from({ length: many }, (_, index) => {
    const due = new Date(Math.ceil(from / 60_000) * 60_000 + (index + 1) * 60_000);
    const when = `${due.getUTCMinutes()} ${due.getUTCHours()} * * *`;
    return { id: `due-${index}`, when, channel: `CDUE${index}`, dueAt: due.getTime() };
  });
