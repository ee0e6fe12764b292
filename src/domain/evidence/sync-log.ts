import { z } from 'zod';
import { evidence } from './evidence.js';

const Count = z.int().min(0);
/** `01:10:20.300`: such a log has times and no dates, in the zone of Unity Connection. */
const TimeOfDay = z.string().max(12);

/** How a call of Unity Connection ended, by what its HTTP library or the server said. */
export const SyncCause = z.enum([
  'unauthorised',
  'forbidden',
  'not-found',
  'server-error',
  'unavailable',
  'no-connection',
  'timeout',
  'tls',
  'certificate',
  'name',
  'directory-login',
  'no-directory',
  'other',
]);
export type SyncCause = z.infer<typeof SyncCause>;

/**
 * What `diag_CuMbxSync_*.uc` tells of the calls of Unity Connection to Exchange, over the whole file. Failures are written without traces,
 * successes only with them, so none of the latter says nothing.
 */
export const SyncLog = evidence('sync-log', {
  lines: Count,
  first: TimeOfDay.nullable(),
  last: TimeOfDay.nullable(),
  /** Calls that were answered with 2xx. */
  answered: Count,
  /** Users and Exchange servers that calls name, whether they failed or not. */
  users: Count,
  servers: z.array(z.object({ server: z.string().max(255), failures: Count, answered: Count })).max(20),
  failures: z
    .array(
      z.object({
        cause: SyncCause,
        status: z.int().nullable(),
        url: z.enum(['ews', 'autodiscovery', 'webdav', 'ldap', 'other']),
        host: z.string().max(255).nullable(),
        times: Count,
        users: Count,
        line: z.int(),
        text: z.string().max(300),
      }),
    )
    .max(40),
  /** Failures of more sorts than are listed. */
  otherFailures: Count,
  /** Response codes of EWS, such as `ErrorServerBusy`. */
  codes: z.array(z.object({ code: z.string().max(64), times: Count, users: Count, line: z.int() })).max(30),
  backOffMs: z.int().nullable(),
  mostOutstanding: z.int().nullable(),
  /** The most subscriptions that Unity Connection itself found stale at once. */
  mostStale: z.int().nullable(),
});
export type SyncLog = z.infer<typeof SyncLog>;
