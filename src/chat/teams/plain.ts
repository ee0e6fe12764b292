import { z } from 'zod';

const Mention = z.object({
  type: z.literal('mention'),
  mentioned: z.object({ id: z.string() }),
  text: z.string().min(1),
});

/**
 * What was typed to `bot`: what stands behind the mention of it, or everything where it is not mentioned. Which part is the mention says
 * the message itself (its entity); a person may have renamed the bot.
 */
export const saidTo = (
  bot: string,
  text: string,
  entities: readonly unknown[],
): { words: string; mentioned: boolean } => {
  const mentions = entities.flatMap(entity => {
    const mention = Mention.safeParse(entity);
    return mention.success && mention.data.mentioned.id === bot ? [mention.data.text] : [];
  });
  const first = mentions.map(mention => ({ mention, at: text.indexOf(mention) })).find(({ at }) => at >= 0);
  const rest = first ? text.slice(first.at + first.mention.length) : text;
  const words = mentions.reduce((left, mention) => left.replaceAll(mention, ' '), rest);
  return { words: plain(words), mentioned: mentions.length > 0 };
};

/** Teams' markup back to what was typed: ends of lines, other tags away, `&nbsp;` a space, `&amp;` an `&`. */
const plain = (text: string): string =>
  text
    .replace(/<br\s*\/?>|<\/(?:p|div|li|tr|pre)>/gi, '\n') // what is pasted behind `--from` is read by its lines
    .replace(/<\/?[a-z][^<>]*>/gi, ' ')
    .replace(/&(?:nbsp|#160|#xa0);/gi, ' ')
    .replace(/&(?:quot|#34|#x22);/gi, '"')
    .replace(/&(?:apos|#39|#x27);/gi, "'")
    .replace(/&lt;/gi, '<')
    .replace(/&gt;/gi, '>')
    .replace(/&amp;/gi, '&')
    .replace(/[\u00a0\u200b\u2060\ufeff]/g, ' ')
    .trim();
