import { type CardElement, richText } from './card.js';

/** A heading for screen readers, where its words can stand in one; else the same words, bold. */
export const heading = (words: string, size: 'Large' | 'Default'): CardElement =>
  isInert(words)
    ? { type: 'TextBlock', text: words, style: 'heading', weight: 'Bolder', size, wrap: true }
    : richText(words, { weight: 'Bolder', size });

/**
 * Whether a TextBlock shows these words as they are: letters, figures and a few signs, of which none is read as markdown, a mention,
 * a date or a link. Others cannot be escaped, since phones show the backslash (https://github.com/MicrosoftDocs/msteams-docs/issues/5793).
 */
const isInert = (words: string): boolean =>
  BEGINNING.test(words) && PLAIN.test(words.replace(SIGN, '').replaceAll(RULE_ID, '')) && !LINK.test(words);

/** No mark of a list. */
const BEGINNING = /^(?!\d+[.)])[^ .,:;(?/-]/;
const SIGN = /^(?:⛔|✅|❓|⏳|⚠️|ℹ️) /u;
const PLAIN = /^[\p{L}\p{M}\p{N} .,:;…×→%'"“”‘’«»()?/–—-]*$/u;
/** `[imap-port]`, as titles end with; before a bracket or colon it would be the text of a link. */
const RULE_ID = /\[[a-z0-9-]+\](?![([:])/g;
const LINK = /:\/|\/\/|www\.|mailto:/i;
