import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Remedy } from '../../src/domain/remedy.js';
import { EXCHANGE_VERSIONS } from '../../src/domain/target.js';
import type { Facts } from '../../src/remedies/facts.js';
import { remedies } from '../../src/remedies/index.js';
import { sessionNeedOf } from '../../src/remedies/session-need.js';
import reference from '../fixtures/exchange/cmdlet-reference.json' with { type: 'json' };
import { fact, inboxTarget, mailTarget } from '../support/build.js';

/*
 * A proposal is never below what stands now, never below the need, never above what the version takes: over every version, number of
 * agents and present value. What the version takes is read from the copy of the reference, not from our catalogue.
 */
type Parameter = { range?: string; ranges?: Record<string, string> };
const parameters = new Map(
  Object.values(reference.cmdlets as Record<string, { parameters: Record<string, Parameter> }>)
    .flatMap(({ parameters }) => Object.entries(parameters))
    .filter(([, { range, ranges }]) => range || ranges)
    .map(([name, parameter]) => [name.toLowerCase(), parameter]),
);
/** Registry values are DWORDs. */
const highestOf = (name: string, version: string): number => {
  const parameter = parameters.get(name.toLowerCase());
  const range = parameter?.ranges?.[version] ?? parameter?.range;
  return range ? Number(range.split('..')[1]) : 2 ** 31 - 1;
};
const worth = (words: string): number => (/^(?:unlimited|\$null|no limit)$/i.test(words) ? Infinity : Number(words));
const isNumber = (words: string | null) => words !== null && /^(?:\d+|unlimited|\$null|no limit)$/i.test(words);

const limit = fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 2 ** 31 - 1 }));
const connectorLimit = fc.oneof(limit, fc.constant('unlimited' as const));
const perSource = fc.oneof(fc.constant('unlimited' as const), fc.constant(null), fc.integer({ min: 1, max: 10_000 }));
const policyLimit = fc.option(fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 2 ** 31 - 1 })), {
  nil: undefined,
});
const known = <Key extends string, Value>(key: Key, value: Value | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Value };

const world = fc.record({
  version: fc.constantFrom(...EXCHANGE_VERSIONS),
  agents: fc.integer({ min: 0, max: 10_000 }),
  serverSessions: fc.integer({ min: 0, max: 1000 }),
  desktop: fc.constantFrom('cad' as const, 'finesse' as const),
  port: fc.constantFrom(25, 587),
  users: fc.integer({ min: 0, max: 1_000_000 }),
  imap: fc.tuple(limit, limit, limit, fc.option(fc.integer({ min: 1024, max: 16_384 }))),
  store: limit,
  objects: limit,
  all: connectorLimit,
  source: perSource,
  percent: fc.option(fc.integer({ min: 1, max: 100 })),
  rate: connectorLimit,
  policy: fc.tuple(policyLimit, policyLimit),
});
type World = typeof world extends fc.Arbitrary<infer W> ? W : never;

const factsOf = (it: World): Facts => ({
  imapPerUser: () => it.imap[0],
  imapPerAddress: () => it.imap[1],
  imapInAll: () => it.imap[2],
  imapCommandBytes: () => it.imap[3],
  storeSessions: () => it.store,
  storeObject: { type: 'objtStream', present: () => it.objects },
  connectors: [
    fact('connector-limits', {
      connector: 'EX01\\Client Frontend EX01',
      connections: it.all,
      connectionsPerSource: it.source,
      connectionsPercentPerSource: it.percent,
      messagesPerMinute: it.rate,
    }),
  ],
  policy: { ...known('imapConcurrency', it.policy[0]), ...known('rcaConcurrency', it.policy[1]) },
  users: it.users,
});

const mailIn = ({ version, agents, serverSessions, desktop, port }: World) =>
  mailTarget({ version, agents, serverSessions, desktop, clientAddress: '10.4.4.95', smtp: { port } });

const madeIn = (it: World): Remedy[] => {
  const { version } = it;
  const mail = mailIn(it);
  const inbox = inboxTarget({ version });
  return remedies
    .filter(({ versions }) => versions.includes(version))
    .flatMap(
      listed => (listed.for === 'uccx-mail' ? listed.make(mail, factsOf(it)) : listed.make(inbox, factsOf(it))) ?? [],
    );
};

const COUNTS_SESSIONS =
  /^(?:MaxConnectionsPerUser|MaxConnectionFromSingleIP|MaxConnections|Maximum Allowed Service Sessions Per User|imapMaxConcurrency)$/i;

describe('whatever the version, the need and the present values', () => {
  it('a proposal lies between what stands now, what is needed, and what the version takes', () => {
    let seen = 0;
    fc.assert(
      fc.property(world, it => {
        const { needed } = sessionNeedOf(mailIn(it));
        for (const remedy of madeIn(it)) {
          for (const { name, now, to } of remedy.settings) {
            if (!isNumber(to)) continue;
            seen += 1;
            const what = { remedy: remedy.id, name, now, to };
            if (now !== null && isNumber(now))
              expect({ ...what, ok: worth(to) >= worth(now) }).toEqual({ ...what, ok: true });
            const highest = highestOf(name, it.version);
            if (Number.isFinite(worth(to)))
              expect({ ...what, ok: worth(to) <= highest }).toEqual({ ...what, ok: true });
            if (COUNTS_SESSIONS.test(name))
              expect({ ...what, ok: worth(to) >= Math.min(needed, highest) }).toEqual({ ...what, ok: true });
          }
        }
      }),
      { numRuns: 1000 },
    );
    expect(seen).toBeGreaterThan(10_000);
  });

  it('never says «no limit» where a number is known and fits', () => {
    fc.assert(
      fc.property(world, it => {
        const { proposed } = sessionNeedOf(mailIn(it));
        for (const { name, now, to } of madeIn(it).flatMap(({ settings }) => settings)) {
          if (!COUNTS_SESSIONS.test(name) || Number.isFinite(worth(to))) continue;
          const isThere = now !== null && (worth(now) === Infinity || worth(now) > highestOf(name, it.version));
          expect(isThere || proposed > highestOf(name, it.version)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});
