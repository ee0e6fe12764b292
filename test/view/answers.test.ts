import { describe, expect, it } from 'vitest';
import { Plan } from '../../src/domain/plan.js';
import {
  brokenView,
  changeUnclearView,
  checkLostView,
  checkUnclearView,
  explainView,
  helpView,
  mistakeView,
  noReportView,
  queueDownView,
  refusalView,
  runningView,
  targetsView,
} from '../../src/view/answers.js';
import { orderKey, progressView } from '../../src/view/progress.js';
import { inboxTarget, mailTarget } from '../support/build.js';
import { healthy, orderOf, read, report } from './build.js';

/** Everything that is said beside a result, written out by hand. */
const prod = mailTarget({ id: 'prod' });
const who = { platform: 'slack', user: 'U0NOBODY', groups: [], channel: 'C1' };
const NOW = '2026-11-21T10:00:00.000Z';

it('help for an operator, with a target that they may really name', () => {
  expect(
    read(helpView('operator', [prod])),
  ).toBe(`I look at the mail path of UCCX and Unity Connection on Exchange, say what is wrong and print the
commands that put it right. I change nothing.

You can ask, here or in a mention or a direct message:
  /uccx check – checks every target that you may check
  /uccx check prod – checks one
  /uccx check prod --only imap,smtp – looks at some conversations only: imap, smtp, notify, web
  /uccx check prod --login-anyway – logs in once although this password was refused before
  /uccx check prod --deep – measures at which IMAP session Exchange refuses; first shows what that
  takes, and opens nothing until it is confirmed
  /uccx check prod --deep --nobody-at-work – the same, with your word that nobody works on the
  account now, so that what they would hold may be taken
  /uccx check prod --loop – sends one small message around to the mailbox and takes it away again;
  UCCX may present it to an agent before that
  /uccx stop prod – ends a check with --deep or --loop that runs, or a reading
  /uccx fix prod – makes a script of what the last report advises; behind --from it takes pasted
  output of Get- commands; it changes nothing by itself
  /uccx read prod – judges what stands in the lines below it, or the files sent along: logs, output
  of Get- commands, events, captures; asks no server. It then counts in checks, until --forget
  /uccx reads – lists who had which files read
  /uccx audit prod 24h – shows who asked what, what was looked at for it with which account, and
  what was said
  /uccx targets – lists the targets with their last state
  /uccx sites – says who looks from which site, and what waits there
  /uccx last prod – shows the last report again
  /uccx digest daily 08:00 – says here every day how all is; also weekdays, weekly mon, every 4h,
  with a time zone, targets, --only-changes; then digest list, digest off
  /uccx digest now – shows to you alone what a digest would say
  /uccx digest table – gives all of it as a file for a spreadsheet
  /uccx mute prod 2h because … – nobody is told of it unasked for so long; also of one finding
  alone: mute, a target, a rule, 2h; then mute list, unmute
  /uccx maintenance prod sat 22:00 for 4h because … – the same while somebody works on it; also
  daily, weekly sat, with a time zone; then maintenance list, maintenance off
  /uccx accept prod tls-certificate until 2026-12-31 because … – shows a finding as accepted in
  digests, and hides nothing else; then accept list, unaccept
  /uccx mute list – lists what is muted, accepted or in maintenance, until when, by whom and why
  /uccx watch prod every 5m – looks again and again, and speaks here only when something breaks or
  is mended; then watch list, watch off
  /uccx watch list – lists what is watched, how often, and where that is told
  /uccx history prod 7d – shows how it was: availability, changes, login time, with a picture
  /uccx explain imap-login – says how a rule decides
  /uccx help – lists what you may ask

Your role is operator. A check logs in at most once, never after a refusal, and sends no mail,
unless you ask for --deep or --loop.
`);
});

it.each([
  ['viewer', 11],
  ['runner', 16],
] as const)('help for a %s names only what they may do', (role, lines) => {
  expect(helpView(role, [prod]).sections[0]?.lines).toHaveLength(lines);
});

describe('a refusal', () => {
  it('to a stranger', () => {
    expect(
      read(refusalView(who, { needs: 'runner', has: null, targets: [] })),
    ).toBe(`[i] You have no right to use this bot here.

Your id is U0NOBODY, and this channel is C1.
  To give you the role runner, an administrator adds this line under access: in the configuration:
    - { role: runner, platform: slack, users: ["U0NOBODY"] }
`);
  });

  it.each([
    [
      { needs: 'runner', has: 'viewer', targets: [] },
      'You have no right to do this: it needs the role runner, and yours is viewer.',
    ],
    [
      { needs: 'operator', has: 'runner', targets: ['prod', 'rome'] },
      'You have no right to do this with prod and rome: it needs the role operator.',
    ],
  ] as const)('%j', (what, headline) => {
    expect(refusalView(who, what).headline).toBe(headline);
  });

  it('in a direct message has no channel to name', () => {
    const view = refusalView({ ...who, channel: null }, { needs: 'runner', has: null, targets: [] });
    expect(view.sections[0]?.title).toBe('Your id is U0NOBODY.');
  });
});

it('the targets, with what was last known of each', () => {
  const kept = new Map([
    ['prod', report({ target: 'prod', verdicts: [healthy('imap-login', 'fine')] })],
    ['rome', null],
  ]);
  const targets = [prod, { ...inboxTarget({ id: 'rome' }), title: 'Voice mail, Rome' }];
  expect(read(targetsView(targets, kept, NOW))).toBe(`2 targets are configured for you.

[+] prod
  UCCX agent email, Exchange 2016 on EX01.
  Last checked 2 h ago: healthy.

rome (Voice mail, Rome)
  Unity Connection single inbox, Exchange 2016 on EX01.
  Not checked yet.
`);
  expect(read(targetsView([prod], 'unreachable', NOW))).toContain(
    'The history cannot be reached, so the last state is unknown.',
  );
});

describe('what is going on', () => {
  const plan = Plan.parse({
    run: 'sla-some-question',
    at: '2026-11-21T08:00:00.000Z',
    answerBy: '2026-11-21T08:00:25.000Z',
    targets: ['branch', 'prod'].map(target => ({
      target,
      orders: [orderOf('imap-login', target), orderOf('smtp-service', target)],
      uncovered: [],
      leftOut: [],
      legs: ['imap', 'smtp'],
    })),
    remarks: ['rome is being checked already, since 2026-11-21 07:59:58 UTC.'],
  });

  it('says who has answered and who is awaited', () => {
    const done = new Set([orderKey(orderOf('smtp-service', 'prod'))]);
    expect(read(progressView(plan, done))).toBe(`[.] Checking branch and prod … answer by 08:00:25 UTC

[.] 1 of 4 probes have answered
  awaited: imap-login at hq for branch
  awaited: smtp-service at hq for branch
  awaited: imap-login at hq for prod
  done: smtp-service at hq for prod
  rome is being checked already, since 2026-11-21 07:59:58 UTC.

This message becomes the answer.
`);
  });

  it('points at a running check; its address stands last, with nothing behind it', () => {
    const since = '2026-11-21T07:59:58.000Z';
    expect(read(runningView([{ target: 'prod', since, link: 'https://x.slack.com/p1' }]))).toBe(
      `[.] prod is being checked already, since 2026-11-21 07:59:58 UTC; it is answered at
    https://x.slack.com/p1
`,
    );
    expect(
      read(
        runningView([
          { target: 'prod', since, link: null },
          { target: 'rome', since, link: null },
        ]),
      ),
    ).toBe(
      `[.] prod and rome are being checked already.

  prod is being checked already, since 2026-11-21 07:59:58 UTC.
  rome is being checked already, since 2026-11-21 07:59:58 UTC.
`,
    );
  });
});

it.each([
  [queueDownView(), '[?] The queue (Redis) cannot be reached, so nothing was started. Ask again when it is back.'],
  [
    checkUnclearView(['prod', 'branch']),
    `[?] The queue (Redis) did not answer, so it is not known whether the check of prod and branch was started. If it was, its answer comes here by itself.

  If none comes within some minutes: /uccx last prod, /uccx last branch shows the latest report, or
  ask again.`,
  ],
  [
    checkLostView(),
    '[?] Redis failed over or was restarted, and has lost this check: no answer comes to it. Whether a site had begun to look is not known. Ask again.',
  ],
  [
    changeUnclearView(),
    '[?] Redis did not answer, so it is not known whether this was done. Look whether it was before you ask for it again.',
  ],
  [
    brokenView('sla-1'),
    '[?] This could not be answered because of a fault of our own; the log of the bot tells more under sla-1.',
  ],
  [noReportView('prod'), '[?] prod has not been checked yet, or its last report is no longer kept.'],
  [mistakeView('`targets` takes nothing behind it.'), '[i] targets takes nothing behind it.'],
])('in one sentence: %#', (view, words) => {
  expect(read(view).replaceAll('\n    ', ' ').trim()).toBe(words);
});

it('how a rule decides', () => {
  const card = {
    id: 'imap-mailbox',
    asks: 'Does the inbox open?',
    explains: 'Selecting the inbox takes a session of the store.',
    source: 'RFC 9051',
    needs: ['imap-select'],
    uses: ['store-limits'],
    behind: ['imap-port', 'imap-login'],
  };
  expect(read(explainView(card))).toBe(`imap-mailbox: Does the inbox open?

  Selecting the inbox takes a session of the store.
  Needs imap-select; also uses store-limits.
  Steps aside where imap-port or imap-login tells why nothing could be seen.

Source: RFC 9051
`);
});
