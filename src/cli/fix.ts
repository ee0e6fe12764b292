import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { rejudge } from '../diagnosis/rejudge.js';
import { type IsoTime, isoNow } from '../domain/clock.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import { ConfigError, NotInThisVersionError, UsageError } from '../domain/errors.js';
import type { Evidence } from '../domain/evidence/index.js';
import type { Report } from '../domain/report.js';
import type { Target } from '../domain/target.js';
import { whyText } from '../domain/why-text.js';
import { chooseRemedies } from '../fix/choose.js';
import { presentValues } from '../fix/present-values.js';
import { type FixScript, fixScript } from '../fix/script.js';
import { withoutCode } from '../view/code-words.js';
import { fixView, nothingToFixView, versionMissing } from '../view/fix.js';
import { chooseTargets } from './choose.js';
import type { Command, Given } from './command.js';
import { CONFIG_OPTION, configFrom } from './config-file.js';
import { EXIT, type Io, line } from './io.js';
import { print, whyUnwritten } from './output.js';
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
      says: 'pasted output of Get-ImapSettings, Get-ReceiveConnector, Get-ExchangeServer (| Format-List): only the difference is proposed',
    },
    out: { type: 'string', value: 'FILE', says: 'where to write it; never over a file that is there' },
  },
  run: async (given, io) => {
    const [name, ...chosen] = given.words;
    if (!name) throw new UsageError('fix wants a target: fix --config FILE TARGET [finding…].');
    const { config } = await configFrom(given, io, [name]);
    const [target] = chooseTargets([name], config.targets) as [ConfiguredTarget];
    const at = isoNow({ now: Date.now });
    const saved = given.text('result');
    const judged = rejudge({
      target,
      seen: saved ? await savedReport(saved, target, io) : null,
      pasted: await pasted(target, at, given, io),
      at,
      onCrash: (error, rule) =>
        io.stderr(line(visible(`The rule ${rule} broke off by a fault of our own: ${String(error)}`))),
    });
    if (judged.is === 'mistake') throw new UsageError(judged.says);
    if (judged.is === 'no-version') throw new UsageError(versionMissing(target.id, judged.says));
    const picked = chooseRemedies(judged.report, chosen);
    if (picked.is === 'mistake') throw new UsageError(withoutCode({ coded: true }, picked.says));
    const script = scriptOf(judged.target, picked.remedies, at);
    if (script.changes.length === 0) {
      print(nothingToFixView(target.id, script.leftOut), io);
      return EXIT.unknown;
    }
    const file = resolve(io.cwd, given.text('out') ?? script.name);
    await writeFile(file, script.content, { flag: 'wx' }).catch((cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EEXIST' ? 'it is there already; --out names another' : whyUnwritten(cause);
      throw new ConfigError(`${file} cannot be written: ${why}`, { file }, { cause });
    });
    print({ ...fixView(target.id, script), actions: [] }, io);
    return EXIT.healthy;
  },
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
  return presentValues(await pastedText(resolve(io.cwd, file), file), target, file, at);
};

/** `>` of Windows PowerShell writes UTF-16. */
const pastedText = async (path: string, shown: string): Promise<string> => {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new ConfigError(`${shown} cannot be read: ${whyText(cause.code)}`, { file: shown }, { cause });
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
