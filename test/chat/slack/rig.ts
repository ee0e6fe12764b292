import { httpFront } from '../../../src/chat/http.js';
import type { Log } from '../../../src/chat/log.js';
import { slackAdapter } from '../../../src/chat/slack/adapter.js';
import { addressOf } from '../../../src/chat/slack/address.js';
import { SlackConfig } from '../../../src/chat/slack/config.js';
import type { Unanswered } from '../../../src/chat/unanswered.js';
import type { Clock } from '../../../src/domain/clock.js';
import type { ReplyAddress, Requester } from '../../../src/domain/request.js';
import type { Intake, Question, Secrets } from '../../../src/intake/ports.js';
import { type LabSlack, startSlack } from '../../../src/lab/slack/start-slack.js';
import type { Section, View } from '../../../src/view/view.js';

export const clock: Clock = { now: Date.now };

/** Keeps what was logged, so that a test can look for it (and for secrets that must not be there). */
export const keptLog = (): Log & { lines: string[] } => {
  const lines: string[] = [];
  const write = (level: string) => (facts: object, says: string) =>
    void lines.push(`${level} ${says} ${JSON.stringify(facts)}`);
  return { lines, info: write('info'), warn: write('warn'), error: write('error') };
};

export const secretsOf =
  (slack: LabSlack): Secrets =>
  async ref =>
    ({ 'env:BOT': slack.botToken, 'env:APP': slack.appToken, 'env:SIGN': slack.signingSecret })[ref as string] ?? '';

export const configOf = (slack: LabSlack, mode: 'http' | 'socket'): SlackConfig =>
  SlackConfig.parse({
    mode,
    botToken: 'env:BOT',
    appToken: 'env:APP',
    signingSecret: 'env:SIGN',
    apiUrl: slack.apiUrl,
  });

/** Writes down what it is asked; `work` stands for whatever a real intake does meanwhile. */
export const recorder = (work: (question: Question) => Promise<unknown> = async () => undefined) => {
  const asked: Question[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const intake: Intake = {
    ask: async question => {
      asked.push(question);
      for (const each of waiting) if (asked.length >= each.count) each.resolve();
      return (await work(question)) === 'open' ? 'open' : 'done';
    },
  };
  const until = (count: number) =>
    asked.length >= count ? Promise.resolve() : new Promise<void>(resolve => void waiting.push({ count, resolve }));
  return { intake, asked, until };
};

/** The bot before a lab workspace with a channel that it is in (C1), one that it is not (C2), and three people. */
export const startBot = async (
  mode: 'http' | 'socket',
  {
    work,
    groups = [],
    readable = () => [],
    mutable = () => [],
    now = Date.now,
    unanswered,
  }: {
    work?: (question: Question) => Promise<unknown>;
    groups?: readonly string[];
    readable?: (by: Requester) => { id: string; title?: string }[];
    mutable?: (by: Requester) => { id: string }[];
    now?: () => number;
    unanswered?: Unanswered;
  } = {},
) => {
  // A busy machine is no fault of the bot; that a trigger has run out is a fault to set.
  const slack = await startSlack({ triggerMs: 60_000 });
  slack.addChannel('C1');
  slack.addChannel('C2', { botIsMember: false });
  slack.addUser('U1');
  slack.addUser('U2');
  slack.addUser('UEXT', { team: 'TOTHER' });
  const log = keptLog();
  const { intake, asked, until } = recorder(work);
  let ailing = (): string | null => 'starting';
  const http = httpFront({ host: '127.0.0.1', port: 0, ailing: () => ailing(), log });
  const { port } = await http.start();
  const config = configOf(slack, mode);
  const more = { readable, mutable, clock: { now }, ...(unanswered ? { unanswered } : {}) };
  const adapter = slackAdapter({ config, secrets: secretsOf(slack), intake, groups, ...more, log, http });
  ailing = adapter.ailing;
  await adapter.start();
  const url = `http://127.0.0.1:${port}/slack/events`;
  slack.deliver.to(mode === 'http' ? { is: 'http', url } : { is: 'socket' });
  return {
    slack,
    log,
    asked,
    until,
    adapter,
    messenger: adapter.messenger,
    url,
    stop: async () => {
      await adapter.stop();
      await http.stop();
      await slack.stop();
    },
  };
};

export const addressIn = (channel: string, more: Partial<Parameters<typeof addressOf>[0]> = {}): ReplyAddress =>
  addressOf({ channel, user: 'U1', thread: null, message: null, respond: null, ...more });

export const runningView: View = {
  tone: 'running',
  headline: 'Checking branch …',
  sections: [],
  footer: '',
  file: 'uccx-progress',
};
export const section = (more: Partial<Section>): Section => ({
  tone: 'plain',
  title: '',
  lines: [],
  commands: [],
  detail: false,
  ...more,
});
export const resultView = (...sections: Section[]): View => ({
  tone: 'healthy',
  headline: 'branch: healthy. 12 questions asked, nothing wrong was seen.',
  sections,
  footer: 'Seen from hq.',
  file: 'uccx-branch',
});
