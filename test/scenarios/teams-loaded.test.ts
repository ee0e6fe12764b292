import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { saidInTeams, startTeamsWhole } from '../support/teams-whole.js';
import { startTestWhole } from '../support/whole.js';

/** Which libraries the processes of the built program really load; V8 tells, by the scripts that it ran. */
vi.setConfig({ testTimeout: 60_000 });

const LIBRARIES = {
  botbuilder: '/node_modules/botbuilder/',
  'botframework-connector': '/node_modules/botframework-connector/',
  agents: '/node_modules/@microsoft/agents-hosting/',
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uccx-loaded-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** By the role of the process. */
const loaded = async (): Promise<Record<string, string[]>> => {
  const found: Record<string, string[]> = {};
  for (const name of await readdir(folder)) {
    const { result } = JSON.parse(await readFile(join(folder, name), 'utf8')) as { result: { url: string }[] };
    const urls = result.map(({ url }) => url);
    const role = ['bot', 'worker'].find(each => urls.some(url => url.endsWith(`/dist/src/bin/${each}.js`)));
    if (!role) continue;
    found[role] = Object.entries(LIBRARIES)
      .filter(([, part]) => urls.some(url => url.includes(part)))
      .map(([library]) => library);
  }
  return found;
};

describe('the library for Teams', () => {
  it.each([
    ['botbuilder', ['botbuilder', 'botframework-connector']],
    ['agents', ['agents']],
  ] as const)('is %s alone where that is configured, in the bot and never in a worker', async (engine, libraries) => {
    const test = await startTeamsWhole({ scenarios: ['prod'], engine, env: { NODE_V8_COVERAGE: folder } });
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
    const test = await startTestWhole({ scenarios: ['prod'], env: { NODE_V8_COVERAGE: folder } });
    await test.stop();
    expect(await loaded()).toEqual({ bot: [], worker: [] });
  });
});
