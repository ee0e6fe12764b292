import { type AuditKey, auditKey, seal } from '../audit/chain.js';
import { allLines, entriesSince } from '../audit/entries.js';
import { anchorsIn, verifyFile, verifyLog } from '../audit/verify-source.js';
import type { Config } from '../config/config.js';
import { secretsFrom } from '../config/secrets.js';
import { StoreDownError, UsageError } from '../domain/errors.js';
import { hoursIn, RANGE_WORDS } from '../domain/history-range.js';
import { SecretRef } from '../domain/target.js';
import { entriesFor } from '../intake/audit-scope.js';
import type { AuditLog, Secrets } from '../intake/ports.js';
import { auditView } from '../view/audit.js';
import { verifiedView } from '../view/audit-verified.js';
import { chooseTargets } from './choose.js';
import type { Command, Given } from './command.js';
import { CONFIG_OPTION, configFrom } from './config-file.js';
import { EXIT, type Io, line } from './io.js';
import { print } from './output.js';
import { visible } from './render-text.js';

export type OpenAudit = (
  config: Config,
  secrets: Secrets,
  io: Io,
) => Promise<{ log: AuditLog; keys: AuditKey[]; close: () => void }>;

const HOUR_MS = 3_600_000;
const USUAL_HOURS = 24;
const MOST = 100_000;

/** `openShared` reaches the Redis that a bot keeps its audit in, and the keys that it signs with. */
export const auditCommand = (openShared: OpenAudit): Command => ({
  name: 'audit',
  takes: '--config FILE [TARGET] [24h] | export | verify [FILE]',
  summary:
    'Who asked what, what was looked at with which account, what was shown. export: all of it as JSON lines. verify: whether anything was changed or taken away.',
  options: {
    config: CONFIG_OPTION,
    json: { type: 'boolean', says: 'print JSON' },
    anchors: {
      type: 'string',
      value: 'FILE',
      says: 'verify: the log of the bot, in which it notes where the audit stands',
    },
    'key-from': {
      type: 'string',
      value: 'REF',
      says: 'verify: env:NAME or file:/path of a key, without a configuration',
    },
  },
  run: async (given, io) => {
    const say = (says: string) => io.stderr(line(visible(says)));
    try {
      if (given.words[0] === 'verify') return await verify(given, io, openShared);
      if (given.words[0] === 'export') return await exportAll(given, io, openShared);
      return await show(given, io, openShared);
    } catch (error) {
      if (!(error instanceof StoreDownError)) throw error;
      say(`${error.message}.`);
      return EXIT.unknown;
    }
  },
});

const show = async (given: Given, io: Io, openShared: OpenAudit): Promise<number> => {
  const [first, second, ...more] = given.words;
  const [name, range] = first !== undefined && hoursIn(first) !== null ? [undefined, first] : [first, second];
  const hours = range === undefined ? USUAL_HOURS : hoursIn(range);
  if (hours === null || more.length > 0 || (name === undefined && second !== undefined))
    throw new UsageError(`audit takes a target and how much: ${RANGE_WORDS}.`);
  return withShared(given, io, openShared, async ({ config, log }) => {
    const about = name === undefined ? null : (chooseTargets([name], config.targets)[0]?.id ?? null);
    const { entries, more } = await entriesSince(log, Date.now() - hours * HOUR_MS, MOST);
    const mine = config.targets.map(({ id }) => id);
    const shown = entriesFor(entries, { mine, isAll: true, about });
    if (given.on('json'))
      io.stdout(line(JSON.stringify({ schema: 1, hours, target: about, more, entries: shown }, null, 2)));
    else print(auditView(shown, { target: about, hours, more }, Number.MAX_SAFE_INTEGER), io);
    return EXIT.healthy;
  });
};

/** Ends with a line that says so: a file that was cut at its end has none. */
const exportAll = async (given: Given, io: Io, openShared: OpenAudit): Promise<number> => {
  if (given.words.length > 1)
    throw new UsageError('audit export takes nothing more; it prints, so: audit export > FILE.');
  return withShared(given, io, openShared, async ({ log, keys }) => {
    let last: { seq: number; hash: string } | null = null;
    for await (const each of allLines(log)) {
      io.stdout(line(each));
      last = JSON.parse(each) as { seq: number; hash: string };
    }
    if (last) io.stdout(line(seal(last, new Date().toISOString(), { is: 'end' }, keys[0] ?? null).line));
    return EXIT.healthy;
  });
};

const verify = async (given: Given, io: Io, openShared: OpenAudit): Promise<number> => {
  const [, file, ...more] = given.words;
  if (more.length > 0)
    throw new UsageError('audit verify takes one file or none: then it looks at the Redis of the bot.');
  const anchorFile = given.text('anchors');
  const anchors = anchorFile ? await anchorsIn(anchorFile, io.cwd) : [];
  const found =
    file === undefined
      ? await withShared(given, io, openShared, async ({ config, log, keys }) =>
          verifyLog(log, { keys, anchors, mustBeSigned: config.audit.key !== undefined }),
        )
      : await verifyFile(file, io.cwd, { keys: await keysFor(given, io), anchors, mustBeSigned: false });
  if (given.on('json')) io.stdout(line(JSON.stringify({ schema: 1, ...found }, null, 2)));
  else print(verifiedView(found, file ?? null), io);
  return found.is === 'broken' ? EXIT.problem : found.is === 'unproven' ? EXIT.unknown : EXIT.healthy;
};

/** Who verifies a file elsewhere need not have the configuration; where they have it, the keys stand there. */
const keysFor = async (given: Given, io: Io): Promise<AuditKey[]> => {
  const named = given.text('key-from');
  const ref = SecretRef.safeParse(named);
  if (named !== undefined && !ref.success) throw new UsageError('--key-from wants env:NAME or file:/path.');
  if (ref.success) return [auditKey((await secretsFrom(io.env, { folder: io.cwd, warn: () => {} })(ref.data)).trim())];
  if (!given.text('config') && !io.env.UCCX_CONFIG) return [];
  const { config, folder } = await configFrom(given, io);
  const secrets = secretsFrom(io.env, { folder, warn: () => {} });
  const refs = [...(config.audit.key ? [config.audit.key] : []), ...config.audit.formerKeys];
  return Promise.all(refs.map(async each => auditKey((await secrets(each)).trim())));
};

const withShared = async <T>(
  given: Given,
  io: Io,
  openShared: OpenAudit,
  work: (shared: Awaited<ReturnType<OpenAudit>> & { config: Config }) => Promise<T>,
): Promise<T> => {
  const { config, folder } = await configFrom(given, io);
  const say = (says: string) => io.stderr(line(visible(`Warning: ${says}`)));
  const shared = await openShared(config, secretsFrom(io.env, { folder, warn: say }), io);
  try {
    return await work({ config, ...shared });
  } finally {
    shared.close();
  }
};
