import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askConsole } from '../chat/console/ask.js';
import type { Command } from '../cli/command.js';
import { EXIT, type Io, line } from '../cli/io.js';
import { loadConfig } from '../config/load.js';
import { UsageError } from '../domain/errors.js';
import { labConfig } from '../lab/config.js';
import { startLab } from '../lab/lab.js';
import { aborted } from './aborted.js';
import { exitOf } from './ask.js';
import { startWhole } from './start.js';

/** Anybody at the page may do everything: behind it is only the lab. */
const OPERATOR = { role: 'operator', platform: 'console', users: ['local'] };

export const runDemo: Command['run'] = async (given, io) => {
  const port = Number(given.text('port') ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageError('--port wants a number from 0 to 65535.');
  const once = given.text('once');
  const say = (says: string) => io.stderr(line(says));
  const folder = await mkdtemp(join(tmpdir(), 'uccx-doctor-demo-'));
  try {
    say('Lab: starting simulated Exchange and Unity Connection servers on this machine');
    const lab = await startLab({ folder: join(folder, 'lab') });
    try {
      const file = join(folder, 'config.yaml');
      const text = labConfig(lab, {
        access: [OPERATOR],
        console: { port },
        redis: { folder: join(folder, 'redis') },
      });
      await writeFile(file, text, { mode: 0o600 });
      return await run({ ...io, env: demoEnv(io, folder) }, file, once, say);
    } finally {
      await lab.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/**
 * The demo touches nothing of a real installation: neither its Redis nor its memory of refused logins. Its configuration is warned of on
 * purpose here and there, which would be noise to somebody who tries it.
 */
const demoEnv = ({ env }: Io, folder: string): Io['env'] => {
  const { UCCX_REDIS_URL: _, ...rest } = env;
  return { ...rest, XDG_STATE_HOME: folder, UCCX_LOG: env.UCCX_LOG ?? 'error' };
};

const run = async (io: Io, file: string, once: string | undefined, say: (says: string) => void): Promise<number> => {
  const { config } = await loadConfig({ file, env: io.env });
  const whole = await startWhole({ file, config, io, say });
  try {
    const url = whole.ready.console ?? '';
    if (once !== undefined) {
      const answer = await askConsole(url, once, io.signal);
      io.stdout(answer.text);
      return exitOf(answer.view);
    }
    io.stdout(line(`\nThe demo runs ${config.targets.length} targets; most of them are broken in one way each.`));
    io.stdout(line(`Open ${url}`));
    io.stdout(line('and ask, for instance, /uccx check branch. Ctrl-C ends everything.'));
    const why = await Promise.race([whole.broken, aborted(io.signal)]);
    if (why) say(`${why}; stopping everything.`);
    return why ? EXIT.bug : EXIT.healthy;
  } finally {
    await whole.stop();
  }
};
