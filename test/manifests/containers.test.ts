import { existsSync, readFileSync } from 'node:fs';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { commands } from '../../src/bin/commands.js';
import { parseGiven } from '../../src/cli/command.js';
import { composeSchema, dockerfileFaults, kubeToolsMissing } from '../support/kube-tools.js';

const dockerfile = readFileSync('Dockerfile', 'utf8');
const compose = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as {
  name: string;
  services: Record<string, Service>;
};
type Service = { command?: string[]; read_only?: boolean; cap_drop?: string[]; volumes?: string[]; user?: string };

describe('the image', () => {
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, what]) => what?.split(' ') ?? []);

  it('is built from what is copied into it', () => {
    expect(copied.filter(path => !existsSync(path))).toEqual([]);
    const { build } = (JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { build: string } }).scripts;
    const scripts = build.match(/\.ci\/\S+/g) ?? [];
    // What is built may need nothing else: test/architecture.test.ts keeps src and jobs from importing test.
    expect(['src', 'jobs', ...scripts].filter(path => !copied.includes(path))).toEqual([]);
    const ignored = readFileSync('.dockerignore', 'utf8').split('\n');
    expect(copied.filter(path => ignored.some(each => each && path.startsWith(each)))).toEqual([]);
  });

  it('runs as nobody in particular and tells whether it is well', () => {
    expect(dockerfile).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
    expect(dockerfile).toMatch(/^HEALTHCHECK .* CMD \["node", "\/app\/dist\/program\/healthy\.js"\]$/m);
    expect(existsSync('src/bin/healthy.ts')).toBe(true);
  });

  it.skipIf(kubeToolsMissing)('a linter has nothing against it', async () => {
    expect(await dockerfileFaults(dockerfile)).toEqual([]);
    expect(await dockerfileFaults('FROM a\nCMD x\nCMD y\n')).not.toEqual([]); // that it can
  });
});

describe('docker-compose.yml', () => {
  const services = Object.entries(compose.services);

  it('has a bot, workers of two sites, Redis and the lab', () => {
    expect(services.map(([name]) => name).sort()).toEqual([
      'bot',
      'keys',
      'lab',
      'redis',
      'worker-branch',
      'worker-hq',
    ]);
  });

  it.each(services.filter(([name]) => name !== 'redis'))(
    '%s starts a command that there is',
    async (_, { command }) => {
      const [word, ...words] = command ?? [];
      const entry = commands.find(each => each.name === word);
      const known = entry && 'load' in entry ? await entry.load() : entry;
      expect(known && (parseGiven(known, words).text('config') ?? parseGiven(known, words).text('folder'))).toMatch(
        /^\/lab/,
      );
    },
  );

  it('no service writes to its file system or has a right to spare', () => {
    for (const [name, service] of services)
      expect([name, service.read_only, service.cap_drop]).toEqual([name, true, ['ALL']]);
    expect(compose.services.redis?.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  it.skipIf(kubeToolsMissing)('is what the Compose Specification says', async () => {
    const ajv = new Ajv2019({ strict: false, validateFormats: false });
    const isValid = ajv.compile(await composeSchema());
    const { name, ...rest } = compose; // the schema that is published for Node is older than a name of the whole
    expect(name).toBe('uccx-doctor');
    const found = isValid(rest) ? [] : isValid.errors;
    expect(found).toEqual([]);
    expect(isValid({ services: { bot: { comand: [] } } })).toBe(false); // that it can
  });
});
