import { z } from 'zod';
import { Scope, type TeamsHandle, withoutThread } from './address.js';
import { Click } from './click.js';

const Id = z.string().min(1).max(1_000);
/** Loose on purpose: Teams adds fields; only what decides something is looked at. */
export const Activity = z.object({
  type: z.string(),
  id: Id.optional(),
  name: z.string().optional(),
  action: z.string().optional(),
  channelId: z.literal('msteams'),
  serviceUrl: z.url(),
  from: z.object({ id: Id, aadObjectId: Id.optional(), role: z.string().optional() }).optional(),
  recipient: z.object({ id: Id }),
  conversation: z.object({
    id: Id,
    conversationType: Scope.optional(),
    isGroup: z.boolean().optional(),
    tenantId: z.string().optional(),
  }),
  replyToId: Id.optional(),
  text: z.string().nullish(),
  entities: z.array(z.unknown()).nullish(),
  attachments: z.array(z.unknown()).max(100).nullish(),
  value: z.unknown().optional(),
  membersAdded: z.array(z.object({ id: z.string() })).optional(),
  membersRemoved: z.array(z.object({ id: z.string() })).optional(),
  channelData: z
    .object({
      tenant: z.object({ id: z.string() }).nullish(),
      team: z.object({ id: Id }).nullish(),
      eventType: z.string().nullish(),
    })
    .nullish(),
});
export type Activity = z.infer<typeof Activity>;

export const Execute = z.object({ action: z.object({ type: z.literal('Action.Execute'), data: Click }) });
export const FileConsent = z.object({
  action: z.enum(['accept', 'decline']),
  context: z.object({ parcel: z.string().min(1).max(100) }),
  uploadInfo: z
    .object({
      uploadUrl: z.url(),
      contentUrl: z.string(),
      name: z.string(),
      uniqueId: z.string(),
      fileType: z.string(),
    })
    .nullish(),
});

/** A place where the bot is: `id` tells it from others. */
export type Here = { id: string; handle: TeamsHandle };

export const handleIn = (activity: Activity, message: string | null): TeamsHandle => ({
  serviceUrl: activity.serviceUrl,
  tenant: activity.channelData?.tenant?.id ?? activity.conversation.tenantId ?? '?',
  conversation: activity.conversation.id,
  scope: scopeOf(activity),
  user: activity.from?.aadObjectId?.toLowerCase() ?? null,
  account: activity.from?.id ?? null,
  message,
});

/** A team is one place, whichever of its channels somebody speaks in: its id is that of its first channel. */
export const hereIn = (activity: Activity): Here => {
  const id = activity.channelData?.team?.id ?? withoutThread(activity.conversation.id);
  const handle = handleIn(activity, null);
  const nobody = handle.scope === 'personal' ? {} : { user: null, account: null };
  return { id, handle: { ...handle, ...nobody, conversation: id } };
};

export const scopeOf = ({ conversation, channelData }: Activity): Scope =>
  conversation.conversationType ?? (channelData?.team ? 'channel' : conversation.isGroup ? 'groupChat' : 'personal');

export const isBot = ({ id, role }: { id: string; role?: string | undefined }): boolean =>
  role === 'bot' || id.startsWith('28:');

export const isInvoke = (raw: unknown): boolean => z.object({ type: z.literal('invoke') }).safeParse(raw).success;
