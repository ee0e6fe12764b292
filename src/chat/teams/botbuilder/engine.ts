import { type Activity, CloudAdapter } from 'botbuilder';
import { MessengerBusyError, MessengerRefusedError } from '../../../intake/ports.js';
import type { InvokeAnswer, Outgoing, TeamsEngine } from '../engine.js';
import type { EngineDeps } from '../engine-deps.js';
import { type Deliver, front } from '../front.js';
import { tokenSource } from '../outbound-token.js';
import { selfcheck } from '../selfcheck.js';
import { signingKeys } from '../signing-keys.js';
import { connector } from './connector.js';

/** Teams by the retired Bot Framework SDK: its adapter runs the turn, its connector client speaks to Teams. */
export const botbuilderEngine = async (deps: EngineDeps): Promise<TeamsEngine> => {
  const { appId, authority, clock, log, hear } = deps;
  const keys = signingKeys({ openIdUrl: authority.openIdUrl, clock, log });
  const tokens = tokenSource(deps);
  const way = connector({ ...deps, tokens });
  const adapter = new CloudAdapter(way.authentication);

  const deliver: Deliver = async (activity, _request, response) => {
    let answer: InvokeAnswer | null = null;
    await adapter.processActivityDirect(way.proven, activity as unknown as Activity, async () => {
      answer = await hear(activity);
    });
    const { status, body } = (answer as InvokeAnswer | null) ?? { status: 200 };
    response.writeHead(status, body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  };

  return {
    open: front({ ...deps, keys }, deliver),
    send: async ({ serviceUrl, conversation }, activity) => {
      const { conversations } = await way.at(serviceUrl);
      const { id } = await conversations.sendToConversation(conversation, ours(activity));
      if (id || activity.type === 'typing') return id ?? ''; // typing is no message, so it has no id
      throw notTeams('send');
    },
    update: async ({ serviceUrl, conversation, activity: id }, activity) => {
      const { conversations } = await way.at(serviceUrl);
      await conversations.updateActivity(conversation, id, { ...ours(activity), id });
    },
    direct: async (place, user) => {
      const { conversations } = await way.at(place.serviceUrl);
      const { id } = await conversations.createConversation({
        isGroup: false,
        bot: { id: `28:${appId}`, name: '' },
        members: [{ id: user, name: '' }],
        tenantId: place.tenant,
        channelData: { tenant: { id: place.tenant } },
      } as Parameters<typeof conversations.createConversation>[0]);
      if (id) return { ...place, conversation: id, activity: null };
      throw notTeams('direct');
    },
    member: async ({ serviceUrl, conversation }, user) => {
      const { conversations } = await way.at(serviceUrl);
      try {
        const { _response: _, ...member } = await conversations.getConversationMember(conversation, user);
        return member;
      } catch (error) {
        if (error instanceof MessengerRefusedError && error.facts.status === 404) return null;
        throw error;
      }
    },
    selfcheck: () => selfcheck({ ...deps, tokens, keys }),
  };

  function ours(activity: Outgoing): Partial<Activity> {
    return { ...activity, from: { id: `28:${appId}`, name: '' } } as Partial<Activity>;
  }
};

/** A proxy that answers 200 with a page of its own is no word of Teams'. */
const notTeams = (call: string): MessengerBusyError =>
  new MessengerBusyError('something else than Teams answered', null, { call, code: 'no_id' });
