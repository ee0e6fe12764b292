import type { Command, CommandToLoad } from '../cli/command.js';

const config = { type: 'string', value: 'FILE', says: 'the configuration' } as const;
const board = {
  type: 'string',
  value: 'PORT',
  says: 'a page about the queues on this machine, to be read only',
} as const;

/** The words that need chat, Redis or the lab. Each loads what it needs when it runs: `version` waits for none of them, a bot holds no lab. */
export const commands: readonly (Command | CommandToLoad)[] = [
  {
    name: 'start',
    takes: '--config FILE [--board PORT]',
    summary:
      'Everything on this machine: bot, a worker for every site, and a Redis of its own where none is configured.',
    options: { config, board },
    run: async (given, io) => (await import('./start.js')).runStart(given, io),
  },
  {
    name: 'bot',
    takes: '--config FILE [--board PORT]',
    summary: 'Answer in chat: take questions, lay them into the queue, judge and tell. Needs Redis.',
    options: { config, board },
    run: async (given, io) => (await import('./bot.js')).runBot(given, io),
  },
  {
    name: 'worker',
    takes: '--config FILE --site SITE[,SITE]',
    summary: 'Look at mail servers from one site. Holds the passwords, dials out to Redis, opens no port.',
    options: {
      config: { ...config, says: 'the configuration of this site: it looks at no other target' },
      site: { type: 'string', value: 'SITE', says: 'the site that this machine stands for' },
    },
    run: async (given, io) => (await import('./worker.js')).runWorker(given, io),
  },
  {
    name: 'selfcheck',
    takes: '[host|redis|keys|teams|slack] --config FILE [--site SITE]',
    summary:
      'Try what bot or worker needs: secrets, Redis, clock, ports, keys, Slack, Teams; say in order what to look at.',
    options: {
      config,
      site: { type: 'string', value: 'SITE', says: 'what the worker of that site needs, instead of the bot' },
      json: { type: 'boolean', says: 'print JSON' },
    },
    run: async (given, io) => (await import('./selfcheck.js')).runSelfcheck(given, io),
  },
  {
    name: 'manifest',
    takes: 'teams --config FILE [--out FILE.zip]',
    summary: 'Write the app package that Teams takes for upload.',
    options: {
      config,
      out: { type: 'string', value: 'FILE', says: 'where to; uccx-doctor-teams.zip in this folder where not given' },
      website: { type: 'string', value: 'URL', says: 'your own page about the bot, behind the links that Teams shows' },
    },
    run: async (given, io) => (await import('./manifest.js')).runManifest(given, io),
  },
  {
    name: 'ask',
    takes: "'/uccx check prod'",
    summary: 'Ask the bot that runs on this machine, through its console, and print the answer.',
    options: {
      at: {
        type: 'string',
        value: 'URL',
        says: 'the address of the console with its token, where it is not the last one started',
      },
    },
    run: async (given, io) => (await import('./ask.js')).runAsk(given, io),
  },
  {
    name: 'check',
    load: async () => {
      const { checkCommand } = await import('../cli/check.js');
      return checkCommand(async (...given) => (await import('./shared-claims.js')).openSharedClaims(...given));
    },
  },
  {
    name: 'history',
    load: async () => {
      const { historyCommand } = await import('../cli/history.js');
      return historyCommand(async (...given) => (await import('./history.js')).openSharedHistory(...given));
    },
  },
  {
    name: 'audit',
    load: async () => {
      const { auditCommand } = await import('../cli/audit.js');
      return auditCommand(async (...given) => (await import('./audit.js')).openSharedAudit(...given));
    },
  },
  {
    name: 'sites',
    load: async () => {
      const { sitesCommand } = await import('../cli/sites.js');
      return sitesCommand(async (...given) => (await import('./sites.js')).openStanding(...given));
    },
  },
  {
    name: 'redis-acl',
    takes: '--config FILE --site SITE [--password-from REF]',
    summary:
      'Print the line of an ACL file for the Redis user of a site, which reaches no other site, no report of theirs, no chat.',
    options: {
      config,
      site: { type: 'string', value: 'SITE', says: 'the site whose workers will use it' },
      'password-from': {
        type: 'string',
        value: 'REF',
        says: 'env:NAME or file:/path; only its hash is printed. Without it the user is off',
      },
      redis: {
        type: 'string',
        value: '6|7',
        says: '6 for Redis 6.2, which cannot tell reading from writing; 7 where not given',
      },
    },
    run: async (given, io) => (await import('./redis-acl.js')).runRedisAcl(given, io),
  },
  {
    name: 'keys',
    takes: '[show|create|next|switch|forget KEY] --config FILE [--for bot|SITE] [--folder DIR] [--out DIR]',
    summary: 'The keys with which bot and workers sign: what counts here, and how to make, change and give them.',
    options: {
      config,
      for: { type: 'string', value: 'bot|SITE', says: 'whose key' },
      folder: { type: 'string', value: 'DIR', says: 'where keys lie, where it is not the configured folder' },
      out: { type: 'string', value: 'DIR', says: 'with create: a folder in it for the bot and for each site' },
    },
    run: async (given, io) => (await import('./keys.js')).runKeys(given, io),
  },
  {
    name: 'demo',
    takes: "[--once '/uccx check branch'] [--port N]",
    summary: 'The whole bot on a simulated contact centre: lab, Redis, bot, worker and a page to ask on.',
    options: {
      once: { type: 'string', value: 'COMMAND', says: 'run one command, print its answer, end with its exit code' },
      port: { type: 'string', value: 'N', says: 'the port of the page; any free one where not given' },
    },
    run: async (given, io) => (await import('./demo.js')).runDemo(given, io),
  },
  {
    name: 'lab',
    takes: '--folder DIR [--metrics PORT]',
    summary:
      'Simulated Exchange and Unity Connection servers with faults, and a configuration for them in DIR/config.yaml.',
    options: {
      folder: { type: 'string', value: 'DIR', says: 'where passwords, certificates and the configuration are written' },
      metrics: {
        type: 'string',
        value: 'PORT',
        says: 'where the bot of that configuration tells its metrics; its worker one above',
      },
    },
    run: async (given, io) => (await import('./lab.js')).runLab(given, io),
  },
];
