import type { Leg, Source } from '../domain/evidence/evidence.js';
import type { Evidence } from '../domain/evidence/index.js';
import type { Vantage } from '../domain/target.js';

/** Where a fact comes from, as it stands beside a quotation. */
export const placeOf = (source: Source): string => {
  if (source.by === 'probe') return `site ${source.site}`;
  return source.by === 'stated' ? `read on ${source.readOn}` : `from ${source.artifact}`;
};

/** The same of one line of it: a file is named with one line, and this with no other. */
export const lineIn = (source: Source, line: number): string => `${placeOf(source).replace(/:\d+$/, '')}:${line}`;

/** The same order however the evidence came in, so that the same facts give the same words; a file from its top to its end. */
export const inOrder = <E extends Evidence>(evidence: readonly E[]): readonly E[] => {
  const placed = evidence.map(item => {
    const [, place, line = '0'] = /^(.*?)(?::(\d+))?$/s.exec(placeOf(item.source)) ?? [];
    return { item, place: `${place}`, line: Number(line), rest: `${item.at} ${JSON.stringify(item)}` };
  });
  placed.sort((a, b) => inText(a.place, b.place) || a.line - b.line || inText(a.rest, b.rest));
  return placed.map(({ item }) => item);
};
const inText = (a: string, b: string): number => Number(a > b) - Number(a < b);

export const onLeg = <E extends Extract<Evidence, { leg: Leg }>>(evidence: readonly E[], leg: Leg): readonly E[] =>
  inOrder(evidence.filter(item => item.leg === leg));

/** What several sites saw alike is one finding. */
export const alike = <E extends Evidence>(
  evidence: readonly E[],
  key: (item: E) => string,
): readonly { key: string; first: E; all: readonly E[] }[] => {
  const groups = new Map<string, [E, ...E[]]>();
  for (const item of inOrder(evidence)) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return [...groups].map(([name, all]) => ({ key: name, first: all[0], all }));
};

/** Of what was read several times, the last of each kind. */
export const lastOfEach = <E extends Evidence>(evidence: readonly E[], key: (item: E) => string): E[] => {
  const last = new Map<string, E>();
  for (const item of inOrder(evidence)) {
    const before = last.get(key(item));
    if (!before || happenedSince([item], [before])) last.set(key(item), item);
  }
  return [...last.values()];
};

/** What was read last, by whomever: one who read earlier saw what is no more. */
export const readLast = <E extends Evidence>(evidence: readonly E[]): readonly E[] => {
  const last = Math.max(...evidence.map(({ at }) => Date.parse(at)));
  return evidence.filter(({ at }) => Date.parse(at) === last);
};

const happenedSince = (these: readonly Evidence[], those: readonly Evidence[]): boolean =>
  these.some(({ at }) => those.every(that => Date.parse(at) >= Date.parse(that.at)));

/** What a look has seen itself. A record without times bears that of its reading, and may be of last year. */
export const ofLooks = <E extends Evidence>(evidence: readonly E[]): readonly E[] =>
  evidence.filter(({ source }) => source.by === 'probe');

/** Whether a look saw one of these at the time of all of those or later: a success that outlives what was read. */
export const outlives = (successes: readonly Evidence[], those: readonly Evidence[]): boolean =>
  happenedSince(ofLooks(successes), those);

/** `site branch and site hq`, `prod.log:12`: sentences say «from» themselves. */
export const placesOf = (evidence: readonly Evidence[]): string =>
  listed([
    ...new Set(inOrder(evidence).map(({ source }) => (source.by === 'artifact' ? source.artifact : placeOf(source)))),
  ]);

export const listed = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;

export const standsAt = (vantage: Vantage, { source }: Evidence): boolean =>
  source.by === 'probe' && source.vantages.includes(vantage);

/** A quotation with where it was seen. What the server said stands in «…», and nothing is made of silence. */
export const quoteOf = (item: Evidence, words: string | null, silence = 'no words came with it'): string =>
  `${placeOf(item.source)}: ${words ? `«${words}»` : silence}`;
