import { z } from 'zod';
import type { Refusal } from './message-fault.js';
import type { LabConversation, TeamsWorld } from './world.js';

const Parameters = z.object({
  isGroup: z.boolean().nullish(),
  members: z.array(z.object({ id: z.string() })).nullish(),
  tenantId: z.string().nullish(),
  channelData: z
    .looseObject({ tenant: z.object({ id: z.string() }).nullish(), channel: z.object({ id: z.string() }).nullish() })
    .nullish(),
  activity: z.unknown().optional(),
});

type Wanted = { is: 'wanted'; place: LabConversation; activity: unknown | null } | ({ is: 'refused' } & Refusal);

/** What `POST /v3/conversations` asks for: a person of a named tenant, or a channel with its first message. */
export const readConversationParameters = (body: unknown, world: TeamsWorld): Wanted => {
  const parsed = Parameters.safeParse(body);
  if (!parsed.success) return refused(400, 'BadSyntax', z.prettifyError(parsed.error));
  const { isGroup, members, tenantId, channelData, activity } = parsed.data;
  const first = activity ?? null;
  if (channelData?.channel) {
    const place = world.find(channelData.channel.id);
    if (place?.kind !== 'channel') return refused(404, 'ConversationNotFound', 'Conversation not found.');
    return first === null
      ? refused(400, 'BadSyntax', 'Incorrect conversation creation parameters: a thread needs an activity')
      : { is: 'wanted', place, activity: first };
  }
  if (isGroup) return refused(400, 'BadSyntax', 'Incorrect conversation creation parameters: bots make no groups');
  const [member, ...others] = members ?? [];
  if (!member || others.length > 0)
    return refused(400, 'BadSyntax', 'Incorrect conversation creation parameters: exactly one member');
  const tenant = tenantId ?? channelData?.tenant?.id;
  const person = world.personOf(member.id);
  if (!tenant) return refused(400, 'BadSyntax', 'Bad format of conversation parameters: tenant is missing');
  if (!person || person.tenant !== tenant)
    return refused(403, 'ForbiddenOperationException', "Bot isn't installed in user's personal scope");
  return { is: 'wanted', place: world.personalOf(person), activity: first };
};

const refused = (status: number, code: string, message: string): Wanted => ({ is: 'refused', status, code, message });
