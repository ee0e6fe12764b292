import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { diagnose } from '../diagnosis/diagnose.js';
import { type IsoTime, isoNow } from '../domain/clock.js';
import { type ConfiguredTarget, versioned } from '../domain/configured-target.js';
import { ConfigError, NotInThisVersionError, UsageError } from '../domain/errors.js';
import { Leg } from '../domain/evidence/evidence.js';
import type { Evidence } from '../domain/evidence/index.js';
import { RunId } from '../domain/ids.js';
import type { Report } from '../domain/report.js';
import type { Target } from '../domain/target.js';
import { chooseRemedies } from '../fix/choose.js';
import { presentValues } from '../fix/present-values.js';
import { type FixScript, fixScript } from '../fix/script.js';
import { rules } from '../rules/index.js';
import { fixView, nothingToFixView, versionMissing } from '../view/fix.js';
import { chooseTargets } from './choose.js';
import type { Command, Given } from './command.js';
import { CONFIG_OPTION, configFrom } from './config-file.js';
import { EXIT, type Io, line } from './io.js';
import { print } from './output.js';
import { visible } from './render-text.js';
import { readJson } from './saved-file.js';

/** Writes the script of what is advised for one target. It looks at nothing: it judges what was saved, stated and pasted. */
export const fixCommand: Command = {
  name: 'fix',
  takes: '--config FILE TARGET [finding…]',
  summary: 'Write a PowerShell script of what is advised for one target. Opens no connection and changes nothing.',
  options: {
    config: CONFIG_OPTION,
    result: { type: 'string', value: 'FILE', says: 'a result of check --save: what was seen then counts too' },
    from: {
      type: 'string',
      value: 'FILE',
      says: 'pasted output of Get-ImapSettings, Get-ReceiveConnector (| Format-List): only the difference is proposed',
    },
    out: { type: 'string', value: 'FILE', says: 'where to write it; never over a file that is there' },
  },
  run: async (given, io) => {
    const [name, ...chosen] = given.words;
    if (!name) throw new UsageError('fix wants a target: fix --config FILE TARGET [finding…].');
    const { config } = await configFrom(given, io);
    const [target] = chooseTargets([name], config.targets) as [ConfiguredTarget];
    const at = isoNow({ now: Date.now });
    const report = await judged(target, at, given, io);
    const known = versioned(target, report.revealed?.version);
    if (!known) throw new UsageError(versionMissing(target.id));
    const picked = chooseRemedies(report, chosen);
    if (picked.is === 'mistake') throw new UsageError(picked.says);
    const script = scriptOf(known, picked.remedies, at);
    if (script.changes.length === 0) {
      print(nothingToFixView(target.id, script.leftOut), io);
      return EXIT.unknown;
    }
    const file = resolve(io.cwd, given.text('out') ?? script.name);
    await writeFile(file, script.content, { flag: 'wx' }).catch((cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === 'EEXIST' ? 'it is there already; --out names another' : (cause.code ?? 'unknown reason');
      throw new ConfigError(`${file} cannot be written: ${why}`, { file }, { cause });
    });
    print({ ...fixView(target.id, script), actions: [] }, io);
    return EXIT.healthy;
  },
};

const judged = async (target: ConfiguredTarget, at: IsoTime, given: Given, io: Io): Promise<Report> => {
  const saved = given.text('result');
  const before = saved ? await savedReport(saved, target, io) : null;
  const plan = { target: target.id, orders: [], uncovered: [], leftOut: [], legs: [...Leg.options] };
  const onCrash = (error: unknown, rule: string) =>
    io.stderr(line(visible(`The rule ${rule} broke off by a fault of our own: ${String(error)}`)));
  return diagnose(
    { rules, onCrash },
    {
      run: before?.run ?? RunId.parse('cli-fix'),
      target,
      plan: before?.plan ?? plan,
      observations: before?.observations ?? [],
      pasted: await pasted(target, at, given, io),
      startedAt: before?.startedAt ?? at,
      finishedAt: before?.finishedAt ?? at,
    },
  );
};

type Seen = Pick<Report, 'run' | 'plan' | 'observations' | 'startedAt' | 'finishedAt'>;

const savedReport = async (file: string, target: ConfiguredTarget, io: Io): Promise<Seen> => {
  const { reports } = await readJson(resolve(io.cwd, file), file);
  const report = reports.find(each => each.target === target.id);
  if (!report) throw new UsageError(`${file} holds no report of ${target.id}.`);
  return report;
};

const pasted = async (target: ConfiguredTarget, at: IsoTime, given: Given, io: Io): Promise<Evidence[]> => {
  const file = given.text('from');
  if (!file) return [];
  if (target.kind !== 'uccx-mail') throw new UsageError('--from is for targets of UCCX agent email.');
  return presentValues(await pastedText(resolve(io.cwd, file), file), target, file, at);
};

/** `>` of Windows PowerShell writes UTF-16. */
const pastedText = async (path: string, shown: string): Promise<string> => {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new ConfigError(`${shown} cannot be read: ${cause.code ?? 'unknown reason'}`, { file: shown }, { cause });
  });
  return bytes.toString(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf16le' : 'utf8');
};

const scriptOf = (target: Target, remedies: Parameters<typeof fixScript>[0]['remedies'], at: IsoTime): FixScript => {
  try {
    return fixScript({ target, remedies, at });
  } catch (error) {
    if (error instanceof NotInThisVersionError) throw new UsageError(`${error.message}.`);
    throw error;
  }
};
