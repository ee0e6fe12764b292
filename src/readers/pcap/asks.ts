import type { BodyOf } from '../../domain/evidence/index.js';
import type { Ask } from '../../domain/verdict.js';
import { onLinux, onUccxOrUnityConnection, onWindows, takeCapture, takeTrace } from '../../remedies/platform-cli.js';
import { byHand } from '../../remedies/steps.js';

/** What to collect next, where the capture alone cannot tell. */
export const asksOf = (
  found: readonly BodyOf<'captured-sessions'>[],
  { accounts, opaque }: { accounts: number; opaque: number },
): Ask[] => [
  ...(found.length === 0 ? [nothingThere] : []),
  ...(accounts > 1 ? [severalAccounts] : []),
  ...(opaque > 0 ? [encrypted] : []),
  ...(found.some(({ missingBytes }) => missingBytes > 0) ? [incomplete] : []),
];

const nothingThere: Ask = {
  says: 'Is it the right capture? It holds no conversation on the ports of IMAP (143, 993), SMTP (25, 587) or notifications (7080).',
  steps: [...takeCapture(onUccxOrUnityConnection, 'IMAPTrace', 143), ...takeTrace(onWindows)],
};

const severalAccounts: Ask = {
  says:
    'Which conversations are those of the shared mailbox? The capture shows logins of several accounts, so none was taken for it. ' +
    'A capture of the address of UCCX, SocialMiner or CCP alone tells: put that address in for ADDRESS before you paste.',
  steps: [onLinux('tcpdump -s 0 -w mail.pcap "port 143 and host ADDRESS"')],
};

const encrypted: Ask = {
  says: 'What was said behind the encryption? No capture shows it. The protocol log of the server does, with the words of each refusal.',
  steps: [
    byHand(
      'Set-ImapSettings -ProtocolLogEnabled $true on the Exchange server, and send the log of the minute in question',
    ),
  ],
};

const incomplete: Ask = {
  says: 'Can it be taken again without loss? Parts of conversations are missing here, and what stood in them is not known.',
  steps: [onLinux('tcpdump -s 0 -B 16384 -w mail.pcap "port 143"')],
};
