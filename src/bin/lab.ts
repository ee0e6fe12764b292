import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from '../cli/command.js';
import { EXIT, line } from '../cli/io.js';
import { UsageError } from '../domain/errors.js';
import { labConfig } from '../lab/config.js';
import { startLab } from '../lab/lab.js';

/** Two places that look at the lab: what differs between them shows in one answer. */
const SITES = [
  { id: 'hq', vantages: ['uccx-side', 'exchange-side', 'cuc-side'] },
  { id: 'branch', vantages: ['agent-side'] },
];

export const labCommand: Command = {
  name: 'lab',
  takes: '--folder DIR',
  summary:
    'Simulated Exchange and Unity Connection servers with faults, and a configuration for them in DIR/config.yaml.',
  options: {
    folder: { type: 'string', value: 'DIR', says: 'where passwords, certificates and the configuration are written' },
  },
  run: async (given, io) => {
    const wanted = given.text('folder');
    if (!wanted) throw new UsageError('lab wants --folder DIR.');
    const folder = resolve(io.cwd, wanted);
    const file = join(folder, 'config.yaml');
    await mkdir(folder, { recursive: true });
    await rm(file, { force: true }); // its being there says that the lab runs
    const lab = await startLab({ folder });
    try {
      const access = [{ role: 'operator', platform: 'console', users: ['local'] }];
      await writeFile(file, labConfig(lab, { sites: SITES, access, console: { port: 0 } }), { mode: 0o600 });
      io.stdout(line(`The lab runs ${lab.scenarios.length} scenarios; ${file} is a configuration for them.`));
      for (const { id, tells } of lab.scenarios) io.stdout(line(`${id.padEnd(20)} ${tells}`));
      await new Promise<void>(done => io.signal.addEventListener('abort', () => done(), { once: true }));
      return EXIT.healthy;
    } finally {
      await lab.stop();
    }
  },
};
