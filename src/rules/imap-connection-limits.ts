import type { IsoTime } from '../domain/clock.js';
import type { EvidenceOf } from '../domain/evidence/index.js';
import { shortName } from '../domain/server-name.js';
import type { MailTarget } from '../domain/target.js';
import type { Ask, Finding } from '../domain/verdict.js';
import { raiseImapAddressLimit, raiseImapTotalLimit } from '../remedies/raise-imap-server-limits.js';
import type { Present } from '../remedies/session-need.js';
import { atStanding, byStanding } from './event-time.js';
import { addressLimitOf, placed, type ServiceLimits, totalLimitOf } from './known-limits.js';
import { defineRule, healthy, notApplicable, problem } from './rule.js';
import { inOrder, listed, ofLooks, placeOf } from './seen.js';
import { serviceSizing } from './service-limits.js';
import { eventWords } from './whose.js';

type Event = EvidenceOf<'exchange-event'>;
type Body = Omit<Finding, 'rule'>;

export const imapConnectionLimits = defineRule({
  id: 'imap-connection-limits',
  for: 'uccx-mail',
  leg: 'imap',
  asks: 'Does the IMAP service turn connections away at its limit for one address, or for all together?',
  explains:
    'Event 1103 of MSExchangeIMAP4 is the limit on connections of one address, 1101 that of the server. Both are far above any need as Exchange ships ' +
    'them, so somebody has lowered one, or many agents share one address (NAT, Citrix). An address that is not known to be of UCCX may be of anybody. ' +
    'A climb that opened more sessions later outlives event 1103 of a single server. Without an event the limits that were read are held against the need.',
  source: 'https://learn.microsoft.com/powershell/module/exchangepowershell/set-imapsettings',
  needs: [],
  uses: ['exchange-event', 'imap-ladder', 'imap-service-limits'],
  behind: [],

  judge({ 'exchange-event': seen, 'imap-ladder': ladders, 'imap-service-limits': limits }, target, now) {
    if (target.exchange.version === 'online')
      return notApplicable('the events of Exchange Online are seen by Microsoft only');
    const events = inOrder(seen).filter(event => isOfConnections(event, target));
    if (events.length === 0) return serviceSizing(limits, target);
    // A balancer spreads a climb over several servers, each of which counts by itself.
    const climbs = target.exchange.servers.length === 1 ? ofLooks(ladders) : [];
    const byTime = byStanding(events, now, ({ about, limit }) =>
      about === 'imap-per-address' ? climbs.filter(({ opened }) => limit !== null && opened > limit) : [],
    );
    const findings = byTime
      .filter(({ standing }) => standing !== 'outlived')
      .flatMap(({ standing, all }) => findingsFor(all, limits, target).map(finding => atStanding(finding, standing)));
    if (findings.length > 0) return problem(...findings);
    return healthy(
      `it is over: ${Math.max(...climbs.map(({ opened }) => opened))} sessions of one address were let in since ${listed(events.map(eventWords))}`,
    );
  },
});

/** With Finesse one address logs in; with CAD the PC of every agent does, and nobody knows theirs. */
const isOfConnections = ({ about, subject }: Event, { desktop, clientAddress }: MailTarget): boolean =>
  about === 'imap-in-all' ||
  (about === 'imap-per-address' &&
    (desktop === 'cad' || subject === null || clientAddress === undefined || subject === clientAddress));

/** Whether such an event explains a connection that ended before its greeting: one of that hour does. */
export const turnedAwayAt = (at: IsoTime, events: readonly Event[], target: MailTarget): boolean =>
  events.some(
    event =>
      isOfConnections(event, target) &&
      event.utc &&
      event.last !== null &&
      Math.abs(Date.parse(event.last) - Date.parse(at)) < HOUR_MS,
  );
const HOUR_MS = 3_600_000;

const findingsFor = (events: readonly Event[], limits: readonly ServiceLimits[], target: MailTarget): Body[] => {
  const of = (about: Event['about']) => events.filter(event => event.about === about);
  return [
    ...(of('imap-in-all').length > 0 ? [inAll(of('imap-in-all'), limits, target)] : []),
    ...(of('imap-per-address').length > 0 ? [perAddress(of('imap-per-address'), limits, target)] : []),
  ];
};

const inAll = (all: readonly Event[], limits: readonly ServiceLimits[], target: MailTarget): Body => ({
  severity: 'critical',
  certainty: 'proven',
  says: `The IMAP service was full and turned connections away: all clients together had reached its limit${limitIn(all)}.`,
  because: quotes(all),
  asks: [
    {
      says: 'Who holds the connections? The protocol log of IMAP4 names every account and address; Exchange ships with 2000 and more.',
      steps: [],
    },
  ],
  remedies: remedyOf(raiseImapTotalLimit(target, presentIn(all, totalLimitOf(placed(limits, target))))),
});

const perAddress = (all: readonly Event[], limits: readonly ServiceLimits[], target: MailTarget): Body => {
  const addresses = [...new Set(all.flatMap(({ subject }) => subject ?? []))].sort();
  const isUccx = addresses.length > 0 && addresses.every(address => address === target.clientAddress);
  return {
    severity: 'critical',
    certainty: isUccx ? 'proven' : 'possible',
    says: `The IMAP service turned connections of ${listed(addresses) || 'one address'} away: one address had reached its limit${limitIn(all)}.`,
    because: quotes(all),
    asks: isUccx ? [] : [whoseAddress(target)],
    remedies: isUccx
      ? remedyOf(raiseImapAddressLimit(target, presentIn(all, addressLimitOf(placed(limits, target)))))
      : [],
  };
};

const whoseAddress = ({ desktop }: MailTarget): Ask => ({
  says:
    desktop === 'cad'
      ? 'Is it the address of UCCX, of an agent’s PC, or one that many agents share (NAT, Citrix, a balancer)? clientAddress of this target tells of UCCX next time.'
      : 'Is it the address of SocialMiner or CCP, or of a balancer before Exchange? clientAddress of this target tells next time.',
  steps: [],
});

const quotes = (all: readonly Event[]): string[] => all.map(event => `${placeOf(event.source)}: ${eventWords(event)}`);
const remedyOf = <T>(remedy: T | null): T[] => (remedy === null ? [] : [remedy]);

const limitIn = (events: readonly Event[]): string => {
  const limits = [...new Set(events.flatMap(({ limit }) => limit ?? []))].sort((a, b) => a - b);
  return limits.length > 0 ? ` of ${listed(limits.map(String))}` : '';
};

/** The limit as the event of that server names it, or as it was read there. */
const presentIn =
  (events: readonly Event[], read: Present): Present =>
  server => {
    const limits = events
      .filter(event => event.server === null || shortName(event.server) === shortName(server))
      .flatMap(({ limit }) => limit ?? []);
    return limits.length > 0 ? Math.min(...limits) : read(server);
  };
