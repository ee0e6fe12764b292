import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labConfig } from '../../src/lab/config.js';
import { type Lab, startLab } from '../../src/lab/lab.js';
import { run } from './run.js';

/** A deep check at the terminal: who does not confirm opens nothing. */
let folder: string;
let lab: Lab;
let env: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-deep-'));
  lab = await startLab({ folder: join(folder, 'lab'), scenarios: ['ladder-test-mailbox', 'inbox'] });
  await writeFile(join(folder, 'config.yaml'), labConfig(lab));
  env = { XDG_STATE_HOME: folder };
});
afterAll(async () => {
  await lab?.stop();
  await rm(folder, { recursive: true, force: true });
});

const check = (words: string, prompt?: (question: string) => Promise<string | null>) =>
  run(['check', '--config', join(folder, 'config.yaml'), ...words.split(' ')], { env, ...(prompt ? { prompt } : {}) });
const connections = () => lab.counters('ladder-test-mailbox').imap?.connections;

describe('check --deep', () => {
  it.each([
    ['--deep', /--deep wants exactly one target/],
    ['ladder-test-mailbox inbox --deep', /--deep wants exactly one target/],
    ['ladder-test-mailbox --confirm ladder-test-mailbox', /--confirm goes with --deep/],
    ['ladder-test-mailbox --deep --confirm inbox', /--confirm wants the target that is checked, ladder-test-mailbox/],
    ['inbox --deep', /has no mailbox that anybody logs in to/],
    ['ladder-test-mailbox --deep --only smtp', /leaves IMAP out/],
    ['ladder-test-mailbox --loop', /gives it no loopAddress/],
  ])('%s is wrong use', async (words, says) => {
    const before = connections();
    const { code, err } = await check(words);
    expect(code).toBe(64);
    expect(err).toMatch(says);
    expect(connections()).toBe(before);
  });

  it('shows what it would take and opens nothing, where nobody sits at a terminal', async () => {
    const before = connections();
    const { code, out, err } = await check('ladder-test-mailbox --deep');
    expect(code).toBe(2);
    expect(out).toMatch(/up to 20 IMAP sessions\. Nothing has been opened\s+yet/);
    expect(out).toMatch(/the test mailbox CONTOSO\\uccx-test-ladder-test-mailbox/);
    expect(out).not.toMatch(/\/uccx confirm/);
    expect(err).toMatch(/To confirm: check ladder-test-mailbox --deep --confirm ladder-test-mailbox/);
    expect(connections()).toBe(before);
  });

  it.each([['yes'], [''], [null]])('opens nothing where %j is typed', async answer => {
    const before = connections();
    expect((await check('ladder-test-mailbox --deep', async () => answer)).code).toBe(2);
    expect(connections()).toBe(before);
  });

  it('climbs where the name of the target is typed', async () => {
    const asked: string[] = [];
    const { code, out } = await check('ladder-test-mailbox --deep --details', async question => {
      asked.push(question);
      return 'ladder-test-mailbox\n';
    });
    expect(asked).toEqual(['Type ladder-test-mailbox to confirm, anything else to leave it: ']);
    expect(code).toBe(1);
    expect(out.replaceAll(/\s+/g, ' ')).toMatch(/lets one account hold 8 IMAP sessions in the IMAP service/);
    const { imap } = lab.counters('ladder-test-mailbox');
    expect(imap?.accounts['CONTOSO\\uccx-test-ladder-test-mailbox']).toMatchObject({
      tried: 9,
      accepted: 8,
      loggedOut: 8,
      openNow: 0,
    });
  });
});
