import type { ConfiguredTarget } from '../domain/configured-target.js';
import type { EvidenceKind, EvidenceOf } from '../domain/evidence/index.js';
import type { TargetPlan } from '../domain/plan.js';
import { type Report, sawEverything } from '../domain/report.js';
import type { Finding, Verdict } from '../domain/verdict.js';
import type { Look } from '../domain/watch.js';
import type { LoginSeen } from '../domain/watching.js';
import type { ProbeCard } from '../probes/probe.js';
import type { Rule } from '../rules/rule.js';
import { diagnose } from './diagnose.js';

/** What a watch makes of one report. */
export type WatchLook = {
  look: Look;
  /** What breaks it, the worst first. */
  findings: Finding[];
  /** Hosts where nothing answered, from wherever. */
  dead: string[];
  /** Of an unknown look. */
  why: string | null;
  login: LoginSeen | null;
};

export type LookDeps = { rules: readonly Rule[]; cards: readonly ProbeCard[] };

/**
 * A look of a watch judges what it asked about: most looks do not log in, and what only a login shows stays as the last login showed it.
 * With `agree`, what every site can see counts where so many of them see it, each by itself. Pure.
 */
export const watchLook = (
  deps: LookDeps,
  report: Report,
  target: ConfiguredTarget,
  { agree, login }: { agree: number | null; login: LoginSeen | null },
): WatchLook => {
  const { cards } = deps;
  const asked = kindsOf(cards.filter(({ id }) => report.plan.orders.some(({ probe }) => probe === id)));
  const byLogin = (rule: string) => isByLogin(deps, rule);
  const critical = report.verdicts.flatMap(criticalIn);
  const hasLogin = hasLoginIn(report.plan, cards);
  const verdictOf = (rule: string) => report.verdicts.find(verdict => verdict.rule === rule);
  // Of a refused password the next login says nothing, for it is not tried again.
  const carried = (login?.findings ?? []).filter(
    ({ rule }) => (verdictOf(rule)?.is ?? 'unknown') === 'unknown' && !critical.some(each => each.rule === rule),
  );
  const atLogin = [...critical.filter(({ rule }) => byLogin(rule)), ...carried];
  const together = critical.filter(({ rule }) => !byLogin(rule));
  const counted = agree === null ? null : countSites(deps, report, target);
  const agreed = counted ? (counted.broken >= (agree ?? 1) ? worded(together, counted.findings) : []) : together;
  const findings = [...agreed, ...atLogin];
  const why = findings.length > 0 ? null : whyUnknown();
  return {
    look: {
      at: report.finishedAt,
      state: findings.length > 0 ? 'problem' : why === null ? 'healthy' : 'unknown',
      severity: findings.length > 0 ? 'critical' : null,
      rules: [...new Set(findings.map(({ rule }) => rule))].sort(),
    },
    findings,
    dead: agreed.length > 0 ? deadHosts(report) : [],
    why,
    login: hasLogin ? { at: report.finishedAt, findings: atLogin } : login,
  };

  function whyUnknown(): string | null {
    // A site that stands alone with what it saw has been outvoted, unless one that did not answer might have agreed.
    if (counted && counted.broken > 0) {
      return counted.broken + counted.silent >= (agree ?? 1)
        ? `${counted.broken} of ${counted.all} sites saw a fault, and ${counted.silent} did not answer`
        : null;
    }
    const silent = report.observations.filter(observation => observation.is === 'silent');
    const [first] = silent;
    if (first?.source.by === 'probe') {
      const { site, probe } = first.source;
      const isWhole = report.observations.every(
        ({ is, source }) => is === 'silent' && source.by === 'probe' && source.site === site,
      );
      return `${isWhole ? `site ${site}` : `${probe} at site ${site}`} brought nothing: ${first.says}`;
    }
    const open = report.verdicts.find(verdict => isOpen(verdict, asked));
    if (open?.is === 'unknown') return `${open.says} [${open.rule}]`;
    if (!report.verdicts.some(({ is }) => is === 'healthy' || is === 'problem')) return 'nothing could be looked at';
    return sawEverything(report) ? null : 'not everything could be looked at';
  }
};

/** Whether a look of that plan logs in. */
export const hasLoginIn = ({ orders }: TargetPlan, cards: readonly ProbeCard[]): boolean =>
  orders.some(({ probe }) => cards.some(({ id, impact }) => id === probe && impact === 'login'));

/** The names by which a target hangs on a server, in lower case. */
export const serversOf = (target: ConfiguredTarget): string[] => {
  const hosts =
    target.kind === 'uccx-mail' ? [target.imap.host, target.smtp.host] : target.web ? [target.web.host] : [];
  return [...new Set([...target.exchange.servers, ...hosts].map(name => name.toLowerCase()))];
};

const kindsOf = (cards: readonly ProbeCard[]): Set<EvidenceKind> => new Set(cards.flatMap(({ yields }) => yields));

/** Judged on what only a login brings. */
const isByLogin = ({ rules, cards }: LookDeps, id: string): boolean => {
  const rule = rules.find(each => each.id === id);
  const touched = kindsOf(cards.filter(({ impact }) => impact === 'touch'));
  return rule?.needs.some(kind => !touched.has(kind)) ?? false;
};

const criticalIn = (verdict: Verdict): Finding[] =>
  verdict.is === 'problem' ? verdict.findings.filter(({ severity }) => severity === 'critical') : [];

/** It left something open that this look was to tell. */
const isOpen = (verdict: Verdict, asked: ReadonlySet<EvidenceKind>): boolean =>
  verdict.is === 'unknown' && (verdict.missing.length === 0 || verdict.missing.some(kind => asked.has(kind)));

/** What each site makes of what it saw itself. */
const countSites = (deps: LookDeps, report: Report, target: ConfiguredTarget) => {
  const sites = [...new Set(report.plan.orders.map(({ site }) => site))];
  const seen = sites.map(site => {
    const own = diagnose(
      { rules: deps.rules, onCrash: () => {} }, // told when the whole was judged
      {
        run: report.run,
        target,
        plan: { ...report.plan, orders: report.plan.orders.filter(order => order.site === site) },
        observations: report.observations.filter(({ source }) => source.by === 'probe' && source.site === site),
        startedAt: report.startedAt,
        finishedAt: report.finishedAt,
      },
    );
    const findings = own.verdicts.flatMap(criticalIn).filter(({ rule }) => !isByLogin(deps, rule));
    return { findings, isSilent: own.observations.some(({ is }) => is === 'silent') };
  });
  return {
    all: sites.length,
    broken: seen.filter(({ findings }) => findings.length > 0).length,
    silent: seen.filter(({ findings, isSilent }) => isSilent && findings.length === 0).length,
    findings: seen.flatMap(({ findings }) => findings),
  };
};

/** In the words of the whole where all of it is critical, else in those of the first site that saw it. */
const worded = (together: readonly Finding[], bySite: readonly Finding[]): Finding[] => {
  const all = [...together, ...bySite.filter(({ rule }) => !together.some(each => each.rule === rule))];
  return all.filter(
    ({ rule }, index) => index < together.length || all.findIndex(each => each.rule === rule) === index,
  );
};

const deadHosts = (report: Report): string[] => {
  const tries = report.observations
    .flatMap(observation => (observation.is === 'seen' ? observation.evidence : []))
    .filter((fact): fact is EvidenceOf<'tcp-connect'> => fact.kind === 'tcp-connect');
  const hosts = [...new Set(tries.map(({ host }) => host.toLowerCase()))];
  return hosts.filter(host =>
    tries.every(({ host: tried, outcome }) => tried.toLowerCase() !== host || outcome !== 'connected'),
  );
};
