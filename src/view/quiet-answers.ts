import { wallWords } from '../domain/digest-slots.js';
import type { Zone } from '../domain/digest-when.js';
import type { Acceptance, Mute, Quiet } from '../domain/quiet.js';
import type { Finding } from '../domain/verdict.js';
import { aboutWords, nextOpenWords, timesWords } from './maintenance.js';
import { reasonWords } from './quiet.js';
import { answerView, section } from './section.js';
import type { Section, View } from './view.js';
import { count, severityWord } from './words.js';

const wall = (time: string, zone: Zone): string => `${wallWords(Date.parse(time), zone)} ${zone}`;
const about = ({ target, rule }: { target: string; rule: string | null }): string =>
  rule ? `${rule} of ${target}` : target;

export const mutedView = (mute: Mute, zone: Zone, before: Mute | null): View =>
  answerView(`${about(mute)} is muted until ${wall(mute.until, zone)} by ${mute.by.user}: ${reasonWords(mute)}`, [
    section('plain', '', [
      ...(before
        ? [`In place of the mute by ${before.by.user} until ${wall(before.until, zone)}: ${reasonWords(before)}`]
        : []),
      'Digests count it as muted, and watches say nothing of it. It is looked at all the same, and /uccx check shows everything.',
      `/uccx unmute ${mute.target}${mute.rule ? ` ${mute.rule}` : ''} ends it.`,
    ]),
  ]);

export const unmutedView = (mute: Mute): View => answerView(`${about(mute)} is not muted any more.`);

/** `seen` is the report that the finding stands in. */
export const acceptedView = (acceptance: Acceptance, zone: Zone, seen: string): View => {
  const { target, finding, until, by } = acceptance;
  return answerView(
    `Accepted until ${wall(until, zone)} by ${by.user}: ${target}, ${finding.rule}, ${reasonWords(acceptance)}`,
    [
      section('plain', '', [
        `${severityWord[finding.severity]}: ${finding.says} [${finding.rule}], as seen at ${wall(seen, zone)}.`,
        'Digests go on showing it, as accepted. Anything else of this rule, and this where it gets worse or surer, is told as before.',
        `/uccx unaccept ${target} ${finding.rule} ends it.`,
      ]),
    ],
  );
};

export const unacceptedView = (ended: readonly Acceptance[], target: string, rule: string): View =>
  answerView(`${rule} of ${target} is not accepted any more.`, [
    section(
      'plain',
      '',
      ended.map(({ finding }) => `It was: ${finding.says}`),
    ),
  ]);

/** One rule has several findings, and an acceptance is about a single one. */
export const whichFindingView = (target: string, rule: string, findings: readonly Finding[]): View => ({
  ...answerView(
    `${rule} has ${findings.length} findings at ${target}: which one? Name it with its number, as in ${rule}#1.`,
    [
      section(
        'plain',
        '',
        findings.map(({ severity, says }, index) => `${rule}#${index + 1}: ${severityWord[severity]}: ${says}`),
      ),
    ],
  ),
  tone: 'notice',
});

const ORDER: readonly Quiet['is'][] = ['maintenance', 'mute', 'acceptance'];

/** Everything that keeps silent now or will, with where it came from. `zone` is of who asks. */
export const quietListView = (quiets: readonly Quiet[], zone: Zone, now: number): View =>
  quiets.length === 0
    ? answerView('Nothing is muted or accepted, and no maintenance is planned.')
    : answerView(
        [...ORDER]
          .flatMap(is => {
            const amount = quiets.filter(quiet => quiet.is === is).length;
            return amount > 0 ? [count(amount, NAMES[is][0], NAMES[is][1])] : [];
          })
          .join(', '),
        ORDER.flatMap(is => quiets.filter(quiet => quiet.is === is)).map(quiet => listed(quiet, zone, now)),
      );
const NAMES = {
  maintenance: ['window of maintenance', 'windows of maintenance'],
  mute: ['mute', 'mutes'],
  acceptance: ['accepted finding', 'accepted findings'],
} as const;

const listed = (quiet: Quiet, zone: Zone, now: number): Section => {
  const from = quiet.by
    ? `From chat, by ${quiet.by.user}, ${wall(quiet.at, zone)}: ${reasonWords(quiet)}`
    : `From the configuration file: ${reasonWords(quiet)}`;
  switch (quiet.is) {
    case 'mute':
      return section('plain', `${about(quiet)}: muted until ${wall(quiet.until, zone)}`, [from]);
    case 'acceptance': {
      const { target, finding, until } = quiet;
      return section('plain', `${target}, ${finding.rule}: accepted until ${wall(until, zone)}`, [
        `${severityWord[finding.severity]}: ${finding.says}`,
        from,
      ]);
    }
    case 'maintenance':
      return section('plain', `${quiet.id}: maintenance of ${aboutWords(quiet)} ${timesWords(quiet)}`, [
        nextOpenWords(quiet, now),
        from,
      ]);
  }
};
