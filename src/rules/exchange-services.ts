import type { EvidenceOf } from '../domain/evidence/index.js';
import { shortName } from '../domain/server-name.js';
import type { MailTarget } from '../domain/target.js';
import type { Ask, Finding } from '../domain/verdict.js';
import { is2010 } from '../ems/parameter.js';
import { activateImapProxy } from '../remedies/activate-imap-proxy.js';
import { startImapServices } from '../remedies/start-imap-services.js';
import { askForImapServices } from './asks.js';
import { askForTransport } from './asks-smtp.js';
import { connectQuote } from './ports.js';
import { defineRule, healthy, notApplicable, problem, type Seen, unknown } from './rule.js';
import { lastOfEach, listed, onLeg, outlives, placesOf, quoteOf } from './seen.js';

type Service = EvidenceOf<'service-state'>;
type Component = EvidenceOf<'component-state'>;
type Connect = EvidenceOf<'tcp-connect'>;
type Part = 'imap' | 'imap-back-end' | 'smtp' | 'smtp-back-end';

export const exchangeServices = defineRule({
  id: 'exchange-services',
  for: 'uccx-mail',
  leg: null,
  asks: 'Do the services of Exchange run that carry agent email, and do their components take work?',
  explains:
    'Get-Service shows what runs, Get-ServerComponentState what takes work: a server in maintenance runs its services and turns everybody away. A service ' +
    'that was shown as stopped is the cause of a closed port or of a mailbox that does not open, unless what it carries has worked since; of several ' +
    'servers nobody sees which one that was.',
  source: 'https://learn.microsoft.com/exchange/architecture/client-access/client-access',
  needs: [],
  uses: ['service-state', 'component-state', 'imap-greeting', 'imap-select', 'smtp-banner', 'mail-loop', 'tcp-connect'],
  behind: [],

  judge(seen, target) {
    if (target.exchange.version === 'online')
      return notApplicable('the services of Exchange Online are Microsoft’s, and nobody else can read them');
    const read = [...seen['service-state'], ...seen['component-state']];
    if (read.length === 0)
      return notApplicable(
        'nobody has read the services or components; Get-Service and Get-ServerComponentState show them',
      );
    const ours = partsOf(read, target);
    if (ours.length === 0)
      return unknown('what was read is of no service that carries agent email, or of another server', {
        missing: ['service-state'],
        asks: [...askForImapServices(target), ...askForTransport(target)],
      });
    const faults = serviceFaults(seen, target);
    if (faults.length > 0) return problem(...faults.map(fault => finding(fault, seen['tcp-connect'], target)));
    return healthy(
      `${listed([...new Set(ours.map(({ name }) => name))])} do their work, read ${placesOf(ours.map(({ fact }) => fact))}`,
    );
  },
});

/** Of a message that went around only the rule itself asks. */
export type OfServices = Seen<'service-state' | 'component-state' | 'imap-greeting' | 'imap-select' | 'smtp-banner'> &
  Partial<Seen<'mail-loop'>>;
type Read = { fact: Service | Component; part: Part; name: string; ill: 'stopped' | 'inactive' | null; words: string };
export type ServiceFault = {
  part: Part;
  ill: 'stopped' | 'inactive';
  all: readonly Read[];
  everywhere: boolean;
  /** One of several servers has served since, and nobody knows which. */
  isDoubtful: boolean;
};

const SERVICES: Readonly<Record<string, Part>> = {
  msexchangeimap4: 'imap',
  msexchangeimap4be: 'imap-back-end',
  msexchangetransport: 'smtp-back-end',
  msexchangefrontendtransport: 'smtp',
};
const COMPONENTS: Readonly<Record<string, Part>> = {
  imapproxy: 'imap',
  frontendtransport: 'smtp',
  hubtransport: 'smtp-back-end',
};

/** What is ill, by part and by how, unless what it carries was seen to work since: of one server that is it, of several any of them. */
export const serviceFaults = (seen: OfServices, target: MailTarget): ServiceFault[] => {
  const read = partsOf([...seen['service-state'], ...seen['component-state']], target);
  const { servers } = target.exchange;
  const isOver = (each: Read) => servers.length === 1 && hasWorkedSince(each, seen);
  const ill = read.filter(each => each.ill !== null && !isOver(each));
  const kinds = [...new Set(ill.map(({ part, ill: how }) => `${part} ${how}`))];
  return kinds.map(kind => {
    const all = ill.filter(({ part, ill: how }) => `${part} ${how}` === kind);
    const { part, ill: how } = all[0] as Read;
    const isDoubtful = all.some(each => hasWorkedSince(each, seen));
    const onAll = new Set(all.map(({ fact }) => serverOf(fact))).size >= servers.length;
    return { part, ill: how as 'stopped' | 'inactive', all, everywhere: onAll && !isDoubtful, isDoubtful };
  });
};

/** Whether the service itself, and not only a component of it, was read as running on that server. */
export const serviceRuns = (seen: OfServices, part: Part, server: string, target: MailTarget): boolean => {
  const read = partsOf(seen['service-state'], target).filter(
    each => each.part === part && (each.fact.server === null || serverOf(each.fact) === shortName(server)),
  );
  return read.length > 0 && read.every(({ ill }) => ill === null);
};

/** The newest reading of each service and component of the target's servers; a source that names no server is believed to be one. */
const partsOf = (read: readonly (Service | Component)[], target: MailTarget): Read[] => {
  const servers = target.exchange.servers.map(shortName);
  const ours = read.filter(fact => fact.server === null || servers.includes(serverOf(fact)));
  return lastOfEach(ours, fact => `${serverOf(fact)} ${nameOf(fact).toLowerCase()}`).flatMap(fact => {
    const named = (fact.kind === 'service-state' ? SERVICES : COMPONENTS)[nameOf(fact).toLowerCase()];
    // Exchange 2010 has no front end of its transport.
    const part = named === 'smtp-back-end' && is2010(target.exchange.version) ? 'smtp' : named;
    return part ? [asRead(fact, part, nameOf(fact))] : [];
  });
};

const nameOf = (fact: Service | Component): string => (fact.kind === 'service-state' ? fact.service : fact.component);
/** Nothing where it is not said. */
const serverOf = ({ server }: Service | Component): string => (server === null ? '' : shortName(server));

const asRead = (fact: Service | Component, part: Part, name: string): Read => {
  const state = fact.kind === 'service-state' ? fact.status : fact.state;
  const on = fact.server === null ? '' : ` on ${fact.server}`;
  const ill =
    fact.kind === 'service-state'
      ? // One that is paused, or has been starting or stopping for as long as it takes to be read, serves nobody.
        /^Running$/i.test(state)
        ? null
        : 'stopped'
      : state === 'active'
        ? null
        : 'inactive';
  return { fact, part, name, ill, words: `${name} ${state}${on}` };
};

/** Of a back end only a mailbox that opens tells, or a message that arrived; a greeting comes from the front end. */
const hasWorkedSince = ({ part, fact }: Read, seen: OfServices): boolean => {
  const worked = {
    imap: seen['imap-greeting'].filter(({ outcome }) => outcome === 'ok'),
    'imap-back-end': seen['imap-select'].filter(({ outcome }) => outcome === 'selected'),
    smtp: seen['smtp-banner'].filter(({ outcome }) => outcome === 'greeted'),
    'smtp-back-end': (seen['mail-loop'] ?? []).filter(({ stage }) => stage === 'removal' || stage === 'done'),
  }[part];
  return outlives(worked, [fact]);
};

const CARRIES: Record<Part, string> = {
  imap: 'nobody can fetch agent email',
  'imap-back-end': 'a login is accepted and no mailbox opens',
  smtp: 'no reply of an agent is taken',
  'smtp-back-end': 'SMTP greets and no reply of an agent is taken',
};

const finding = (fault: ServiceFault, connects: readonly Connect[], target: MailTarget): Omit<Finding, 'rule'> => {
  const { part, ill, all, everywhere, isDoubtful } = fault;
  const names = listed([...new Set(all.map(({ words }) => words))]);
  const imap = part === 'imap' || part === 'imap-back-end';
  return {
    severity: everywhere ? 'critical' : 'warning',
    certainty: isDoubtful ? 'likely' : 'proven',
    says: `${names}${ill === 'inactive' ? ', as in maintenance' : ''}: ${everywhere ? '' : 'of that server, '}${CARRIES[part]}.`,
    because: [
      ...all.map(({ fact, words }) => quoteOf(fact, words)),
      ...onLeg(connects, imap ? 'imap' : 'smtp')
        .filter(({ outcome }) => outcome === 'refused')
        .map(connectQuote),
    ],
    asks: [ill === 'stopped' && imap ? startedByHand : onPurpose],
    remedies:
      ill === 'stopped' && imap
        ? [startImapServices(target)]
        : ill === 'inactive' && imap && !is2010(target.exchange.version)
          ? [activateImapProxy(target)]
          : [],
  };
};

const onPurpose: Ask = {
  says: 'Is it on purpose? A server in maintenance is stopped or inactive by somebody who will put it back.',
  steps: [],
};

const startedByHand: Ask = {
  says: 'Was it ever started? Exchange ships the IMAP services to be started by hand, so a restart of the machine stops them.',
  steps: [],
};
