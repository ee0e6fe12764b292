import { readFileSync } from 'node:fs';
import type { Evidence } from '../../src/domain/evidence/index.js';
import type { Reader } from '../../src/readers/reader.js';
import { rules } from '../../src/rules/index.js';
import { inboxTarget } from '../support/build.js';
import { judge } from '../support/rule-table.js';
import { givenTo, readWith } from './read-with.js';

const READERS = await Promise.all([
  import('../../src/readers/jetty/jetty-log.js').then(({ jettyLog }) => jettyLog),
  import('../../src/readers/mbxsync/sync-log.js').then(({ syncLog }) => syncLog),
  import('../../src/readers/ports/open-ports.js').then(({ openPorts }) => openPorts),
  import('../../src/readers/dbquery/subscription-table.js').then(({ subscriptionTable }) => subscriptionTable),
  import('../../src/readers/ews/push-message.js').then(({ pushMessage }) => pushMessage),
]);
/** The readers of single inbox. */
const inboxReaders: readonly Reader[] = READERS;

/** Exchange 2010 SP3 at the address that the fixtures come from. */
export const target = (() => {
  const { exchange, ...usual } = inboxTarget({ version: '2010-sp3', servers: ['EX-CAS01'] });
  return { ...usual, exchange: { ...exchange, addresses: ['173.37.183.83'] } };
})();

export const fixture = (path: string): Buffer => readFileSync(`test/fixtures/${path}`);

/** What a file of a fixture gives: who read it, and every verdict that is more than «does not apply» or «nothing was seen». */
export const finds = async (path: string, bytes: Buffer | string = fixture(path)) => {
  const read = await readWith(inboxReaders, path.split('/').at(-1) ?? path, bytes);
  return { reader: read.file.reader, unread: read.file.unread.first, ...judgedBy(givenTo(read, target.id)) };
};

export const judgedBy = (given: readonly Evidence[]) => {
  const verdicts = rules.filter(rule => rule.for === target.kind).map(rule => judge(rule, target, given));
  const findings = verdicts.flatMap(verdict => (verdict.is === 'problem' ? verdict.findings : []));
  return {
    problems: findings.map(({ rule, severity }) => `${rule}: ${severity}`),
    says: findings.map(({ says }) => says).join('\n'),
    because: findings.flatMap(({ because }) => because).join('\n'),
    remedies: findings.flatMap(({ remedies }) => remedies.map(({ id }) => id)),
    healthy: verdicts.filter(({ is }) => is === 'healthy').map(({ rule }) => rule),
    healthySays: verdicts.flatMap(verdict => (verdict.is === 'healthy' ? [verdict.says] : [])).join('\n'),
    unknown: verdicts.flatMap(verdict => (verdict.is === 'unknown' ? [`${verdict.rule}: ${verdict.says}`] : [])),
  };
};
