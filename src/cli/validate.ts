import { dirname, resolve } from 'node:path';
import type { Config } from '../config/config.js';
import { readText } from '../config/load.js';
import { mistakeText } from '../config/mistake.js';
import { readConfig } from '../config/read-config.js';
import { secretsFrom } from '../config/secrets.js';
import { ConfigError, UsageError } from '../domain/errors.js';
import type { SecretRef } from '../domain/target.js';
import { count } from '../view/words.js';
import { chooseSites } from './choose.js';
import type { Command } from './command.js';
import { EXIT, type Io, line } from './io.js';
import { visible } from './render-text.js';

/** Tells every mistake of a configuration at once, each with its line. */
export const validateCommand: Command = {
  name: 'validate',
  takes: 'FILE [--secrets] [--site SITE] [--json]',
  summary: 'Tell every mistake of a configuration at once, each with its line.',
  options: {
    secrets: { type: 'boolean', says: 'also try each secret that this machine needs; none is printed' },
    site: { type: 'string', value: 'SITE', says: 'with --secrets: only what the worker of this site needs' },
    json: { type: 'boolean', says: 'print JSON' },
  },
  run: async (given, io) => {
    const [file, ...more] = given.words;
    if (!file || more.length > 0) throw new UsageError('validate wants one file: validate FILE.');
    if (given.text('site') && !given.on('secrets')) throw new UsageError('--site goes with --secrets.');
    const path = resolve(io.cwd, file);
    const read = readConfig(await readText(path));
    const mistakes = read.is === 'bad' ? read.mistakes : [];
    const tried =
      read.is === 'good' && given.on('secrets') ? await trySecrets(read.config, path, given.text('site'), io) : null;
    const isGood = mistakes.length === 0 && (tried?.missing ?? []).length === 0;
    if (given.on('json')) {
      const secrets = tried === null ? null : { tried: tried.refs.length, missing: tried.missing };
      io.stdout(
        line(JSON.stringify({ schema: 1, file, good: isGood, mistakes, warnings: read.warnings, secrets }, null, 2)),
      );
      return isGood ? EXIT.healthy : EXIT.wrongUse;
    }
    for (const mistake of mistakes) io.stdout(line(visible(mistakeText(file, mistake))));
    for (const says of tried?.missing ?? []) io.stdout(line(visible(`${file}: ${says}`)));
    for (const warning of read.warnings) io.stdout(line(visible(`Warning: ${mistakeText(file, warning)}`)));
    io.stdout(line(visible(`${file}: ${summary()}`)));
    return isGood ? EXIT.healthy : EXIT.wrongUse;

    function summary(): string {
      if (read.is === 'bad') return `${count(mistakes.length, 'mistake')}.`;
      const what = `${count(read.config.sites.length, 'site')}, ${count(read.config.targets.length, 'target')}`;
      if (!tried) return `good; ${what}. Secrets were not tried (--secrets does).`;
      if (tried.missing.length > 0)
        return `${tried.missing.length} of ${count(tried.refs.length, 'secret')} cannot be had.`;
      return `good; ${what}, ${count(tried.refs.length, 'secret')} found.`;
    }
  },
};

type Tried = { refs: SecretRef[]; missing: string[] };

const trySecrets = async (config: Config, path: string, site: string | undefined, io: Io): Promise<Tried> => {
  const warn = (says: string) => io.stderr(line(visible(`Warning: ${says}`)));
  const secrets = secretsFrom(io.env, { folder: dirname(path), warn });
  const refs = secretRefs(config, site);
  const missing: string[] = [];
  for (const ref of refs) {
    await secrets(ref).catch((error: unknown) => {
      if (!(error instanceof ConfigError)) throw error;
      missing.push(error.message);
    });
  }
  return { refs, missing };
};

/** What a process of this configuration needs: a worker the mailboxes of its site and Redis, everything together also Slack. */
const secretRefs = (config: Config, site: string | undefined): SecretRef[] => {
  const ids = chooseSites(config, site);
  const refs = [
    ...config.targets.flatMap(target =>
      target.kind === 'uccx-mail' && (!target.sites || target.sites.some(id => ids.includes(id)))
        ? [target.mailbox.password, target.mailbox.oauth?.clientSecret]
        : [],
    ),
    config.redis?.passwordFrom,
    ...(site === undefined ? [config.slack?.botToken, config.slack?.appToken, config.slack?.signingSecret] : []),
  ];
  return [...new Set(refs.filter(ref => ref !== undefined))];
};
