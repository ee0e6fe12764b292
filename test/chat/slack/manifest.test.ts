import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { SlackConfig } from '../../../src/chat/slack/config.js';

describe('the manifest of the Slack app', () => {
  const manifest = parse(readFileSync(new URL('../../../manifests/slack.yaml', import.meta.url), 'utf8'));

  it('asks for exactly the rights that the bot uses', () => {
    expect(manifest.oauth_config.scopes.bot).toEqual([
      'app_mentions:read', // app_mention
      'chat:write', // chat.postMessage, chat.update, chat.postEphemeral, chat.getPermalink
      'commands', // /uccx
      'files:read', // url_private_download of a file that somebody sent
      'files:write', // files.getUploadURLExternal, files.completeUploadExternal
      'im:history', // message.im
      'im:write', // conversations.open
      'usergroups:read', // usergroups.users.list
      'users:read', // users.info
    ]);
    expect(manifest.settings.event_subscriptions.bot_events).toEqual(['app_mention', 'message.im']);
  });

  it('keeps to the limits of Slack', () => {
    const { name, description, long_description } = manifest.display_information;
    expect(name.length).toBeLessThanOrEqual(35);
    expect(description.length).toBeLessThanOrEqual(140);
    expect(long_description.length).toBeGreaterThanOrEqual(174);
    const [command] = manifest.features.slash_commands;
    expect(command.command).toBe('/uccx');
    expect(command.usage_hint.length).toBeLessThanOrEqual(1000);
    expect(manifest.settings.socket_mode_enabled).toBe(true);
  });
});

describe('the configuration of Slack', () => {
  const socket = { mode: 'socket', botToken: 'env:BOT', appToken: 'env:APP' };
  it.each([
    { name: 'socket with both tokens', config: socket, wrong: null },
    {
      name: 'http with a signing secret',
      config: { mode: 'http', botToken: 'env:BOT', signingSecret: 'file:/run/s' },
      wrong: null,
    },
    { name: 'the lab on this machine', config: { ...socket, apiUrl: 'http://127.0.0.1:4000/api/' }, wrong: null },
    { name: 'another Slack', config: { ...socket, apiUrl: 'https://slack-gov.com/api/' }, wrong: null },
    { name: 'socket without an app token', config: { mode: 'socket', botToken: 'env:BOT' }, wrong: 'appToken' },
    { name: 'http without a signing secret', config: { mode: 'http', botToken: 'env:BOT' }, wrong: 'signingSecret' },
    { name: 'a token written out', config: { ...socket, botToken: 'xoxb-1' }, wrong: 'botToken' },
    {
      name: 'plain http to another machine',
      config: { ...socket, apiUrl: 'http://slack.example/api/' },
      wrong: 'apiUrl',
    },
    {
      name: 'a name that only begins like this machine',
      config: { ...socket, apiUrl: 'http://127.0.0.1.evil.example/' },
      wrong: 'apiUrl',
    },
    { name: 'no address at all', config: { ...socket, apiUrl: 'slack' }, wrong: 'apiUrl' },
    { name: 'a word that nobody knows', config: { ...socket, bottoken: 'env:BOT' }, wrong: '' },
  ])('$name', ({ config, wrong }) => {
    const parsed = SlackConfig.safeParse(config);
    expect(parsed.error?.issues.map(({ path }) => path.join('.')) ?? null).toEqual(wrong === null ? null : [wrong]);
  });
});
