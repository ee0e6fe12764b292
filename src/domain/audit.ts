import { z } from 'zod';
import { IsoTime } from './clock.js';
import { RunId, SiteId, TargetId } from './ids.js';
import { State } from './report.js';
import { Upload } from './upload.js';

/** Who asked, as their platform names them for good, and where; no name that they can change. */
const Who = z.object({ platform: z.string(), user: z.string(), channel: z.string().nullable() });

/** One server as it will be looked at: where it listens by the bot's own file, and the account where the looks log in. */
export const AuditedLook = z.object({
  target: TargetId,
  site: SiteId,
  server: z.string(),
  account: z.string().nullable(),
  probes: z.array(z.string()),
});
export type AuditedLook = z.infer<typeof AuditedLook>;

/**
 * What is written down. No text that somebody pasted, no file, no answer in full: ids, names of servers and accounts, and of what was
 * shown its first line and its SHA-256.
 */
export const AuditRecord = z.discriminatedUnion('is', [
  /** The bot began or ended in order; whoever was killed has no end. */
  z.object({ is: z.literal('bot'), did: z.enum(['began', 'ended']), version: z.string(), machine: z.string() }),
  /** `wants` null: it was not understood, came from a stranger, or too often. */
  z.object({
    is: z.literal('asked'),
    run: RunId,
    by: Who,
    with: z.enum(['words', 'button']),
    wants: z.record(z.string(), z.json()).nullable(),
    taken: z.enum(['understood', 'mistake', 'stranger', 'too-often']),
  }),
  /** Written before the first connection. `by` says who: the run that a person asked for, a digest or a watch. */
  z.object({
    is: z.literal('ordered'),
    run: RunId,
    by: z.object({ is: z.enum(['person', 'digest', 'watch']), id: z.string() }),
    looks: z.array(AuditedLook).max(5000),
  }),
  /** What came of it: `logins` are those that were tried or withheld, `silent` what did not answer. */
  z.object({
    is: z.literal('looked'),
    run: RunId,
    target: TargetId,
    state: State,
    problems: z.array(z.string()),
    logins: z.array(z.object({ probe: z.string(), site: SiteId, account: z.string().nullable(), outcome: z.string() })),
    silent: z.array(z.object({ probe: z.string(), site: SiteId, why: z.string() })),
  }),
  z.object({
    is: z.literal('shown'),
    run: RunId.nullable(),
    how: z.enum(['post', 'edit', 'tell']),
    platform: z.string(),
    place: z.string(),
    tone: z.string(),
    headline: z.string().max(300),
    sha256: z.string(),
  }),
  Upload.omit({ at: true }).extend({ is: z.literal('read') }),
  /** Everything up to and with that entry was let go, as the configuration says. */
  z.object({ is: z.literal('cut'), upTo: z.int().min(1), upToHash: z.string(), why: z.enum(['age', 'count']) }),
]);
export type AuditRecord = z.infer<typeof AuditRecord>;

/** How a record is bound: `hash` covers everything else of the line, `before` is the hash of the entry before it. */
export const AuditLink = z.looseObject({
  seq: z.int().min(1),
  at: IsoTime,
  is: z.string(),
  before: z.string(),
  /** Names the key that signed it; missing where none was configured. */
  key: z.string().optional(),
  hash: z.string(),
});
export type AuditLink = z.infer<typeof AuditLink>;
export type AuditEntry = AuditRecord & Pick<AuditLink, 'seq' | 'at'>;

/** Where the chain stands: the latest entry and its hash; 0 before the first. */
export const AuditHead = z.object({ seq: z.int().min(0), hash: z.string() });
export type AuditHead = z.infer<typeof AuditHead>;

/** The targets that an entry names. */
export const targetsOfEntry = (entry: AuditRecord): TargetId[] => {
  switch (entry.is) {
    case 'ordered':
      return [...new Set(entry.looks.map(({ target }) => target))];
    case 'looked':
      return [entry.target];
    case 'read':
      return entry.targets;
    case 'asked':
      return [entry.wants?.target, ...(Array.isArray(entry.wants?.targets) ? entry.wants.targets : [])].flatMap(
        id => TargetId.safeParse(id).data ?? [],
      );
    default:
      return [];
  }
};
