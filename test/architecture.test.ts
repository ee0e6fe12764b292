import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/** A room and the rooms that it may import from. Nothing points back: whoever wants another arrow writes a decision record. */
const MAY: Record<string, readonly string[]> = {
  'src/domain': [],
  'src/ems': ['src/domain'],
  'src/wire': ['src/domain'],
  'src/remedies': ['src/domain', 'src/ems'],
  'src/fix': ['src/domain', 'src/ems', 'src/remedies', 'src/readers/shell'],
  'src/rules': ['src/domain', 'src/remedies', 'src/ems'],
  'src/readers': [
    'src/domain',
    'src/ems',
    'src/remedies/steps.ts',
    'src/remedies/platform-cli.ts',
    'src/wire/quote.ts',
  ],
  'src/probes': ['src/domain', 'src/wire', 'src/intake/ports.ts'],
  'src/diagnosis': ['src/domain', 'src/rules', 'src/probes/probe.ts'],
  'src/view': ['src/domain', 'src/ems/to-shell.ts'],
  'src/intake': [
    'src/domain',
    'src/diagnosis',
    'src/view',
    'src/probes/probe.ts',
    'src/rules/rule.ts',
    'src/fix',
    'src/readers/read.ts',
    'src/readers/mask.ts',
    'src/audit/records.ts',
  ],
  'src/signing': ['src/domain'],
  'src/store': ['src/domain', 'src/intake/ports.ts'],
  'src/metrics': ['src/domain', 'src/intake/ports.ts'],
  'src/audit': ['src/domain', 'src/intake/ports.ts', 'src/view/view.ts', 'src/probes/probe.ts', 'src/readers/mask.ts'],
  'src/telemetry': ['src/domain', 'src/intake/ports.ts', 'src/probes/probe.ts'],
  'src/chat': ['src/domain', 'src/intake', 'src/view'],
  'src/config': [
    'src/domain',
    'src/signing',
    'src/intake/ports.ts',
    'src/chat/slack/config.ts',
    'src/chat/teams/config.ts',
  ],
  'src/cli': [
    'src/domain',
    'src/intake',
    'src/diagnosis',
    'src/fix',
    'src/probes',
    'src/readers',
    'src/rules',
    'src/remedies',
    'src/ems',
    'src/view',
    'src/config',
    'src/store',
    'src/audit',
  ],
  'src/lab': ['src/domain', 'src/chat/log.ts'],
  jobs: [
    'src/domain',
    'src/signing',
    'src/intake/ports.ts',
    'src/diagnosis',
    'src/probes',
    'src/rules/rule.ts',
    'src/view',
  ],
  'src/bin': ['src', 'jobs'],
};

/** Packages that stop at their room. */
const ONLY_IN: Record<string, readonly string[]> = {
  bullmq: ['jobs'],
  ioredis: ['src/store', 'jobs', 'src/bin'],
  '@slack/bolt': ['src/chat/slack'],
  '@slack/web-api': ['src/chat/slack'],
  botbuilder: ['src/chat/teams/botbuilder'],
  'botframework-connector': ['src/chat/teams/botbuilder'],
  '@microsoft/agents-hosting': ['src/chat/teams/agents'],
  '@microsoft/agents-activity': ['src/chat/teams/agents'],
  jose: ['src/chat/teams', 'src/lab'],
  imapflow: ['src/lab'],
  yaml: ['src/config', 'src/lab'],
  ws: ['src/lab', 'src/chat/slack'],
  pino: ['src/bin'],
  'prom-client': ['src/metrics'],
  '@opentelemetry/api': ['src/telemetry', 'jobs'],
  '@opentelemetry/sdk-trace': ['src/telemetry'],
};

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => join(folder, name));

const files = [...filesIn('src'), ...filesIn('jobs')];
const importsOf = (file: string): string[] =>
  [
    ...readFileSync(file, 'utf8').matchAll(/(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+'([^']+)'|import\('([^']+)'\)/g),
  ].map(match => (match[1] ?? match[2]) as string);
const roomOf = (file: string): string => Object.keys(MAY).find(room => file.startsWith(`${room}/`)) ?? 'nowhere';
const isIn = (file: string, place: string): boolean => file === place || file.startsWith(`${place}/`);

describe('the house', () => {
  it('has a room for every file', () => expect(files.filter(file => roomOf(file) === 'nowhere')).toEqual([]));

  it('has only the arrows of the picture', () => {
    const wrong = files.flatMap(file =>
      importsOf(file)
        .filter(name => name.startsWith('.'))
        .map(name => normalize(join(dirname(file), name)).replace(/\.js$/, '.ts'))
        .filter(to => roomOf(to) !== roomOf(file) && !(MAY[roomOf(file)] ?? []).some(place => isIn(to, place)))
        .map(to => `${file} → ${to}`),
    );
    expect(wrong).toEqual([]);
  });

  it.each([
    ['platforms', ['src/chat/slack', 'src/chat/teams', 'src/chat/console']],
    ['libraries of Teams', ['src/chat/teams/botbuilder', 'src/chat/teams/agents']],
  ])('keeps the %s apart', (_, each) => {
    const ownOf = (file: string) => each.find(place => isIn(file, place));
    const wrong = files.flatMap(file =>
      importsOf(file)
        .map(name => normalize(join(dirname(file), name)))
        .filter(to => ownOf(file) && ownOf(to) && ownOf(to) !== ownOf(file))
        .map(to => `${file} → ${to}`),
    );
    expect(wrong).toEqual([]);
  });

  it('has nothing of one platform in what all platforms share', () => {
    const shared = files.filter(file => dirname(file) === 'src/chat');
    const wrong = shared.flatMap(file =>
      importsOf(file)
        .filter(name => /^\.\/(?:slack|teams|console)\//.test(name))
        .map(name => `${file} → ${name}`),
    );
    expect(shared.length).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });

  it('loads a library of Teams where it is chosen, and nowhere else', () => {
    const engines = /teams\/(?:botbuilder|agents)\/|^\.\/(?:botbuilder|agents)\//;
    const wrong = files
      .filter(file => !/^src\/chat\/teams\/(?:botbuilder|agents)\//.test(file))
      .filter(file => importsOf(file).some(name => engines.test(name)));
    expect(wrong).toEqual(['src/chat/teams/engines.ts']);
    expect(readFileSync('src/chat/teams/engines.ts', 'utf8')).not.toMatch(/from '\.\/(?:botbuilder|agents)\//);
  });

  it('keeps each third party in its room', () => {
    const wrong = files.flatMap(file =>
      importsOf(file)
        .filter(name => ONLY_IN[name] && !ONLY_IN[name].some(place => isIn(file, place)))
        .map(name => `${file} → ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it('reads the environment at its edges only', () => {
    const readers = files.filter(file => /\bprocess\.env\b/.test(readFileSync(file, 'utf8')));
    expect(readers.filter(file => !isIn(file, 'src/bin') && !isIn(file, 'src/config'))).toEqual([]);
  });
});
