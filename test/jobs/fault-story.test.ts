import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Maintenance } from '../../src/domain/quiet.js';
import { wordsOf } from '../../src/lab/slack/blocks.js';
import { seenInTeams } from '../../src/lab/teams/words.js';
import { addressIn, startBot as startSlackBot } from '../chat/slack/rig.js';
import { startBot as startTeamsBot } from '../chat/teams/rig.js';
import { type Letter, MINUTE, startWatches, usesRedis, watchOf } from './watch-rig.js';

usesRedis();

/**
 * A recorded fault story, a look every five minutes from nine o'clock in Paris. What a person expects of it stands in
 * `test/golden/fault-story-*.txt`, which were written by hand.
 */
const STORY = [
  { is: 'good', paris: '.', lyon: '.' },
  { is: 'degrading, which wakes nobody', paris: 'w', lyon: 'w' },
  { is: 'broken, with the server that both hang on', paris: 'XXXX', lyon: 'XXXX' },
  { is: 'flapping, while the other is mended', paris: '.X.', lyon: '...' },
  { is: 'fixed, once it has kept still', paris: '....', lyon: '....' },
  { is: 'maintenance from 10:05 to 10:25, with a fault that outlasts it', paris: '.PPP', lyon: '....' },
  { is: 'broken, fixed', paris: 'P..', lyon: '...' },
] as const;
const INCIDENTS = 2;

/** Sooner than by itself, so that the story is short. */
const PATIENCE = { flapsAfter: 3, flapsWithinMs: 20 * MINUTE };

const patches = (to: unknown): Maintenance =>
  Maintenance.parse({
    is: 'maintenance',
    id: 'm-patch',
    because: 'patches',
    at: '2026-11-21T07:00:00.000Z',
    by: { platform: 'slack', user: 'U1', groups: [], channel: 'C1' },
    targets: ['paris'],
    times: { is: 'once', from: '2026-11-21T09:05:00.000Z', until: '2026-11-21T09:25:00.000Z' },
    zone: 'Europe/Paris',
    to: { is: 'address', address: to },
  });

type Said = { id: string; thread: boolean; versions: readonly string[] };

vi.setConfig({ testTimeout: 120_000 });
const stopping: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stopping.splice(0)) await stop();
});

const inSlack = async () => {
  const bot = await startSlackBot('http');
  stopping.push(bot.stop);
  const said = (): Said[] =>
    bot.slack.messages('C1').map(({ ts, thread, versions }) => ({
      id: ts,
      thread: thread !== null,
      versions: versions.map(({ blocks }) => wordsOf(blocks).join('\n')),
    }));
  return { messenger: bot.messenger, to: bot.messenger.lasting?.(addressIn('C1')), said };
};

const inTeams = async () => {
  const bot = await startTeamsBot();
  stopping.push(bot.stop);
  const said = (): Said[] =>
    bot.teams.messages(bot.places.channel).map(message => ({
      id: message.id,
      thread: message.thread !== null,
      versions: message.versions.map((_, n) => seenInTeams({ ...message, versions: message.versions.slice(0, n + 1) })),
    }));
  return { messenger: bot.messenger, to: bot.messenger.lasting?.(bot.addressIn(bot.places.channel)), said };
};

/** The commands of a remedy have goldens of their own. */
const withoutRemedy = (words: string): string =>
  words.replace(/^Remedy: [\s\S]*?\n(?=\[Script|Looked at)/m, '(remedy)\n');

describe.each([
  { platform: 'slack', start: inSlack },
  { platform: 'teams', start: inTeams },
])('a story of faults in $platform', ({ platform, start }) => {
  it('is told in one message for each incident', async () => {
    const { messenger, to, said } = await start();
    const watch = watchOf({ is: 'address', address: to as never }, { patience: PATIENCE, logsInEveryMs: null });
    const watches = await startWatches({ messenger: () => messenger, watches: [watch], windows: [patches(to)] });
    const seen = new Map<string, number>();
    const told: string[] = [];
    for (const { paris, lyon } of STORY)
      for (const [index, letter] of [...paris].entries()) {
        await watches.look({ paris: letter as Letter, lyon: lyon[index] as Letter });
        note();
      }
    const golden = new URL(`../golden/fault-story-${platform}.txt`, import.meta.url);
    expect(told.join('\n')).toBe(await readFile(golden, 'utf8'));
    const posted = told.filter(each => each.includes(' posted\n'));
    expect(posted.filter(each => !each.includes('Maintenance of '))).toHaveLength(INCIDENTS);

    function note(): void {
      for (const { id, thread, versions } of said()) {
        for (const [n, words] of versions.entries()) {
          if (n < (seen.get(id) ?? 0)) continue;
          const how = thread ? 'said in its thread' : n === 0 ? 'posted' : 'edited';
          told.push(`${watches.wall()} ${how}\n${withoutRemedy(words)}\n`);
        }
        seen.set(id, versions.length);
      }
    }
  });
});
