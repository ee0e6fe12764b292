import { z } from 'zod';
import { cardFault, isNode } from './cards.js';
import type { LabVersion } from './messages.js';
import { ADAPTIVE_CARD } from './words.js';
import type { LabConversation } from './world.js';

/** About 100 KB in UTF-16, with everything in it: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages, «Message size» */
const MAX_UTF16_BYTES = 100 * 1_024;
export const FILE_CONSENT = 'application/vnd.microsoft.teams.card.file.consent';
const FILE_INFO = 'application/vnd.microsoft.teams.card.file.info';

const Attachment = z.object({
  contentType: z.string().min(1),
  content: z.unknown().optional(),
  name: z.string().optional(),
  contentUrl: z.string().optional(),
});
const Activity = z.object({
  type: z.enum(['message', 'typing']),
  text: z.string().nullish(),
  summary: z.string().nullish(),
  speak: z.string().nullish(),
  textFormat: z.enum(['plain', 'markdown', 'xml']).nullish(),
  attachments: z.array(Attachment).nullish(),
  entities: z.array(z.looseObject({ type: z.string() })).nullish(),
});

export type Refusal = { status: number; code: string; message: string };
type Read = { is: 'typing' } | { is: 'message'; version: Omit<LabVersion, 'at'> } | ({ is: 'refused' } & Refusal);

/** What the bot wants to say, or why Teams would not take it. */
export const readOutgoing = (body: unknown, conversation: LabConversation, uploads: ReadonlySet<string>): Read => {
  const parsed = Activity.safeParse(body);
  if (!parsed.success) return refused('BadSyntax', z.prettifyError(parsed.error));
  if (parsed.data.type === 'typing') return { is: 'typing' };
  if (JSON.stringify(body).length * 2 > MAX_UTF16_BYTES)
    return { is: 'refused', status: 413, code: 'MessageSizeTooBig', message: 'Message size too large.' };
  const { text, summary, speak, attachments, entities } = parsed.data;
  const shown: LabVersion['attachments'] = (attachments ?? []).map(one => ({
    contentType: one.contentType,
    ...(one.content === undefined ? {} : { content: one.content }),
    ...(one.name === undefined ? {} : { name: one.name }),
    ...(one.contentUrl === undefined ? {} : { contentUrl: one.contentUrl }),
  }));
  if (!text?.trim() && shown.length === 0)
    return refused(
      'BadSyntax',
      "Activity must include non empty 'text' field or at least 1 attachment with non empty 'content' field.",
    );
  const fault = shown.map(one => attachmentFault(one, conversation, uploads)).find(found => found !== null);
  if (fault) return refused('BadArgument', fault);
  return {
    is: 'message',
    version: {
      text: text ?? '',
      summary: summary ?? null,
      speak: speak ?? null,
      attachments: shown,
      entities: entities ?? [],
    },
  };
};

const attachmentFault = (
  { contentType, content, name }: LabVersion['attachments'][number],
  conversation: LabConversation,
  uploads: ReadonlySet<string>,
): string | null => {
  switch (contentType) {
    case ADAPTIVE_CARD:
      return cardFault(content);
    case FILE_CONSENT:
      if (conversation.kind !== 'personal') return 'files are offered in personal chats only';
      if (!isNode(content) || !Number.isInteger(content.sizeInBytes) || !name)
        return 'a file consent card needs a name and sizeInBytes';
      return null;
    case FILE_INFO:
      return isNode(content) && uploads.has(String(content.uniqueId)) ? null : 'no such file was uploaded';
    default:
      return `Teams takes no ${contentType} from a bot`;
  }
};

const refused = (code: string, message: string): Read => ({ is: 'refused', status: 400, code, message });
