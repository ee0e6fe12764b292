import { z } from 'zod';
import { SlackConfig } from '../chat/slack/config.js';
import { TeamsConfig } from '../chat/teams/config.js';
import { Grant } from '../domain/access.js';
import { ConfiguredTarget } from '../domain/configured-target.js';
import { DigestId, readWhenText, WHEN_EXAMPLES, Zone } from '../domain/digest-when.js';
import { TargetId } from '../domain/ids.js';
import { Port, SecretRef, Site } from '../domain/target.js';

/** Without a login in it: whoever may read the configuration may not read the password of Redis. */
const redisUrl = z
  .string()
  .regex(
    /^(?:rediss?(?:\+sentinel)?:\/\/|redis\+unix:\/\/\/)[^@\s]+$/,
    'expected redis://host:port, rediss://…, redis+unix:///path or redis+sentinel://host,host/name without a login; that goes to user and passwordFrom',
  )
  .refine(url => !/password=/i.test(url), {
    message: 'expected no password in the address; with Sentinels that want one, use UCCX_REDIS_URL',
  });

/** The user's own Redis (`url`), or where the embedded one keeps its data (`folder`). */
const Redis = z
  .strictObject({
    url: redisUrl.optional(),
    user: z.string().min(1).optional(),
    passwordFrom: SecretRef.optional(),
    /** Certificate of the authority that signed the certificate of Redis, as a PEM file. */
    ca: z.string().min(1).optional(),
    folder: z.string().min(1).optional(),
  })
  .refine(redis => !(redis.url && redis.folder), {
    message: 'expected either url (your own Redis) or folder (the embedded one), found both',
  });

/** Where Teams, and Slack in HTTP mode, are answered. */
const Listen = z.strictObject({ host: z.string().min(1).default('127.0.0.1'), port: Port.default(3000) });

/** The local page. Its printed address holds the token that opens it; it never leaves this machine. */
const Console = z.strictObject({
  host: z.enum(['127.0.0.1', '::1', 'localhost']).default('127.0.0.1'),
  /** 0: any free port. */
  port: z.int().min(0).max(65535).default(0),
});

/** A digest that is kept here and not by command. */
const ConfiguredDigest = z.strictObject({
  id: DigestId,
  when: z
    .string()
    .max(200)
    .refine(text => readWhenText(text) !== null, { message: `expected ${WHEN_EXAMPLES.replaceAll('`', '')}` }),
  /** `timeZone` where not given. */
  zone: Zone.optional(),
  /** Every target where not given. */
  targets: z.array(TargetId).min(1).optional(),
  onlyChanges: z.boolean().default(false),
  to: z.union([
    z.strictObject({
      slack: z.string().regex(/^[CGD][A-Z0-9]{1,20}$/, 'expected the id of a channel, such as C0123456789'),
    }),
    z.strictObject({ teams: z.string().min(1).max(300) }),
    z.strictObject({ console: z.literal(true) }),
  ]),
});

/** Everything that a person configures, in one file. Secrets stand in it as references only. */
export const Config = z.strictObject({
  sites: z.array(Site).min(1),
  targets: z.array(ConfiguredTarget).min(1),
  access: z.array(Grant).default([]),
  redis: Redis.optional(),
  listen: Listen.prefault({}),
  slack: SlackConfig.optional(),
  teams: TeamsConfig.optional(),
  console: Console.optional(),
  /** Four minutes at most: a program that asks the console waits for its answer in one HTTP request, which ends after five. */
  check: z.strictObject({ deadlineSec: z.int().min(10).max(240).default(25) }).prefault({}),
  /** In which digests come, where neither they nor the profile of whoever asked for them names one. */
  timeZone: Zone.default('UTC'),
  digests: z.array(ConfiguredDigest).max(200).default([]),
  /**
   * Whole reports: for so many days, the healthy ones for fewer, and at most so many of a target, of the healthy ones few. Of each look one row stays, thinned to
   * the hour after `hourlyAfterDays` and to the day after `dailyAfterDays`; rows with a problem stay longest.
   */
  history: z
    .strictObject({
      keepDays: z.int().min(1).max(3650).default(90),
      keepHealthyDays: z.int().min(1).max(3650).default(7),
      keepReports: z.int().min(1).max(100_000).default(100),
      keepHealthyReports: z.int().min(1).max(100_000).default(12),
      hourlyAfterDays: z.int().min(0).max(3650).default(2),
      dailyAfterDays: z.int().min(1).max(3650).default(14),
      rowDays: z.int().min(1).max(3650).default(400),
      problemRowDays: z.int().min(1).max(3650).default(800),
      rowsPerDay: z.int().min(24).max(10_000).default(1440),
    })
    .prefault({}),
});
export type Config = z.infer<typeof Config>;
