import { z } from 'zod';
import { SlackConfig } from '../chat/slack/config.js';
import { TeamsConfig } from '../chat/teams/config.js';
import { Grant } from '../domain/access.js';
import { ConfiguredTarget } from '../domain/configured-target.js';
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
  history: z
    .strictObject({
      keepDays: z.int().min(1).max(3650).default(90),
      keepReports: z.int().min(1).max(100_000).default(500),
    })
    .prefault({}),
});
export type Config = z.infer<typeof Config>;
