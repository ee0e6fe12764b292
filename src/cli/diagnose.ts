import { resolve } from 'node:path';
import { diagnose } from '../diagnosis/diagnose.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import { UsageError } from '../domain/errors.js';
import type { Report } from '../domain/report.js';
import { rules } from '../rules/index.js';
import type { Command } from './command.js';
import { CONFIG_OPTION, configFrom } from './config-file.js';
import { brokeOff, type Io, line } from './io.js';
import { printResult, save } from './output.js';
import { resultOf, type Saved } from './result.js';
import { readJson } from './saved-file.js';

/** Judges what was seen at another time or place by the rules of this version; opens no connection. */
export const diagnoseCommand: Command = {
  name: 'diagnose',
  takes: 'FILE [--config FILE] [--json] [--details] [--save FILE]',
  summary: 'Judge a saved result again (check --save or --json), without looking at anything.',
  options: {
    config: { ...CONFIG_OPTION, says: 'take the targets from this configuration, not from the saved result' },
    json: { type: 'boolean', says: 'print JSON' },
    details: { type: 'boolean', says: 'also what is healthy, and the conversations' },
    save: { type: 'string', value: 'FILE', says: 'write the new result as JSON' },
  },
  run: async (given, io) => {
    const [file, ...more] = given.words;
    if (!file || more.length > 0) throw new UsageError('diagnose wants one file: diagnose FILE.');
    const saved = await readJson(resolve(io.cwd, file), file);
    const targets = given.text('config') ? (await configFrom(given, io)).config.targets : saved.targets;
    const reports = saved.reports.map(report => judgedAgain(report, targets, io));
    const result = resultOf(reports, { targets, sites: saved.sites, stopped: saved.stopped });
    const to = given.text('save');
    if (to) await save(resolve(io.cwd, to), result);
    const also = [`Judged again from ${file}: nothing was looked at now.`];
    return printResult(result, { json: given.on('json'), details: given.on('details'), also }, io);
  },
};

const judgedAgain = (report: Saved['reports'][number], targets: readonly ConfiguredTarget[], io: Io): Report => {
  const target = targets.find(({ id }) => id === report.target);
  if (!target)
    throw new UsageError(`Nothing is known of the target ${report.target}; name its configuration with --config.`);
  const onCrash = (error: unknown, rule: string) => io.stderr(line(brokeOff(`The rule ${rule}`, error)));
  const again = diagnose({ rules, onCrash }, { ...report, artifacts: report.observations, target });
  return report.withRead ? { ...again, withRead: report.withRead } : again;
};
