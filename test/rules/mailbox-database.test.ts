import { mailboxDatabase } from '../../src/rules/mailbox-database.js';
import { fact, mailTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

const down = { mounted: false };
const ours = fact('exchange-mailbox');
const refused = fact('imap-select', {
  outcome: 'refused',
  status: 'NO',
  text: 'Server Unavailable. 15',
  messages: null,
});

ruleTable(mailboxDatabase, mailTarget(), [
  { name: 'nobody has read one', given: [refused], is: 'not-applicable' },
  { name: 'mounted', given: [ours, fact('database-state')], is: 'healthy', says: /DB01 is mounted/ },
  {
    name: 'the database of the mailbox is not mounted',
    given: [ours, fact('database-state', down), refused],
    is: 'problem',
    certainty: 'proven',
    severity: 'critical',
    says: /DB01, which holds the mailbox, is not mounted/,
    because: /Mounted False on EX01»\n.*Server Unavailable/,
  },
  {
    name: 'the only one that was read is not mounted',
    given: [fact('database-state', down)],
    is: 'problem',
    certainty: 'likely',
    says: /if it is in one of them/,
    asks: [/Which database/, /Why/],
  },
  {
    name: 'one of two, and nobody knows which',
    given: [fact('database-state', down), fact('database-state', { database: 'DB02' })],
    is: 'unknown',
    says: /DB01 is not mounted, and whether the mailbox is in there was not read/,
  },
  {
    name: 'another than that of the mailbox',
    given: [ours, fact('database-state', { database: 'DB02', ...down })],
    is: 'unknown',
    says: /the mailbox is in DB01, and what was read is of DB02/,
  },
  {
    name: 'was not mounted, and the mailbox opens since',
    given: [ours, fact('database-state', down, { at: '2026-11-21T07:00:00.000Z' }), fact('imap-select')],
    is: 'healthy',
    says: /opened since/,
  },
  {
    name: 'is not mounted, and the mailbox opens in a record, which may be of any time',
    given: [
      ours,
      fact('database-state', down, { at: '2026-11-21T07:00:00.000Z' }),
      fact('imap-select', {}, { file: 'telnet.txt' }),
    ],
    is: 'problem',
    certainty: 'proven',
  },
  {
    name: 'read without -Status',
    given: [ours, fact('database-state', { mounted: null })],
    is: 'unknown',
    says: /-Status/,
  },
]);
