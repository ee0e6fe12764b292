import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { type ApiCall, apiServer } from './api-server.js';
import { wordsOf } from './blocks.js';
import { deliveries } from './deliver.js';
import { slackFaults } from './faults.js';
import { slackMethods } from './methods.js';
import { responseUrls } from './response-urls.js';
import { slackSockets } from './sockets.js';
import { type LabView, labViews, TRIGGER_MS } from './views.js';
import { type LabMessage, workspace } from './workspace.js';

const BOT = { user: 'U0BOT', id: 'B0BOT' };

/**
 * A Slack of our own on a free port: Web API, upload, `response_url`, Socket Mode, and the client side that delivers commands and
 * events as Slack does. It refuses what Slack refuses, and remembers every message with every edit.
 */
export const startSlack = async ({
  host = '127.0.0.1',
  now = Date.now,
  team = 'T0LAB',
  triggerMs = TRIGGER_MS,
} = {}) => {
  const botToken = `xoxb-${randomBytes(12).toString('hex')}`;
  const appToken = `xapp-${randomBytes(12).toString('hex')}`;
  const signingSecret = randomBytes(16).toString('hex');
  const space = workspace({ team, now });
  const faults = slackFaults();
  const urls = responseUrls({ space, now });
  const sockets = slackSockets(() => space.changed.emit('change'));
  const calls: ApiCall[] = [];
  const called = (call: ApiCall) => {
    calls.push(call);
    space.changed.emit('change');
  };
  let origin = '';
  const views = labViews({ now, triggerMs, changed: () => space.changed.emit('change') });
  const sentFiles = new Map<string, { bytes: Buffer; info: object }>();
  const api = slackMethods({
    space,
    bot: BOT,
    origin: () => origin,
    views,
    fileInfo: id => sentFiles.get(id)?.info ?? null,
    openSocket: () => `${origin.replace(/^http/, 'ws')}${sockets.ticket()}`,
  });
  const sent = (id: string) => sentFiles.get(id)?.bytes ?? null;
  const server = apiServer({ botToken, appToken, api, urls, faults, now, called, sent });
  sockets.attach(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const { address, port } = server.address() as AddressInfo;
  origin = `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
  const deliver = deliveries({
    space,
    views,
    bot: BOT,
    signingSecret,
    urls,
    sockets,
    faults,
    origin: () => origin,
    now,
  });

  return {
    apiUrl: `${origin}/api/`,
    botToken,
    appToken,
    signingSecret,
    team,
    bot: BOT,
    faults,
    deliver,
    sockets,
    /** Every call of the Web API, the upload and the response URLs, in order. */
    calls,
    addChannel: space.addChannel,
    addUser: space.addUser,
    setGroup: (id: string, users: readonly string[]): void => void space.groups.set(id, [...users]),
    directOf: space.directOf,
    /** A person's file, as events list it. */
    file: (name: string, content: Buffer | string) => {
      const id = `F${randomBytes(5).toString('hex').toUpperCase()}`;
      const bytes = Buffer.from(content);
      const address = `${origin}/files-pri/${id}/download/${encodeURIComponent(name)}`;
      const info = { id, name, size: bytes.length, mode: 'hosted', url_private_download: address };
      sentFiles.set(id, { bytes, info });
      return info;
    },
    /** The forms that stand open before a person, the first one first. */
    views: (user: string): readonly LabView[] => views.open.filter(view => view.user === user),
    /** What everybody sees in a channel, oldest first, with every edit. */
    messages: (channel: string): readonly LabMessage[] =>
      space.posts().filter(post => post.channel === channel && post.onlyFor === null),
    /** What one person alone was told. */
    toldTo: (user: string): readonly LabMessage[] => space.posts().filter(post => post.onlyFor === user),
    remove: space.remove,
    usesOf: (responseUrl: string): number => urls.used(responseUrl.split('/').at(-1) ?? ''),
    /** Waits for what was asked to become true, looking whenever something changes. */
    until: <T>(look: () => T | null | undefined | false, forMs = 150_000): Promise<T> =>
      new Promise((resolve, reject) => {
        const tired = setTimeout(() => {
          space.changed.off('change', again);
          reject(new Error(`the lab waited ${forMs} ms for something that did not come`));
        }, forMs);
        const again = () => {
          const found = look();
          if (!found) return;
          clearTimeout(tired);
          space.changed.off('change', again);
          resolve(found);
        };
        space.changed.on('change', again);
        again();
      }),
    stop: async (): Promise<void> => {
      sockets.stop();
      server.closeAllConnections();
      await new Promise<void>(resolve => server.close(() => resolve()));
    },
  };
};
export type LabSlack = Awaited<ReturnType<typeof startSlack>>;

/** How a message stands now, as its reader sees it, one element a line. */
export const seenIn = (message: LabMessage): string => {
  const { text, blocks } = message.versions.at(-1) ?? { text: '', blocks: [] };
  return blocks.length > 0 ? wordsOf(blocks).join('\n') : text;
};
