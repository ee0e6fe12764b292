import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { saidInTeams, startTeamsWhole } from '../support/teams-whole.js';
import { startTestWhole } from '../support/whole.js';

/** Which libraries the processes of the built program really load: each tells at its end which files it has read as CommonJS, as all of them are. */
vi.setConfig({ testTimeout: 180_000 });

const LIBRARIES = {
  botbuilder: '/node_modules/botbuilder/',
  'botframework-connector': '/node_modules/botframework-connector/',
  agents: '/node_modules/@microsoft/agents-hosting/',
};

const TELL = `process.on('exit', () => {
  const { Module } = require('node:module');
  const told = { role: process.argv[2], files: Object.keys(Module._cache) };
  require('node:fs').writeFileSync(__dirname + '/' + process.pid + '.json', JSON.stringify(told));
});`;

let folder: string;
let env: Record<string, string>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uccx-loaded-'));
  await writeFile(join(folder, 'tell.cjs'), TELL);
  env = { NODE_OPTIONS: `--require ${join(folder, 'tell.cjs')}` };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** By the role of the process. */
const loaded = async (): Promise<Record<string, string[]>> => {
  const names = (await readdir(folder)).filter(name => name.endsWith('.json'));
  const told = await Promise.all(names.map(async name => JSON.parse(await readFile(join(folder, name), 'utf8'))));
  const librariesIn = (files: string[]) =>
    Object.entries(LIBRARIES)
      .filter(([, part]) => files.some(file => file.includes(part)))
      .map(([library]) => library);
  return Object.fromEntries(told.map(({ role, files }) => [role, librariesIn(files)]));
};

describe('the library for Teams', () => {
  it.each([
    ['botbuilder', ['botbuilder', 'botframework-connector']],
    ['agents', ['agents']],
  ] as const)('is %s alone where that is configured, in the bot and never in a worker', async (engine, libraries) => {
    const test = await startTeamsWhole({ scenarios: ['prod'], engine, env });
    try {
      const { run } = test.people;
      await test.teams.deliver.say({ person: run, conversation: test.chatOf(run), text: 'check prod' });
      expect(saidInTeams(await test.answer(test.chatOf(run)))).toMatch(/prod: healthy/);
    } finally {
      await test.stop();
    }
    expect(await loaded()).toEqual({ bot: libraries, worker: [] });
  });

  it('is not loaded where Teams is not configured', async () => {
    const test = await startTestWhole({ scenarios: ['prod'], env });
    await test.stop();
    expect(await loaded()).toEqual({ bot: [], worker: [] });
  });
});
