import { expect, it } from 'vitest';
import { roster } from '../../../src/chat/teams/roster.js';
import { MessengerBusyError, MessengerRefusedError } from '../../../src/intake/ports.js';

it.each([
  ['is too busy to say it', new MessengerBusyError('429', 60_000), { groups: [], unsure: true }],
  ['says that the bot is not there', new MessengerRefusedError('not installed there'), { groups: [] }],
])('nobody is in a team of which Teams %s', async (_, error, is) => {
  const engine = async () => ({ member: () => Promise.reject(error) }) as never;
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const people = roster({ engine, tenant: 't', teams: ['19:team@thread.tacv2'], clock: { now: Date.now }, log });
  expect(await people.teamsOf({ handle: { account: '29:ann', conversation: 'c' } } as never)).toEqual(is);
});
