import type { Remedy } from '../../src/domain/remedy.js';
import type { ExchangeVersion } from '../../src/domain/target.js';
import type { Facts } from '../../src/remedies/facts.js';
import { remedies } from '../../src/remedies/index.js';
import { fact, inboxTarget, mailTarget } from '../support/build.js';

/** Names that would run, if anything of them got out of its quotes. */
const HOSTILE = "EX’1'; Stop-Computer #";

const mailTargets = (version: ExchangeVersion) => [
  mailTarget({ version, servers: ['EX01', 'EX02'], clientAddress: '10.4.4.95', agents: 25 }),
  mailTarget({ version, desktop: 'finesse', clientAddress: '10.4.4.95', smtp: { port: 25 } }),
  mailTarget({
    version,
    servers: [HOSTILE],
    user: 'uccx(*)@contoso.test',
    identity: "Mail $(x) 'q'",
    clientAddress: 'fd00::5',
    agents: 10_000,
    serverSessions: 1000,
    imap: { host: '10.4.3.90' },
    smtp: { security: 'plain', port: 25 },
  }),
];
const inboxTargets = (version: ExchangeVersion) => [
  inboxTarget({ version, servers: ['EX01', 'EX02'] }),
  inboxTarget({ version, servers: [HOSTILE] }),
];

const limitsOf = (connector: string, messagesPerMinute: number | 'unlimited') =>
  fact('connector-limits', { connector, connections: 1000, messagesPerMinute });

/** Facts that were read, facts that were not, and facts that leave little to do. */
const FACTS: Record<string, Facts> = {
  'nothing read': {},
  'as shipped': {
    imapPerUser: () => 16,
    imapPerAddress: () => 20,
    imapInAll: () => 200,
    imapCommandBytes: () => 4096,
    storeSessions: () => 16,
    storeObject: { type: 'objtMessage', present: () => null },
    connectors: [limitsOf('EX01\\Client Frontend EX01', 5)],
    policy: { imapConcurrency: 5, rcaConcurrency: 20 },
    users: 12_000,
  },
  'set before': {
    imapPerUser: server => (server === 'EX01' ? 20 : null),
    storeSessions: () => 32,
    storeObject: { type: 'objtFolderView', present: () => 600 },
    connectors: [limitsOf(`${HOSTILE}\\Relay`, 'unlimited')],
    policy: { imapConcurrency: null, rcaConcurrency: null },
  },
};

/** Each remedy that the version has, in each of its forms, by a name that tells them apart. */
export const remediesOf = (version: ExchangeVersion): [name: string, remedy: Remedy][] =>
  remedies
    .filter(({ versions }) => versions.includes(version))
    .flatMap(listed =>
      Object.entries(FACTS).flatMap(([what, facts]) => {
        const made: (Remedy | null)[] =
          listed.for === 'uccx-mail'
            ? mailTargets(version).map(target => listed.make(target, facts))
            : inboxTargets(version).map(target => listed.make(target, facts));
        return made.flatMap((remedy, at): [string, Remedy][] =>
          remedy ? [[`${listed.id}, ${what}, target ${at + 1}`, remedy]] : [],
        );
      }),
    );
