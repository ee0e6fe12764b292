import { afterAll, beforeAll, describe } from 'vitest';
import { startTeamsWhole, type TeamsWhole } from '../support/teams-whole.js';
import { check } from './teams/check.js';
import { read } from './teams/read.js';

/** What people do with one bot in Teams: the built program, a real worker and Redis. */
let test: TeamsWhole;
beforeAll(async () => {
  test = await startTeamsWhole({ scenarios: ['branch', 'prod', 'slow', 'imap-disabled'] });
});
afterAll(() => test?.stop());

describe.each([
  ['checks', check],
  ['what is read', read],
] as const)('%s', (_, part) => part(() => test));
