import { once } from 'node:events';
import { dirname, resolve } from 'node:path';
import type { Log } from '../chat/log.js';
import type { Given } from '../cli/command.js';
import { EXIT, type Io, line } from '../cli/io.js';
import { type Loaded, loadConfig } from '../config/load.js';
import { mistakeText } from '../config/mistake.js';
import { secretsFrom } from '../config/secrets.js';
import { ConfigError, StoreDownError, UsageError } from '../domain/errors.js';
import type { Secrets } from '../intake/ports.js';
import { aborted } from './aborted.js';
import { makeLog } from './log.js';

export type ServiceWorld = { config: Loaded['config']; secrets: Secrets; log: Log; io: Io };
export type Running = { stop: () => Promise<void> };

/**
 * Runs a part of the bot until it is told to stop: SIGTERM, Ctrl-C, or the end of the process that started it.
 * A parent that forked it is told `ready`, with what the service says about itself.
 */
export const serve = async (
  role: string,
  given: Given,
  io: Io,
  start: (world: ServiceWorld) => Promise<Running & { ready?: Readonly<Record<string, string>> }>,
): Promise<number> => {
  const file = given.text('config');
  if (!file) throw new UsageError(`${role} wants --config FILE.`);
  const path = resolve(io.cwd, file);
  const log = makeLog(role, io.env);
  const { config, warnings } = await loadConfig({ file: path, env: io.env });
  for (const warning of warnings) log.warn({}, mistakeText(file, warning));
  const secrets = secretsFrom(io.env, { folder: dirname(path), warn: says => log.warn({}, says) });
  let running: Awaited<ReturnType<typeof start>>;
  try {
    running = await start({ config, secrets, log, io });
  } catch (error) {
    if (error instanceof ConfigError || error instanceof UsageError) throw error;
    if (error instanceof StoreDownError) {
      log.error({}, `${role} could not start: ${error.message}`);
      return EXIT.unknown;
    }
    log.error({ error }, `${role} could not start`);
    return EXIT.bug;
  }
  log.info({}, `${role} is ready`);
  // The address of the console holds its token: for a person or the parent, not for a log.
  if (process.send) process.send({ ready: running.ready ?? {} });
  else if (running.ready?.console) io.stdout(line(`Open ${running.ready.console}`));
  await stopped(io.signal);
  log.info({}, `${role} is stopping; what is under way comes to its end`);
  await running.stop();
  log.info({}, `${role} has stopped`);
  if (process.connected) process.disconnect();
  return EXIT.healthy;
};

/** Ends with the signal of the terminal or service manager, and with the parent, so that nothing is orphaned. */
const stopped = (signal: AbortSignal): Promise<unknown> =>
  Promise.race([aborted(signal), ...(process.send ? [once(process, 'disconnect')] : [])]);
