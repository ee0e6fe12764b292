import { muteAction } from '../../../src/view/mute-form.js';
import { quote, type Section, text, type View } from '../../../src/view/view.js';
import { problemView, runningView } from '../console/sample.js';

const recheck = { id: 'recheck-tms-1', label: 'I applied it, check again', command: '/uccx check branch' };

/** Of the findings of that result. */
const RULES = ['imap-sessions-per-user', 'tls-certificate', 'tls-version'];
const explain = (rule: string) => ({
  id: `explain-${rule}-tms-1`,
  label: `Explain ${rule}`,
  command: `/uccx explain ${rule}`,
  rare: true as const,
});

const section = (title: string, lines: readonly string[]): Section => ({
  tone: 'plain',
  title,
  lines: lines.map(text),
  commands: [],
  detail: false,
});

/** A View of every kind that a reader meets in Teams; `golden/teams` says how each must look. */
export const views = {
  progress: runningView,
  result: {
    ...problemView,
    sections: problemView.sections.map((section, index) =>
      index !== 1
        ? section
        : {
            ...section,
            table: {
              caption: 'Where the need comes from',
              columns: ['Server', 'Now', 'Needed', 'Proposed'],
              rows: [
                ['CAS01', '16', '54', '68'],
                ['CAS02', '16', '54', '68'],
              ],
            },
          },
    ),
    actions: [
      recheck,
      { id: 'fix-branch-tms-1', label: 'Script', command: '/uccx fix branch' },
      ...muteAction(
        RULES.map(rule => ({ target: 'branch', rule })),
        'tms-1',
      ),
      ...RULES.map(explain),
    ],
  },
  healthy: {
    tone: 'healthy',
    headline: 'prod: healthy. 14 questions asked, nothing wrong was seen.',
    sections: [
      {
        tone: 'healthy',
        title: 'Healthy',
        lines: [text('Port 143 answers in 12 ms. [imap-port]'), text('SMTP offers AUTH LOGIN. [smtp-login-offer]')],
        commands: [],
        detail: true,
      },
      {
        tone: 'plain',
        title: 'Conversation of smtp-service at hq, 88 ms',
        lines: [
          quote('  0.011 S: 220 EX01 *hello* <b>[x](https://evil.example)</b>'),
          quote('  0.012 C: EHLO uccx.example.com'),
        ],
        commands: [],
        detail: true,
      },
    ],
    footer:
      'Seen from hq (uccx-side), 2026-11-21 08:00:03 UTC, in 0.4 s. Looked only: nothing was changed, no mail was sent.',
    file: 'uccx-prod-2026-11-21',
  },
  help: {
    tone: 'plain',
    headline:
      'I look at the mail path of UCCX and Unity Connection on Exchange, and print the commands that put it right.',
    sections: [
      section('You can ask, here or in a mention or a direct message:', [
        '/uccx check prod – checks one',
        '/uccx last prod – shows the last report again',
      ]),
    ],
    footer: 'Your role is runner. A check logs in at most once, never after a refusal, and sends no mail.',
    file: 'uccx-answer',
  },
  refusal: {
    tone: 'notice',
    headline: 'You have no right to do this with prod: it needs the role runner.',
    sections: [
      {
        ...section('Your id is 8f4b1c9e-0000-4000-8000-00000000a11a, and this channel is 19:ops@thread.tacv2.', []),
        commands: [
          {
            label: 'To give you the role runner, an administrator adds this line under access: in the configuration',
            lines: [
              '- { role: runner, platform: teams, users: ["8f4b1c9e-0000-4000-8000-00000000a11a"], targets: [prod] }',
            ],
            note: null,
            other: true,
          },
        ],
      },
    ],
    footer: '',
    file: 'uccx-answer',
  },
  script: {
    tone: 'plain',
    headline: 'fix-branch.ps1: 1 change for branch, restarts on CAS01. Nothing has been done yet.',
    sections: [
      {
        ...section('It changes, only where the present value is not enough:', [
          'IMAP4 on CAS01: MaxConnectionsPerUser at least 68 [raise-imap-user-limit]',
        ]),
        commands: [
          {
            label: 'In the Exchange Management Shell, try it without effect',
            lines: ['.\\fix-branch.ps1 -WhatIf'],
            note: null,
          },
          {
            label: 'Apply and restart, in a maintenance window',
            lines: ['.\\fix-branch.ps1 -Restart'],
            note: 'Asks before each restart. Drops: every IMAP client of CAS01',
          },
        ],
      },
    ],
    footer: 'It saves the present values beside itself before it changes anything, and writes undo.ps1.',
    file: 'fix-branch',
    attachment: {
      name: 'fix-branch.ps1',
      content: '\ufeff# Made by uccx-doctor\r\n[CmdletBinding(SupportsShouldProcess)] param([switch]$Restart)\r\n',
    },
    actions: [recheck],
  },
  consent: {
    tone: 'warning',
    headline: 'prod: a deep check would take up to 20 IMAP sessions. Nothing has been opened yet.',
    sections: [
      section('What it does', ['At most 20 at once, for at most 35.0 s. It changes nothing and sends no mail.']),
      section('Who could be hurt', ['An agent who logs in meanwhile may be refused, as if the password were wrong.']),
      section('What stops it', [
        'The first refusal, that many sessions, that time, and «stop», which anybody may press.',
      ]),
    ],
    footer: 'This can be confirmed once, by an operator, within ten minutes.',
    file: 'uccx-consent',
    actions: [
      { id: 'confirm-tms-1', label: 'Confirm', command: '/uccx confirm prod tms-1' },
      { id: 'cancel-tms-1', label: 'Cancel', command: '/uccx cancel prod tms-1' },
    ],
  },
} satisfies Record<string, View>;
