import { text, type View } from './view.js';
import { count, list } from './words.js';

/** What a chain of entries was found to be, as `audit verify` tells it. */
export type VerifiedAudit = {
  is: 'whole' | 'broken' | 'unproven';
  entries: number;
  from: number | null;
  to: { seq: number; hash: string } | null;
  start: { is: 'beginning' } | { is: 'let-go'; by: number } | { is: 'unknown' };
  end: 'closed' | 'at-head' | 'open';
  anchors: number;
  fault: { line: number; seq: number | null; says: string } | null;
  keysMissing: readonly string[];
};

export const verifiedView = (found: VerifiedAudit, file: string | null): View => {
  const { entries, from, to, fault, start, anchors, keysMissing } = found;
  const lines = [
    ...(from === null || to === null ? [] : [`${count(entries, 'entry', 'entries')} fit, from ${from} to ${to.seq}.`]),
    ...(start.is === 'let-go' && from !== null
      ? [`The ${from - 1} before them were let go as the configuration says; entry ${start.by} says so.`]
      : []),
    ...(to ? [`It stands at ${to.seq}, ${to.hash}: note that somewhere else.`] : []),
    anchors > 0
      ? `${count(anchors, 'place')} that the log of the bot has noted ${anchors === 1 ? 'is' : 'are'} as noted.`
      : 'It was held against no noted place: give the log of the bot with --anchors, or a chain that was made anew from its start, or cut at its end with its head, may look whole.',
    ...(keysMissing.length > 0
      ? [
          `Signed with ${list(keysMissing.map(name => `the key ${name}`))}, which is not here: give it with --config or --key-from.`,
        ]
      : []),
  ];
  return {
    tone: fault ? 'critical' : found.is === 'unproven' ? 'unknown' : 'healthy',
    headline: fault
      ? `The audit is not whole: ${fault.says}${file ? ` (line ${fault.line})` : ''}.`
      : entries === 0
        ? 'There is nothing on record.'
        : found.is === 'unproven'
          ? 'The entries fit to each other; whether somebody made them anew cannot be said without the key.'
          : 'The audit is whole: nothing was changed and nothing was taken away.',
    sections: [{ tone: 'plain', title: '', lines: lines.map(text), commands: [], detail: false }],
    footer: '',
    file: 'uccx-audit-verify',
  };
};
