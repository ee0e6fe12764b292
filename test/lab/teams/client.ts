import type { LabTeams } from '../../../src/lab/teams/start-teams.js';

type Answered = { status: number; body: Record<string, unknown> & { error?: { code?: string } }; headers: Headers };
export type Client = (method: string, path: string, body?: unknown, token?: string) => Promise<Answered>;

export const askToken = async (teams: LabTeams, over: Record<string, string> = {}, tenant = teams.tenant) => {
  const form = {
    grant_type: 'client_credentials',
    client_id: teams.appId,
    client_secret: teams.secret,
    scope: teams.identity.authority.scope,
    ...over,
  };
  const url = `${teams.identity.authority.loginUrl}/${tenant}/oauth2/v2.0/token`;
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(form) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

/** The connector as a bot calls it; paths begin after `v3/`. */
export const botClient = async (teams: LabTeams): Promise<Client> => {
  const { body } = await askToken(teams);
  return async (method, path, content, token = String(body.access_token)) => {
    const response = await fetch(`${teams.connector.serviceUrl}v3/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(content === undefined ? {} : { body: typeof content === 'string' ? content : JSON.stringify(content) }),
    });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : {}, headers: response.headers };
  };
};

export const said = (text: string) => ({ type: 'message', text });
export const card = (content: Record<string, unknown>) => ({
  type: 'message',
  attachments: [
    {
      contentType: 'application/vnd.microsoft.card.adaptive',
      content: { type: 'AdaptiveCard', version: '1.5', body: [], ...content },
    },
  ],
});
export const words = (text: string) => ({ type: 'TextBlock', text });
