import { expect, it } from 'vitest';
import { onUnityConnection, takeCapture } from '../../src/remedies/platform-cli.js';
import { byHand } from '../../src/remedies/steps.js';
import { lastReportView, reportView } from '../../src/view/report.js';
import { fact } from '../support/build.js';
import { healthy, orderOf, raiseLimit, read, report, seen, shell, silent } from './build.js';

/** What people read, written out by hand and to be read aloud: calm, short, the verdict first. */
const prod = report({
  target: 'prod',
  verdicts: [
    healthy('imap-login', 'Exchange accepts the login from site hq'),
    healthy('smtp-banner', 'the SMTP server greets site hq'),
    { is: 'not-applicable', rule: 'shared-account-sessions', says: 'with Finesse they do not grow with the agents' },
  ],
});

const branch = report({
  verdicts: [
    {
      is: 'problem',
      rule: 'imap-login',
      findings: [
        {
          rule: 'imap-login',
          severity: 'critical',
          certainty: 'possible',
          says: 'Exchange refuses the login of CONTOSO\\uccx from site hq; one refusal does not say why.',
          because: ['site hq: «AUTHENTICATE failed.»'],
          asks: [
            { says: 'Is it the limit on connections of one account?', steps: [shell('Get-ImapSettings', 'EX01')] },
          ],
          remedies: [],
        },
      ],
    },
    { is: 'unknown', rule: 'imap-mailbox', says: 'nobody was let in', missing: [], behind: 'imap-login', asks: [] },
    {
      is: 'problem',
      rule: 'shared-account-sessions',
      findings: [
        {
          rule: 'shared-account-sessions',
          severity: 'critical',
          certainty: 'proven',
          says: 'Exchange allows the shared account 16 sessions; 12 agents and the server need 28, so 6 agents fit.',
          because: ['read on 2026-11-20: MaxConnectionsPerUser 16 on every server'],
          asks: [],
          remedies: [raiseLimit],
        },
      ],
    },
    healthy('smtp-banner', 'the SMTP server greets site hq'),
  ],
});

/* Unity Connection has a command line of its own: its lines paste there and nowhere else. */
const late = report({
  target: 'madrid',
  verdicts: [
    {
      is: 'unknown',
      rule: 'notify-flow',
      says: 'nobody has read when Exchange last called',
      missing: [],
      behind: null,
      asks: [
        {
          says: 'Do the subscriptions get notifications?',
          steps: [
            byHand('RTMT, Trace & Log Central, Collect Files: Connection Jetty'),
            onUnityConnection('utils ntp status'),
            onUnityConnection('run cuc dbquery unitydyndb select subscriptionid from tbl_exsubscription'),
            shell('Get-ImapSettings', 'EX01'),
          ],
        },
        { says: 'Do its packets arrive?', steps: takeCapture(onUnityConnection, 'SIBTrace', 7080) },
        { says: 'Does Connection Jetty listen?', steps: [onUnityConnection('show open ports regexp 7080')] },
      ],
    },
  ],
});

const silence = report({
  target: 'paris',
  verdicts: [
    {
      is: 'unknown',
      rule: 'imap-login',
      says: 'no login was tried: Exchange refused this password on 2026-11-20 08:00 UTC',
      missing: ['imap-login'],
      behind: null,
      asks: [
        {
          says: 'Once its reason is found, an operator can have one more tried: /uccx check paris --login-anyway',
          steps: [],
        },
      ],
    },
    healthy('smtp-banner', 'the SMTP server greets site hq'),
  ],
  observations: [
    seen('smtp-service', [], { cut: true, tookMs: 15_000 }),
    silent('imap-login', 'late', 'no answer in time', 'branch'),
    silent('imap-service', 'crashed', 'broke off by a fault of our own'),
  ],
  uncovered: [{ vantage: 'agent-side', probe: 'imap-service' }],
  leftOut: ['no login: prod logs in to the same account in this run, and one login is enough'],
});

it('a healthy target, in three lines', () => {
  expect(read(reportView([prod]))).toBe(`[+] prod: healthy. 2 questions asked, nothing wrong was seen.

2 more sections of details left out.

Seen from hq (uccx-side), 2026-11-21 08:00:03 UTC, in 3.4 s. Looked only: nothing was changed, no
mail was sent.
`);
});

it('and its details', () => {
  const spoken = [
    { atMs: 7, who: 'server', text: '* OK The Microsoft Exchange IMAP4 service is ready.' },
    { atMs: 182, who: 'client', text: 'A2 AUTHENTICATE PLAIN [credentials]' },
    { atMs: 1_230, who: 'note', text: 'closed by the other end' },
  ];
  const view = reportView([
    { ...prod, observations: report({ verdicts: [], observations: [seen('imap-login', spoken)] }).observations },
  ]);
  expect(read(view, { details: true })).toBe(`[+] prod: healthy. 2 questions asked, nothing wrong was seen.

[+] Healthy
  Exchange accepts the login from site hq [imap-login]
  the SMTP server greets site hq [smtp-banner]

Not judged
  shared-account-sessions does not apply: with Finesse they do not grow with the agents

Conversation of imap-login at hq, 1.2 s
  >   0.007 S: * OK The Microsoft Exchange IMAP4 service is ready.
  >   0.182 C: A2 AUTHENTICATE PLAIN [credentials]
  >   1.230 -- closed by the other end

Seen from hq (uccx-side), 2026-11-21 08:00:03 UTC, in 3.4 s. Looked only: nothing was changed, no
mail was sent.
`);
});

it('two problems: the proven one first, each with its evidence, then what to do', () => {
  expect(read(reportView([branch]))).toBe(`[X] branch: 2 problems, the worst is critical.

[X] Critical: Exchange allows the shared account 16 sessions; 12 agents and the server need 28, so 6
    agents fit. [shared-account-sessions]
  > read on 2026-11-20: MaxConnectionsPerUser 16 on every server
  The evidence proves this.

Remedy: Let one account hold 35 IMAP connections on EX01 [raise-imap-user-limit]
  Proposed: 2 × 12 agents + 4 sessions = 28, + 25 % = 35.
  Touches every account of the server. Do it in a maintenance window.
  Leave out a server that already shows as much or more.
  Source: https://learn.microsoft.com/powershell/module/exchangepowershell/set-imapsettings
  Undo, by hand: Set the value that was read first.
  Read first:
    Get-ImapSettings -Server 'EX01'
  Apply:
    Set-ImapSettings -Server 'EX01'
  Drops: every IMAP connection to EX01 for some seconds
  Verify:
    Get-ImapSettings -Server 'EX01'

[X] Critical: Exchange refuses the login of CONTOSO\\uccx from site hq; one refusal does not say why.
    [imap-login]
  > site hq: «AUTHENTICATE failed.»
  Possible: the evidence does not decide between the causes.

Is it the limit on connections of one account?
  To find out:
    Get-ImapSettings -Server 'EX01'

2 more sections of details left out.

Seen from hq (uccx-side), 2026-11-21 08:00:03 UTC, in 3.4 s. Looked only: nothing was changed, no
mail was sent.
`);
});

it('what several findings ask, and are cured by, stands once', () => {
  const ask = { says: 'Do others work at that minute?', steps: [shell('Get-ImapSettings', 'EX01')] };
  const finding = (rule: string, says: string) => ({
    ...{ rule, says, severity: 'warning', certainty: 'likely', because: [`${rule} saw it`] },
    ...{ asks: [ask], remedies: [raiseLimit] },
  });
  const view = reportView([
    report({
      target: 'twice',
      verdicts: [
        { is: 'problem', rule: 'one', findings: [finding('one', 'This.')] },
        { is: 'problem', rule: 'two', findings: [finding('two', 'That.')] },
        { is: 'unknown', rule: 'three', says: 'nobody knows', missing: [], behind: null, asks: [ask] },
      ],
    }),
  ]);
  const titles = view.sections.filter(({ detail }) => !detail).map(({ title }) => title);
  expect(titles).toEqual([
    'Warning: This. [one]',
    'Do others work at that minute?',
    `Remedy: ${raiseLimit.title} [${raiseLimit.id}]`,
    'Warning: That. [two]',
    'Unknown: nobody knows [three]',
  ]);
  const linesOf = (title: string) =>
    view.sections.find(section => section.title.startsWith(title))?.lines.map(({ text }) => text);
  expect(linesOf('Warning: That.')).toEqual([
    'two saw it',
    'Likely, not proven.',
    'Asked above: Do others work at that minute?',
    `Remedy, above: ${raiseLimit.title} [${raiseLimit.id}]`,
  ]);
  expect(linesOf('Unknown: nobody knows')).toEqual(['Asked above: Do others work at that minute?']);
});

it('what is unknown, what to ask, and what nobody looked at', () => {
  expect(
    read(reportView([silence])),
  ).toBe(`[?] paris: unknown. No problem was seen, but 1 question could not be answered and not everything was
    looked at.

[?] Unknown: no login was tried: Exchange refused this password on 2026-11-20 08:00 UTC [imap-login]

Once its reason is found, an operator can have one more tried: /uccx check paris --login-anyway

[i] Not looked at
  imap-login at branch: no answer in time.
  imap-service at hq: broke off by a fault of our own.
  smtp-service at hq ran out of time after 15.0 s; what it saw until then counts.
  Nobody stands at the agent-side: imap-service from there would be conclusive.
  Left out: no login: prod logs in to the same account in this run, and one login is enough.

1 more section of details left out.

Seen from hq (uccx-side) and branch (uccx-side), 2026-11-21 08:00:03 UTC, in 3.4 s. Looked only:
nothing was changed, no mail was sent.
`);
});

it('lines for the command line of Unity Connection stand alone, whole, with the place where they are typed', () => {
  expect(read(reportView([late]))).toContain(`
Do the subscriptions get notifications?
  By hand: RTMT, Trace & Log Central, Collect Files: Connection Jetty
  To find out (1 of 2), on the command line of Unity Connection, over SSH:
    utils ntp status
    run cuc dbquery unitydyndb select subscriptionid from tbl_exsubscription
  To find out (2 of 2), in the Exchange Management Shell:
    Get-ImapSettings -Server 'EX01'

Do its packets arrive?
  To find out (1 of 2), on the command line of Unity Connection, over SSH:
    utils network capture file SIBTrace count 100000 size ALL port 7080
  Ctrl-C ends it, once the fault has been seen; only then the next line.
  To find out (2 of 2), on the command line of Unity Connection, over SSH:
    file get activelog /platform/cli/SIBTrace.cap

Does Connection Jetty listen?
  To find out, on the command line of Unity Connection, over SSH:
    show open ports regexp 7080
`);
});

it.each([
  [
    [seen('mail-loop', [], { evidence: [fact('mail-loop')] })],
    /and the one message that was sent, to the mailbox itself, is removed\.$/,
  ],
  [
    [seen('mail-loop', [], { evidence: [fact('mail-loop', { stage: 'delivery', removed: false })] })],
    /one message was sent, to the mailbox itself; where it lies there still, the next --loop removes it\.$/,
  ],
  [
    [seen('mail-loop', [], { evidence: [fact('mail-loop', { stage: 'rcpt-to', watchedMs: null, removed: false })] })],
    /nothing was changed, no mail was sent\.$/,
  ],
  [
    [silent('mail-loop', 'late', 'no answer in time')],
    /nobody could tell whether the message of the mail loop was sent\.$/,
  ],
] as const)('says what became of the message of a mail loop (%#)', (observations, says) => {
  const orders = [{ ...orderOf('mail-loop'), sendsMail: true }];
  expect(reportView([report({ verdicts: [], orders, observations: [...observations] })]).footer).toMatch(says);
});

it('several targets: how many are how, the worst first, and what else there is to say last', () => {
  const quiet = { ...branch, verdicts: branch.verdicts.filter(({ rule }) => rule === 'imap-login') };
  const view = reportView([prod, silence, quiet], ['rome is being checked already, since 2026-11-21 07:59:58 UTC.']);
  const lines = read(view).split('\n');
  expect(lines[0]).toBe('[X] 3 targets checked: 1 with problems, 1 unknown and 1 healthy.');
  expect(lines.filter(line => line.startsWith('['))).toEqual([
    '[X] 3 targets checked: 1 with problems, 1 unknown and 1 healthy.',
    '[X] branch: 1 problem, critical.',
    '[X] branch: Critical: Exchange refuses the login of CONTOSO\\uccx from site hq; one refusal does not',
    '[?] paris: unknown. No problem was seen, but 1 question could not be answered and not everything was',
    '[?] paris: Unknown: no login was tried: Exchange refused this password on 2026-11-20 08:00 UTC',
    '[i] paris: Not looked at',
    '[+] prod: healthy. 2 questions asked, nothing wrong was seen.',
    '[i] Also',
  ]);
  expect(read(view)).toContain('\n[i] Also\n  rome is being checked already, since 2026-11-21 07:59:58 UTC.\n');
});

it.each([
  ['critical', '1 problem, critical.'],
  ['warning', '1 problem, a warning.'],
  ['notice', 'unknown. No problem was seen, but nothing could be judged. 1 notice beside.'],
])('one finding that is a %s', (severity, words) => {
  const [problem] = branch.verdicts;
  const findings = problem?.is === 'problem' ? problem.findings.map(finding => ({ ...finding, severity })) : [];
  expect(reportView([report({ verdicts: [{ ...problem, findings }] })]).headline).toBe(`branch: ${words}`);
});

it('a notice breaks nothing: what is healthy beside it stays so, and sounds so', () => {
  const [problem] = branch.verdicts;
  const findings = problem?.is === 'problem' ? problem.findings.map(each => ({ ...each, severity: 'notice' })) : [];
  const view = reportView([report({ verdicts: [{ ...problem, findings }, healthy('smtp-banner', 'it greets')] })]);
  expect(view.tone).toBe('healthy');
  expect(view.headline).toMatch(/^branch: healthy\. .* 1 notice beside\.$/);
});

it('a problem beside an open question', () => {
  const open = { is: 'unknown', rule: 'tls-version', says: 'nobody saw it', missing: [], behind: null, asks: [] };
  expect(reportView([report({ verdicts: [...branch.verdicts, open] })]).headline).toBe(
    'branch: 2 problems, the worst is critical; 1 question could not be answered.',
  );
});

it('nothing at all', () => {
  expect(read(reportView([], ['prod could not be judged.']))).toBe(`[?] Nothing could be checked.

[i] Also
  prod could not be judged.

Nothing was looked at.
`);
});

it('an old report says how old it is before it says anything else', () => {
  expect(lastReportView(prod).headline).toBe(
    'Last report of prod, 2026-11-21 08:00:03 UTC: healthy. 2 questions asked, nothing wrong was seen.',
  );
});

it('nowhere odd punctuation', () => {
  for (const view of [
    reportView([prod]),
    reportView([branch]),
    reportView([silence]),
    reportView([prod, branch, silence]),
  ])
    expect(read(view, { details: true })).not.toMatch(/\.\.|[.,;:]:|: \.|\s[,;:.?](?!\d)|undefined|null|\(\)/);
});
