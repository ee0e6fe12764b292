import { judgeFiles, stateOfFiles } from '../../src/diagnosis/files.js';
import { ConfiguredTarget } from '../../src/domain/configured-target.js';
import { RunId } from '../../src/domain/ids.js';
import { Report, type State } from '../../src/domain/report.js';
import { readFiles } from '../../src/readers/read.js';
import { rules } from '../../src/rules/index.js';
import type { Case } from './cases.js';
import { type Paper, READ_AT } from './papers.js';

/** The road of `read`: each paper through the readers, and what they tell through the rules. No server is asked. */
export const examinePapers = async (one: Case): Promise<{ report: Report; state: State; tookMs: number }> => {
  const began = performance.now();
  const papers = one.faults.flatMap(({ papers: make }) => make?.(one.setting) ?? []);
  const target = ConfiguredTarget.parse(one.kind === 'inbox' ? inbox(one) : mail(one));
  const read = await readFiles(papers.map(given), {
    clock: { now: () => Date.parse(READ_AT) },
    signal: new AbortController().signal,
    onCrash: rethrow,
  });
  const strange = read.filter(({ facts, file }) => facts.length === 0 && file.reader === null);
  if (strange.length > 0) throw new Error(`nobody could read ${strange.map(({ file }) => file.name).join(', ')}`);
  const judged = judgeFiles(
    { rules, onCrash: rethrow },
    { run: RunId.parse(`corpus-${target.id}`), target, read, startedAt: READ_AT, finishedAt: READ_AT },
  );
  return {
    report: Report.parse(JSON.parse(JSON.stringify(judged.report))),
    state: stateOfFiles(judged, read),
    tookMs: performance.now() - began,
  };
};

/** Two people may have called their papers alike. */
const given = ({ name, text }: Paper, at: number) => ({
  name: `${at + 1}-${name}`,
  bytes: (async function* () {
    yield Buffer.from(text);
  })(),
});

const rethrow = (error: unknown): void => {
  throw error;
};

const mail = ({ name, setting }: Case) => ({
  kind: 'uccx-mail',
  id: name,
  exchange: { servers: ['EX01'], version: setting.version },
  desktop: setting.desktop,
  agents: 10,
  mailbox: { user: 'contoso\\uccxemail', password: 'env:NONE' },
  imap: { host: 'mail.contoso.test', port: 143, security: 'starttls' },
  smtp: { host: 'mail.contoso.test', port: 587, security: 'starttls', connector: 'Client Frontend EX01' },
  clientAddress: '10.4.3.20',
});

const inbox = ({ name, setting }: Case) => ({
  kind: 'cuc-single-inbox',
  id: name,
  exchange: { servers: ['EX01'], version: setting.version, addresses: ['10.4.3.11'] },
  cuc: { host: 'cuc.contoso.test' },
});
