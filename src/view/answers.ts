import type { Role } from '../domain/access.js';
import type { IsoTime } from '../domain/clock.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import { type Silence, silencesOf } from '../domain/quiet-of.js';
import { type Report, stateOf } from '../domain/report.js';
import type { Requester } from '../domain/request.js';
import { silenceWords, utcWords } from './quiet.js';
import { type Line, type Section, type Tone, text, type View } from './view.js';
import { duration, list, moment, toneOfState } from './words.js';

const plain = (tone: Tone, headline: string, lines: readonly Line[] = [], sections: readonly Section[] = []): View => ({
  tone,
  headline,
  sections: [
    ...(lines.length > 0
      ? [{ tone: 'plain' as const, title: '', lines: [...lines], commands: [], detail: false }]
      : []),
    ...sections,
  ],
  footer: '',
  file: 'uccx-answer',
});

/** What was typed cannot be understood. */
export const mistakeView = (says: string): View => ({ ...plain('notice', says), coded: true });

/** This person may not do this here: what it needs, their id, and the line that an administrator must add. */
export const refusalView = (
  who: Requester,
  { needs, has, targets }: { needs: Role; has: Role | null; targets: readonly string[] },
): View => ({
  ...plain('notice', refusalWords(needs, has, targets)),
  sections: [
    ...(who.unsure ? [{ tone: 'plain' as const, title: '', lines: [text(UNSURE)], commands: [], detail: false }] : []),
    {
      tone: 'plain',
      title: `Your id is ${who.user}${who.channel ? `, and this channel is ${who.channel}` : ''}.`,
      lines: [],
      commands: [
        {
          label: `To give you the role ${needs}, an administrator adds this line under access: in the configuration`,
          lines: [
            `- { role: ${needs}, platform: ${who.platform}, users: [${JSON.stringify(who.user)}]${targets.length > 0 ? `, targets: [${targets.join(', ')}]` : ''} }`,
          ],
          note: null,
          other: true,
        },
      ],
      detail: false,
    },
  ],
});
const UNSURE =
  'Whether you are in the groups that have rights here could not be looked up just now. Ask again in a minute.';
const refusalWords = (needs: Role, has: Role | null, targets: readonly string[]): string => {
  if (targets.length > 0) return `You have no right to do this with ${list(targets)}: it needs the role ${needs}.`;
  return has === null
    ? 'You have no right to use this bot here.'
    : `You have no right to do this: it needs the role ${needs}, and yours is ${has}.`;
};

/** The shared queue does not answer: nothing was started. */
export const queueDownView = (): View =>
  plain('unknown', 'The queue (Redis) cannot be reached, so nothing was started. Ask again when it is back.');

/** The queue was sent the check and did not answer. Whoever has kept the question looks again when it does. */
export const checkUnclearView = (targets: readonly string[]): View =>
  plain(
    'unknown',
    `The queue (Redis) did not answer, so it is not known whether the check of ${list(targets)} was started. If it was, its answer comes here by itself.`,
    [
      text(
        `If none comes within some minutes: ${targets.map(id => `/uccx last ${id}`).join(', ')} shows the latest report, or ask again.`,
      ),
    ],
  );

/** It was laid, and Redis came back without it. */
export const checkLostView = (): View =>
  plain(
    'unknown',
    'Redis failed over or was restarted, and has lost this check: no answer comes to it. Whether a site had begun to look is not known. Ask again.',
  );

/** Redis was told to change something and did not answer. */
export const changeUnclearView = (): View =>
  plain(
    'unknown',
    'Redis did not answer, so it is not known whether this was done. Look whether it was before you ask for it again.',
  );

/** A fault of our own, which the log tells. */
export const brokenView = (run: string): View =>
  plain(
    'unknown',
    `This could not be answered because of a fault of our own; the log of the bot tells more under ${run}.`,
  );

export type Running = { target: string; since: IsoTime; link: string | null };
/** The address stands last and bare, so that a chat that makes links of addresses makes the right one. */
export const runningWords = ({ target, since, link }: Running): string =>
  `${target} is being checked already, since ${moment(since)}${link ? `; it is answered at ${link}` : '.'}`;
/** Everything that was asked for is being checked already. */
export const runningView = (running: readonly Running[]): View => {
  const [only] = running;
  if (only && running.length === 1) return plain('running', runningWords(only));
  const names = list(running.map(({ target }) => target));
  return plain('running', `${names} are being checked already.`, running.map(runningWords).map(text));
};

/** The targets that this person may see, with what was last known of each. */
export const targetsView = (
  targets: readonly ConfiguredTarget[],
  last: ReadonlyMap<string, Report | null> | 'unreachable',
  now: IsoTime,
  silences: readonly Silence[] = [],
): View => ({
  ...plain(
    'plain',
    targets.length === 1 ? 'One target is configured for you.' : `${targets.length} targets are configured for you.`,
  ),
  sections: targets.map(target => {
    const report = last === 'unreachable' ? null : (last.get(target.id) ?? null);
    const state = report ? stateOf(report) : null;
    return {
      tone: state ? toneOfState[state] : 'plain',
      title: `${target.id}${target.title ? ` (${target.title})` : ''}`,
      lines: [
        text(`${KIND[target.kind]}, Exchange ${target.exchange.version} on ${target.exchange.servers.join(', ')}.`),
        text(
          report
            ? `Last checked ${duration(Date.parse(now) - Date.parse(report.finishedAt))} ago: ${state}.`
            : last === 'unreachable'
              ? 'The history cannot be reached, so the last state is unknown.'
              : 'Not checked yet.',
        ),
        ...silencesOf(target.id, silences).map(silence =>
          text(
            `${silence.quiet.is === 'acceptance' ? `${silence.quiet.finding.rule}: ` : silence.quiet.is === 'mute' && silence.quiet.rule ? `${silence.quiet.rule}: ` : ''}${silenceWords(silence, utcWords)}`,
          ),
        ),
      ],
      commands: [],
      detail: false,
    };
  }),
});
const KIND: Record<ConfiguredTarget['kind'], string> = {
  'uccx-mail': 'UCCX agent email',
  'cuc-single-inbox': 'Unity Connection single inbox',
};

/** No report of this target is kept. */
export const noReportView = (target: string): View =>
  plain('unknown', `${target} has not been checked yet, or its last report is no longer kept.`);

/** What one rule asks, how it decides and on what it rests. */
export const explainView = (rule: {
  id: string;
  asks: string;
  explains: string;
  source: string;
  needs: readonly string[];
  uses: readonly string[];
  behind: readonly string[];
}): View => ({
  ...plain('plain', `${rule.id}: ${rule.asks}`, [
    text(rule.explains),
    text(
      `Needs ${rule.needs.length > 0 ? rule.needs.join(', ') : 'nothing'}${rule.uses.length > 0 ? `; also uses ${rule.uses.join(', ')}` : ''}.`,
    ),
    ...(rule.behind.length > 0
      ? [text(`Steps aside where ${rule.behind.join(' or ')} tells why nothing could be seen.`)]
      : []),
  ]),
  footer: `Source: ${rule.source}`,
});

/** What can be asked, as far as this person may ask it. */
export const helpView = (role: Role, targets: readonly ConfiguredTarget[]): View => {
  const example = targets[0]?.id ?? 'prod';
  const may: [string, string, Role][] = [
    [`/uccx check`, 'checks every target that you may check', 'runner'],
    [`/uccx check ${example}`, 'checks one', 'runner'],
    [`/uccx check ${example} --only imap,smtp`, 'looks at some conversations only: imap, smtp, notify, web', 'runner'],
    [`/uccx check ${example} --login-anyway`, 'logs in once although this password was refused before', 'operator'],
    [
      `/uccx check ${example} --deep`,
      'measures at which IMAP session Exchange refuses; first shows what that takes, and opens nothing until it is confirmed',
      'operator',
    ],
    [
      `/uccx check ${example} --deep --nobody-at-work`,
      'the same, with your word that nobody works on the account now, so that what they would hold may be taken',
      'operator',
    ],
    [
      `/uccx check ${example} --loop`,
      'sends one small message around to the mailbox and takes it away again; UCCX may present it to an agent before that',
      'operator',
    ],
    [`/uccx stop ${example}`, 'ends a check with --deep or --loop that runs, or a reading', 'viewer'],
    [
      `/uccx fix ${example}`,
      'makes a script of what the last report advises; behind --from it takes pasted output of Get- commands; it changes nothing by itself',
      'runner',
    ],
    [
      `/uccx read ${example}`,
      'judges what stands in the lines below it, or the files sent along: logs, output of Get- commands, events, captures; asks no server. It then counts in checks, until --forget',
      'runner',
    ],
    ['/uccx reads', 'lists who had which files read', 'operator'],
    [
      `/uccx audit ${example} 24h`,
      'shows who asked what, what was looked at for it with which account, and what was said',
      'operator',
    ],
    [`/uccx targets`, 'lists the targets with their last state', 'viewer'],
    [`/uccx sites`, 'says who looks from which site, and what waits there', 'viewer'],
    [`/uccx last ${example}`, 'shows the last report again', 'viewer'],
    [
      `/uccx digest daily 08:00`,
      'says here every day how all is; also weekdays, weekly mon, every 4h, with a time zone, targets, --only-changes; then digest list, digest off',
      'operator',
    ],
    [`/uccx digest now`, 'shows to you alone what a digest would say', 'viewer'],
    [`/uccx digest table`, 'gives all of it as a file for a spreadsheet', 'viewer'],
    [
      `/uccx mute ${example} 2h because …`,
      'nobody is told of it unasked for so long; also of one finding alone: mute, a target, a rule, 2h; then mute list, unmute',
      'operator',
    ],
    [
      `/uccx maintenance ${example} sat 22:00 for 4h because …`,
      'the same while somebody works on it; also daily, weekly sat, with a time zone; then maintenance list, maintenance off',
      'operator',
    ],
    [
      `/uccx accept ${example} tls-certificate until 2026-12-31 because …`,
      'shows a finding as accepted in digests, and hides nothing else; then accept list, unaccept',
      'operator',
    ],
    [`/uccx mute list`, 'lists what is muted, accepted or in maintenance, until when, by whom and why', 'viewer'],
    [
      `/uccx watch ${example} every 5m`,
      'looks again and again, and speaks here only when something breaks or is mended; then watch list, watch off',
      'operator',
    ],
    ['/uccx watch list', 'lists what is watched, how often, and where that is told', 'viewer'],
    [`/uccx history ${example} 7d`, 'shows how it was: availability, changes, login time, with a picture', 'viewer'],
    [`/uccx explain imap-login`, 'says how a rule decides', 'viewer'],
    [`/uccx help`, 'lists what you may ask', 'viewer'],
  ];
  const rank: readonly Role[] = ['viewer', 'runner', 'operator'];
  return {
    ...plain(
      'plain',
      'I look at the mail path of UCCX and Unity Connection on Exchange, say what is wrong and print the commands that put it right. I change nothing.',
    ),
    sections: [
      {
        tone: 'plain',
        title: 'You can ask, here or in a mention or a direct message:',
        lines: may
          .filter(([, , needed]) => rank.indexOf(needed) <= rank.indexOf(role))
          .map(([command, does]) => text(`${command} – ${does}`)),
        commands: [],
        detail: false,
      },
    ],
    footer: `Your role is ${role}. A check logs in at most once, never after a refusal, and sends no mail${role === 'operator' ? ', unless you ask for --deep or --loop' : ''}.`,
  };
};
