import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from '../cli/command.js';
import { EXIT, line } from '../cli/io.js';
import { UsageError } from '../domain/errors.js';
import { labConfig } from '../lab/config.js';
import { startLab } from '../lab/lab.js';
import { aborted } from './aborted.js';

/** Two places that look at the lab: what differs between them shows in one answer. */
const SITES = [
  { id: 'hq', vantages: ['uccx-side', 'exchange-side', 'cuc-side'] },
  { id: 'branch', vantages: ['agent-side'] },
];

export const runLab: Command['run'] = async (given, io) => {
  const wanted = given.text('folder');
  if (!wanted) throw new UsageError('lab wants --folder DIR.');
  const port = given.text('metrics');
  if (port !== undefined && !/^[1-9]\d{3,4}$/.test(port)) throw new UsageError('--metrics wants a port.');
  const folder = resolve(io.cwd, wanted);
  const file = join(folder, 'config.yaml');
  await mkdir(folder, { recursive: true });
  await rm(file, { force: true }); // its being there says that the lab runs
  const lab = await startLab({ folder });
  try {
    const access = [{ role: 'operator', platform: 'console', users: ['local'] }];
    const metrics = port ? { metrics: { port: Number(port), workerPort: Number(port) + 1 } } : {};
    await writeFile(file, labConfig(lab, { sites: SITES, access, console: { port: 0 }, ...metrics }), { mode: 0o600 });
    io.stdout(line(`The lab runs ${lab.scenarios.length} scenarios; ${file} is a configuration for them.`));
    for (const { id, tells } of lab.scenarios) io.stdout(line(`${id.padEnd(20)} ${tells}`));
    await aborted(io.signal);
    return EXIT.healthy;
  } finally {
    await lab.stop();
  }
};
