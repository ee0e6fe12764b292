import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { wordsOf } from '../../src/lab/slack/blocks.js';
import { seenInTeams } from '../../src/lab/teams/words.js';
import { addressIn, startBot as startSlackBot } from '../chat/slack/rig.js';
import { startBot as startTeamsBot } from '../chat/teams/rig.js';
import { type Letter, MINUTE, startWatches, usesRedis, watchOf } from './watch-rig.js';

usesRedis();

/**
 * A recorded fault story, every five minutes from nine o'clock in Paris: well, degrading, both down with their server, one mended and one
 * whose login is refused, mended, flapping, calm, another fault, mended, nobody can look, and seen again.
 */
const STORY = {
  paris: '. w XXXX LLL ... X.X. .... PPP .. ??? .',
  lyon: '. . .XXX ... ... .... .... ... .. ??? .',
};
/** When somebody gave the bot the new password. */
const MENDED_AT = 9;

/** Sooner than by itself, so that the story is short. */
const PATIENCE = { flapsAfter: 4, flapsWithinMs: 20 * MINUTE, remindsAfterMs: 5 * MINUTE };

type Said = { id: string; thread: boolean; versions: readonly string[] };

vi.setConfig({ testTimeout: 180_000 });
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

describe.each([
  { platform: 'slack', start: inSlack },
  { platform: 'teams', start: inTeams },
])('a story of faults in $platform', ({ platform, start }) => {
  it('is told in as many messages as there were incidents', async () => {
    const { messenger, to, said } = await start();
    const watches = await startWatches({
      messenger: () => messenger,
      watches: [watchOf({ is: 'address', address: to as never }, { patience: PATIENCE, logsInEveryMs: 15 * MINUTE })],
    });
    const seen = new Map<string, number>();
    const told: string[] = [];
    const [paris, lyon] = [STORY.paris, STORY.lyon].map(letters => [...letters.replaceAll(' ', '')] as Letter[]);
    expect(lyon).toHaveLength(paris?.length ?? 0);
    for (const [index, letter] of (paris ?? []).entries()) {
      if (index === MENDED_AT) watches.refused.clear();
      await watches.look({ paris: letter, lyon: lyon?.[index] as Letter });
      for (const { id, thread, versions } of said()) {
        const known = seen.get(id) ?? 0;
        for (const [n, words] of versions.entries()) {
          if (n < known) continue;
          const how = thread ? 'said in its thread' : n === 0 ? 'posted' : 'edited';
          told.push(`${'='.repeat(20)} ${watches.wall()} ${how}\n${words}\n`);
        }
        seen.set(id, versions.length);
      }
    }
    const golden = new URL(`../golden/watch-${platform}.txt`, import.meta.url);
    expect(told.join('\n')).toBe(await readFile(golden, 'utf8'));
    expect(told.filter(each => each.includes(' posted\n'))).toHaveLength(4);
  });
});
