import type { Digest } from '../domain/digest.js';
import { nextSlot, wallWords } from '../domain/digest-slots.js';
import { whenWords } from '../domain/digest-when.js';
import { answerView, section } from './section.js';
import type { View } from './view.js';
import { count, list } from './words.js';

/** A digest has been made; told where it will come. */
export const digestMadeView = (digest: Digest, now: number): View =>
  answerView(`A digest will come here ${timesOf(digest)}: ${digest.id}`, [
    section('plain', '', [
      `It tells about ${digest.targets.length > 0 ? list(digest.targets) : 'every target that its maker may see'}${digest.onlyChanges ? ', and says nothing where nothing has changed' : ''}.`,
      `The first comes at ${nextWords(digest, now)}.`,
      'It looks as a check does: it logs in at most once, never after a refusal, and sends no mail.',
      `/uccx digest off ${digest.id} ends it.`,
    ]),
  ]);

export const digestListView = (
  all: readonly { digest: Digest; about: readonly string[]; isAll: boolean }[],
  now: number,
): View =>
  all.length === 0
    ? answerView('There is no digest. /uccx digest daily 08:00 makes one, which comes here.')
    : answerView(
        `There ${all.length === 1 ? 'is' : 'are'} ${count(all.length, 'digest')}.`,
        all.map(({ digest, about, isAll }) =>
          section('plain', `${digest.id}: ${timesOf(digest)}${digest.onlyChanges ? ', only changes' : ''}`, [
            `About ${isAll ? 'every target' : list(about.slice(0, 20))}${!isAll && about.length > 20 ? ' and more' : ''}. The next comes at ${nextWords(digest, now)}.`,
            `${placeWords(digest)} ${digest.by ? `From chat, by ${digest.by.user}.` : 'From the configuration file.'}`,
          ]),
        ),
      );

export const digestOffView = (digest: Digest): View =>
  answerView(`${digest.id} is off: no digest comes ${timesOf(digest)} any more.`);

/** A span has no zone: it is counted the same everywhere. */
const timesOf = ({ when, zone }: Digest): string =>
  `${whenWords(when)}${when.is === 'every' ? ', counted from midnight UTC' : ` ${zone}`}`;

const nextWords = (digest: Digest, now: number): string => {
  const next = nextSlot(digest, now);
  return next === null ? 'no time that ever comes' : `${wallWords(next, digest.zone)} ${digest.zone}`;
};

const placeWords = ({ to, by }: Digest): string => {
  if (to.is === 'named') return `Told in ${to.platform}, ${to.name}.`;
  const { platform } = to.address;
  return by?.channel === platform ? `Told in the ${platform}.` : `Told in ${platform}, ${by?.channel ?? 'directly'}.`;
};
