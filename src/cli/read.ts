import { randomBytes } from 'node:crypto';
import type { Config } from '../config/config.js';
import type { JudgedRead } from '../diagnosis/judge-read.js';
import { type Clock, isoNow } from '../domain/clock.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import { UsageError } from '../domain/errors.js';
import { RunId } from '../domain/ids.js';
import type { FileRead } from '../domain/read-file.js';
import { type State, worstOf } from '../domain/report.js';
import { type Command, type Given, words } from './command.js';
import { CONFIG_OPTION, configFrom } from './config-file.js';
import { brokeOff, EXIT, type Io, line } from './io.js';
import { readGiven } from './read-given.js';

/** What an administrator already has, judged by the rules of every check. It opens no connection. */
export const readCommand: Command = {
  name: 'read',
  takes: 'FILE… | - [--target TARGET] [--config FILE] [--json]',
  summary:
    'Read logs, pasted shell output, event logs, captures and archives of them, and judge by them alone. Opens no connection.',
  options: {
    target: {
      type: 'string',
      value: 'TARGET',
      says: 'what the files are about; where not given, the only target that can be meant',
    },
    config: CONFIG_OPTION,
    json: { type: 'boolean', says: 'print JSON, which diagnose and fix --result take' },
    details: { type: 'boolean', says: 'also what is healthy' },
  },
  run: async (given, io) => {
    if (given.words.length === 0) throw new UsageError('read wants files: read FILE…, or … | uccx-doctor read -.');
    const targets = await targetsFrom(given, io);
    const clock: Clock = { now: Date.now };
    const startedAt = isoNow(clock);
    const read = await readGiven(given.words, clock, io);
    if (io.signal.aborted) io.stderr(line('Stopped: what follows was understood until then.'));
    const finishedAt = isoNow(clock);
    const { judged, meant, ...chosen } = targets
      ? (await import('../diagnosis/judge-read.js')).judgeRead({
          ...{ ...targets, read, startedAt, finishedAt },
          run: RunId.parse(`cli-${randomBytes(12).toString('hex')}`),
          onCrash: (error, rule) => io.stderr(line(brokeOff(`The rule ${rule}`, error))),
        })
      : unjudged(read);
    const stopped = io.signal.aborted;
    const state = stateOf(judged, stopped);
    if (given.on('json')) {
      const result = {
        schema: 1,
        state,
        sites: [],
        stopped,
        files: read.map(({ file }) => file),
        meant,
        reports: judged.map(({ report }) => report),
        targets: chosen.targets,
      };
      io.stdout(line(JSON.stringify(result, null, 2)));
    } else {
      const [{ readView }, { print }] = await Promise.all([import('../view/read.js'), import('./output.js')]);
      const view = readView({
        files: read.map(({ file }) => file),
        judged,
        meant,
        at: finishedAt,
        checkWith: target => `uccx-doctor check ${target}`,
        nameWith: '--target',
      });
      print(view, io, given.on('details'));
    }
    return EXIT[state];
  },
};

type Targets = { known: Config['targets']; named: ConfiguredTarget[] } | null;

/** Without a configuration files are read all the same: what they are and what stands in them helps by itself. */
const targetsFrom = async (given: Given, io: Io): Promise<Targets> => {
  const name = given.text('target');
  if (name === undefined && given.text('config') === undefined && !io.env.UCCX_CONFIG) return null;
  const [{ config }, { chooseTargets }] = await Promise.all([
    configFrom(given, io, words(name)),
    import('./choose.js'),
  ]);
  return { known: config.targets, named: name === undefined ? [] : chooseTargets(words(name), config.targets) };
};

/** Whom the files are about, nobody said: no rule is needed to know that. */
const unjudged = (read: readonly FileRead[]): JudgedRead => ({
  meant: { is: read.every(({ facts }) => facts.length === 0) ? 'nothing-told' : 'no-configuration' },
  judged: [],
  targets: [],
});

const stateOf = (judged: readonly { state: State }[], stopped: boolean): State => {
  const state = worstOf(judged.map(each => each.state));
  return stopped && state === 'healthy' ? 'unknown' : state;
};
