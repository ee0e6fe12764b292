import { saysNoReason } from '../domain/evidence/captured-sessions.js';
import type { EvidenceOf } from '../domain/evidence/index.js';
import type { MailTarget } from '../domain/target.js';
import type { Ask, Finding } from '../domain/verdict.js';
import {
  askForConnectionEvents,
  askForCredentials,
  askForStoreLimit,
  askForUserLimit,
  askMicrosoft,
  either,
} from './asks.js';
import { imapLimitOf } from './known-limits.js';
import { defineRule, healthy, notApplicable, problem, unknown } from './rule.js';
import { inOrder, placeOf, placesOf, quoteOf } from './seen.js';

type Capture = EvidenceOf<'captured-sessions'>;
type Refusal = Capture['refusals'][number];
type Body = Omit<Finding, 'rule'>;

export const capturedSessions = defineRule({
  id: 'captured-sessions',
  for: 'uccx-mail',
  leg: 'imap',
  asks: 'Does a packet capture show logins refused while other sessions of the account worked?',
  explains:
    'A refusal alone says nothing, for Exchange answers a wrong password and one session too many in the same words. A capture shows what stood beside it: ' +
    'the same name and password accepted in another session rule the password out, and as many sessions as the limit that was read prove the limit. ' +
    'Sessions that the capture does not show come on top, so what it counts is the least there was.',
  source:
    'https://www.cisco.com/c/en/us/support/docs/customer-collaboration/unified-contact-center-express/117589-technote-uccx-00.html, "IMAP"',
  needs: [],
  uses: ['captured-sessions', 'imap-limits'],
  behind: ['imap-port'],

  judge({ 'captured-sessions': seen, 'imap-limits': limits }, target) {
    const captures = inOrder(seen);
    if (captures.length === 0)
      return notApplicable(
        'no packet capture was read; uccx-doctor read FILE takes one, also from the command line of UCCX',
      );
    const limitOf = imapLimitOf(limits);
    const findings = captures.flatMap(capture => [
      ...refusedBeside(capture, limitOf, target),
      ...resetAtWork(capture, target),
    ]);
    if (findings.length > 0) return problem(...findings);

    const refused = captures.filter(capture => capture.refused > 0);
    if (refused.length > 0)
      return refused.some(({ accounts }) => accounts > 1)
        ? unknown(
            `${placesOf(refused)}: sessions of several accounts were refused, none while others of the same account worked; which of them is the shared mailbox the capture does not say`,
            { asks: [onlyOfUccx] },
          )
        : notApplicable(
            'the capture shows refusals with no other session at work beside them, or with a reason; imap-greeting, imap-login and imap-mailbox judge those',
          );

    const blind = captures.filter(
      capture => capture.encrypted === capture.sessions || capture.missingBytes > 0 || capture.dropped > 0,
    );
    if (blind.length === captures.length)
      return unknown(
        `${blind.map(summary).join('; ')}: ${blindWords(blind)}, so nobody can see whether a login was refused`,
        {
          asks: either(askForUserLimit(target), askMicrosoft),
        },
      );
    return healthy(`${captures.map(summary).join('; ')}, and none was refused`);
  },
});

const summary = (capture: Capture): string =>
  `${placeOf(capture.source)}: ${sessions(capture.sessions)} with ${capture.server}, at most ${capture.mostOpen} at once`;
const sessions = (count: number): string => `${count} ${count === 1 ? 'session' : 'sessions'}`;

const blindWords = (blind: readonly Capture[]): string =>
  blind.every(({ encrypted, sessions: all }) => encrypted === all)
    ? 'everything is encrypted'
    : 'parts are encrypted or missing from the capture';

/** Logins that were refused without a reason while sessions of the same account, or where that is not known of the same client, worked. */
const refusedBeside = (capture: Capture, limitOf: (server: string) => number | null, target: MailTarget): Body[] => {
  const beside = capture.refusals.filter(
    refusal => refusal.stage === 'login' && saysNoReason(refusal.text) && standing(refusal) > 0,
  );
  const [first] = [...beside].sort((a, b) => standing(a) - standing(b));
  if (!first) return [];
  const held = standing(first);
  const ofOne = capture.accounts === 1 && first.beside.ofAccount !== null;
  const most = ofOne
    ? (capture.mostOfOneAccount ?? 0)
    : (capture.clients.find(({ address }) => address === first.client)?.mostWorking ?? 0);
  const isSame = beside.some(({ sameLoginAccepted }) => sameLoginAccepted === true);
  const isOther = beside.every(({ sameLoginAccepted }) => sameLoginAccepted === false);
  const limit = smallestLimit(limitOf, target);
  const isFull = ofOne && isSame && limit !== null && held >= limit && most <= held;
  // Where as many or more have worked at another moment, the number of sessions is not what made the difference.
  const isSteady = most <= held;
  const certainty = isFull ? 'proven' : ofOne && isSame && isSteady ? 'likely' : 'possible';
  const whose = ofOne ? 'the account' : first.client;
  const cause = isFull
    ? `the password is right, and the account has met its limit of ${limit} sessions, which was read as well. shared-account-sessions says how to raise it`
    : isOther
      ? 'no other session had that name and password, so it may be the password of that one client as well as a limit'
      : !isSame
        ? 'it may be a limit on sessions, and as well a password that differs: the capture does not show whether both were the same'
        : !isSteady
          ? `the password is right, but ${most} worked at once at another moment: a balancer with several servers, or a budget, explains that better than one limit`
          : `the password is right, and a limit on the sessions of one account is the likeliest reason${limitWords(limit, held)}`;
  return [
    {
      severity: 'critical',
      certainty,
      says: `Exchange refused the ${ordinal(held + 1)} session of ${whose}${ofOne ? ` (from ${first.client})` : ''} while ${held} worked${isSame ? ', with the same name and password that it had accepted in another one' : ''}: ${cause}.`,
      because: beside.map(refusal => refusalQuote(capture, refusal)),
      asks: isFull
        ? []
        : either(
            isOther
              ? [...askForCredentials(target), ...askForUserLimit(target)]
              : [...askForUserLimit(target), ...askForStoreLimit(target)],
            askMicrosoft,
          ),
      remedies: [],
    },
  ];
};

const standing = ({ beside }: Refusal): number => beside.ofAccount ?? beside.ofClient;

/** Which of several servers answered a capture does not tell by name, so only a limit that all share counts. */
const smallestLimit = (
  limitOf: (server: string) => number | null,
  { exchange: { servers } }: MailTarget,
): number | null => {
  const known = servers.map(limitOf);
  const [first = null] = known;
  return known.every(limit => limit === first) ? first : null;
};

const limitWords = (limit: number | null, held: number): string => {
  if (limit === null) return '; which value stands was not read';
  return held >= limit
    ? ''
    : `, although ${limit} are allowed by what was read: others may hold the rest, which the capture does not show`;
};

const refusalQuote = (capture: Capture, { client, at, packet, command, mechanism, text, beside }: Refusal): string =>
  quoteOf(capture, text, 'no words came with it') +
  ` in packet ${packet}${at ? ` at ${at}` : ''}, to ${command ?? 'a login'}${mechanism ? ` (${mechanism})` : ''} of ${client}; beside it worked ${[
    ...(beside.ofAccount === null ? [] : [`${beside.ofAccount} of the account`]),
    `${beside.ofClient} of that address`,
    `${beside.ofServer} in all`,
  ].join(', ')}`;

/** A server that resets sessions which it had let in: it restarts, or something between takes them for dead. */
const resetAtWork = (capture: Capture, target: MailTarget): Body[] => {
  const resets = capture.breaks.filter(
    ({ by, how, stage }) => by === 'server' && how === 'reset' && (stage === 'logged-in' || stage === 'encrypted'),
  );
  const count = resets.reduce((sum, each) => sum + each.count, 0);
  if (count === 0) return [];
  return [
    {
      severity: 'warning',
      certainty: 'possible',
      says: `${capture.server} ended ${sessions(count)} that had been let in with a reset: a service that restarts, or a balancer or firewall between that takes them for dead and answers for the server.`,
      because: resets.map(
        ({ command, count: times, firstPacket, stage }) =>
          `${placeOf(capture.source)}: ${times} ${times === 1 ? 'reset' : 'resets'} by the server${command ? ` after ${command}` : stage === 'encrypted' ? ' of encrypted sessions' : ''}, the first in packet ${firstPacket}`,
      ),
      asks: either(askForConnectionEvents(target), askMicrosoft),
      remedies: [],
    },
  ];
};

const onlyOfUccx: Ask = {
  says: 'Which sessions are those of UCCX, SocialMiner or CCP? A capture of its address alone tells.',
  steps: [],
};

/** `1st`, `12th`, `23rd`. */
const ordinal = (number: number): string => {
  const ending = number % 100 >= 11 && number % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th');
  return `${number}${ending}`;
};
