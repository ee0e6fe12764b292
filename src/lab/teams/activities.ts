import { randomUUID } from 'node:crypto';
import type { LabAttachment } from './messages.js';
import type { LabConversation, LabPerson } from './world.js';

export type LabActivity = Record<string, unknown> & { id: string; type: string; serviceUrl: string };
/** The bot as activities name it. */
export type LabBot = { id: string; name: string };

/** What every activity of a conversation carries: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages */
export const activityOf = (deps: { bot: LabBot; serviceUrl: string; now: number }) => {
  const { bot, serviceUrl, now } = deps;
  return (
    type: string,
    { person, place, thread = null, id = `f:${randomUUID()}` }: Where,
    more: Record<string, unknown> = {},
  ): LabActivity => {
    const at = new Date(now).toISOString();
    const { channelData, ...rest } = more;
    return {
      type,
      id,
      timestamp: at,
      localTimestamp: at,
      localTimezone: 'Europe/Berlin',
      channelId: 'msteams',
      serviceUrl,
      from: { id: person.id, name: person.name, aadObjectId: person.objectId },
      conversation: conversationOf(place, thread, person.tenant),
      recipient: { id: bot.id, name: bot.name },
      entities: [{ locale: 'en-US', country: 'US', platform: 'Web', timezone: 'Europe/Berlin', type: 'clientInfo' }],
      locale: 'en-US',
      ...rest,
      channelData: { ...dataOf(place, person.tenant), ...(channelData as Record<string, unknown> | undefined) },
    };
  };
};
export type Where = { person: LabPerson; place: LabConversation; thread?: string | null; id?: string };

const conversationOf = ({ kind, id, name }: LabConversation, thread: string | null, tenantId: string) => ({
  ...(kind === 'personal' ? {} : { isGroup: true }),
  conversationType: kind,
  tenantId,
  id: thread === null ? id : `${id};messageid=${thread}`,
  ...(kind === 'groupChat' && name ? { name } : {}),
});

const dataOf = ({ team, id }: LabConversation, tenant: string) => ({
  ...(team
    ? {
        teamsChannelId: id,
        teamsTeamId: team.id,
        channel: { id },
        team: { id: team.id, name: team.name, aadGroupId: team.groupId },
      }
    : {}),
  tenant: { id: tenant },
});

/** A person's words as Teams sends them: plain with `<at>` for a mention, an entity for it, and the same again as HTML. */
export const spoken = (text: string, mentioned: LabBot | null, attachments: readonly LabAttachment[]) => {
  const html = `<p>${mentioned ? `<span itemtype="http://schema.skype.com/Mention" itemscope="" itemid="0">${asHtml(mentioned.name)}</span>&nbsp;` : ''}${asHtml(text).replaceAll('\n', '<br>')}</p>`;
  const at = mentioned ? `<at>${mentioned.name}</at>` : '';
  return {
    text: mentioned ? `${at} ${text}` : text,
    textFormat: 'plain',
    attachments: [...attachments, { contentType: 'text/html', content: html }],
    mentions: mentioned ? [{ type: 'mention', text: at, mentioned: { id: mentioned.id, name: mentioned.name } }] : [],
  };
};

const asHtml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
