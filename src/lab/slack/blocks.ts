import { z } from 'zod';

/** Texts are counted in characters: https://docs.slack.dev/reference/block-kit/blocks */
const short = (max: number) => z.string().min(1).max(max);
const plain = (max: number) =>
  z.object({ type: z.literal('plain_text'), text: short(max), emoji: z.boolean().optional() });
const mrkdwn = (max: number) =>
  z.object({ type: z.literal('mrkdwn'), text: short(max), verbatim: z.boolean().optional() });
const anyText = (max: number) => z.discriminatedUnion('type', [plain(max), mrkdwn(max)]);
const blockId = { block_id: z.string().max(255).optional() };

const style = z.strictObject({
  bold: z.boolean().optional(),
  italic: z.boolean().optional(),
  strike: z.boolean().optional(),
  code: z.boolean().optional(),
});
const RichWord = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string().min(1), style: style.optional() }),
  z.strictObject({ type: z.literal('emoji'), name: short(100), unicode: z.string().optional() }),
  z.strictObject({ type: z.literal('link'), url: z.url(), text: z.string().optional(), style: style.optional() }),
  z.strictObject({ type: z.literal('user'), user_id: short(40), style: style.optional() }),
  z.strictObject({ type: z.literal('broadcast'), range: z.enum(['here', 'channel', 'everyone']) }),
]);
const RichSection = z.strictObject({ type: z.literal('rich_text_section'), elements: z.array(RichWord) });
const RichElement = z.discriminatedUnion('type', [
  RichSection,
  z.strictObject({
    type: z.literal('rich_text_quote'),
    elements: z.array(RichWord).min(1),
    border: z.int().optional(),
  }),
  z.strictObject({
    type: z.literal('rich_text_preformatted'),
    elements: z.array(RichWord).min(1),
    border: z.int().optional(),
    language: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('rich_text_list'),
    elements: z.array(RichSection).min(1),
    style: z.enum(['bullet', 'ordered']),
    indent: z.int().optional(),
    border: z.int().optional(),
  }),
]);

const Button = z.strictObject({
  type: z.literal('button'),
  text: plain(75),
  action_id: short(255),
  value: z.string().max(2_000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
});

/** A menu of fewer than two lines was refused for years, so nobody sends one. */
const Overflow = z.strictObject({
  type: z.literal('overflow'),
  action_id: short(255),
  options: z
    .array(z.strictObject({ text: plain(75), value: short(150) }))
    .min(2)
    .max(5),
});
const Clickable = z.discriminatedUnion('type', [Button, Overflow]);

const Block = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('rich_text'), elements: z.array(RichElement).min(1), ...blockId }),
  z.strictObject({ type: z.literal('header'), text: plain(150), ...blockId }),
  z.strictObject({ type: z.literal('divider'), ...blockId }),
  z.strictObject({ type: z.literal('actions'), elements: z.array(Clickable).min(1).max(25), ...blockId }),
  z.strictObject({ type: z.literal('context'), elements: z.array(anyText(3_000)).min(1).max(10), ...blockId }),
  z.strictObject({
    type: z.literal('section'),
    text: anyText(3_000).optional(),
    fields: z.array(anyText(2_000)).min(1).max(10).optional(),
    expand: z.boolean().optional(),
    ...blockId,
  }),
]);
const MAX_BLOCKS = 50;
/** Met at 13,297 characters and less; Slack documents no number: https://github.com/slackapi/bolt-js/issues/2509 */
const MAX_CHARS = 13_000;

/** What Slack would say of these blocks, or null. Only kinds of blocks that a message of ours may hold are known here. */
export const blocksFault = (blocks: unknown): { error: string; messages: string[] } | null => {
  const parsed = z.array(Block).max(MAX_BLOCKS).safeParse(blocks);
  if (!parsed.success)
    return {
      error: 'invalid_blocks',
      messages: parsed.error.issues.map(
        ({ message, path }) => `[ERROR] ${message} [json-pointer:/blocks/${path.join('/')}]`,
      ),
    };
  return JSON.stringify(blocks).length > MAX_CHARS ? { error: 'msg_blocks_too_long', messages: [] } : null;
};

/** What can be clicked in a message, by its words, as Slack says it of a click: buttons and the lines of menus. */
export const clickableIn = (blocks: unknown): { label: string; action: object }[] => {
  const parsed = z.array(Block).safeParse(blocks);
  if (!parsed.success) return [];
  return parsed.data
    .flatMap(block => (block.type === 'actions' ? block.elements : []))
    .flatMap((element): { label: string; action: object }[] => {
      if (element.type === 'button') return [{ label: element.text.text, action: element }];
      const { options, ...menu } = element;
      return options.map(option => ({ label: option.text.text, action: { ...menu, selected_option: option } }));
    });
};

/** Every word of a message as a reader sees it, one element a line; emoji by name. */
export const wordsOf = (blocks: unknown): string[] => {
  const parsed = z.array(Block).safeParse(blocks);
  if (!parsed.success) return [];
  return parsed.data.flatMap(wordsOfOne);
};

const wordsOfOne = (block: z.infer<typeof Block>): string[] => {
  switch (block.type) {
    case 'rich_text':
      return block.elements.flatMap(element =>
        element.type === 'rich_text_list'
          ? element.elements.map(item => spoken(item.elements))
          : [spoken(element.elements)],
      );
    case 'context':
      return block.elements.map(({ text }) => text);
    case 'header':
      return [block.text.text];
    case 'section':
      return [...(block.text ? [block.text.text] : []), ...(block.fields ?? []).map(({ text }) => text)];
    case 'actions':
      return block.elements.map(element =>
        element.type === 'button'
          ? `[${element.text.text}]`
          : `[⋯] ${element.options.map(({ text }) => `[${text.text}]`).join(' ')}`,
      );
    case 'divider':
      return [];
  }
};

const spoken = (words: readonly z.infer<typeof RichWord>[]): string =>
  words
    .map(word => {
      if (word.type === 'text') return word.text;
      if (word.type === 'emoji') return `:${word.name}:`;
      if (word.type === 'link') return word.text ?? word.url;
      return word.type === 'user' ? `<@${word.user_id}>` : `<!${word.range}>`;
    })
    .join('');
