import { type LabTeams, startTeams } from '../../src/lab/teams/start-teams.js';
import type { LabPerson } from '../../src/lab/teams/world.js';
import { type SlackWhole, startSlackWhole } from './slack-whole.js';

/** One bot with a Slack and a Teams of the lab before it, which share its listener. */
export type BothWhole = SlackWhole & {
  teams: LabTeams;
  /** Somebody who may do everything, in the bot's chat with them; another for every name, for Teams limits each chat by itself. */
  operator: (name: string) => LabPerson;
};

/** In Slack `U0OP` is operator, in Teams everybody that is named here. */
export const startBothWhole = async (given: {
  scenarios: readonly string[];
  operators: readonly string[];
}): Promise<BothWhole> => {
  const teams = await startTeams();
  const people = new Map(given.operators.map(name => [name, teams.world.addPerson(name)] as const));
  for (const person of people.values()) teams.world.setInstalled(teams.world.personalOf(person), true);
  const { loginUrl, openIdUrl } = teams.identity.authority;
  const whole = await startSlackWhole({
    scenarios: given.scenarios,
    config: {
      teams: {
        appId: teams.appId,
        tenant: teams.tenant,
        password: 'env:TEAMS_SECRET',
        lab: { loginUrl, openIdUrl, serviceUrl: teams.connector.serviceUrl },
      },
      access: [
        { role: 'operator', platform: 'slack', users: ['U0OP'] },
        { role: 'operator', platform: 'teams', users: [...people.values()].map(({ objectId }) => objectId) },
      ],
    },
    env: { TEAMS_SECRET: teams.secret },
  }).catch(async error => {
    await teams.stop();
    throw error;
  });
  teams.deliver.to(new URL('/api/messages', whole.url).href);
  return {
    ...whole,
    teams,
    operator: name => people.get(name) as LabPerson,
    stop: async () => {
      await whole.stop();
      await teams.stop();
    },
  };
};
