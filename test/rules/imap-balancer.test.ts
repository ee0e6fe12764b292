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
    name: 'a mark of each session proves no other server',
    given: [
      fact('imap-greeting', { text: '* OK Gimap ready for requests from 10.0.0.1 x1mb59205831wmc' }),
      fact('imap-greeting', { text: '* OK Gimap ready for requests from 10.0.0.2 f7mb11205831qkd' }, branch),
    ],
    is: 'problem',
    severity: 'notice',
    certainty: 'possible',
    says: /More than one server may answer/,
    asks: [/mark of the session/, /exchange\.servers/],
  },
  {
    name: 'a mark that changes at one site as well is none',
    given: [
      fact('imap-greeting', { text: '* OK mail CommuniGate Pro 1795862401' }),
      fact('imap-greeting', { text: '* OK mail CommuniGate Pro 1795862402' }),
      fact('imap-greeting', { text: '* OK mail CommuniGate Pro 1795862409' }, branch),
    ],
    is: 'healthy',
  },
  {
    name: 'the name of another server, as Exchange hides it in its greeting',
    given: [
      fact('imap-greeting', { text: '* OK The Microsoft Exchange IMAP4 service is ready. [RQBYADAAMgA=]' }),
      fact('imap-greeting', { text: '* OK The Microsoft Exchange IMAP4 service is ready. [RQBYADAAMQA=]' }, branch),
    ],
    is: 'problem',
    severity: 'warning',
    certainty: 'likely',
  },
  {
    name: 'another host in the same words',
    given: [
      fact('imap-greeting', { text: '* OK ex01.contoso.test ready' }),
      fact('imap-greeting', { text: '* OK ex02.contoso.test ready' }, branch),
    ],
    is: 'problem',
    certainty: 'likely',
  },
  {
    name: 'one site, and the next connection meets another certificate',
    given: [
      fact('imap-greeting'),
      fact('tls-session'),
      fact('further-connect', {
        certificate: { subject: 'CN=ex02', notAfter: '2027-01-01T00:00:00.000Z', sha256: 'cc:dd' },
      }),
    ],
    is: 'problem',
    certainty: 'likely',
    says: /certificates differ between connections from site hq\./,
    because: /site hq: «CN=ex02 until 2027-01-01, cc:dd…»/,
  },
  {
    name: 'one site, and the next connections meet the same',
    given: [
      fact('imap-greeting', { text: 'ready' }),
      fact('further-connect', { greeting: 'ready' }),
      fact('further-connect', { greeting: 'ready' }),
    ],
    is: 'healthy',
    says: /^3 connections from site hq met the same greeting$/,
  },
  {
    name: 'one site, and the next connection is turned away: its words are no greeting',
    given: [fact('imap-greeting'), fact('further-connect', { greeted: false, greeting: 'BYE too many' })],
    is: 'not-applicable',
  },
  {
    name: 'other words at each of three connections',
    given: [
      fact('imap-greeting', { text: 'OK mail.contoso.test ready a1f3' }),
      fact('further-connect', { greeting: 'OK mail.contoso.test ready b7e1' }),
      fact('further-connect', { greeting: 'OK mail.contoso.test ready c0d9' }),
    ],
    is: 'problem',
    severity: 'notice',
    certainty: 'possible',
    says: /More than one server may answer/,
  },
  {
    name: 'the names of three servers at three connections',
    given: [
      fact('imap-greeting', { text: 'ready. [RQBYADAAMQA=]' }),
      fact('further-connect', { greeting: 'ready. [RQBYADAAMgA=]' }),
      fact('further-connect', { greeting: 'ready. [RQBYADAAMwA=]' }),
    ],
    is: 'problem',
    certainty: 'likely',
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
