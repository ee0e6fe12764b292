import { Evidence } from '../domain/evidence/index.js';
import type { Remedy } from '../domain/remedy.js';
import { type ExchangeVersion, InboxTarget, MailTarget } from '../domain/target.js';
import type { Facts } from './facts.js';
import type { ListedRemedy } from './index.js';

/* One contact centre, at which the list and the pages show what each remedy prints: 120 agents on the limits that Exchange ships. */
const exchange = (version: ExchangeVersion) => ({ servers: ['EX01', 'EX02'], version });

const sampleMail = (version: ExchangeVersion): MailTarget =>
  MailTarget.parse({
    kind: 'uccx-mail',
    id: 'sample-mail',
    exchange: exchange(version),
    desktop: 'cad',
    agents: 120,
    mailbox: { user: 'CONTOSO\\uccx-email', password: 'env:SAMPLE', identity: 'uccx-email@contoso.test' },
    imap: { host: 'mail.contoso.test', port: 143, security: 'starttls' },
    smtp: { host: 'mail.contoso.test', port: 587, security: 'starttls', connector: 'EX01\\Client Frontend EX01' },
    clientAddress: '10.4.4.95',
  });

const sampleInbox = (version: ExchangeVersion): InboxTarget =>
  InboxTarget.parse({
    kind: 'cuc-single-inbox',
    id: 'sample-inbox',
    exchange: exchange(version),
    cuc: { host: 'cuc.contoso.test' },
  });

const connector = Evidence.parse({
  kind: 'connector-limits',
  target: 'sample-mail',
  source: { by: 'stated', readOn: '2026-11-20' },
  at: '2026-11-20T00:00:00.000Z',
  connector: 'EX01\\Client Frontend EX01',
  connections: 1000,
  connectionsPerSource: 20,
  connectionsPercentPerSource: 2,
  messagesPerMinute: 5,
});

/** Limits as Exchange ships them, and lower ones where only a lower one can be put right. */
const sampleFacts: Facts = {
  imapPerUser: () => 16,
  imapPerAddress: () => 20,
  imapInAll: () => 200,
  imapCommandBytes: () => 4096,
  storeSessions: () => 16,
  storeObject: { type: 'objtMessage', present: () => null },
  ...(connector.kind === 'connector-limits' ? { connectors: [connector] } : {}),
  users: 800,
};

/** What a remedy is for the sample of that version; null where that version does not have it. */
export const sampleOf = (remedy: ListedRemedy, version: ExchangeVersion): Remedy | null => {
  if (!remedy.versions.includes(version)) return null;
  return remedy.for === 'uccx-mail'
    ? remedy.make(sampleMail(version), sampleFacts)
    : remedy.make(sampleInbox(version), sampleFacts);
};
