import type { EvidenceOf } from '../domain/evidence/index.js';
import type { MailTarget } from '../domain/target.js';
import type { Ask, Finding } from '../domain/verdict.js';
import { byHand } from '../remedies/steps.js';
import { askForConnectionEvents, askForImapServices } from './asks.js';
import { defineRule, healthy, problem } from './rule.js';
import { alike, inOrder, placeOf, placesOf, quoteOf } from './seen.js';

type Greeting = EvidenceOf<'imap-greeting'>;
type Kind = 'exchange' | 'other' | Exclude<Greeting['outcome'], 'ok'>;

export const imapGreeting = defineRule({
  id: 'imap-greeting',
  for: 'uccx-mail',
  leg: 'imap',
  asks: 'Does Exchange greet whoever connects to its IMAP port?',
  explains:
    'A connection that stays silent or ends at once is not a login problem: a balancer without a live server, a stopped back end, a limit on ' +
    'connections, or a port that expects encryption from the first byte.',
  source: 'RFC 9051, 7.1 and 7.1.5; https://learn.microsoft.com/powershell/module/exchangepowershell/set-imapsettings',
  needs: ['imap-greeting'],
  uses: [],
  behind: ['imap-port', 'tls-version'],

  judge({ 'imap-greeting': seen }, target) {
    const greetings = inOrder(seen);
    const findings = alike(greetings, kindOf).flatMap(({ key, all }) => findingFor(key as Kind, all, target));
    if (findings.length > 0) return problem(...findings);
    return healthy(`Exchange greets ${placesOf(greetings)}`);
  },
});

const kindOf = ({ outcome, text }: Greeting): Kind => {
  if (outcome !== 'ok') return outcome;
  return /Microsoft Exchange/i.test(text ?? '') ? 'exchange' : 'other';
};

const findingFor = (kind: Kind, all: readonly Greeting[], target: MailTarget): Omit<Finding, 'rule'>[] => {
  const { host, port, security } = target.imap;
  const where = `${host} port ${port}, seen from ${placesOf(all)},`;
  const because = all.map(greeting =>
    quoteOf(greeting, greeting.text, `${greeting.outcome} after ${Math.round(greeting.tookMs)} ms`),
  );
  const critical = (says: string, asks: Ask[]): Omit<Finding, 'rule'>[] => [
    { severity: 'critical', certainty: 'possible', says, because, asks, remedies: [] },
  ];
  const expectsTls: Ask[] =
    security === 'tls'
      ? []
      : [
          {
            says: `Does port ${port} expect encryption from the first byte, as 993 does? Then this target needs security: tls.`,
            steps: [byHand('Compare the port with SSLBindings and UnencryptedOrTLSBindings of Get-ImapSettings.')],
          },
        ];
  switch (kind) {
    case 'exchange':
      return [];
    case 'other':
    case 'preauth':
      return [
        {
          severity: 'notice',
          certainty: 'possible',
          says: `${where} greets in words that are not those of Exchange: its banner was changed, or it is another server.`,
          because,
          asks: [
            { says: `Is ${host} the Exchange server? Unity Connection has an IMAP server of its own.`, steps: [] },
          ],
          remedies: [],
        },
      ];
    case 'silent':
      return critical(`${where} takes the connection and says nothing.`, [
        ...expectsTls,
        ...askForImapServices(target),
      ]);
    case 'closed':
      return critical(`${where} takes the connection and ends it before the greeting.`, [
        ...askForConnectionEvents(target),
        ...askForImapServices(target),
        ...expectsTls,
      ]);
    case 'bye':
      return critical(`${where} turns the connection away in place of a greeting.`, askForConnectionEvents(target));
    case 'not-imap':
      return critical(`What answers at ${where} does not speak IMAP.`, [
        { says: `Are the address and the port right? ${placeList(all)}`, steps: [] },
        ...expectsTls,
      ]);
    case 'too-much':
      return critical(`What answers at ${where} sends without end and is not an IMAP server in its right mind.`, [
        { says: 'Which machine has this address? Exchange greets in one short line.', steps: [] },
      ]);
  }
};

const placeList = (all: readonly Greeting[]): string =>
  `Seen from ${all.map(({ source }) => placeOf(source)).join(', ')}.`;
