import { auditedMessenger } from '../../src/audit/audited.js';
import { allLines } from '../../src/audit/entries.js';
import { lookedRecord } from '../../src/audit/records.js';
import { makeTrail } from '../../src/audit/trail.js';
import { errorFacts } from '../../src/bin/error-facts.js';
import { renderConsole } from '../../src/chat/console/render.js';
import { renderSlack } from '../../src/chat/slack/render.js';
import { renderTeams } from '../../src/chat/teams/render.js';
import { renderText } from '../../src/cli/render-text.js';
import { readConfig } from '../../src/config/read-config.js';
import { secretsFrom } from '../../src/config/secrets.js';
import { diagnose } from '../../src/diagnosis/diagnose.js';
import { makePlan } from '../../src/diagnosis/plan.js';
import { Grant } from '../../src/domain/access.js';
import { ConfigError } from '../../src/domain/errors.js';
import { rowOf } from '../../src/domain/history-row.js';
import { RunId } from '../../src/domain/ids.js';
import type { Report } from '../../src/domain/report.js';
import { MailTarget, SecretRef, Site } from '../../src/domain/target.js';
import { makeIntake } from '../../src/intake/intake.js';
import type { Messenger } from '../../src/intake/ports.js';
import { countedHistory } from '../../src/metrics/counted.js';
import { makeMeters } from '../../src/metrics/meters.js';
import { imapLogin } from '../../src/probes/imap-login.js';
import { probes } from '../../src/probes/index.js';
import { runProbe } from '../../src/probes/probe.js';
import { smtpLogin } from '../../src/probes/smtp-login.js';
import { rules } from '../../src/rules/index.js';
import { lineOf } from '../../src/store/history-pages.js';
import { memoryStore } from '../../src/store/memory/memory-store.js';
import { parseRedisUrl } from '../../src/store/redis-url.js';
import { lastReportView, reportView, transcriptView } from '../../src/view/report.js';
import type { View } from '../../src/view/view.js';
import { type Dice, diceOf } from '../fuzz/dice.js';
import type { Echoing } from './echoing.js';
import { betrayedIn, type Canary, canaryOf, USER } from './secrets.js';

type Fault = { number: number; where: string; says: string };
export type Ran = { cases: number; outputs: number; kinds: Record<string, number>; faults: Fault[] };

const clock = { now: Date.now };
const site = Site.parse({ id: 'hq', vantages: ['uccx-side', 'agent-side', 'exchange-side'] });

/** Makes outputs of every kind out of cases with a secret of their own each, until there are so many, and looks for it in all of them. */
export const canary = async (
  given: { seed: number; from?: number; outputs: number; cases?: number; signal: AbortSignal },
  servers: Echoing,
): Promise<Ran> => {
  const ran: Ran = { cases: 0, outputs: 0, kinds: {}, faults: [] };
  const meters = makeMeters('bot');
  const { from = 0, cases = Number.MAX_SAFE_INTEGER } = given;
  for (let number = from; ran.outputs < given.outputs && ran.cases < cases && !given.signal.aborted; number++) {
    const dice = diceOf(given.seed, 'canary', number);
    const bird = canaryOf(dice);
    const look = (where: string, output: string): void => {
      ran.outputs++;
      ran.kinds[where] = (ran.kinds[where] ?? 0) + 1;
      const says = betrayedIn(output, bird);
      if (says !== null) ran.faults.push({ number, where, says });
    };
    ran.cases++;
    servers.now(bird, dice);
    const report = await ofLogin(bird, dice, servers, look);
    await ofHistory(report, meters, look);
    await ofChat(bird, dice, report, look);
    await ofMistakes(bird, dice, look);
  }
  return ran;
};

type Look = (where: string, output: string) => void;

const drawn = (view: View, what: string, look: Look): void => {
  look(`${what}, Slack`, JSON.stringify(renderSlack(view, 'thread')));
  look(`${what}, Teams`, JSON.stringify(renderTeams(view, { file: 'direct' })));
  look(`${what}, console`, JSON.stringify(renderConsole(view)));
  look(`${what}, text`, renderText(view, { width: 100, color: false, details: true }));
};

const targetOf = ({ imap, smtp }: Echoing, dice: Dice): MailTarget => {
  const mechanism = dice.oneOf(['auto', 'plain', 'login'] as const);
  return MailTarget.parse({
    kind: 'uccx-mail',
    id: 'prod',
    exchange: { servers: ['CAS01'], version: '2016' },
    desktop: 'cad',
    agents: 10,
    mailbox: { user: USER, password: 'env:CANARY', mechanism },
    imap: { host: '127.0.0.1', port: imap, security: 'plain' },
    smtp: { host: '127.0.0.1', port: smtp, security: 'plain', login: true },
  });
};

/** The probes that log in, against servers that repeat what they heard; every word that stays is a word of a server. */
const ofLogin = async (bird: Canary, dice: Dice, servers: Echoing, look: Look): Promise<Report> => {
  const target = targetOf(servers, dice);
  const run = RunId.parse('can-case');
  const at = new Date(clock.now()).toISOString();
  const made = makePlan({
    run,
    at,
    targets: [target],
    sites: [site],
    cards: probes,
    only: [],
    loginAnyway: false,
    deadlineMs: 9_000,
  });
  const [plan] = made.targets;
  if (!plan) throw new Error('nothing is looked at');
  const template = plan.orders[0];
  if (!template) throw new Error('nothing is ordered');
  const orders = [imapLogin, smtpLogin].map(({ id, budgetMs }) => ({ ...template, probe: id, budgetMs }));
  const crashes: unknown[] = [];
  const observations = await Promise.all(
    [imapLogin, smtpLogin].map((probe, index) =>
      runProbe(probe, orders[index] as (typeof orders)[number], target, new AbortController().signal, {
        clock,
        login: async () => ({ is: 'granted', user: USER, password: bird.secret, settle: async () => {} }),
        onCrash: error => crashes.push(error),
      }),
    ),
  );
  for (const error of crashes) look('crash, log', JSON.stringify(errorFacts(error)));
  for (const each of observations) look('observation, queue', JSON.stringify(each));
  const report = diagnose(
    { rules, onCrash: error => look('crash, log', JSON.stringify(errorFacts(error))) },
    { run, target, plan: { ...plan, orders }, observations, startedAt: at, finishedAt: at },
  );
  look('report, JSON', JSON.stringify(report, null, 2));
  drawn(reportView([report]), 'report', look);
  drawn(lastReportView(report), 'last report', look);
  drawn(transcriptView(report), 'transcript', look);
  look('audit', JSON.stringify(lookedRecord(report, { targets: [target], cards: probes })));
  return report;
};

const ofHistory = async (report: Report, meters: ReturnType<typeof makeMeters>, look: Look): Promise<void> => {
  const { history } = memoryStore(clock);
  await countedHistory(history, meters).put(report);
  look('history, row', lineOf(rowOf(report)));
  look('metrics', await meters.text());
};

/** What people paste, send and say, with a secret wherever one stands in such things. */
const ofChat = async (bird: Canary, dice: Dice, before: Report, look: Look): Promise<void> => {
  const { secret } = bird;
  const plain = Buffer.from(`\0${USER}\0${secret}`).toString('base64');
  const basic = Buffer.from(`${USER}:${secret}`).toString('base64');
  const safe = /^[\w]+$/.test(secret);
  const places = [
    `C: A1 AUTHENTICATE PLAIN ${plain}`,
    `A1 LOGIN "${USER}" "${secret.replace(/["\\]/g, '')}"`,
    `AUTH PLAIN ${plain}`,
    `Authorization: Basic ${basic}`,
    ...(safe ? [`Password : ${secret}`, `password=${secret}`, `{"password": "${secret}"}`] : []),
    ...(safe
      ? [`https://${USER}:${secret}@mail.contoso.test/EWS/Exchange.asmx`, `Set-Cookie: JSESSIONID=${secret}`]
      : []),
  ];
  const line = () => dice.oneOf(places);
  const settings =
    'RunspaceId : 1\nLogFileLocation : x\nServer : CAS01\nMaxConnectionsPerUser : 16\nLoginType : SecureLogin';
  const pasted = `* OK The Microsoft Exchange IMAP4 service is ready.\n${line()}\nA1 NO ${line()}\n${settings}\n${line()}`;
  const store = memoryStore(clock);
  await store.history.put(before);
  const trail = makeTrail({ log: store.auditLog, clock, key: null, keep: { ms: 9e11, count: 1000 } });
  const views: View[] = [];
  const messenger: Messenger = {
    post: async (at, view) => {
      views.push(view);
      return at;
    },
    edit: async (at, view) => {
      views.push(view);
      return at;
    },
    tell: async (_, view) => void views.push(view),
    link: async () => null,
  };
  const target = MailTarget.parse({ ...targetOf({ imap: 1, smtp: 2 } as Echoing, dice) });
  const intake = makeIntake({
    ...store,
    clock,
    targets: [target],
    sites: [site],
    grants: [Grant.parse({ role: 'operator', platform: 'slack', users: ['U'] })],
    cards: probes,
    rules,
    deadlineMs: 9_000,
    messenger: (_, run) => (run ? auditedMessenger(messenger, trail.note, run) : messenger),
    audit: trail,
    submit: async () => {
      throw Object.assign(new ConfigError('the queue did not take it'), {
        command: { name: 'AUTH', args: [USER, secret] },
      });
    },
    follow: () => {},
    quiet: { quiets: store.quiets, configured: [], zone: 'UTC', reschedule: async () => {} },
    reading: {
      readings: store.readings,
      evidenceHours: 24,
      maxBytes: 1e6,
      maxFiles: 5,
      onUpload: upload => look('upload, log', JSON.stringify(upload)),
    },
    onTrouble: error => look('trouble, log', JSON.stringify(errorFacts(error))),
  });
  let asked = 0;
  const ask = async (text: string, name?: string): Promise<void> => {
    views.length = 0;
    const file = {
      name: name ?? '',
      bytes: null,
      open: async function* () {
        yield Buffer.from(pasted);
      },
    };
    await intake.ask({
      run: RunId.parse(`can-question-${++asked}`),
      by: { platform: 'slack', user: 'U', groups: [], channel: 'C' },
      to: { platform: 'slack', handle: { channel: 'C', respond: { url: `https://hooks.slack.test/${secret}` } } },
      text,
      ...(name ? { files: [file] } : {}),
    });
    for (const view of views) drawn(view, text.split(/\s/)[0] as string, look);
  };
  await ask(`read prod\n${pasted}`);
  await ask('read prod', safe ? `password=${secret}.log` : 'session.log');
  await ask(`fix prod --from\n${pasted}`);
  await ask('reads');
  await ask('check prod');
  await ask('audit');
  // What somebody says aloud is said; on record it is masked.
  if (safe) {
    views.length = 0;
    await intake.ask({
      run: RunId.parse('can-because'),
      by: { platform: 'slack', user: 'U', groups: [], channel: 'C' },
      to: { platform: 'slack', handle: null },
      text: `mute prod 2h because password=${secret}`,
    });
    await intake.ask({
      run: RunId.parse('can-mistake'),
      by: { platform: 'slack', user: 'U', groups: [], channel: 'C' },
      to: { platform: 'slack', handle: null },
      text: `check ${secret}`,
    });
  }
  for await (const each of allLines(store.auditLog)) look('audit', each);
  look('what was read, store', JSON.stringify(await store.readings.kept(target.id)));
};

/** Secrets where none belongs, and errors that carry one with them. */
const ofMistakes = async (bird: Canary, dice: Dice, look: Look): Promise<void> => {
  const { secret } = bird;
  const quoted = JSON.stringify(secret);
  const place = dice.oneOf([
    `mailbox: { user: u, password: ${quoted} }`,
    `mailbox: { user: u, oauth: { tenant: t, clientId: 1, clientSecret: ${quoted} } }`,
    `mailbox: { user: u, password: [${quoted}] }`,
  ]);
  const file = `sites:\n  - { id: hq, vantages: [uccx-side] }\ntargets:\n  - kind: uccx-mail\n    id: prod\n    ${place}\nslack: { mode: socket, botToken: ${quoted}, appToken: ${quoted} }\nredis: { passwordFrom: ${quoted} }\naudit: { key: ${quoted} }\n`;
  const read = readConfig(file);
  look('mistakes of a configuration', JSON.stringify(read.is === 'bad' ? read.mistakes : read.warnings));
  const secrets = secretsFrom({ CANARY: dice.once(2) ? secret : '' });
  await secrets(SecretRef.parse('env:CANARY_OF_ANOTHER_NAME')).catch(error =>
    look('error, log', JSON.stringify(errorFacts(error))),
  );
  for (const url of [
    `redis://u:${encodeURIComponent(secret)}@host:port`,
    `redis://u:${encodeURIComponent(secret)}@`,
    `http://u:${encodeURIComponent(secret)}@host`,
  ])
    try {
      parseRedisUrl(url);
    } catch (error) {
      look('error, log', JSON.stringify(errorFacts(error)));
    }
  const refused = Object.assign(new Error('WRONGPASS invalid username-password pair'), {
    command: { name: 'hello', args: ['3', 'AUTH', 'u', secret] },
  });
  look(
    'error, log',
    JSON.stringify(errorFacts(new ConfigError('Redis refuses us', { user: 'u' }, { cause: refused }))),
  );
};
