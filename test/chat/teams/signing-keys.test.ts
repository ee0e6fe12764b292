import { afterAll, beforeAll, expect, it } from 'vitest';
import { signingKeys } from '../../../src/chat/teams/signing-keys.js';
import { type LabTeams, startTeams } from '../../../src/lab/teams/start-teams.js';

let teams: LabTeams;
beforeAll(async () => {
  teams = await startTeams();
});
afterAll(() => teams.stop());

it('strangers who knock while there are no keys do not make us ask for them each time', async () => {
  let nowMs = 0;
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const { find } = signingKeys({ openIdUrl: teams.identity.authority.openIdUrl, clock: { now: () => nowMs }, log });
  const asked = () => teams.calls.filter(({ operation }) => operation === 'metadata').length;
  teams.connector.faults.set('metadata', { is: 'status', status: 503 });
  for (let index = 0; index < 20; index += 1) await expect(find(`made-up-${index}`)).rejects.toThrow();
  expect(asked()).toBe(1);
  nowMs += 1_000;
  teams.connector.faults.clear();
  expect(await find('made-up')).toBeNull();
  expect(asked()).toBe(2);
});
