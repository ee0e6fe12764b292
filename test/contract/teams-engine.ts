import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HttpFront, httpFront } from '../../src/chat/http.js';
import type { InvokeAnswer, Outgoing, Place, TeamsEngine } from '../../src/chat/teams/engine.js';
import type { Credential, EngineDeps } from '../../src/chat/teams/engine-deps.js';
import { ConfigError } from '../../src/domain/errors.js';
import { MessengerBusyError, MessengerRefusedError } from '../../src/intake/ports.js';
import type { TeamsFault, TeamsOperation } from '../../src/lab/teams/faults.js';
import type { Flaw } from '../../src/lab/teams/post.js';
import { type LabTeams, startTeams } from '../../src/lab/teams/start-teams.js';
import type { LabConversation, LabPerson } from '../../src/lab/teams/world.js';

type Make = (deps: EngineDeps) => Promise<TeamsEngine>;
type Rig = {
  teams: LabTeams;
  engine: TeamsEngine;
  /** Every activity that was let in, as it was heard. */
  heard: unknown[];
  /** What the next invoke gets back. */
  answers: (with_: () => Promise<InvokeAnswer | null>) => void;
  /** Moves the clock of the engine, not of the lab. */
  later: (ms: number) => void;
  /** A day passes for everybody. */
  tomorrow: () => void;
  /** Every word that went into the log. */
  logged: () => string;
  ada: LabPerson;
  chat: LabConversation;
  place: (conversation?: LabConversation) => Place;
  say: (flaw?: Flaw) => Promise<{ status: number }>;
  port: number;
  stop: () => Promise<void>;
};

/** Each flaw alone, everything else as Teams sends it. */
const REFUSED: readonly [Flaw, number][] = [
  ['unsigned', 401],
  ['not-bearer', 401],
  ['alg-none', 401],
  ['hs256-with-public-key', 401],
  ['forged-signature', 401],
  ['changed-after-signing', 401],
  ['unknown-key', 401],
  ['wrong-audience', 401],
  ['wrong-issuer', 401],
  ['expired', 401],
  ['not-yet-valid', 401],
  ['no-service-url', 401],
  ['wrong-service-url', 403],
  ['foreign-service-url', 403],
  ['not-endorsed', 403],
  ['other-tenant', 403],
  ['no-channel', 403],
  ['not-json', 403],
];

const BUSY: readonly [string, TeamsFault, number | null][] = [
  ['412', { is: 'status', status: 412 }, null],
  ['429 with Retry-After', { is: 'rate-limited', retryAfterSec: 7 }, 7_000],
  ['429 without a word', { is: 'rate-limited', retryAfterSec: null }, null],
  ['500', { is: 'status', status: 500 }, null],
  ['502', { is: 'status', status: 502 }, null],
  ['503', { is: 'status', status: 503 }, null],
  ['504', { is: 'status', status: 504 }, null],
  ['a reset', { is: 'reset' }, null],
  ['a lost answer', { is: 'lost' }, null],
];

const FINAL: readonly [number, string][] = [
  [400, 'BadArgument'],
  [403, 'MessageWritesBlocked'],
  [403, 'BotNotInConversationRoster'],
  [404, 'ConversationNotFound'],
  [413, 'MessageSizeTooBig'],
];

/** What every library between us and the Bot Framework owes the bot; the other side is the lab's Teams, over real HTTP. */
export const teamsEngineContract = (name: string, make: Make): void => {
  describe(`${name} keeps the contract of a Teams engine`, () => {
    let rig: Rig;
    beforeEach(async () => {
      rig = await rigWith(make);
    });
    afterEach(() => rig.stop());

    describe('hears', () => {
      it('a message as it was sent', async () => {
        const { status, activity } = await rig.teams.deliver.say({
          person: rig.ada,
          conversation: rig.chat,
          text: 'check prod',
        });
        expect(status).toBe(200);
        expect(rig.heard).toEqual([activity]);
      });

      it('an invoke, and gives back what was answered', async () => {
        rig.answers(async () => ({
          status: 200,
          body: { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: '»ok«' },
        }));
        const { status, body } = await invoke(rig);
        expect([status, body]).toEqual([
          200,
          { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: '»ok«' },
        ]);
      });

      it('an invoke to which there is nothing to say', async () => {
        expect(await invoke(rig)).toMatchObject({ status: 200, body: '' });
      });

      it('an answer with another status', async () => {
        rig.answers(async () => ({ status: 412, body: { code: 'PreconditionFailed' } }));
        expect(await invoke(rig)).toMatchObject({ status: 412, body: { code: 'PreconditionFailed' } });
      });

      it('what a later Teams may add', async () => {
        const activity = rig.teams.deliver.compose(
          'message',
          { person: rig.ada, conversation: rig.chat },
          {
            text: 'help',
            textFormat: 'tomorrow',
            importance: 7,
            entities: [{ is: 'odd' }, null],
            suggestedActions: 'none',
            attachments: [{ contentType: 5 }],
          },
        );
        expect(await rig.teams.deliver.activity(activity)).toMatchObject({ status: 200 });
        expect(rig.heard).toEqual([activity]);
      });

      it('again what came to nothing', async () => {
        rig.answers(async () => {
          throw new Error('Redis is away');
        });
        const first = await rig.teams.deliver.say({ person: rig.ada, conversation: rig.chat, text: 'help' });
        rig.answers(async () => null);
        const again = await rig.teams.deliver.again(first);
        expect([first.status, again.status, rig.heard.length]).toEqual([500, 200, 2]);
        // Nobody in the chat is told of our bugs by the library.
        expect(rig.teams.calls.map(({ operation }) => operation)).toEqual(['metadata', 'keys']);
      });

      it('what came while the bot was stopping: it says that it did not take it, and takes it when it comes again', async () => {
        rig.answers(async () => ({ status: 503 }));
        const first = await rig.teams.deliver.say({ person: rig.ada, conversation: rig.chat, text: 'help' });
        const click = await invoke(rig);
        rig.answers(async () => null);
        const again = await rig.teams.deliver.again(first);
        expect([first.status, click.status, again.status]).toEqual([503, 503, 200]);
      });

      it('an edit of a message each time', async () => {
        const { activity } = await rig.teams.deliver.say({ person: rig.ada, conversation: rig.chat, text: 'chek' });
        for (const timestamp of ['2026-11-21T10:00:00Z', '2026-11-21T10:00:05Z'])
          expect(await rig.teams.deliver.activity({ ...activity, type: 'messageUpdate', timestamp })).toMatchObject({
            status: 200,
          });
      });
    });

    describe('believes nobody', () => {
      it.each(REFUSED)('whose request is %s: %i', async (flaw, status) => {
        expect(await rig.say(flaw)).toMatchObject({ status, body: '' });
        expect(rig.heard).toEqual([]);
        expect((await rig.say()).status).toBe(200);
        expect(rig.heard).toHaveLength(1);
      });

      it('who sends a recorded request again', async () => {
        const first = await rig.teams.deliver.say({ person: rig.ada, conversation: rig.chat, text: 'check prod' });
        const again = await rig.teams.deliver.again(first);
        const sameId = await rig.teams.deliver.activity({ ...first.activity, text: 'check --deep prod' });
        expect([first.status, again.status, sameId.status]).toEqual([200, 403, 403]);
        expect(rig.heard).toHaveLength(1);
      });

      it('from another channel, though its key may sign for that one', async () => {
        const at = { person: rig.ada, conversation: rig.chat };
        const activity = rig.teams.deliver.compose('message', at, { text: 'help', channelId: 'directline' });
        expect((await rig.teams.deliver.activity(activity)).status).toBe(403);
        expect(rig.heard).toEqual([]);
      });

      it('with two authorizations, one of them good', async () => {
        const { sent } = await rig.teams.deliver.say({
          person: rig.ada,
          conversation: rig.chat,
          text: 'help',
          flaw: 'other-tenant',
        });
        const activity = rig.teams.deliver.compose(
          'message',
          { person: rig.ada, conversation: rig.chat },
          { text: 'help' },
        );
        const good = String(sent.headers.authorization);
        for (const pair of [
          [good, 'Bearer x'],
          ['Bearer x', good],
        ])
          expect(await postRaw(rig.port, pair, JSON.stringify(activity))).toBe(401);
        expect(rig.heard).toEqual([]);
      });

      it('of whom one name of the tenant is another’s, or who names none', async () => {
        const at = { person: rig.ada, conversation: rig.chat };
        const activity = rig.teams.deliver.compose('message', at, { text: 'help' });
        const { channelData, ...bare } = activity;
        const other = { ...activity, channelData: { tenant: { id: '00000000-0000-4000-8000-000000000bad' } } };
        const none = { ...bare, conversation: { id: rig.chat.id, conversationType: 'personal' } };
        for (const each of [other, none]) expect((await rig.teams.deliver.activity(each)).status).toBe(403);
        expect(rig.heard).toEqual([]);
      });

      it('by a key that was withdrawn, and the new key at once', async () => {
        await rig.say();
        await rig.teams.identity.rotate();
        rig.later(11_000); // somebody else’s made-up key ids may have used up the present ten seconds
        expect((await rig.say()).status).toBe(200);
        expect((await rig.say('withdrawn-key')).status).toBe(401);
        expect(rig.heard).toHaveLength(2);
      });

      it('while the keys cannot be had, and says that it does not know', async () => {
        rig.teams.connector.faults.set('keys', { is: 'status', status: 503 });
        expect((await rig.say()).status).toBe(503);
        rig.teams.connector.faults.clear();
        rig.later(11_000);
        expect((await rig.say()).status).toBe(200);
        expect(rig.heard).toHaveLength(1);
      });

      it('and keeps its keys where they cannot be fetched anew the next day', async () => {
        await rig.say();
        rig.tomorrow();
        rig.teams.connector.faults.set('metadata', { is: 'reset' });
        expect((await rig.say()).status).toBe(200);
        expect((await rig.say('unknown-key')).status).toBe(401);
        expect(rig.logged()).toContain('could not be fetched anew');
      });

      it('and fetches its keys anew each day', async () => {
        await rig.say();
        rig.tomorrow();
        await rig.say();
        expect(rig.teams.calls.filter(({ operation }) => operation === 'keys')).toHaveLength(2);
      });

      it('and is not made to fetch keys by whoever makes up their ids', async () => {
        await rig.say();
        for (let index = 0; index < 20; index += 1) await rig.say('unknown-key');
        expect(rig.teams.calls.filter(({ operation }) => operation === 'keys')).toHaveLength(1);
      });
    });

    describe('sends', () => {
      it('a message, and edits it', async () => {
        const id = await rig.engine.send(rig.place(), { ...CARD, text: 'Checking …' });
        await rig.engine.update({ ...rig.place(), activity: id }, { ...CARD, text: 'branch: healthy' });
        const [message, ...more] = rig.teams.messages(rig.chat);
        expect(more).toEqual([]);
        expect(message?.id).toBe(id);
        expect(message?.versions.map(({ text }) => text)).toEqual(['Checking …', 'branch: healthy']);
        expect(message?.versions.at(-1)?.attachments[0]?.content).toEqual(CARD.attachments?.[0]?.content);
      });

      it('into a thread, whose id is no path', async () => {
        const { message } = await rig.teams.deliver.say({
          person: rig.ada,
          conversation: channelOf(rig),
          text: 'check prod',
        });
        const place = { ...rig.place(channelOf(rig)), conversation: `${channelOf(rig).id};messageid=${message.id}` };
        await rig.engine.send(place, TEXT);
        await rig.engine.send(place, { ...TEXT, replyToId: message.id });
        expect(rig.teams.saidByBot(channelOf(rig)).map(({ thread }) => thread)).toEqual([message.id, message.id]);
      });

      it.each(['../../v3/conversations', '..', 'a/b?c#d', 'a%2fb'])(
        'to a conversation called %s, and nowhere else',
        async conversation => {
          const place = { ...rig.place(), conversation };
          const failure = await rig.engine.send(place, TEXT).catch(error => error);
          expect(failure).toBeInstanceOf(MessengerRefusedError);
          expect(failure.facts.status).toBe(404);
          expect(rig.teams.calls.filter(({ operation }) => operation === 'create')).toEqual([]);
        },
      );

      it('to no other message than the one that is named', async () => {
        const id = await sent(rig);
        const odd = { ...rig.place(), conversation: `${rig.chat.id}/activities?` };
        await expect(rig.engine.send(odd, TEXT)).rejects.toMatchObject({ facts: { status: 404 } });
        const place = { ...rig.place(), activity: `x/../${id}` };
        await expect(rig.engine.update(place, { ...TEXT, text: 'over it' })).rejects.toMatchObject({
          facts: { status: 404 },
        });
        expect(rig.teams.messages(rig.chat).map(({ versions }) => versions.length)).toEqual([1]);
      });

      it('that it types', async () => {
        await rig.engine.send(rig.place(), { type: 'typing' });
        expect(rig.teams.typing).toEqual([rig.chat]);
      });

      it('to one person alone', async () => {
        const place = await rig.engine.direct(rig.place(channelOf(rig)), rig.ada.id);
        await rig.engine.send(place, { ...TEXT, text: 'for your eyes' });
        expect(rig.teams.saidByBot(rig.teams.world.personalOf(rig.ada))[0]?.versions[0]?.text).toBe('for your eyes');
        expect(place).toMatchObject({ tenant: rig.teams.tenant, activity: null });
      });

      it('nothing to a host that is not of the cloud', async () => {
        for (const serviceUrl of [
          'https://smba.elsewhere.test/emea/',
          `http://127.0.0.1:${rig.port}/`,
          'file:///etc/passwd',
          'no address',
        ]) {
          const failure = await rig.engine.send({ ...rig.place(), serviceUrl }, TEXT).catch(error => error);
          expect(failure).toBeInstanceOf(MessengerRefusedError);
          expect(failure.facts.code).toBe('foreign_service_url');
        }
        expect(rig.teams.calls).toEqual([]);
      });

      it('asks who somebody is, and whether they are there', async () => {
        const general = channelOf(rig);
        expect(await rig.engine.member(rig.place(general), rig.ada.id)).toMatchObject({
          aadObjectId: rig.ada.objectId,
          tenantId: rig.teams.tenant,
        });
        expect(await rig.engine.member(rig.place(general), rig.ada.objectId)).toMatchObject({ id: rig.ada.id });
        const bob = rig.teams.world.addPerson('Bob Elsewhere');
        expect(await rig.engine.member(rig.place(general), bob.id)).toBeNull();
      });
    });

    describe('tells apart', () => {
      it.each(BUSY)('%s: busy', async (_, fault, retryAfterMs) => {
        const at = await sent(rig);
        for (const [operation, call] of callsOf(rig, at)) {
          rig.teams.connector.faults.set(operation, fault);
          const failure = await call().catch((error: unknown) => error);
          expect(failure, operation).toBeInstanceOf(MessengerBusyError);
          expect((failure as MessengerBusyError).retryAfterMs).toBe(retryAfterMs);
        }
      });

      it('a page of something in between, which took no message: busy', async () => {
        rig.teams.connector.faults.set('send', { is: 'status', status: 200 });
        rig.teams.connector.faults.set('create', { is: 'status', status: 200 });
        await expect(rig.engine.send(rig.place(), TEXT)).rejects.toBeInstanceOf(MessengerBusyError);
        await expect(rig.engine.direct(rig.place(), rig.ada.id)).rejects.toBeInstanceOf(MessengerBusyError);
      });

      it('silence: busy, after some seconds', async () => {
        rig.teams.connector.faults.set('send', { is: 'hang' });
        const began = performance.now();
        await expect(rig.engine.send(rig.place(), TEXT)).rejects.toBeInstanceOf(MessengerBusyError);
        expect(performance.now() - began).toBeLessThan(9_000);
      });

      it('a slow answer: waits for it', async () => {
        rig.teams.connector.faults.set('send', { is: 'slow', ms: 300 });
        expect(await rig.engine.send(rig.place(), TEXT)).toEqual(expect.any(String));
      });

      it('another address to ask: nobody goes there, neither with the token nor with the words', async () => {
        const asked: string[] = [];
        const other = createServer((request, response) => {
          asked.push(`${request.method} ${request.url}`);
          response.end('{"id":"1"}');
        });
        await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
        try {
          const to = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`;
          const at = await sent(rig);
          for (const [operation, call] of callsOf(rig, at)) {
            rig.teams.connector.faults.set(operation, { is: 'elsewhere', to });
            const failure = await call().catch((error: unknown) => error);
            expect(failure, operation).toBeInstanceOf(MessengerRefusedError);
          }
          expect(asked).toEqual([]);
        } finally {
          other.close();
        }
      });

      it('asks once, whatever the answer', async () => {
        rig.teams.connector.faults.set('send', { is: 'rate-limited', retryAfterSec: 0 });
        await rig.engine.send(rig.place(), TEXT).catch(() => undefined);
        expect(rig.teams.calls.filter(({ operation }) => operation === 'send')).toHaveLength(1);
      });

      it.each(FINAL)('%i %s: refused, with status and code', async (status, code) => {
        const at = await sent(rig);
        for (const [operation, call] of callsOf(rig, at).filter(([each]) => each !== 'member' || status !== 404)) {
          rig.teams.connector.faults.set(operation, { is: 'status', status, code });
          const failure = await call().catch((error: unknown) => error);
          expect(failure, operation).toBeInstanceOf(MessengerRefusedError);
          expect((failure as MessengerRefusedError).facts).toMatchObject({ status, code });
        }
      });

      it('a real no of the platform: no such message, a blocked bot, a message too large', async () => {
        const text = 'x'.repeat(60_000);
        await expect(rig.engine.send(rig.place(), { ...TEXT, text })).rejects.toMatchObject({
          facts: { status: 413, code: 'MessageSizeTooBig' },
        });
        await expect(rig.engine.update({ ...rig.place(), activity: '1700000000000' }, TEXT)).rejects.toMatchObject({
          facts: { status: 404 },
        });
        rig.chat.blocked = true;
        await expect(rig.engine.send(rig.place(), TEXT)).rejects.toMatchObject({ facts: { status: 403 } });
      });
    });

    describe('proves who it is', () => {
      it('with one token for many messages', async () => {
        await Promise.all([sent(rig), sent(rig), sent(rig)]);
        await sent(rig);
        expect(rig.teams.calls.filter(({ operation }) => operation === 'token')).toHaveLength(1);
      });

      it('with a new one before the old one ends', async () => {
        await sent(rig);
        rig.later(86_399_000 - 4 * 60_000);
        await sent(rig);
        expect(rig.teams.calls.filter(({ operation }) => operation === 'token')).toHaveLength(2);
      });

      it('with a new one where the old one was withdrawn', async () => {
        await sent(rig);
        rig.teams.identity.revokeTokens();
        expect(await sent(rig)).toEqual(expect.any(String));
        expect(rig.teams.messages(rig.chat)).toHaveLength(2);
      });

      it('is refused for good where no token helps', async () => {
        rig.teams.connector.faults.set('send', { is: 'status', status: 401 });
        await expect(rig.engine.send(rig.place(), TEXT)).rejects.toMatchObject({
          name: 'MessengerRefusedError',
          facts: { status: 401 },
        });
        expect(rig.teams.calls.filter(({ operation }) => operation === 'send')).toHaveLength(2);
      });

      it('waits while the login host is away', async () => {
        rig.teams.connector.faults.set('token', { is: 'reset', times: 1 });
        await expect(rig.engine.send(rig.place(), TEXT)).rejects.toBeInstanceOf(MessengerBusyError);
        expect(await sent(rig)).toEqual(expect.any(String));
      });

      it('says what Entra ID has against it', async () => {
        await rig.stop();
        rig = await rigWith(make, { secret: 'wrong' });
        await expect(rig.engine.send(rig.place(), TEXT)).rejects.toMatchObject({
          name: 'MessengerRefusedError',
          facts: { status: 401, code: 'AADSTS7000215' },
        });
      });

      it('waits while its secret cannot be read', async () => {
        await rig.stop();
        let isThere = false;
        rig = await rigWith(make, {
          credential: teams => ({
            is: 'secret',
            secret: async () => {
              if (!isThere) throw new ConfigError('file:/run/secrets/teams cannot be read: there is no such file');
              return teams.secret;
            },
          }),
        });
        await expect(rig.engine.send(rig.place(), TEXT)).rejects.toBeInstanceOf(MessengerBusyError);
        await expect(rig.engine.selfcheck()).rejects.toBeInstanceOf(ConfigError);
        isThere = true;
        expect(await sent(rig)).toEqual(expect.any(String));
      });

      it('by a managed identity', async () => {
        await rig.stop();
        rig = await rigWith(make, {
          credential: teams => ({
            is: 'managed-identity',
            env: { AZURE_POD_IDENTITY_AUTHORITY_HOST: new URL(teams.identity.imdsUrl).origin },
          }),
        });
        expect(await sent(rig)).toEqual(expect.any(String));
        expect(named(await rig.engine.selfcheck(), 'token')).toMatchObject({ is: 'well', causes: [] });
      });

      it('and tells nobody its secrets', async () => {
        rig.teams.connector.faults.set('send', { is: 'status', status: 403, code: 'MessageWritesBlocked' });
        const failure = await rig.engine.send(rig.place(), TEXT).catch(error => error);
        await rig.say('expired');
        const told = `${rig.logged()} ${JSON.stringify(failure)} ${failure.stack} ${inspect(failure, { depth: 12 })}`;
        expect(told).not.toContain(rig.teams.secret);
        expect(told).not.toMatch(/eyJ[\w-]{10}/);
      });
    });

    describe('checks itself', () => {
      it('and finds all well', async () => {
        const things = await rig.engine.selfcheck();
        expect(things.map(({ name: thing, is }) => `${thing}: ${is}`)).toEqual([
          'token: well',
          'signing keys: well',
          'clock: well',
        ]);
        expect(things.flatMap(({ causes }) => causes)).toEqual([]);
        expect(rig.teams.messages(rig.chat)).toEqual([]);
      });

      const ILL: readonly [string, Parameters<typeof rigWith>[1], string, RegExp, RegExp][] = [
        ['a wrong secret', { secret: 'wrong' }, 'token', /AADSTS7000215/, /value/],
        [
          'an unknown app',
          { appId: '00000000-0000-4000-8000-0000000000aa' },
          'token',
          /AADSTS700016/,
          /teams\.tenant .*registered/,
        ],
        [
          'a wrong tenant',
          { tenant: '00000000-0000-4000-8000-0000000000bb' },
          'token',
          /AADSTS90002/,
          /Directory \(tenant\) ID/,
        ],
        ['an unreachable login host', { loginUrl: CLOSED }, 'token', /nobody listens/, /firewall/],
        ['unreachable keys', { openIdUrl: `${CLOSED}/keys` }, 'signing keys', /nobody listens/, /firewall/],
        ['a clock ten minutes behind', { aheadMs: -600_000 }, 'clock', /(59\d|60\d) s behind/, /time service/],
        ['a clock ten minutes ahead', { aheadMs: 600_000 }, 'clock', /(59\d|60\d) s ahead/, /time service/],
        [
          'no managed identity here',
          {
            credential: () => ({
              is: 'managed-identity',
              env: { AZURE_POD_IDENTITY_AUTHORITY_HOST: CLOSED },
            }),
          },
          'token',
          /nobody listens/,
          /not in Azure/,
        ],
        [
          'a managed identity that is not assigned',
          {
            appId: '00000000-0000-4000-8000-0000000000aa',
            credential: (teams: LabTeams) => ({
              is: 'managed-identity',
              env: { AZURE_POD_IDENTITY_AUTHORITY_HOST: new URL(teams.identity.imdsUrl).origin },
            }),
          },
          'token',
          /no token/,
          /not assigned/,
        ],
      ];
      it.each(ILL)('and names %s', async (_, how, thing, says, firstCause) => {
        await rig.stop();
        rig = await rigWith(make, how);
        const things = await rig.engine.selfcheck();
        expect(things.filter(({ is }) => is === 'ill').map(each => each.name)).toEqual([thing]);
        const found = named(things, thing);
        expect(found?.says).toMatch(says);
        expect(found?.causes[0]).toMatch(firstCause);
        expect(JSON.stringify(things)).not.toContain(rig.teams.secret);
      });

      it('and names an expired secret, and keys that something else hands out', async () => {
        rig.teams.identity.expireSecret();
        rig.teams.connector.faults.set('keys', { is: 'status', status: 200 });
        const things = await rig.engine.selfcheck();
        expect(named(things, 'token')?.causes[0]).toMatch(/expired/);
        expect(named(things, 'signing keys')?.causes[0]).toMatch(/proxy/);
      });
    });
  });
};

/** Below the ports that the system gives away, and no test's. */
const CLOSED = 'http://127.0.0.1:14';
const TEXT: Outgoing = { type: 'message', text: 'a word' };
const CARD: Outgoing = {
  type: 'message',
  summary: 'branch',
  attachments: [
    {
      contentType: 'application/vnd.microsoft.card.adaptive',
      content: {
        type: 'AdaptiveCard',
        version: '1.5',
        fallbackText: 'branch',
        body: [{ type: 'TextBlock', text: "Set-ImapSettings -Server 'CAS01' -MaxConnectionsPerUser 68", wrap: true }],
      },
    },
  ],
};

/** An engine behind the bot's own HTTP listener, the lab's Teams on the other side; `how` is what is wrong with the configuration. */
async function rigWith(
  make: Make,
  how: {
    secret?: string;
    appId?: string;
    tenant?: string;
    loginUrl?: string;
    openIdUrl?: string;
    aheadMs?: number;
    credential?: (teams: LabTeams) => Credential;
  } = {},
): Promise<Rig> {
  let daysMs = 0;
  const teams = await startTeams({ now: () => Date.now() + daysMs });
  const heard: unknown[] = [];
  const lines: string[] = [];
  let aheadMs = how.aheadMs ?? 0;
  let answer: () => Promise<InvokeAnswer | null> = async () => null;
  const note = (facts: object, says: string) =>
    void lines.push(`${says} ${JSON.stringify(facts)} ${String((facts as { error?: unknown }).error)}`);
  const log = { info: note, warn: note, error: note };
  const { loginUrl, openIdUrl } = how;
  const engine = await make({
    appId: how.appId ?? teams.appId,
    tenant: how.tenant ?? teams.tenant,
    credential: how.credential?.(teams) ?? { is: 'secret', secret: async () => how.secret ?? teams.secret },
    authority: { ...teams.identity.authority, ...(loginUrl ? { loginUrl } : {}), ...(openIdUrl ? { openIdUrl } : {}) },
    clock: { now: () => Date.now() + daysMs + aheadMs },
    log,
    hear: async activity => {
      heard.push(activity);
      return answer();
    },
  });
  const http: HttpFront = httpFront({ host: '127.0.0.1', port: 0, ailing: () => null, log });
  http.mount('/api/messages', engine.open);
  const { port } = await http.start();
  teams.deliver.to(`http://127.0.0.1:${port}/api/messages`);
  const ada = teams.world.addPerson('Ada Lovelace');
  const chat = teams.world.personalOf(ada);
  const team = teams.world.addTeam('Contact centre', [ada]);
  for (const each of [chat, team.general]) teams.world.setInstalled(each, true);
  return {
    teams,
    engine,
    heard,
    answers: with_ => {
      answer = with_;
    },
    later: ms => {
      aheadMs += ms;
    },
    tomorrow: () => {
      daysMs += 86_400_000 + 1_000;
    },
    logged: () => lines.join('\n'),
    ada,
    chat,
    place: (conversation = chat) => ({
      serviceUrl: teams.connector.serviceUrl,
      tenant: teams.tenant,
      conversation: conversation.id,
      activity: null,
    }),
    say: flaw => teams.deliver.say({ person: ada, conversation: chat, text: 'check prod', ...(flaw ? { flaw } : {}) }),
    port,
    stop: async () => {
      await http.stop();
      await teams.stop();
    },
  };
}

const channelOf = ({ teams }: Rig): LabConversation => {
  const channel = teams.world.conversations().find(({ kind }) => kind === 'channel');
  if (!channel) throw new Error('the rig has a channel');
  return channel;
};

const invoke = ({ teams, ada, chat }: Rig) =>
  teams.deliver.activity(
    teams.deliver.compose(
      'invoke',
      { person: ada, conversation: chat },
      { name: 'adaptiveCard/action', value: { action: { verb: 'recheck' } } },
    ),
  );

const sent = (rig: Rig): Promise<string> => rig.engine.send(rig.place(), TEXT);

const callsOf = (rig: Rig, activity: string): [TeamsOperation, () => Promise<unknown>][] => [
  ['send', () => rig.engine.send(rig.place(), TEXT)],
  ['update', () => rig.engine.update({ ...rig.place(), activity }, TEXT)],
  ['create', () => rig.engine.direct(rig.place(), rig.ada.id)],
  ['member', () => rig.engine.member(rig.place(), rig.ada.id)],
];

const named = (things: Awaited<ReturnType<TeamsEngine['selfcheck']>>, name: string) =>
  things.find(thing => thing.name === name);

/** A request with headers that `fetch` would not send. */
const postRaw = (port: number, authorizations: readonly string[], body: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        path: '/api/messages',
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          ...(authorizations.length > 0 ? { authorization: authorizations as unknown as string } : {}),
        },
      },
      response => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    asked.once('error', reject);
    asked.end(body);
  });
