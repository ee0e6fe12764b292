import { mkdir } from 'node:fs/promises';
import type { Agents } from './agents.js';
import { makeCertificates } from './certificates.js';
import type { ImapCounts } from './exchange-imap.js';
import type { ExchangeShell } from './exchange-shell/exchange.js';
import { shellOf } from './exchange-shell/shell-of.js';
import type { SmtpCounts } from './exchange-smtp.js';
import type { WebCounts } from './exchange-web.js';
import type { ImapLimits } from './imap-accounts.js';
import type { LabMessage } from './inbox.js';
import { LabError } from './lab-error.js';
import type { Scenario, TargetDraft } from './scenario.js';
import { scenarios as allScenarios } from './scenarios/index.js';
import { openStage } from './stage.js';
import type { NotifyCounts } from './unity-notify.js';

/** What the servers of one scenario have seen; null where it has no such server. */
type LabCounts = {
  imap: ImapCounts | null;
  smtp: SmtpCounts | null;
  notify: NotifyCounts | null;
  web: WebCounts | null;
};

/** A running lab: simulated Exchange and Unity Connection, one set of servers a scenario. */
export type Lab = {
  readonly targets: readonly TargetDraft[];
  readonly scenarios: readonly Scenario[];
  readonly counters: (id: string) => LabCounts;
  /** The live sessions of a scenario's agents; null where it has none. */
  readonly agents: (id: string) => Agents | null;
  /** What the IMAP service of a scenario lets in, in force from the next connection when changed; null where it has none. */
  readonly imapLimits: (id: string) => ImapLimits | null;
  /** What lies in the INBOX of a scenario's mailbox; null where it has none. */
  readonly inbox: (id: string) => readonly LabMessage[] | null;
  /** The Exchange Management Shell of a scenario: what is pasted there takes effect on its servers. */
  readonly shell: (id: string) => ExchangeShell;
  /** Ends every server, session and thread. */
  readonly stop: () => Promise<void>;
};

/**
 * Starts the named scenarios, or all, each on its own free ports.
 * @param options.host the address to listen on; `options.name` is how targets call it, where others reach it by a name
 * @param options.again more servers of scenarios, each under a name of its own: `{ 'slow-2': 'slow' }`
 * @param options.folder where the authority's certificate and the passwords are written; made if it is not there
 */
export const startLab = async (options: {
  host?: string;
  name?: string;
  scenarios?: readonly string[];
  again?: Readonly<Record<string, string>>;
  folder: string;
}): Promise<Lab> => {
  const { host = '127.0.0.1', name = host, again = {}, folder } = options;
  const wanted = [
    ...(options.scenarios?.map(scenarioNamed) ?? allScenarios),
    ...Object.entries(again).map(([id, of]) => copyOf(scenarioNamed(of), id)),
  ];
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const certificates = await makeCertificates(folder);
  const stages = new Map(
    wanted.map(({ id }) => [id, openStage(id, { listen: host, host: name, folder, certificates })] as const),
  );
  const stop = async () => {
    await Promise.allSettled([...stages.values()].map(({ end }) => end.stop()));
  };
  const started = await Promise.allSettled(wanted.map(scenario => scenario.start(stageOf(stages, scenario.id).stage)));
  const failed = started.find(outcome => outcome.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  const shells = new Map<string, ExchangeShell>();
  return {
    scenarios: wanted,
    targets: started.flatMap(outcome => (outcome.status === 'fulfilled' ? [outcome.value] : [])),
    counters: id => {
      const { end } = stageOf(stages, id);
      return {
        imap: end.imap()?.counts() ?? null,
        smtp: end.smtp()?.counts() ?? null,
        notify: end.notify()?.counts() ?? null,
        web: end.web()?.counts() ?? null,
      };
    },
    agents: id => stageOf(stages, id).end.agents(),
    imapLimits: id => stageOf(stages, id).end.imap()?.limits ?? null,
    inbox: id => stageOf(stages, id).end.imap()?.inbox.messages() ?? null,
    shell: id => {
      const target = wanted.findIndex(scenario => scenario.id === id);
      const outcome = started[target];
      if (outcome?.status !== 'fulfilled') throw new LabError('the lab does not run this scenario', { id });
      const shell = shells.get(id) ?? shellOf(stageOf(stages, id).end, outcome.value);
      shells.set(id, shell);
      return shell;
    },
    stop,
  };
};

type Open = ReturnType<typeof openStage>;
const stageOf = (stages: ReadonlyMap<string, Open>, id: string): Open => {
  const open = stages.get(id);
  if (!open) throw new LabError('the lab does not run this scenario', { id, runs: [...stages.keys()] });
  return open;
};

const copyOf = (scenario: Scenario, id: string): Scenario => ({
  ...scenario,
  id,
  command: scenario.command.replace(scenario.id, id),
});

const scenarioNamed = (id: string): Scenario => {
  const scenario = allScenarios.find(known => known.id === id);
  if (!scenario) throw new LabError('no such scenario', { id, known: allScenarios.map(known => known.id) });
  return scenario;
};
