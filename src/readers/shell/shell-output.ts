import type { EvidenceKind } from '../../domain/evidence/index.js';
import { textOf as textIn } from '../decode.js';
import { eventIn } from '../eventlog/from-object.js';
import { eventTally } from '../eventlog/tally.js';
import { lineSink } from '../lines.js';
import { maskedLine } from '../mask.js';
import { defineReader, type Head, type Reading } from '../reader.js';
import { factsOf } from './cmdlets.js';
import { withoutColours } from './colours.js';
import type { Fact } from './fact.js';
import { latest } from './latest.js';
import { withPlainI } from './names.js';
import { textOf } from './object.js';
import { formOf, shellObjects } from './objects.js';
import { refusedParameter, refusingCmdlet } from './refused.js';

/** So many objects of one kind are told; who pastes all mailboxes of a company is asked for the one. */
const MOST_OF_A_KIND = 60;
/** ConvertTo-Json -Compress writes everything into one. */
const MOST_LINE = 1_000_000;

export const shellOutput = defineReader({
  id: 'shell-output',
  says: 'output of the Exchange Management Shell',
  recognises: head => sureness(head),
  yields: [
    'imap-limits',
    'imap-service-limits',
    'store-limits',
    'connector-limits',
    'exchange-server',
    'throttling-policy',
    'policy-association',
    'cas-mailbox',
    'exchange-mailbox',
    'role-assignment',
    'exchange-event',
    'shell-refusal',
    'ad-user',
    'service-state',
    'component-state',
    'database-state',
  ],
  unwrapsItself: true,
  open: reading => {
    const events = eventTally(reading);
    const refusals = refusalsTo(reading);
    const told = new Map<EvidenceKind, number>();
    const facts = latest();
    let isBrokenOff = false;
    let groupedBy: string | null = null;
    const objects = shellObjects(
      object => {
        if (object.properties.size === 1) groupedBy = textOf(object, 'providername') ?? groupedBy;
        const event = eventIn(object, groupedBy);
        if (event) {
          events.add(event);
          return true;
        }
        const told = factsOf(object, reading.unread);
        for (const fact of told) keep(fact, object.turn);
        return told.length > 0;
      },
      // What is not whole then is told by why the reading ended.
      (line, why) => (isBrokenOff ? undefined : reading.unread(line, why)),
    );
    const lines = lineSink(
      (shown, number, isCut) => {
        const text = withoutColours(shown);
        if (isCut) reading.unread(number, `a line of more than ${MOST_LINE} bytes`);
        else if (!refusals.takes(text, number)) objects.line(maskedLine(text), number);
      },
      { most: MOST_LINE },
    );
    return {
      ...lines,
      breakOff: () => {
        isBrokenOff = true;
        lines.breakOff();
      },
      end: () => {
        lines.end();
        objects.end();
        for (const fact of facts.all()) {
          if (isOfTwoServers(fact, facts.all())) reading.unread(fact.line, OF_TWO_SERVERS);
          else reading.observe(fact.kind, fact.body as never, null, fact.line);
        }
        events.end();
        for (const [kind, count] of told)
          if (count > MOST_OF_A_KIND)
            reading.unread(null, `${count - MOST_OF_A_KIND} more ${kind}; ask for the one that it is about`);
      },
    };

    function keep(fact: Fact, turn: number): void {
      if (fact.doubt) {
        reading.unread(fact.line, fact.doubt);
        return;
      }
      const count = (told.get(fact.kind) ?? 0) + 1;
      told.set(fact.kind, count);
      if (count <= MOST_OF_A_KIND) facts.add(fact, turn);
    }
  },
});

/** `Get-Service -ComputerName EX01,EX02` shows a line for each and names none of them. */
const isOfTwoServers = (fact: Fact, all: readonly Fact[]): boolean =>
  fact.kind === 'service-state' &&
  fact.body.server === null &&
  all.some(
    ({ kind, body }) =>
      kind === 'service-state' &&
      body.server === null &&
      body.service.toLowerCase() === fact.body.service.toLowerCase() &&
      body.status !== fact.body.status,
  );
const OF_TWO_SERVERS =
  'this service is shown in two states, and of which servers is not said; list MachineName,Name,Status';

/** An error of the shell is told once its id has shown what it was about. */
const refusalsTo = (reading: Reading): { takes: (text: string, number: number) => boolean } => {
  let refused: { parameter: string; line: number } | null = null;
  return {
    takes: (text, number) => {
      const cmdlet = refusingCmdlet(text);
      if (cmdlet && refused) {
        reading.observe('shell-refusal', { cmdlet, parameter: refused.parameter }, null, refused.line);
        refused = null;
        return true;
      }
      const parameter = refusedParameter(text);
      if (parameter) refused = { parameter, line: number };
      return false;
    },
  };
};

/** Names that only these cmdlets print, and lines that only this shell writes. */
const SIGNS =
  /\b(?:MaxConnectionsPerUser|MaxConnectionFromSingleIP|MaxInboundConnection(?:PerSource|PercentagePerSource)?|RemoteIPRanges|MessageRateLimit|ThrottlingPolicyId|ThrottlingPolicyScope|(?:Imap|Rca|Ews)MaxConcurrency|ImapEnabled|EwsEnabled|LegacyExchangeDN|AdminDisplayVersion|RoleAssignee(?:Name)?|Maximum Allowed Service Sessions Per User|NamedParameterNotFound|LockedOut|PasswordExpired|MountedOnServer)\b/i;
/** A service or component beside its state; logs name them too, and stand before this. */
const STATE_SIGNS =
  /\b(?:Running|Stopped|Paused|Start(?:ing|Pending)|Active|Inactive|Draining|Status)\b[\s\S]{0,400}\b(?:MSExchange(?:IMAP4(?:BE)?|Transport|FrontEndTransport)|ImapProxy|HubTransport|FrontendTransport)\b|\b(?:ImapProxy|HubTransport|FrontendTransport)\b.{0,80}\b(?:Active|Inactive|Draining)\b/i;
/** The same as a list or JSON shows it, name first. */
const NAMED_STATE_SIGNS =
  /\b(?:(?:Service)?Name"?\s{0,40}:\s{0,40}"?MSExchange(?:IMAP4(?:BE)?|Transport|FrontEndTransport)|Component"?\s{0,40}:\s{0,40}"?(?:ImapProxy|HubTransport|FrontendTransport))\b/i;
/** A state alone, below the line that asked for it. */
const ASKED_STATE_SIGNS =
  /\bGet-(?:Service|ServerComponentState)\b[^\n]{0,300}\n(?:[^\n]{0,100}\n){0,4}\s{0,8}(?:Status|State)\s{0,40}:\s/i;
const EVENT_SIGNS = /\b(?:InstanceId|ReplacementStrings|TimeGenerated|TimeCreated|ProviderName|LevelDisplayName)\b/i;

const sureness = ({ bytes }: Head): number => {
  const text = withPlainI(withoutColours(textIn(bytes)));
  const first = text.split(/\r?\n|\r/).find(line => line.trim() !== '');
  if (first === undefined || /^#(?:Software|Fields)/.test(first) || /^\s*<(?:Events?)\b/.test(first)) return 0;
  if (SIGNS.test(text)) return 0.9;
  if (EVENT_SIGNS.test(text) && /\bMessage\b/i.test(text)) return 0.85;
  if ([STATE_SIGNS, NAMED_STATE_SIGNS, ASKED_STATE_SIGNS].some(signs => signs.test(text))) return 0.5;
  return formOf(first) === 'clixml' ? 0.4 : 0;
};
