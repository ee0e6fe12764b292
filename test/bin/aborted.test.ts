import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { commands } from '../../src/bin/commands.js';
// The command reads it when it runs; here it is read before the test, whose time is not for that.
import '../../src/bin/lab.js';
import { runCli } from '../../src/cli/run-cli.js';

it('who is told to stop while it starts stops, and does not wait for a second word', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'uccx-aborted-'));
  const signal = AbortSignal.abort('SIGTERM');
  const io = {
    stdout: () => {},
    stderr: () => {},
    env: {},
    cwd: folder,
    isTty: false,
    columns: 80,
    signal,
    version: '1',
  };
  try {
    expect(await runCli(['lab', '--folder', 'lab'], io, commands)).toBe(0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
