import { FAMILIES } from './cases.js';
import type { Graded } from './run.js';

/** What many graded cases come to. */
export type Score = {
  cases: number;
  told: number;
  toldFirst: number;
  /** Cases whose cause looks like another one from outside. */
  alike: number;
  /** Of those, in how many the question that tells them apart is asked first. */
  alikeAsked: number;
  allFound: number;
  unknown: number;
  falseHealthy: number;
  falseAlarm: number;
  falseWrongPassword: number;
  overclaimed: number;
  hiddenClaimed: number;
  strange: number;
};

export const scoreOf = (graded: readonly Graded[]): Score => {
  const count = (is: (each: Graded) => boolean) => graded.filter(is).length;
  return {
    cases: graded.length,
    told: count(({ grade }) => grade.canBeTold),
    toldFirst: count(({ grade }) => grade.canBeTold && grade.isFirst),
    alike: count(({ grade }) => !grade.canBeTold),
    alikeAsked: count(({ grade }) => !grade.canBeTold && grade.isFirst),
    allFound: count(({ grade }) => grade.isFound),
    unknown: count(({ grade }) => grade.state === 'unknown'),
    falseHealthy: count(({ grade }) => grade.falseHealthy),
    falseAlarm: count(({ grade }) => grade.falseAlarm),
    falseWrongPassword: count(({ grade }) => grade.falseWrongPassword),
    overclaimed: count(({ grade }) => grade.overclaimed),
    hiddenClaimed: count(({ grade }) => grade.hiddenClaimed.length > 0),
    strange: count(({ grade }) => grade.strange.length > 0),
  };
};

/** What the cases did to the servers, counted there. */
export type HarmScore = { mostLogins: number; leftOpen: number; mails: number; posts: number };

export const harmOf = (graded: readonly Graded[]): HarmScore => ({
  mostLogins: Math.max(0, ...graded.map(({ harm }) => harm.logins)),
  leftOpen: graded.reduce((sum, { harm }) => sum + harm.leftOpen, 0),
  mails: graded.reduce((sum, { harm }) => sum + harm.data, 0),
  posts: graded.reduce((sum, { harm }) => sum + harm.posts, 0),
});

/** Who looked at a server without having been asked for a message must not have begun one. */
export const unaskedMail = (graded: readonly Graded[]): readonly Graded[] =>
  graded.filter(
    ({ harm, report }) => harm.mailFrom > 0 && !report.plan.orders.some(({ probe }) => probe === 'mail-loop'),
  );

const TOP_ONE = 0.95;

/** Every promise that was not kept, as a sentence. */
export const missesOf = (graded: readonly Graded[]): string[] => {
  const score = scoreOf(graded);
  const harm = harmOf(graded);
  const share = (part: number, whole: number) => (whole === 0 ? 1 : part / whole);
  const none = (count: number, what: string) => (count === 0 ? [] : [`${count} × ${what}, where none may be`]);
  const enough = (part: number, whole: number, what: string) =>
    share(part, whole) >= TOP_ONE ? [] : [`${what}: ${percent(part, whole)}, where ${100 * TOP_ONE} % is the least`];
  return [
    ...enough(score.toldFirst, score.told, 'top-1 of the causes that can be told'),
    ...enough(score.alikeAsked, score.alike, 'the right question of the causes that cannot'),
    ...none(score.falseHealthy, 'false «healthy»'),
    ...none(score.falseAlarm, 'false alarm where nothing is wrong'),
    ...none(score.falseWrongPassword, 'false «wrong password»'),
    ...none(score.overclaimed, 'a cause claimed that looks the same as another'),
    ...none(score.hiddenClaimed, 'a cause claimed that nobody can have seen'),
    ...none(score.strange, 'a report with a fault that nobody made'),
    ...none(harm.leftOpen, 'connection left open'),
    ...none(harm.mails, 'mail handed over'),
    ...none(unaskedMail(graded).length, 'MAIL FROM that nobody asked for'),
    ...none(harm.posts, 'request that changes something'),
    ...(harm.mostLogins > 1 ? [`${harm.mostLogins} logins in one case, where one is the most`] : []),
  ];
};

const HEAD = ['', 'cases', 'can be told', 'top-1', 'alike', 'right question', 'all found', 'unknown'];

/** By family, as Markdown, which a terminal shows as well. */
export const tableOf = (graded: readonly Graded[]): string => {
  const rows = [
    ...FAMILIES.map(family => [family, graded.filter(({ one }) => one.family === family)] as const),
    ['all', graded] as const,
  ].filter(([, some]) => some.length > 0);
  const cells = [HEAD, ...rows.map(([name, some]) => cellsOf(name, scoreOf(some)))];
  const widths = HEAD.map((_, column) => Math.max(...cells.map(row => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(HEAD), rule, ...cells.slice(1).map(line)].join('\n');
};

const cellsOf = (name: string, score: Score): string[] => [
  name,
  String(score.cases),
  String(score.told),
  percent(score.toldFirst, score.told),
  String(score.alike),
  percent(score.alikeAsked, score.alike),
  percent(score.allFound, score.cases),
  percent(score.unknown, score.cases),
];

const percent = (part: number, whole: number): string => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`);
