import { createHmac, randomBytes } from 'node:crypto';
import { LabError } from '../lab-error.js';
import { clickableIn } from './blocks.js';
import { formDeliveries } from './deliver-forms.js';
import type { SlackFaults } from './faults.js';
import type { ResponseUrls } from './response-urls.js';
import type { SlackSockets } from './sockets.js';
import type { LabViews } from './views.js';
import type { LabMessage, Workspace } from './workspace.js';

/** How the bot took one delivery: its status and body, and after how long. Over a socket, 200 is the acknowledgement. */
export type Delivery = { status: number; body: string; ackMs: number; responseUrl: string | null };
export type Where = { is: 'http'; url: string } | { is: 'socket' };

export type CommandDelivery = {
  channel: string;
  user: string;
  text: string;
  trigger?: string;
  team?: string;
  command?: string;
};
export type ClickDelivery = {
  user: string;
  message: LabMessage;
  /** What stands on the button, or on the line of the menu. */
  label: string;
  team?: string;
  /** When it was clicked; the same twice is one click. */
  at?: string;
};
export type WordsDelivery = {
  channel: string;
  user: string;
  text: string;
  thread?: string;
  event?: string;
  team?: string | null;
  /** Anything else that Slack puts into the event: a subtype, a bot id. */
  more?: Record<string, unknown>;
};

/** Slack as a client of the bot: signed requests or socket envelopes, delivered again as often as the faults say. */
export const deliveries = (deps: {
  space: Workspace;
  views: LabViews;
  bot: { user: string };
  signingSecret: string;
  urls: ResponseUrls;
  sockets: SlackSockets;
  faults: SlackFaults;
  origin: () => string;
  now: () => number;
}) => {
  const { space, views, bot, faults } = deps;
  let where: Where = { is: 'socket' };
  let made = 0;
  const fresh = (prefix: string) =>
    `${prefix}${Date.now().toString(36)}${(made++).toString(36)}${randomBytes(4).toString('hex')}`;

  const wayBack = (channel: string, user: string, original?: LabMessage) =>
    `${deps.origin()}/commands/${deps.urls.open(channel, user, original)}`;
  const { shortcut, submit } = formDeliveries({ space, views, interact, fresh, wayBack });

  return { to, command, click, shortcut, submit, written, mention, direct, event, signed };

  /** Where from now on; the socket unless told. */
  function to(place: Where): void {
    where = place;
  }

  async function command(asked: CommandDelivery): Promise<Delivery> {
    const { payload, responseUrl } = compose(asked);
    const taken = await repeated(retry =>
      where.is === 'socket'
        ? overSocket({ type: 'slash_commands', payload }, retry)
        : post(where.url, new URLSearchParams(payload).toString(), FORM, {}),
    );
    return { ...taken, responseUrl };
  }

  /** A click on a button of a message as it stands now, or on a line of its menu, by its words. */
  async function click({ user, message, label, team, at }: ClickDelivery): Promise<Delivery> {
    const found = clickableIn(message.versions.at(-1)?.blocks).find(each => each.label === label);
    if (!found) throw new LabError('the message has no such button', { label });
    const responseUrl = wayBack(message.channel, user, message);
    const payload = {
      type: 'block_actions',
      user: { id: user, username: user.toLowerCase(), team_id: team ?? space.users.get(user)?.team ?? space.team },
      api_app_id: 'A0LAB',
      token: 'legacy-verification-token',
      container: { type: 'message', message_ts: message.ts, channel_id: message.channel, is_ephemeral: false },
      trigger_id: views.trigger(fresh('1.2.'), user),
      team: { id: space.team, domain: 'lab' },
      enterprise: null,
      is_enterprise_install: false,
      channel: { id: message.channel, name: space.channels.get(message.channel)?.name ?? 'privategroup' },
      message: { type: 'message', ts: message.ts, ...(message.thread ? { thread_ts: message.thread } : {}) },
      response_url: responseUrl,
      actions: [{ ...found.action, block_id: 'b1', action_ts: at ?? `${deps.now() / 1000}${made++}` }],
    };
    return { ...(await interact(payload)), responseUrl };
  }

  function interact(payload: object): Promise<Delivery> {
    return repeated(retry =>
      where.is === 'socket'
        ? overSocket({ type: 'interactive', payload }, retry)
        : post(where.url, new URLSearchParams({ payload: JSON.stringify(payload) }).toString(), FORM, {}),
    );
  }

  /** The same as a signed request, for whoever delivers it without us. Slack's signatures are good for five minutes. */
  function written(asked: CommandDelivery): { body: string; headers: Record<string, string>; responseUrl: string } {
    const { payload, responseUrl } = compose(asked);
    const body = new URLSearchParams(payload).toString();
    return { body, headers: { 'content-type': FORM, ...signed(body) }, responseUrl };
  }

  function compose({ channel, user, text, trigger, team, command }: CommandDelivery) {
    const responseUrl = wayBack(channel, user);
    const payload = {
      token: 'legacy-verification-token',
      team_id: team ?? space.team,
      team_domain: 'lab',
      channel_id: channel,
      channel_name: space.channels.get(channel)?.name ?? 'privategroup',
      user_id: user,
      user_name: user.toLowerCase(),
      command: command ?? '/uccx',
      text,
      api_app_id: 'A0LAB',
      is_enterprise_install: 'false',
      response_url: responseUrl,
      trigger_id: views.trigger(trigger ?? fresh('1.2.'), user),
    };
    return { payload, responseUrl };
  }

  function mention({ text, thread, ...rest }: WordsDelivery): Promise<Delivery> {
    return event('app_mention', { text: `<@${bot.user}> ${text}`, ...(thread ? { thread } : {}), ...rest });
  }

  function direct({ channel, ...rest }: Omit<WordsDelivery, 'channel'> & { channel?: string }): Promise<Delivery> {
    const place = channel ?? space.directOf(rest.user);
    return event('message', { channel: place, ...rest, more: { channel_type: 'im', ...rest.more } });
  }

  async function event(
    type: string,
    { channel, user, text, thread, event, team, more }: WordsDelivery,
  ): Promise<Delivery> {
    const ts = `${Math.floor(deps.now() / 1000)}.${String(made++).padStart(6, '0')}`;
    const payload = {
      type: 'event_callback',
      token: 'legacy-verification-token',
      team_id: space.team,
      api_app_id: 'A0LAB',
      event_id: event ?? fresh('Ev'),
      event_time: Math.floor(deps.now() / 1000),
      event: {
        type,
        user,
        channel,
        text,
        ts,
        event_ts: ts,
        ...(team === null ? {} : { team: team ?? space.team }),
        ...(thread ? { thread_ts: thread } : {}),
        ...more,
      },
    };
    return repeated(retry =>
      where.is === 'socket'
        ? overSocket({ type: 'events_api', payload }, retry)
        : post(where.url, JSON.stringify(payload), 'application/json', retry === 0 ? {} : retried(retry)),
    );
  }

  async function repeated(once: (retry: number) => Promise<Delivery>): Promise<Delivery> {
    const first = await once(0);
    for (let retry = 1; retry < faults.deliveries(); retry += 1) await once(retry);
    return first;
  }

  async function overSocket(envelope: Parameters<SlackSockets['send']>[0], retry: number): Promise<Delivery> {
    const began = performance.now();
    const body = await deps.sockets.send(retry === 0 ? envelope : { ...envelope, retryNum: retry });
    return { status: 200, body: JSON.stringify(body ?? null), ackMs: performance.now() - began, responseUrl: null };
  }

  async function post(url: string, body: string, type: string, more: Record<string, string>): Promise<Delivery> {
    const began = performance.now();
    const headers = { 'content-type': type, ...signed(body), ...more };
    const response = await fetch(url, { method: 'POST', headers, body });
    const answer = await response.text();
    return { status: response.status, body: answer, ackMs: performance.now() - began, responseUrl: null };
  }

  /** The two headers that prove a body to be Slack's. */
  function signed(
    body: string,
    atSec = Math.floor(deps.now() / 1000),
    secret = deps.signingSecret,
  ): Record<string, string> {
    const signature = createHmac('sha256', secret).update(`v0:${atSec}:${body}`).digest('hex');
    return { 'x-slack-request-timestamp': String(atSec), 'x-slack-signature': `v0=${signature}` };
  }
};

const FORM = 'application/x-www-form-urlencoded';

const retried = (retry: number): Record<string, string> => ({
  'x-slack-retry-num': String(retry),
  'x-slack-retry-reason': 'http_timeout',
});
