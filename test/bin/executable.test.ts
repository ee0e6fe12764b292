import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('the built program runs as a program, and not only under node', async () => {
  const { bin, version } = JSON.parse(await readFile('package.json', 'utf8'));
  const { stdout } = await promisify(execFile)(resolve(bin['uccx-doctor']), ['--version']);
  expect(stdout.trim()).toBe(version);
});
