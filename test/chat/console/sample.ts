import { quote, type Section, text, type View } from '../../../src/view/view.js';

const section = (part: Partial<Section> & Pick<Section, 'title'>): Section => ({
  tone: 'plain',
  lines: [],
  commands: [],
  detail: false,
  ...part,
});

/** What a check of a mailbox that its agents filled up reads like: the page must hold all of it. */
export const problemView: View = {
  tone: 'critical',
  headline: 'branch: 3 problems, the worst is critical; 1 question unknown.',
  sections: [
    section({
      tone: 'critical',
      title:
        'Critical: Exchange lets one account hold 16 IMAP connections to a server, and 25 agents on CAD need 54. [imap-sessions-per-user]',
      lines: [
        quote('imap-login at branch (agent-side): a2 NO AUTHENTICATE failed.'),
        quote('configuration, read on 2026-11-02: MaxConnectionsPerUser is 16'),
        text('The evidence proves this.'),
      ],
    }),
    section({
      title: 'Remedy: Let one account hold 68 IMAP connections on CAS01 and CAS02 [raise-imap-user-limit]',
      lines: [
        text('Proposed: 2 × 25 agents + 4 = 54, + 25 % = 68'),
        text('Touches every account of the server. Raise only; do it outside of working hours.'),
        text('Source: https://learn.microsoft.com/powershell/module/exchangepowershell/set-imapsettings'),
      ],
      commands: [
        {
          label: 'Read first',
          lines: ["Get-ImapSettings -Server 'CAS01' | Format-List -Property Server,MaxConnectionsPerUser"],
          note: null,
        },
        {
          label: 'Apply',
          lines: [
            "Set-ImapSettings -Server 'CAS01' -MaxConnectionsPerUser 68",
            "Invoke-Command -ComputerName 'CAS01' -ScriptBlock { Restart-Service -Name 'MSExchangeImap4'; Restart-Service -Name 'MSExchangeImap4BE' }",
          ],
          note: 'Drops: every IMAP client of CAS01 for some seconds',
        },
        { label: 'Undo', lines: ["Set-ImapSettings -Server 'CAS01' -MaxConnectionsPerUser 16"], note: null },
      ],
    }),
    section({
      tone: 'warning',
      title: 'Warning: The certificate of imap.example.com runs out in 9 days. [tls-certificate]',
      lines: [
        quote('imap-login at branch (agent-side): notAfter 2026-11-30T23:59:59.000Z, CN=imap.example.com'),
        text('The evidence proves this.'),
      ],
    }),
    section({
      tone: 'notice',
      title: 'Notice: Only TLS 1.0 is spoken on port 143. [tls-version]',
      lines: [quote('imap-capability at branch (agent-side): TLSv1'), text('Likely, not proven.')],
    }),
    section({
      tone: 'unknown',
      title: 'Unknown: whether Exchange can reach Unity Connection on port 7080. [notify-port]',
      lines: [text('Nobody stands at the exchange-side.')],
    }),
    section({
      tone: 'healthy',
      title: 'Healthy',
      detail: true,
      lines: [text('Port 143 answers in 12 ms. [imap-port]'), text('SMTP offers AUTH LOGIN. [smtp-auth]')],
    }),
    section({
      title: 'Conversation of imap-login at branch, 412 ms',
      detail: true,
      lines: [
        quote('  0.011 S: * OK The Microsoft Exchange IMAP4 service is ready.'),
        quote('  0.012 C: a1 CAPABILITY'),
        quote('  0.031 S: a2 NO AUTHENTICATE failed.'),
      ],
    }),
  ],
  footer:
    'Seen from branch (agent-side), 2026-11-21 08:00:03 UTC, in 1.4 s. Looked only: nothing was changed, no mail was sent.',
  file: 'uccx-branch-2026-11-21',
};

export const runningView: View = {
  tone: 'running',
  headline: 'Checking branch … answer by 08:01:02 UTC',
  sections: [
    section({
      tone: 'running',
      title: '1 of 3 probes have answered',
      lines: [text('done: imap-login at branch'), text('awaited: smtp-session at branch')],
    }),
  ],
  footer: 'This message becomes the answer.',
  file: 'uccx-progress',
};

export const helpView: View = {
  tone: 'notice',
  headline: 'There is no command `chekc`. Did you mean `check`?',
  coded: true,
  sections: [],
  footer: '',
  file: 'uccx-answer',
};
