import { MessengerBusyError, MessengerRefusedError } from '../../../intake/ports.js';
import type { Outgoing, Place, TeamsEngine } from '../engine.js';
import type { EngineDeps } from '../engine-deps.js';
import { front } from '../front.js';
import { tokenSource } from '../outbound-token.js';
import { selfcheck } from '../selfcheck.js';
import { signingKeys } from '../signing-keys.js';
import { connector } from './connector.js';
import { deliverer } from './deliver.js';

/**
 * Speaks with the Bot Framework by Microsoft's present library, for the day when `botbuilder` has to go.
 * Whom to believe and by what token we speak is ours, and the same as there: `../front.ts`, `../outbound-token.ts`.
 */
export const agentsEngine = async (deps: EngineDeps): Promise<TeamsEngine> => {
  const [hosting, { Activity }] = await Promise.all([
    import('@microsoft/agents-hosting'),
    import('@microsoft/agents-activity'),
  ]);
  const tokens = tokenSource(deps);
  const keys = signingKeys({ openIdUrl: deps.authority.openIdUrl, clock: deps.clock, log: deps.log });
  const { CloudAdapter } = hosting;
  const connect = connector(hosting, { ...deps, tokens });
  const bot = { id: `28:${deps.appId}` };
  return {
    open: front({ ...deps, keys }, deliverer({ CloudAdapter, Activity }, deps.hear)),
    send,
    update,
    direct,
    member,
    selfcheck: check,
  };

  async function send(to: Place, activity: Outgoing): Promise<string> {
    const whole = wholeOf(to, activity);
    const { id } = await connect('send', to.serviceUrl, client =>
      activity.replyToId
        ? client.replyToActivity(inPath(to.conversation), activity.replyToId, whole)
        : client.sendToConversation(inPath(to.conversation), whole),
    );
    return activity.type === 'typing' ? (id ?? '') : idIn('send', id);
  }

  async function update(to: Place & { activity: string }, activity: Outgoing): Promise<void> {
    await connect('update', to.serviceUrl, client =>
      client.updateActivity(inPath(to.conversation), inPath(to.activity), wholeOf(to, activity)),
    );
  }

  async function direct({ serviceUrl, tenant }: Place, user: string): Promise<Place> {
    // The library knows the bot as `agent` and does not translate it here; the connector wants `bot`.
    const asked = {
      isGroup: false,
      bot,
      members: [{ id: user }],
      tenantId: tenant,
      channelData: { tenant: { id: tenant } },
    };
    const { id } = await connect('direct', serviceUrl, client =>
      client.createConversation(asked as unknown as Parameters<typeof client.createConversation>[0]),
    );
    return { serviceUrl, tenant, conversation: idIn('direct', id), activity: null };
  }

  async function member({ serviceUrl, conversation }: Place, user: string): Promise<unknown> {
    try {
      return await connect('member', serviceUrl, client =>
        client.getConversationMember(inPath(user), inPath(conversation)),
      );
    } catch (error) {
      if (error instanceof MessengerRefusedError && error.facts.status === 404) return null;
      throw error;
    }
  }

  function check() {
    return selfcheck({ ...deps, tokens, keys });
  }

  function wholeOf({ serviceUrl, conversation, tenant, activity: id }: Place, activity: Outgoing) {
    return Activity.fromObject({
      ...activity,
      ...(id === null ? {} : { id }),
      from: bot,
      conversation: { id: conversation, tenantId: tenant },
      serviceUrl,
      channelId: 'msteams',
    });
  }
};

/** The library puts ids into the path as they are; an id comes from outside and must not become another path. */
const inPath = (id: string): string => (/^\.{1,2}$/.test(id) ? id.replaceAll('.', '%2E') : encodeURIComponent(id));

/** A connector that took it says where it lies. Something in between that answers 200 by itself does not. */
const idIn = (call: string, id: unknown): string => {
  if (typeof id === 'string' && id !== '') return id;
  throw new MessengerBusyError('something else than Teams answered', null, { call });
};
