import { text, type View } from './view.js';
import { list } from './words.js';

const busy = (headline: string, more: string): View => ({
  tone: 'notice',
  state: 'unknown',
  headline,
  sections: [{ tone: 'plain', title: '', lines: [text(more)], commands: [], detail: false }],
  footer: '',
  file: 'uccx-answer',
});

/** They, or their channel, ask more than anybody reads. */
export const tooOftenView = (againMs: number): View =>
  busy(
    `That is more than I answer in a minute: ask again in ${seconds(againMs)}.`,
    'Nothing was started. What was asked before is answered; «stop» is always heard.',
  );

export const spentWords = (targets: readonly string[], againMs: number): string =>
  `${list(targets)} ${targets.length === 1 ? 'has' : 'have'} been checked as often as ${targets.length === 1 ? 'it is' : 'they are'} in a minute: ask again in ${seconds(againMs)}.`;

export const spentView = (targets: readonly string[], againMs: number): View =>
  busy(
    spentWords(targets, againMs),
    `Nothing was started. «/uccx last ${targets[0] ?? ''}» shows what was seen a moment ago.`,
  );

/** The queue of a site is full. */
export const fullView = (site: string, waiting: number): View =>
  busy(
    `Too much waits at the site ${site}: ${waiting} orders. Ask again in a minute.`,
    'Nothing was started. «/uccx sites» says who works there; another worker there takes its share.',
  );

export const readingsFullView = (waiting: number): View =>
  busy(
    `${waiting} readings wait already: ask again in a minute.`,
    'Nothing was fetched and nothing was read. Where the files lie, «uccx-doctor read FILE…» reads them at once.',
  );

const seconds = (ms: number): string => `${Math.max(1, Math.ceil(ms / 1000))} s`;
