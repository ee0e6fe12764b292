import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { commands } from '../../src/bin/commands.js';
import { parseGiven } from '../../src/cli/command.js';
import { readConfig } from '../../src/config/read-config.js';
import { faultsOf, HELM, type KubeObject, kubeToolsMissing } from '../support/kube-tools.js';

const exec = promisify(execFile);
const CHART = 'manifests/helm/uccx-doctor';

const config = {
  sites: [
    { id: 'hq', vantages: ['uccx-side', 'exchange-side', 'cuc-side'] },
    { id: 'branch', vantages: ['agent-side'] },
  ],
  targets: [
    {
      kind: 'uccx-mail',
      id: 'agent-mail',
      exchange: { servers: ['CAS01'], version: '2016' },
      desktop: 'cad',
      agents: 25,
      mailbox: { user: 'CONTOSO\\uccx-agents', password: 'env:UCCX_MAIL_PASSWORD' },
      imap: { host: 'mail.contoso.example', port: 1143, security: 'starttls' },
      smtp: { host: 'mail.contoso.example', port: 587, security: 'starttls' },
    },
    {
      kind: 'cuc-single-inbox',
      id: 'voice-inbox',
      exchange: { servers: ['MBX01'], version: '2016' },
      web: { host: 'mbx01.contoso.example' },
      cuc: { host: 'cuc.contoso.example' },
    },
  ],
  redis: { url: 'rediss://redis.contoso.example:6380', user: 'bot', passwordFrom: 'env:UCCX_REDIS_PASSWORD' },
  slack: { mode: 'socket', botToken: 'env:SLACK_BOT_TOKEN', appToken: 'env:SLACK_APP_TOKEN' },
  access: [{ role: 'runner', platform: 'slack', channels: ['C0123456789'] }],
};
const token = { tokenSecret: { name: 'uccx-metrics' } };
/** Everything at once: each part that can be switched on is on. */
const whole = {
  config,
  metrics: { ...token, serviceMonitor: { enabled: true } },
  image: { repository: 'registry.contoso.example/uccx-doctor', pullSecrets: ['registry'] },
  bot: {
    secretEnv: {
      SLACK_BOT_TOKEN: { name: 'uccx-slack', key: 'bot' },
      UCCX_REDIS_PASSWORD: { name: 'uccx-redis', key: 'bot' },
    },
    secretFiles: ['care-mailbox'],
    keysSecret: 'uccx-keys-bot',
    env: { UCCX_LOG: 'info' },
    ingress: { enabled: true, host: 'bot.contoso.example', tlsSecret: 'bot-tls' },
    podAnnotations: { team: 'voice' },
    nodeSelector: { zone: 'paris' },
  },
  workers: [
    {
      site: 'hq',
      replicas: 2,
      secretEnv: { UCCX_MAIL_PASSWORD: { name: 'uccx-mail', key: 'password' } },
      keysSecret: 'uccx-keys-hq',
    },
    {
      site: 'branch',
      keysSecret: 'uccx-keys-branch',
      config: { ...config, targets: config.targets.slice(0, 1) },
      egressTo: [{ ipBlock: { cidr: '10.4.0.0/16' } }],
    },
  ],
  redis: { internal: { enabled: true, aclSecret: 'uccx-acl' } },
};

describe.skipIf(kubeToolsMissing)(`the Helm chart ${kubeToolsMissing ? `(${kubeToolsMissing})` : ''}`, () => {
  let folder: string;
  let objects: KubeObject[];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'uccx-helm-'));
    objects = await rendered(whole);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const helm = async (values: object, ...words: string[]) => {
    const file = join(folder, 'values.yaml');
    await writeFile(file, stringify(values));
    const env = { PATH: process.env.PATH, HOME: folder }; // whatever plugins somebody has
    return exec(HELM, [...words, '-f', file], { env });
  };
  const rendered = async (values: object): Promise<KubeObject[]> => {
    const { stdout } = await helm(values, 'template', 'uccx', CHART);
    // YAML 1.1 as Kubernetes reads it: 0440 is octal there.
    const documents = parseAllDocuments(stdout, { version: '1.1' }).filter(each => each.contents !== null);
    return documents.map(each => each.toJS() as KubeObject);
  };
  const refusal = (values: object): Promise<string> =>
    rendered(values).then(
      () => 'rendered',
      ({ stderr }) => String(stderr),
    );
  const named = (kind: string, name: string, among = objects): KubeObject => {
    const found = among.find(each => each.kind === kind && each.metadata.name === `uccx-uccx-doctor-${name}`);
    if (!found) throw new Error(`no ${kind} ${name}`);
    return found;
  };
  const podsOf = (among: KubeObject[]) => among.flatMap(each => (podOf(each) ? [podOf(each) as PodSpec] : []));

  it('Helm has nothing against it', async () => {
    const { stdout } = await helm(whole, 'lint', '--strict', CHART);
    expect(stdout).toContain('1 chart(s) linted, 0 chart(s) failed');
    expect(stdout).not.toMatch(/\[(?:WARNING|ERROR)\]/);
  });

  it('every object is one that Kubernetes knows', async () => {
    expect(objects.map(({ kind }) => kind).sort()).toEqual(
      [
        ...['ConfigMap', 'ConfigMap', 'Deployment', 'Deployment', 'Deployment', 'Ingress', 'NetworkPolicy'],
        ...['NetworkPolicy', 'NetworkPolicy', 'NetworkPolicy', 'Service', 'Service', 'Service', 'ServiceMonitor'],
        ...['ServiceMonitor', 'StatefulSet'],
      ].sort(),
    );
    for (const object of objects)
      expect([object.metadata.name, await faultsOf(object)]).toEqual([object.metadata.name, []]);
    const spoilt = { ...named('NetworkPolicy', 'bot'), spec: { podSelector: {}, egresss: [] } };
    expect(await faultsOf(spoilt)).toEqual(['egresss']); // that the check can fail
  });

  it('what is mounted is a configuration that we take, and that lets the kubelet ask', () => {
    const text = (name: string) => (named('ConfigMap', name).data as Record<string, string>)['config.yaml'] ?? '';
    const read = readConfig(text('config'));
    expect(read.is === 'bad' ? read.mistakes : []).toEqual([]);
    expect(read).toMatchObject({
      config: {
        metrics: { host: '0.0.0.0', port: 9464, workerPort: 9464, token: 'file:/run/metrics/token' },
        listen: { host: '0.0.0.0', port: 3000 },
        targets: [{ mailbox: { user: 'CONTOSO\\uccx-agents' } }, {}],
      },
    });
    expect(readConfig(text('config-branch'))).toMatchObject({
      is: 'good',
      config: { targets: [{ id: 'agent-mail' }] },
    });
    const mounts = podsOf([named('Deployment', 'worker-branch')]).flatMap(({ volumes }) => volumes);
    expect(mounts).toContainEqual({ name: 'config', configMap: { name: 'uccx-uccx-doctor-config-branch' } });
  });

  it.each(['bot', 'worker-hq', 'worker-branch'])('%s starts a command that there is', async name => {
    const [container] = podsOf([named('Deployment', name)]).flatMap(({ containers }) => containers);
    const [word, ...words] = container?.args ?? [];
    const entry = commands.find(each => each.name === word);
    const command = entry && 'load' in entry ? await entry.load() : entry;
    expect(command && parseGiven(command, words).text('config')).toBe('/etc/uccx-doctor/config.yaml');
    expect(words.includes('--site')).toBe(name !== 'bot');
  });

  it('no pod may do more than it needs', () => {
    const pods = podsOf(objects);
    expect(pods).toHaveLength(4);
    for (const pod of pods) {
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      });
      expect(pod.securityContext.runAsUser).toBeGreaterThan(0);
      for (const container of pod.containers) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(container.resources).toMatchObject({ limits: { memory: expect.any(String) } });
        const writable = (container.volumeMounts ?? []).filter(({ readOnly }) => !readOnly).map(each => each.mountPath);
        expect([[], ['/data'], ['/var/lib/uccx-doctor', '/tmp']]).toContainEqual(writable);
      }
    }
  });

  it('our pods are asked whether they live, at a port that they open', () => {
    for (const name of ['bot', 'worker-hq', 'worker-branch']) {
      const [container] = podsOf([named('Deployment', name)]).flatMap(({ containers }) => containers);
      expect(container?.readinessProbe).toMatchObject({ httpGet: { path: '/readyz', port: 'metrics' } });
      expect(container?.livenessProbe).toMatchObject({ httpGet: { path: '/healthz', port: 'metrics' } });
      expect(container?.ports).toContainEqual({ name: 'metrics', containerPort: 9464 });
    }
  });

  it('secrets are named and never there; a worker has none of the bot', () => {
    expect(objects.some(({ kind }) => kind === 'Secret')).toBe(false);
    const envOf = (name: string) =>
      podsOf([named('Deployment', name)])
        .flatMap(({ containers }) => containers)
        .flatMap(({ env }) => env ?? [])
        .filter(({ valueFrom }) => valueFrom)
        .map(each => each.name);
    expect(envOf('bot')).toEqual(['SLACK_BOT_TOKEN', 'UCCX_REDIS_PASSWORD']);
    expect(envOf('worker-hq')).toEqual(['UCCX_MAIL_PASSWORD']);
    expect(envOf('worker-branch')).toEqual([]);
  });

  it('each has its own keys, where its program looks for them, and none can be left without', async () => {
    const keysOf = (name: string, among = objects) =>
      podsOf([named('Deployment', name, among)]).map(({ volumes, containers: [container] }) => ({
        volume: volumes.find(each => (each as { name: string }).name === 'keys'),
        mount: container?.volumeMounts?.find(({ mountPath }) => mountPath === '/keys')?.readOnly,
        env: container?.env?.find(({ name }) => name === 'UCCX_KEYS'),
      }))[0];
    for (const [name, secretName] of [
      ['bot', 'uccx-keys-bot'],
      ['worker-hq', 'uccx-keys-hq'],
      ['worker-branch', 'uccx-keys-branch'],
    ] as const)
      expect(keysOf(name)).toEqual({
        volume: { name: 'keys', secret: { secretName, defaultMode: 0o440 } },
        mount: true,
        env: { name: 'UCCX_KEYS', value: '/keys' },
      });
    const signing = { sites: [{ id: 'hq', key: 'env:SITE_KEY' }], bot: { accept: ['file:/run/secrets/keys/bot.pub'] } };
    const byReference = { config: { ...config, signing }, metrics: token, bot: { enabled: false } };
    expect(keysOf('worker-hq', await rendered({ ...byReference, workers: [{ site: 'hq' }] }))).toEqual({});
  });

  it('a worker reaches Redis and the ports of its own targets, and nobody asks it but Prometheus', () => {
    const ports = (name: string) => {
      const { spec } = named('NetworkPolicy', name) as unknown as PolicyOf;
      return spec.egress.map(({ to, ports }) => ({ ports: ports?.map(({ port }) => port).sort((a, b) => a - b), to }));
    };
    const dns = { ports: [53, 53], to: undefined };
    const redis = { ports: [6380], to: undefined };
    expect(ports('worker-hq')).toEqual([dns, redis, { ports: [443, 587, 1143, 7080], to: undefined }]);
    expect(ports('worker-branch')).toEqual([
      dns,
      redis,
      { ports: [587, 1143], to: [{ ipBlock: { cidr: '10.4.0.0/16' } }] },
    ]);
    expect(ports('bot')).toEqual([dns, redis, { ports: [443], to: undefined }]);
    const { spec } = named('NetworkPolicy', 'worker-hq') as unknown as PolicyOf;
    expect(spec.ingress).toEqual([{ ports: [{ protocol: 'TCP', port: 'metrics' }] }]);
  });

  it('workers alone can stand in the cluster of a site', async () => {
    const site = await rendered({
      config,
      metrics: token,
      bot: { enabled: false },
      workers: [{ site: 'branch', keysSecret: 'uccx-keys' }],
    });
    expect(site.map(({ kind }) => kind).sort()).toEqual(['ConfigMap', 'Deployment', 'NetworkPolicy', 'Service']);
    for (const object of site) expect(await faultsOf(object)).toEqual([]);
  });

  it.each([
    ['nothing', {}, 'the configuration of uccx-doctor is missing'],
    ['no token for the metrics', { config }, 'name the Secret with the token of the metrics'],
    ['two configurations', { config, existingConfigMap: 'mine', metrics: token }, 'not both'],
    ['a secret instead of its name', { config, metrics: token, bot: { secretEnv: { TOKEN: 'xoxb-1' } } }, /TOKEN/],
    ['a misspelt key', { config, metrics: token, worker: [] }, /[Aa]dditional propert/],
    [
      'a Redis for everybody',
      { config, metrics: token, redis: { internal: { enabled: true } } },
      'a Redis that anybody may write to is none for us',
    ],
    [
      'servers that it cannot know',
      { existingConfigMap: 'mine', metrics: token, workers: [{ site: 'hq' }] },
      'say egressTo',
    ],
    ['no keys of the bot', { config, metrics: token }, /bot\.keysSecret: .*--from-file=keys\/bot\)/],
    [
      'no keys of a site',
      { config, metrics: token, bot: { enabled: false }, workers: [{ site: 'hq' }] },
      /site hq\.keysSecret: .*--from-file=keys\/site-hq\)/,
    ],
  ])('says what is missing: %s', async (_, values, says) => {
    expect(await refusal(values)).toMatch(says);
  });
});

type Container = {
  args?: string[];
  env?: { name: string; valueFrom?: unknown }[];
  ports?: unknown[];
  readinessProbe?: unknown;
  livenessProbe?: unknown;
  resources: unknown;
  securityContext: unknown;
  volumeMounts?: { mountPath: string; readOnly?: boolean }[];
};
type PodSpec = { containers: Container[]; volumes: unknown[]; securityContext: { runAsUser: number } };
type PolicyOf = { spec: { ingress: unknown[]; egress: { ports?: { port: number }[]; to?: unknown }[] } };
const podOf = (object: KubeObject): PodSpec | undefined =>
  (object.spec as { template?: { spec: PodSpec } } | undefined)?.template?.spec;
