import { imapPort } from '../../src/rules/imap-port.js';
import { fact, mailTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

const failing = (
  outcome: 'refused' | 'timed-out' | 'name-not-found' | 'unreachable' | 'reset' | 'failed',
  code: string,
  site = 'hq',
) => fact('tcp-connect', { outcome, code, address: null, tried: [{ address: '10.4.3.90', outcome }] }, { site });

ruleTable(
  imapPort,
  mailTarget(),
  [
    {
      name: 'takes connections',
      given: [fact('tcp-connect')],
      is: 'healthy',
      says: /port 143 takes connections from site hq$/,
    },
    {
      name: 'one address of the name is dead',
      given: [
        fact('tcp-connect', {
          tried: [
            { address: '10.4.3.91', outcome: 'timed-out' },
            { address: '10.4.3.90', outcome: 'connected' },
          ],
        }),
      ],
      is: 'healthy',
      says: /of the addresses of that name 10\.4\.3\.91 \(timed-out\) did not/,
    },
    { name: 'nobody looked', given: [], is: 'unknown', says: /tcp-connect/ },
    {
      name: 'refused, and the service was shown to run: starting it is no help',
      given: [failing('refused', 'ECONNREFUSED'), fact('service-state')],
      is: 'problem',
      certainty: 'possible',
      remedies: [],
      asks: [/The service runs, by what was read: is it bound to port 143/, /bound to that port/],
    },
    {
      name: 'refused, and the service was shown to run on one of two servers',
      target: mailTarget({ servers: ['EX01', 'EX02'] }),
      given: [failing('refused', 'ECONNREFUSED'), fact('service-state')],
      is: 'problem',
      certainty: 'likely',
      remedies: ['start-imap-services'],
    },
    { name: 'only the other leg was looked at', given: [fact('tcp-connect', { leg: 'smtp' })], is: 'unknown' },
    {
      name: 'refused everywhere: the services of Exchange are started by hand as shipped',
      given: [failing('refused', 'ECONNREFUSED'), failing('refused', 'ECONNREFUSED', 'branch')],
      is: 'problem',
      findings: 1,
      severity: 'critical',
      certainty: 'likely',
      remedies: ['start-imap-services'],
      says: /seen from site branch and site hq, refuses the connection/,
      because: /site hq: ECONNREFUSED after 3 ms \(10\.4\.3\.90: refused\)/,
    },
    {
      name: 'refused, Online',
      target: mailTarget({ version: 'online' }),
      given: [failing('refused', 'ECONNREFUSED')],
      is: 'problem',
      remedies: [],
      certainty: 'possible',
    },
    {
      name: 'no answer',
      given: [failing('timed-out', 'ETIMEDOUT')],
      is: 'problem',
      certainty: 'possible',
      remedies: [],
      says: /does not answer at all/,
      asks: [/firewall/],
    },
    {
      name: 'no such name',
      given: [failing('name-not-found', 'ENOTFOUND')],
      is: 'problem',
      says: /has no address there/,
      asks: [/DNS/],
    },
    { name: 'no route', given: [failing('unreachable', 'EHOSTUNREACH')], is: 'problem', says: /no way there/ },
    { name: 'broken off', given: [failing('reset', 'ECONNRESET')], is: 'problem', says: /breaks it off/ },
    {
      name: 'closed from the branch only',
      given: [fact('tcp-connect'), failing('refused', 'ECONNREFUSED', 'branch')],
      is: 'problem',
      severity: 'warning',
      certainty: 'possible',
      remedies: [],
      says: /site branch, refuses.*; site hq can connect/,
    },
    {
      name: 'two sites, two faults',
      given: [failing('timed-out', 'ETIMEDOUT'), failing('refused', 'ECONNREFUSED', 'branch')],
      is: 'problem',
      findings: 2,
    },
    {
      name: 'open from a site that stands elsewhere does not prove that UCCX gets through',
      given: [fact('tcp-connect', {}, { vantages: ['exchange-side'] })],
      is: 'unknown',
      says: /^the port is open from site hq, and no site stands at the uccx-side or the agent-side: that is another path/,
    },
    {
      name: 'refused from a site that stands elsewhere does not prove that UCCX is locked out',
      given: [fact('tcp-connect', { outcome: 'refused', code: 'ECONNREFUSED' }, { vantages: ['cuc-side'] })],
      is: 'unknown',
      says: /^refused from site hq, and no site stands at the uccx-side or the agent-side/,
    },
  ],
  { 'not-applicable': 'every mail target has an IMAP port' },
);
