import { spanWords } from '../domain/watch-slots.js';
import type { Watch } from '../domain/watching.js';
import { answerView, section } from './section.js';
import type { View } from './view.js';
import { count, list } from './words.js';

/** A watch has been made; told where it will be heard. */
export const watchMadeView = (watch: Watch): View =>
  answerView(`I watch ${aboutWords(watch)} here, every ${spanWords(watch.everyMs)}: ${watch.id}`, [
    section('plain', '', [
      patienceWords(watch),
      remindWords(watch),
      loadWords(watch),
      `/uccx watch off ${watch.id} ends it.`,
    ]),
  ]);

export type WatchListed = { watch: Watch; about: readonly string[]; isAll: boolean; broken: readonly string[] };

export const watchListView = (all: readonly WatchListed[]): View =>
  all.length === 0
    ? answerView('Nothing is watched. /uccx watch <target> every 5m begins it, here.')
    : answerView(
        `There ${all.length === 1 ? 'is' : 'are'} ${count(all.length, 'watch', 'watches')}.`,
        all.map(({ watch, about, isAll, broken }) => ({
          ...section('plain', `${watch.id}: every ${spanWords(watch.everyMs)}`, [
            `About ${isAll ? 'every target' : list(about.slice(0, 20))}${!isAll && about.length > 20 ? ' and more' : ''}. ${patienceWords(watch)}`,
            `${placeWords(watch)} ${watch.by ? `From chat, by ${watch.by.user}.` : 'From the configuration file.'}`,
            ...(broken.length > 0 ? [`Broken now: ${list(broken.slice(0, 20))}.`] : []),
          ]),
          ...(broken.length > 0 ? { tone: 'critical' as const } : {}),
        })),
      );

export const watchOffView = (watches: readonly Watch[]): View =>
  answerView(
    `${list(watches.map(({ id }) => id))} ${watches.length === 1 ? 'is' : 'are'} off: ${list(watches.map(aboutWords))} ${watches.length === 1 ? 'is' : 'are'} not watched ${watches.length === 1 ? 'by it' : 'by them'} any more.`,
  );

const aboutWords = ({ targets }: Watch): string => (targets.length > 0 ? list(targets) : 'every target of yours');

const patienceWords = ({ patience: { breaksAfter, recoversAfter }, agree }: Watch): string =>
  `I speak when ${breaksAfter === 1 ? 'a look is bad' : `${breaksAfter} looks in a row are bad`}${agree === null ? '' : ` and ${agree === 1 ? 'one site sees' : `${agree} sites see`} it`}, and when ${recoversAfter === 1 ? 'one is good' : `${recoversAfter} are good`} again; one message for each incident.`;

const remindWords = ({ patience: { remindsAfterMs } }: Watch): string =>
  remindsAfterMs === null
    ? 'Nobody is reminded while it stays broken.'
    : `While it stays broken I remind every ${spanWords(remindsAfterMs)}.`;

const loadWords = ({ everyMs, logsInEveryMs }: Watch): string => {
  if (logsInEveryMs === null) return 'A look opens connections and never logs in, so it sees no fault of the account.';
  return logsInEveryMs <= everyMs
    ? 'Each look logs in once, never after a refusal, and sends no mail.'
    : `A look opens connections; every ${spanWords(logsInEveryMs)} one logs in too, never after a refusal, and none sends mail.`;
};

const placeWords = ({ to, by }: Watch): string => {
  if (to.is === 'named') return `Told in ${to.platform}, ${to.name}.`;
  const { platform } = to.address;
  return by?.channel === platform ? `Told in the ${platform}.` : `Told in ${platform}, ${by?.channel ?? 'directly'}.`;
};
