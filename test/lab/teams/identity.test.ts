import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LabTeams, startTeams } from '../../../src/lab/teams/start-teams.js';
import { askToken, botClient, said } from './client.js';

describe('the identity services of the simulated Teams', () => {
  let teams: LabTeams;
  let time = Date.now();
  beforeEach(async () => {
    time = Date.now();
    teams = await startTeams({ now: () => time });
  });
  afterEach(() => teams.stop());

  it.each([
    { name: 'a wrong secret', over: { client_secret: 'guess' }, status: 401, code: 7000215, error: 'invalid_client' },
    { name: 'no secret', over: { client_secret: '' }, status: 401, code: 7000218, error: 'invalid_client' },
    { name: 'an unknown app', over: { client_id: 'nobody' }, status: 400, code: 700016, error: 'unauthorized_client' },
    { name: 'an unknown tenant', tenant: 'nowhere', status: 400, code: 90002, error: 'invalid_request' },
    {
      name: 'another grant',
      over: { grant_type: 'password' },
      status: 400,
      code: 70003,
      error: 'unsupported_grant_type',
    },
    {
      name: 'a scope for something else',
      over: { scope: 'https://graph.microsoft.com/.default' },
      status: 400,
      code: 500011,
      error: 'invalid_resource',
    },
  ])('refuse $name as Entra does: AADSTS$code', async ({ over, tenant, status, code, error }) => {
    const refused = await askToken(teams, over, tenant);
    expect(refused).toMatchObject({ status, body: { error, error_codes: [code] } });
    expect(refused.body.error_description).toMatch(new RegExp(`^AADSTS${code}: .* Trace ID: .* Correlation ID: `));
    expect(JSON.stringify(refused)).not.toContain(teams.secret);
  });

  it('let a secret expire', async () => {
    teams.identity.expireSecret();
    expect(await askToken(teams)).toMatchObject({ status: 401, body: { error_codes: [7000222] } });
  });

  it('give a token for the connector, which is good there until it ends or is revoked, and no other is', async () => {
    const ann = teams.world.addPerson('Ann Agent');
    const chat = teams.world.personalOf(ann);
    teams.world.setInstalled(chat, true);
    const { body } = await askToken(teams);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 86_399 });
    const token = String(body.access_token);
    expect(decodeJwt(token)).toMatchObject({
      aud: 'https://api.botframework.com',
      appid: teams.appId,
      tid: teams.tenant,
    });

    const call = await botClient(teams);
    const path = `conversations/${chat.id}/activities`;
    const statuses = async (...tokens: string[]) =>
      Promise.all(tokens.map(async given => (await call('POST', path, said('x'), given)).status));
    expect(await statuses(token, '', 'guess', `${token}x`)).toEqual([201, 401, 401, 401]);
    time += 86_400_000;
    expect(await statuses(token)).toEqual([401]);

    const next = String((await askToken(teams)).body.access_token);
    expect(await statuses(next)).toEqual([201]);
    teams.identity.revokeTokens();
    expect(await statuses(next)).toEqual([401]);
    expect(teams.messages(chat)).toHaveLength(2);
  });

  it('answer a managed identity as an Azure machine does', async () => {
    const ask = async (query: string, headers: Record<string, string> = { metadata: 'true' }) =>
      (await fetch(`${teams.identity.imdsUrl}?api-version=2018-02-01&${query}`, { headers })).json();
    const good = await ask(`resource=https://api.botframework.com&client_id=${teams.appId}`);
    expect(good).toMatchObject({ token_type: 'Bearer', expires_in: '86399' });
    expect(await ask('resource=https://api.botframework.com', {})).toMatchObject({ error: 'invalid_request' });
    expect(await ask('resource=https://api.botframework.com&client_id=other')).toMatchObject({
      error: 'invalid_request',
    });
  });

  it('announce signing keys endorsed for Teams, and others after a rotation', async () => {
    const metadata = (await (await fetch(teams.identity.authority.openIdUrl)).json()) as Record<string, string>;
    expect(metadata.issuer).toBe('https://api.botframework.com');
    const keys = async () =>
      ((await (await fetch(metadata.jwks_uri ?? '')).json()) as { keys: { kid: string; endorsements: string[] }[] })
        .keys;
    const before = await keys();
    expect(before.map(({ endorsements }) => endorsements.includes('msteams'))).toEqual([true, false]);
    await teams.identity.rotate();
    const after = await keys();
    expect(after.map(({ kid }) => kid).filter(kid => before.some(old => old.kid === kid))).toEqual([]);
  });

  it('publish the key that the bot’s own token is signed with', async () => {
    const { authority } = teams.identity;
    const keys = createRemoteJWKSet(new URL(`${authority.loginUrl}/${teams.tenant}/discovery/v2.0/keys`), {
      timeoutDuration: 60_000,
    });
    const { body } = await askToken(teams);
    await expect(
      jwtVerify(String(body.access_token), keys, { audience: 'https://api.botframework.com' }),
    ).resolves.toBeDefined();
  });

  it('fail on demand', async () => {
    teams.connector.faults.set('token', { is: 'status', status: 503, times: 1 });
    expect((await askToken(teams)).status).toBe(503);
    expect((await askToken(teams)).status).toBe(200);
    teams.connector.faults.set('keys', { is: 'reset' });
    await expect(fetch(`${teams.identity.authority.loginUrl}/v1/.well-known/keys`)).rejects.toThrow();
  });
});
