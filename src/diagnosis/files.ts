import type { IsoTime } from '../domain/clock.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import { Leg } from '../domain/evidence/evidence.js';
import type { Evidence } from '../domain/evidence/index.js';
import type { RunId } from '../domain/ids.js';
import type { Observation } from '../domain/observation.js';
import { type Fact, type FileRead, readWhole } from '../domain/read-file.js';
import { problemsOf, type Report, type State } from '../domain/report.js';
import { shortName } from '../domain/server-name.js';
import type { Verdict } from '../domain/verdict.js';
import type { Rule } from '../rules/rule.js';
import { type DiagnoseDeps, diagnose, feeds } from './diagnose.js';

export type JudgeFiles = {
  run: RunId;
  target: ConfiguredTarget;
  read: readonly FileRead[];
  startedAt: IsoTime;
  finishedAt: IsoTime;
};
export type JudgedFiles = {
  report: Report;
  /** Rules that these files could feed; every other one is `unknown` in the report, for nobody looked. */
  asked: readonly string[];
  /** Servers that the files tell of and the target does not have; what they told is left out. */
  foreign: readonly string[];
};

/** Judges one target by what files told and by nothing else, with the rules of every check. Pure but for `onCrash`. */
export const judgeFiles = (deps: DiagnoseDeps, input: JudgeFiles): JudgedFiles => {
  const { target, read, ...times } = input;
  const foreign = new Set<string>();
  const artifacts = read
    .filter(({ facts }) => facts.length > 0)
    .slice(0, MOST_FILES)
    .map(file => observationOf(file, target, server => foreign.add(server)));
  const plan = { target: target.id, orders: [], uncovered: [], leftOut: [], legs: [...Leg.options] };
  const report = diagnose(deps, { ...times, target, plan, observations: [], artifacts });
  const kinds = new Set(artifacts.flatMap(each => (each.is === 'seen' ? each.evidence.map(({ kind }) => kind) : [])));
  const fed = deps.rules.filter(rule => feeds(kinds, rule)).map(({ id }) => id);
  return {
    report: {
      ...report,
      verdicts: report.verdicts.map(verdict => (fed.includes(verdict.rule) ? verdict : notIn(verdict))),
    },
    asked: fed.filter(id => report.verdicts.some(({ rule }) => rule === id)),
    foreign: [...foreign],
  };
};

/** `healthy` only where the files were understood to their end, and whatever they could answer is well. */
export const stateOfFiles = ({ report, asked }: JudgedFiles, read: readonly FileRead[]): State => {
  if (problemsOf(report).length > 0) return 'problem';
  const answered = report.verdicts.filter(({ rule }) => asked.includes(rule));
  const isClear = answered.some(({ is }) => is === 'healthy') && answered.every(({ is }) => is !== 'unknown');
  return isClear && read.every(({ file }) => readWhole(file)) ? 'healthy' : 'unknown';
};

/**
 * The targets that files can be about, where nobody names one: of each kind that has a rule of its own for what they tell. Several of
 * one kind are a question; judging all of them would put one system's faults down to another.
 */
export const targetsOf = (
  read: readonly FileRead[],
  targets: readonly ConfiguredTarget[],
  rules: readonly Rule[],
): { clear: ConfiguredTarget[]; unclear: ConfiguredTarget[] } => {
  const kinds = new Set(read.flatMap(({ facts }) => facts.map(({ kind }) => kind)));
  const fed = rules.filter(rule => feeds(kinds, rule)).map(rule => rule.for);
  const isOfAny = fed.length > 0 && fed.every(kind => kind === 'any');
  const meant = targets.filter(({ kind }) => isOfAny || fed.includes(kind));
  const isOnly = (target: ConfiguredTarget) => meant.filter(({ kind }) => kind === target.kind).length === 1;
  return { clear: meant.filter(isOnly), unclear: meant.filter(target => !isOnly(target)) };
};

/** As many as a report holds. */
const MOST_FILES = 1000;

const notIn = ({ rule, ...verdict }: Verdict): Verdict =>
  verdict.is === 'not-applicable'
    ? { rule, ...verdict }
    : {
        is: 'unknown',
        rule,
        says: 'these files say nothing about it, and nothing else was looked at',
        missing: verdict.is === 'unknown' ? verdict.missing : [],
        behind: null,
        asks: [],
      };

const observationOf = (
  { file, facts }: FileRead,
  target: ConfiguredTarget,
  onForeign: (server: string) => void,
): Observation => ({
  is: 'seen',
  source: { by: 'artifact', reader: file.reader ?? 'unknown', artifact: file.name },
  tookMs: 0,
  cut: file.cut !== null,
  evidence: facts.flatMap(fact => {
    const bound = boundTo(target, fact);
    if (!bound) onForeign(ofServer(fact) ?? '');
    return bound ?? [];
  }),
  transcript: [],
});

/**
 * The fact as one of this target, with servers and connector spelt as its commands spell them. Null for the settings of a server that
 * clients of the target never reach; events and store limits may be of a mailbox server, which need not be one of those.
 */
const boundTo = (target: ConfiguredTarget, fact: Fact): Evidence | null => {
  const named = ofServer(fact);
  const server =
    named === null ? undefined : target.exchange.servers.find(each => shortName(each) === shortName(named));
  if (named !== null && server === undefined && fact.kind !== 'store-limits') return null;
  const own = target.kind === 'uccx-mail' ? target.smtp.connector : undefined;
  const connector = fact.kind === 'connector-limits' && isConnector(fact.connector, own) ? { connector: own } : {};
  return { ...fact, ...(server ? { server } : {}), ...connector, target: target.id } as Evidence;
};

/** The Exchange server whose settings these are. */
const ofServer = (fact: Fact): string | null =>
  fact.kind === 'imap-limits' ||
  fact.kind === 'imap-service-limits' ||
  fact.kind === 'exchange-server' ||
  fact.kind === 'store-limits'
    ? fact.server
    : null;

/** `EX01\Client Frontend EX01` is `Client Frontend EX01`; a blank may be lost where a console broke the name. */
const isConnector = (shown: string, own: string | undefined): boolean => {
  if (own === undefined) return false;
  const bare = (words: string) => words.toLowerCase().replaceAll(/\s/g, '');
  return [shown, shown.slice(shown.lastIndexOf('\\') + 1)].some(each => bare(each) === bare(own));
};
