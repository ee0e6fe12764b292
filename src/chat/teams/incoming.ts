import { type RunId, runIdOf } from '../../domain/ids.js';
import { Activity, Execute, FileConsent, type Here, handleIn, hereIn, isBot, isInvoke, scopeOf } from './activity.js';
import { type TeamsHandle, withoutThread } from './address.js';
import { askedBy, Click } from './click.js';
import { saidTo } from './plain.js';

/** One question as Teams brought it, before it is known whether its author may ask. */
export type Heard = {
  run: RunId;
  handle: TeamsHandle;
  /** Null in the conversation with one person. */
  channel: string | null;
  /** Every tenant that Teams names for the author or the place. */
  tenants: string[];
  text: string;
  /** A button under a message of ours, which the handle names: its id. */
  button?: string;
  /** As they came with the message: files among others. */
  attachments?: unknown[];
};

/** A file that was offered, and what its reader said to it. */
export type Consent = {
  handle: TeamsHandle;
  parcel: string;
  upload: { url: string; contentUrl: string; name: string; id: string; type: string } | null;
};

/** What an activity is to us. `here` is the conversation that it came from, for what is said unasked later. */
export type Incoming =
  | { is: 'question'; heard: Heard; here: Here }
  | { is: 'click'; heard: Heard; here: Here }
  | { is: 'refresh'; handle: TeamsHandle }
  | { is: 'consent'; consent: Consent }
  /** `isNew`: somebody has just added the app there. Teams tells of that by a second activity too. */
  | { is: 'installed'; here: Here; isNew: boolean }
  | { is: 'removed'; id: string }
  | { is: 'unknown-invoke' }
  | { is: 'nothing' };

/**
 * Reads one activity. Whatever is not a person who newly asks something (an edit, a deletion, a reaction, a bot, a message in a channel
 * that is not to us) is nothing.
 */
export const hearActivity = (raw: unknown): Incoming => {
  const parsed = Activity.safeParse(raw);
  if (!parsed.success) return isInvoke(raw) ? { is: 'unknown-invoke' } : { is: 'nothing' };
  const activity = parsed.data;
  switch (activity.type) {
    case 'message':
      return hearMessage(activity);
    case 'invoke':
      return hearInvoke(activity);
    case 'installationUpdate':
      if (activity.action?.startsWith('add'))
        return { is: 'installed', here: hereIn(activity), isNew: activity.action === 'add' };
      if (activity.action?.startsWith('remove')) return { is: 'removed', id: hereIn(activity).id };
      return { is: 'nothing' };
    case 'conversationUpdate':
      return hearMoves(activity);
    default:
      return { is: 'nothing' };
  }
};

const hearMessage = (activity: Activity): Incoming => {
  if (!activity.id || !activity.from || isBot(activity.from)) return { is: 'nothing' };
  const submitted = Click.safeParse(activity.value);
  if (submitted.success)
    return submitted.data.uccx === 'refresh' ? { is: 'nothing' } : clicked(activity, submitted.data);
  const { words, mentioned } = saidTo(activity.recipient.id, activity.text ?? '', activity.entities ?? []);
  const scope = scopeOf(activity);
  if (scope !== 'personal' && !mentioned) return { is: 'nothing' };
  const { attachments } = activity;
  const heard = {
    ...heardIn(activity, { event: activity.id, message: null, text: words }),
    ...(attachments ? { attachments } : {}),
  };
  return { is: 'question', heard, here: hereIn(activity) };
};

const hearInvoke = (activity: Activity): Incoming => {
  if (!activity.from || isBot(activity.from)) return { is: 'unknown-invoke' };
  if (activity.name === 'adaptiveCard/action') {
    const execute = Execute.safeParse(activity.value);
    if (!execute.success || !activity.replyToId) return { is: 'unknown-invoke' };
    const { data } = execute.data.action;
    return data.uccx === 'refresh'
      ? { is: 'refresh', handle: handleIn(activity, activity.replyToId) }
      : clicked(activity, data);
  }
  if (activity.name === 'fileConsent/invoke') {
    const consent = FileConsent.safeParse(activity.value);
    if (!consent.success) return { is: 'unknown-invoke' };
    const { action, context, uploadInfo } = consent.data;
    const upload =
      action === 'accept' && uploadInfo
        ? {
            url: uploadInfo.uploadUrl,
            contentUrl: uploadInfo.contentUrl,
            name: uploadInfo.name,
            id: uploadInfo.uniqueId,
            type: uploadInfo.fileType,
          }
        : null;
    const handle = handleIn(activity, activity.replyToId ?? null);
    return { is: 'consent', consent: { handle, parcel: context.parcel, upload } };
  }
  return { is: 'unknown-invoke' };
};

/** Several deliveries of one click are one run; somebody else's click on the same button is another. */
const clicked = (activity: Activity, click: Click): Incoming => {
  const message = activity.replyToId;
  if (!message || !activity.id) return { is: 'nothing' };
  const event = `${message} ${activity.from?.id} ${activity.id}`;
  const heard = { ...heardIn(activity, { event, message, text: askedBy(click) }), button: click.id };
  return { is: 'click', heard, here: hereIn(activity) };
};

/** The bot came into, or left, a place by what happens to the place itself. */
const hearMoves = (activity: Activity): Incoming => {
  const us = activity.recipient.id;
  const gone =
    activity.channelData?.eventType === 'teamDeleted' || activity.channelData?.eventType === 'teamHardDeleted';
  if (gone || activity.membersRemoved?.some(({ id }) => id === us)) return { is: 'removed', id: hereIn(activity).id };
  if (activity.membersAdded?.some(({ id }) => id === us))
    return { is: 'installed', here: hereIn(activity), isNew: false };
  return { is: 'nothing' };
};

const heardIn = (
  activity: Activity,
  { event, message, text }: { event: string; message: string | null; text: string },
): Heard => {
  const { conversation, channelData } = activity;
  return {
    run: runIdOf('teams', `${conversation.id} ${event}`),
    handle: handleIn(activity, message),
    channel: scopeOf(activity) === 'personal' ? null : withoutThread(conversation.id),
    tenants: [...new Set([conversation.tenantId, channelData?.tenant?.id].filter(id => id !== undefined))],
    text,
  };
};
