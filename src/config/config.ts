import { z } from 'zod';
import { SlackConfig } from '../chat/slack/config.js';
import { TeamsConfig } from '../chat/teams/config.js';
import { Grant } from '../domain/access.js';
import { ConfiguredTarget } from '../domain/configured-target.js';
import { DigestId, readWhenText, WHEN_EXAMPLES, Zone } from '../domain/digest-when.js';
import { TargetId } from '../domain/ids.js';
import { Port, SecretRef, Site } from '../domain/target.js';
import { LEAST_EVERY_IN_FILE_MS, LEAST_LOGIN_MS, MOST_EVERY_MS, spanMs, WatchId } from '../domain/watch-slots.js';
import { Place } from './place.js';
import { SigningConfig } from './signing.js';
import { ConfiguredWindow } from './window.js';

/** Without a login in it: whoever may read the configuration may not read the password of Redis. */
const redisUrl = z
  .string()
  .regex(
    /^(?:rediss?(?:\+sentinel|\+cluster)?:\/\/|redis\+unix:\/\/\/)[^@\s]+$/,
    'expected redis://host:port, rediss://…, redis+unix:///path, redis+sentinel://host,host/name or redis+cluster://host,host without a login; that goes to user and passwordFrom',
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

/** Where Prometheus reads. A port of its own, never one that a proxy leads to by itself; whoever opens it wider names a token. */
const Metrics = z
  .strictObject({
    host: z.string().min(1).default('127.0.0.1'),
    /** 0: any free port. */
    port: z.int().min(0).max(65535).default(9464),
    /** Of workers, which have none where it is not given. */
    workerPort: z.int().min(0).max(65535).optional(),
    token: SecretRef.optional(),
  })
  .refine(({ host, token }) => token !== undefined || ['127.0.0.1', '::1', 'localhost'].includes(host), {
    message: 'expected a token beside a host that others reach: what is told there is not for everybody',
    path: ['host'],
  });

/** Where traces go to: an OTLP receiver over HTTP, such as a collector of OpenTelemetry. */
const Telemetry = z.strictObject({
  url: z.string().regex(/^https?:\/\/[^@\s]+$/, 'expected http://… or https://… without a login; that goes to headers'),
  /** What the receiver wants to be sent, by reference: a token. */
  headers: z.record(z.string().regex(/^[A-Za-z0-9-]{1,100}$/, 'expected the name of a header'), SecretRef).default({}),
  /** The share of questions that is traced. */
  sample: z.number().min(0).max(1).default(1),
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
  to: Place,
});

const span = (least: number, says: string) =>
  z
    .string()
    .max(20)
    .refine(text => (spanMs(text) ?? 0) >= least && (spanMs(text) ?? 0) <= MOST_EVERY_MS * 7, {
      message: `expected ${says}`,
    });

/** A watch that is kept here and not by command. */
const ConfiguredWatch = z.strictObject({
  id: WatchId,
  /** Less than a minute is for a lab. */
  every: span(LEAST_EVERY_IN_FILE_MS, 'a span such as 5m').refine(text => (spanMs(text) ?? 0) <= MOST_EVERY_MS, {
    message: 'expected a span of at most 24h',
  }),
  /** `timeZone` where not given. */
  zone: Zone.optional(),
  /** Every target where not given. */
  targets: z.array(TargetId).min(1).optional(),
  breaksAfter: z.int().min(1).max(20).default(3),
  recoversAfter: z.int().min(1).max(20).default(2),
  flapsAfter: z.int().min(3).max(50).default(6),
  remindEvery: z.union([z.literal('never'), span(60_000, 'a span such as 4h, or never')]).default('4h'),
  logInEvery: z.union([z.literal('never'), span(LEAST_LOGIN_MS, 'a span from 15m on, or never')]).default('30m'),
  /** So many sites must see it broken, each by itself. */
  agree: z.int().min(1).max(50).optional(),
  to: Place,
});

/** Everything that a person configures, in one file. Secrets stand in it as references only. */
export const Config = z.strictObject({
  sites: z.array(Site).min(1),
  targets: z.array(ConfiguredTarget).min(1),
  access: z.array(Grant).default([]),
  redis: Redis.optional(),
  /** Missing: keys are kept in the state folder, and made where there are none. */
  signing: SigningConfig.optional(),
  listen: Listen.prefault({}),
  slack: SlackConfig.optional(),
  teams: TeamsConfig.optional(),
  console: Console.optional(),
  /** Missing: nothing is counted and nothing listens. */
  metrics: Metrics.optional(),
  /** Missing: nothing is traced, and nothing is loaded for it. */
  telemetry: Telemetry.optional(),
  /** Four minutes at most: a program that asks the console waits for its answer in one HTTP request, which ends after five. */
  check: z.strictObject({ deadlineSec: z.int().min(10).max(240).default(25) }).prefault({}),
  /** What may be sent to be read in a chat, and for how long what it told counts in checks (0: not at all). The files are never kept. */
  reading: z
    .strictObject({
      evidenceHours: z.int().min(0).max(168).default(24),
      maxMegabytes: z.int().min(1).max(200).default(20),
      maxFiles: z.int().min(1).max(50).default(10),
    })
    .prefault({}),
  /** In which digests come, where neither they nor the profile of whoever asked for them names one. */
  timeZone: Zone.default('UTC'),
  digests: z.array(ConfiguredDigest).max(200).default([]),
  maintenance: z.array(ConfiguredWindow).max(200).default([]),
  watches: z.array(ConfiguredWatch).max(200).default([]),
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
  /** What people may ask within a minute, and how much may wait for it. */
  limits: z
    .strictObject({
      perPersonPerMinute: z.int().min(1).max(1_000_000).default(60),
      perChannelPerMinute: z.int().min(1).max(1_000_000).default(240),
      perTargetPerMinute: z.int().min(1).max(1_000_000).default(20),
      waitingPerSite: z.int().min(1).max(1_000_000).default(1000),
    })
    .prefault({}),
  /**
   * Who asked what: for so many days, and of more than so many entries the oldest go. With a key each entry is signed; those of before stand in
   * `formerKeys`, for as long as entries of theirs are kept.
   */
  audit: z
    .strictObject({
      keepDays: z.int().min(1).max(3650).default(90),
      keepEntries: z.int().min(1000).max(5_000_000).default(50_000),
      key: SecretRef.optional(),
      formerKeys: z.array(SecretRef).max(20).default([]),
    })
    .prefault({}),
});
export type Config = z.infer<typeof Config>;
