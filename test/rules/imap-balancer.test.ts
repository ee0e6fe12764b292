import { imapBalancer } from '../../src/rules/imap-balancer.js';
import { fact, mailTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

const branch = { site: 'branch' };
const { certificate } = fact('tls-session');
const other = certificate && { ...certificate, subject: 'CN=ex02.contoso.test', sha256: 'cc:dd' };
ruleTable(imapBalancer, mailTarget(), [
  {
    name: 'two sites meet the same',
    given: [
      fact('imap-greeting'),
      fact('imap-greeting', {}, branch),
      fact('tls-session'),
      fact('tls-session', {}, branch),
    ],
    is: 'healthy',
    says: /2 connections from site branch and site hq met the same greeting and certificate/,
  },
  { name: 'one look', given: [fact('imap-greeting')], is: 'not-applicable' },
  { name: 'nobody looked', given: [], is: 'unknown' },
  {
    name: 'another greeting, and the file names one server',
    given: [fact('imap-greeting'), fact('imap-greeting', { text: '* OK IMAP of EX02 ready' }, branch)],
    is: 'problem',
    findings: 1,
    severity: 'warning',
    certainty: 'likely',
    says: /More than one server.*greetings differ.*name only EX01/,
    because: /site branch: «\* OK IMAP of EX02 ready»/,
    asks: [/exchange\.servers/],
    remedies: [],
  },
  {
    name: 'another certificate and another year, and the file names both servers',
    target: mailTarget({ servers: ['EX01', 'EX02'] }),
    given: [
      fact('imap-greeting'),
      fact('imap-greeting', {}, branch),
      fact('tls-session'),
      fact('tls-session', { certificate: other }, branch),
      fact('imap-logout'),
      fact('imap-logout', { bye: '* BYE Microsoft Exchange Server 2013 IMAP4 server signing off.' }, branch),
    ],
    is: 'problem',
    findings: 1,
    severity: 'notice',
    says: /certificates and years of Exchange differ/,
    because: /CN=ex02\.contoso\.test/,
  },
  {
    name: 'a greeting with the time in it is the same greeting',
    given: [
      fact('imap-greeting', { text: '* OK mail IMAP4rev1 at Sat, 21 Nov 2026 08:00:00 +0100 (CET)' }),
      fact('imap-greeting', { text: '* OK mail IMAP4rev1 at Sat, 21 Nov 2026 08:00:03 +0100 (CET)' }, branch),
    ],
    is: 'healthy',
  },
  {
    name: 'Exchange Online',
    target: mailTarget({ version: 'online' }),
    given: [fact('imap-greeting'), fact('imap-greeting', { text: '* OK ready. [RQBYADAAMgA=]' }, branch)],
    is: 'not-applicable',
  },
  {
    name: 'a site that is not greeted is no other server',
    given: [fact('imap-greeting'), fact('imap-greeting', { outcome: 'closed', text: null }, branch)],
    is: 'not-applicable',
  },
]);
