import { createHash } from 'node:crypto';
import { z } from 'zod';

/** Names that people give. Neither a dot (it joins the parts of a job id) nor a colon (Redis and BullMQ use it). */
const name = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
const nameRule = 'expected lower-case letters, digits and inner hyphens, at most 40 of them';

/** A configured target; the only way in which chat can name a server. */
export const TargetId = z.string().regex(name, nameRule).brand<'TargetId'>();
export type TargetId = z.infer<typeof TargetId>;

/** A place that a worker stands at. */
export const SiteId = z.string().regex(name, nameRule).brand<'SiteId'>();
export type SiteId = z.infer<typeof SiteId>;

/** One request of one person or schedule, however often it is delivered. Starts with a letter: BullMQ refuses all digits. */
export const RunId = z
  .string()
  .regex(/^[a-z][A-Za-z0-9_-]{5,63}$/)
  .brand<'RunId'>();
export type RunId = z.infer<typeof RunId>;

/** The same platform event gives the same run, so a delivery that comes twice is one run. */
export const runIdOf = (platform: string, event: string): RunId =>
  RunId.parse(
    `${platform.slice(0, 3)}-${createHash('sha256').update(`${platform}\n${event}`).digest('base64url').slice(0, 22)}`,
  );
