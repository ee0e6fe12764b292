import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CloudAdapter as AgentsAdapter, authorizeJWT } from '@microsoft/agents-hosting';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type LabTeams, startTeams } from '../../../src/lab/teams/start-teams.js';
import { seenInTeams } from '../../../src/lab/teams/words.js';
import { microsoftCertificate, redirectTls } from './lab-certificate.js';

const NAMES = ['login.microsoftonline.com', 'login.botframework.com'];

/** Microsoft's own libraries with nothing but an app id, a tenant and a secret: what they take, the lab does as Microsoft does. */
describe('the simulated Teams and the real libraries', () => {
  const tls = microsoftCertificate(NAMES);
  let teams: LabTeams;
  let back = () => {};
  let bot: Server | null = null;
  beforeAll(async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {}); // botbuilder prints each refusal
    teams = await startTeams({ tls });
    back = redirectTls(NAMES, Number(new URL(teams.identity.secureOrigin ?? '').port), tls.cert);
  });
  afterEach(async () => {
    bot?.closeAllConnections();
    await new Promise<void>(resolve => (bot ? bot.close(() => resolve()) : resolve()));
    bot = null;
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    back();
    await teams.stop();
  });

  const serve = async (answer: (request: IncomingMessage & { body: unknown }, response: never) => void) => {
    bot = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      answer(
        Object.assign(request, { body: JSON.parse(String(Buffer.concat(parts))) }),
        likeExpress(response) as never,
      );
    });
    await new Promise<void>(resolve => bot?.listen(0, '127.0.0.1', resolve));
    teams.deliver.to(`http://127.0.0.1:${(bot.address() as AddressInfo).port}/api/messages`);
  };

  it('botbuilder takes an activity of the lab, fetches a token, answers, updates, and writes unasked', async () => {
    const {
      CloudAdapter,
      ConfigurationBotFrameworkAuthentication,
      ConfigurationServiceClientCredentialFactory,
      TurnContext,
    } = await import('botbuilder');
    const adapter = new CloudAdapter(
      new ConfigurationBotFrameworkAuthentication(
        {},
        new ConfigurationServiceClientCredentialFactory({
          MicrosoftAppId: teams.appId,
          MicrosoftAppPassword: teams.secret,
          MicrosoftAppTenantId: teams.tenant,
          MicrosoftAppType: 'SingleTenant',
        }),
      ),
    );
    let reference: Partial<import('botbuilder').ConversationReference> = {};
    await serve((request, response) =>
      adapter.process(request as never, response, async context => {
        if (context.activity.type !== 'message') return;
        reference = TurnContext.getConversationReference(context.activity);
        const sent = await context.sendActivity('checking');
        await context.updateActivity({ id: sent?.id ?? '', type: 'message', text: 'done' });
      }),
    );
    const ann = teams.world.addPerson('Ann Agent');
    const { general } = teams.world.addTeam('Contact centre', [ann]);
    await teams.deliver.install({ person: ann, conversation: general });

    const said = await teams.deliver.say({ person: ann, conversation: general, text: 'check prod' });
    expect(said).toMatchObject({ status: 200, fault: null });
    await adapter.continueConversationAsync(teams.appId, reference, async context => {
      await context.sendActivity('the digest');
    });
    expect(teams.saidByBot(general).map(({ versions, thread }) => [versions.map(({ text }) => text), thread])).toEqual([
      [['checking', 'done'], said.message.id],
      [['the digest'], said.message.id],
    ]);
    expect((await teams.deliver.say({ person: ann, conversation: general, text: 'x', flaw: 'expired' })).status).toBe(
      401,
    );
  });

  it('@microsoft/agents-hosting does the same', async () => {
    const { ActivityTypes, Activity } = await import('@microsoft/agents-activity');
    const { CloudAdapter, MessageFactory } = await import('@microsoft/agents-hosting');
    const config = { clientId: teams.appId, tenantId: teams.tenant, clientSecret: teams.secret };
    const adapter: AgentsAdapter = new CloudAdapter(config);
    const authorize = authorizeJWT({ ...config, connections: new Map([['one', config]]) } as never);
    let reference: ReturnType<InstanceType<typeof Activity>['getConversationReference']> | null = null;
    await serve((request, response) =>
      authorize(request as never, response, () =>
        adapter.process(request as never, response, async context => {
          if (context.activity.type !== ActivityTypes.Message) return;
          reference = context.activity.getConversationReference();
          const sent = await context.sendActivity(MessageFactory.text('checking'));
          await context.updateActivity(
            Activity.fromObject({ ...reference, id: sent?.id ?? '', type: 'message', text: 'done' }),
          );
        }),
      ),
    );
    const bob = teams.world.addPerson('Bob Admin');
    const chat = teams.world.personalOf(bob);
    await teams.deliver.install({ person: bob, conversation: chat });

    const said = await teams.deliver.say({ person: bob, conversation: chat, text: 'check prod' });
    expect(said).toMatchObject({ status: 200, fault: null });
    if (!reference) throw new Error('no reference');
    await adapter.continueConversation(teams.appId, reference, async context => {
      await context.sendActivity(MessageFactory.text('the digest'));
    });
    expect(teams.saidByBot(chat).map(message => [message.versions.length, seenInTeams(message)])).toEqual([
      [2, 'done'],
      [1, 'the digest'],
    ]);
    const forged = await teams.deliver.say({ person: bob, conversation: chat, text: 'x', flaw: 'forged-signature' });
    expect(forged.status).toBe(401);
  });
});

/** The few things that the libraries want of express. */
const likeExpress = (response: ServerResponse) =>
  Object.assign(response, {
    status: (code: number) => {
      response.statusCode = code;
      return response;
    },
    send: (body: unknown) => {
      if (!response.writableEnded) response.end(typeof body === 'string' ? body : JSON.stringify(body));
      return response;
    },
    header: (name: string, value: string) => response.setHeader(name, value),
  });
