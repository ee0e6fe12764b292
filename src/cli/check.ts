import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { secretsFrom } from '../config/secrets.js';
import { stateFolderOf } from '../config/state-folder.js';
import { diagnose } from '../diagnosis/diagnose.js';
import { makePlan } from '../diagnosis/plan.js';
import { type Clock, isoNow } from '../domain/clock.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import { RunId } from '../domain/ids.js';
import type { Plan } from '../domain/plan.js';
import { LOOP_REMARK } from '../intake/deep.js';
import { probes } from '../probes/index.js';
import { loginDoor } from '../probes/login-door.js';
import { rules } from '../rules/index.js';
import { fileLoginMemory } from '../store/file/login-memory.js';
import { memoryStore } from '../store/memory/memory-store.js';
import { climbsOnThisMachine } from '../store/this-machine.js';
import { list } from '../view/words.js';
import { agreedTo } from './agree.js';
import { aloneFor, type OpenShared } from './alone.js';
import { chooseLegs, chooseSites, chooseTargets } from './choose.js';
import type { Command } from './command.js';
import { CONFIG_OPTION, configFrom } from './config-file.js';
import { brokeOff, EXIT, line } from './io.js';
import { keepHistory } from './keep-history.js';
import { observePlan } from './observe.js';
import { printResult, save } from './output.js';
import { visible } from './render-text.js';
import { resultOf } from './result.js';
import { withFiles } from './with-files.js';

/** The whole road of a check in one process: plan, look, judge, tell. No chat, no Redis; but a deep one asks the Redis of a bot first, where one is configured. */
export const checkCommand = (openShared?: OpenShared): Command => ({
  name: 'check',
  takes: '--config FILE [target…] [--with FILE…]',
  summary: 'Look at the configured targets, say what is wrong, print the commands. No chat, no Redis.',
  options: {
    config: CONFIG_OPTION,
    only: { type: 'string', value: 'imap,smtp,notify,web', says: 'only these conversations' },
    site: {
      type: 'string',
      value: 'SITE',
      says: 'the site that this machine stands for; where not given, all of them',
    },
    deep: {
      type: 'boolean',
      says: 'measure at which IMAP session Exchange refuses; shows first what that takes, and opens nothing until it is confirmed',
    },
    'nobody-at-work': {
      type: 'boolean',
      says: 'for --deep: nobody works on the shared account now, so what they would hold may be taken',
    },
    confirm: { type: 'string', value: 'TARGET', says: 'agree to what --deep shows for this very target' },
    loop: {
      type: 'boolean',
      says: 'send one small message around to the mailbox and take it away again; UCCX may present it to an agent before that',
    },
    'login-anyway': { type: 'boolean', says: 'log in once although this very password was refused before' },
    with: {
      type: 'string',
      value: 'FILE…',
      many: true,
      says: 'judge logs, exports and captures together with what is seen now, in one report; folders, archives and - as with read',
    },
    json: { type: 'boolean', says: 'print JSON' },
    details: { type: 'boolean', says: 'also what is healthy, and the conversations' },
    save: { type: 'string', value: 'FILE', says: 'also write the result as JSON, for diagnose' },
  },
  run: async (given, io) => {
    const only = chooseLegs(given.text('only'));
    const { config, folder } = await configFrom(given, io, given.words);
    const targets = chooseTargets(given.words, config.targets);
    const sites = chooseSites(config, given.text('site'));
    const wish = {
      deep: given.on('deep'),
      nobodyAtWork: given.on('nobody-at-work'),
      loop: given.on('loop'),
      only,
      confirmed: given.text('confirm'),
      beside: config.redis?.url && openShared ? ('redis' as const) : ('machine' as const),
    };
    const agreed = await agreedTo(wish, targets, given.words, io);
    if (agreed === 'not-confirmed') return EXIT.unknown;
    const clock: Clock = { now: Date.now };
    const run = RunId.parse(`cli-${randomBytes(12).toString('hex')}`);
    const secrets = secretsFrom(io.env, { folder, warn: says => io.stderr(line(visible(`Warning: ${says}`))) });
    const files = await withFiles(given.all('with'), { targets, run, clock, io });
    if (wish.loop) io.stderr(line(LOOP_REMARK));
    const startedAt = isoNow(clock);
    const plan = makePlan({
      run,
      at: startedAt,
      targets,
      sites: config.sites,
      from: sites,
      cards: probes,
      only,
      loginAnyway: given.on('login-anyway'),
      also: [...(agreed ? (['load'] as const) : []), ...(wish.loop ? (['mail'] as const) : [])],
      ...(agreed ? { ladder: agreed } : {}),
      deadlineMs: config.check.deadlineSec * 1000,
      withRead: given.all('with').length > 0,
    });
    const [climbed] = targets;
    const alone =
      agreed && climbed
        ? await aloneFor(
            { offer: agreed, target: climbed, targets: config.targets, run, forMs: lastsMs(plan) + CLAIM_GRACE_MS },
            { climbs: climbsOnThisMachine, openShared, config, secrets, io },
          )
        : null;
    if (alone?.is === 'not-alone') {
      io.stderr(line(visible(`${alone.says} Nothing was opened.`)));
      return EXIT.unknown;
    }
    const seen = await observePlan(plan, targets, withDeadline(io.signal, plan), {
      probes,
      clock,
      slots: memoryStore(clock).slots,
      login: loginDoor({
        clock,
        secrets,
        memory: fileLoginMemory({ folder: stateFolderOf(io.env), clock }),
      }),
      onAnswer: (order, { is }) => {
        if (io.isTty && !given.on('json'))
          io.stderr(line(`${order.target}: ${order.probe} at ${order.site} ${ANSWERED[is]}`));
      },
      onProgress: (order, says) => {
        if (io.isTty && !given.on('json')) io.stderr(line(visible(`${order.target}: ${says}; Ctrl-C stops`)));
      },
      onCrash: (error, order) => io.stderr(line(brokeOff(`The probe ${order.probe}`, error))),
      ...(alone?.stops ? { stops: alone.stops } : {}),
    }).finally(() => alone?.end());
    const finishedAt = isoNow(clock);
    const reports = plan.targets.map((part, index) => {
      const observations = seen.get(part.target) ?? [];
      const { artifacts, withRead } = files.beside(part.target, observations);
      const report = diagnose(
        { rules, onCrash: (error, rule) => io.stderr(line(brokeOff(`The rule ${rule}`, error))) },
        {
          run: plan.run,
          target: targets[index] as ConfiguredTarget,
          plan: part,
          observations,
          artifacts,
          startedAt,
          finishedAt,
        },
      );
      return withRead.length > 0 ? { ...report, withRead } : report;
    });
    const stopped = io.signal.aborted;
    if (!stopped)
      await keepHistory(
        reports,
        targets,
        { days: config.history.rowDays, problemDays: config.history.problemRowDays },
        io,
      );
    const result = resultOf(reports, { targets, sites, stopped });
    const to = given.text('save');
    if (to) await save(resolve(io.cwd, to), result);
    const also = [...remarks({ stopped, stoodFor: given.text('site') === undefined ? sites : [] }), ...files.remarks];
    const code = printResult(result, { json: given.on('json'), details: given.on('details'), also }, io);
    return stopped ? EXIT.unknown : code;
  },
});

/** Should this process be killed, what it holds in Redis ends by itself so long after its plan would have. */
const CLAIM_GRACE_MS = 30_000;

const ANSWERED = { seen: 'has answered', silent: 'could not look' } as const;

const remarks = ({ stopped, stoodFor }: { stopped: boolean; stoodFor: readonly string[] }): string[] => [
  ...(stopped ? ['Stopped before everything was looked at; what was seen until then counts.'] : []),
  ...(stoodFor.length > 1
    ? [
        `This one machine stood for ${list(stoodFor)}: what differs between those places cannot show. --site names the one where it stands.`,
      ]
    : []),
];

const withDeadline = (signal: AbortSignal, plan: Plan): AbortSignal =>
  AbortSignal.any([signal, AbortSignal.timeout(lastsMs(plan))]);

const lastsMs = ({ at, answerBy }: Plan): number => Date.parse(answerBy) - Date.parse(at);
