import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Flaw } from '../../../src/lab/teams/post.js';
import { type LabTeams, startTeams } from '../../../src/lab/teams/start-teams.js';
import type { LabConversation, LabPerson } from '../../../src/lab/teams/world.js';
import { type Heard, type ListeningBot, listeningBot } from './listening-bot.js';

/** A flaw that is not the one it claims to be would let a bot pass that looks at something else: so each is looked at here, alone. */
describe('the bad requests of the simulated Teams', () => {
  let teams: LabTeams;
  let bot: ListeningBot;
  let ann: LabPerson;
  let chat: LabConversation;
  let keys: JWTVerifyGetKey;
  beforeAll(async () => {
    [teams, bot] = await Promise.all([startTeams(), listeningBot()]);
    teams.deliver.to(bot.url);
    ann = teams.world.addPerson('Ann Agent');
    chat = teams.world.personalOf(ann);
    teams.world.setInstalled(chat, true);
    await teams.identity.rotate();
    const metadata = (await (await fetch(teams.identity.authority.openIdUrl)).json()) as { jwks_uri: string };
    keys = createRemoteJWKSet(new URL(metadata.jwks_uri), { timeoutDuration: 60_000 });
  });
  afterAll(() => Promise.all([bot.stop(), teams.stop()]));

  const say = async (flaw?: Flaw): Promise<Heard> => {
    await teams.deliver.say({ person: ann, conversation: chat, text: 'check prod', ...(flaw ? { flaw } : {}) });
    return bot.heard.at(-1) as Heard;
  };

  /** Everything that a careful bot finds wrong, each by its name. */
  const faultsOf = async ({ raw, activity, authorization = '' }: Heard): Promise<string[]> => {
    const { authority } = teams.identity;
    const found: string[] = [];
    if (raw.length > 1_000_000) found.push('size');
    if (Object.keys(activity).length === 0) found.push('json');
    if (activity.channelId !== 'msteams' && found.length === 0) found.push('channel');
    const { tenantId } = (activity.conversation ?? { tenantId: teams.tenant }) as { tenantId: string };
    if (tenantId !== teams.tenant) found.push('tenant');
    const [scheme, token = ''] = authorization.split(' ');
    if (scheme !== 'Bearer') return [...found, authorization === '' ? 'absent' : 'scheme'];
    try {
      const { payload, protectedHeader } = await jwtVerify(token, keys, {
        algorithms: ['RS256'],
        issuer: authority.issuer,
        audience: teams.appId,
        clockTolerance: 300,
      });
      if (protectedHeader.kid?.startsWith('o-')) found.push('endorsement');
      const given = activity.serviceUrl ?? teams.connector.serviceUrl;
      if (payload.serviceurl !== given) found.push('serviceurl');
      if (!authority.serviceHosts.includes(new URL(String(given)).host)) found.push('host');
    } catch (problem) {
      if (!(problem instanceof errors.JOSEError)) throw problem;
      found.push('claim' in problem ? String(problem.claim) : problem.code);
    }
    return found;
  };

  it('are none when nothing is bent', async () => expect(await faultsOf(await say())).toEqual([]));

  it.each<{ flaw: Flaw; is: string }>([
    { flaw: 'unsigned', is: 'absent' },
    { flaw: 'not-bearer', is: 'scheme' },
    { flaw: 'alg-none', is: 'ERR_JOSE_ALG_NOT_ALLOWED' },
    { flaw: 'hs256-with-public-key', is: 'ERR_JOSE_ALG_NOT_ALLOWED' },
    { flaw: 'forged-signature', is: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' },
    { flaw: 'changed-after-signing', is: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' },
    { flaw: 'unknown-key', is: 'ERR_JWKS_NO_MATCHING_KEY' },
    { flaw: 'withdrawn-key', is: 'ERR_JWKS_NO_MATCHING_KEY' },
    { flaw: 'not-endorsed', is: 'endorsement' },
    { flaw: 'wrong-audience', is: 'aud' },
    { flaw: 'wrong-issuer', is: 'iss' },
    { flaw: 'expired', is: 'exp' },
    { flaw: 'not-yet-valid', is: 'nbf' },
    { flaw: 'wrong-service-url', is: 'serviceurl' },
    { flaw: 'no-service-url', is: 'serviceurl' },
    { flaw: 'foreign-service-url', is: 'host' },
    { flaw: 'other-tenant', is: 'tenant' },
    { flaw: 'no-channel', is: 'channel' },
    { flaw: 'oversize', is: 'size' },
    { flaw: 'not-json', is: 'json' },
  ])('$flaw: $is and nothing else', async ({ flaw, is }) => expect(await faultsOf(await say(flaw))).toEqual([is]));

  it('have a good header to give away', async () => {
    const authorization = await teams.identity.headerFor('http://127.0.0.1:1/x/');
    expect(
      await faultsOf({
        raw: '{}',
        activity: { channelId: 'msteams', serviceUrl: 'http://127.0.0.1:1/x/' },
        authorization: authorization ?? '',
      }),
    ).toEqual(['host']);
  });

  it('repeat a good one byte for byte', async () => {
    const first = await teams.deliver.say({ person: ann, conversation: chat, text: 'check prod' });
    await teams.deliver.again(first);
    expect(bot.heard.at(-1)).toEqual(bot.heard.at(-2));
    expect(teams.messages(chat).filter(({ id }) => id === first.message.id)).toHaveLength(1);
  });
});
