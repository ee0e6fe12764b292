import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ImapFlow } from 'imapflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ConfiguredTarget } from '../../src/domain/configured-target.js';
import { Site } from '../../src/domain/target.js';
import { labConfig } from '../../src/lab/config.js';
import { type Lab, startLab } from '../../src/lab/lab.js';
import type { MailTargetDraft, TargetDraft } from '../../src/lab/scenario.js';
import { scenarios } from '../../src/lab/scenarios/index.js';
import { dial } from './dial.js';
import { temporaryFolders } from './folder.js';

const freshFolder = temporaryFolders();
const mailTargetOf = (lab: Lab, id: string): MailTargetDraft => {
  const target = lab.targets.find(known => known.id === id);
  if (target?.kind !== 'uccx-mail') throw new Error(`${id} has no mail target`);
  return target;
};
const portsOf = (target: TargetDraft): number[] =>
  target.kind === 'uccx-mail' ? [target.imap.port, target.smtp.port] : [target.cuc.notifyPort ?? 7080];
const fileOf = (reference: string) => reference.replace(/^(?:file|ca):/, '');

/** Logs in with what the target says, as a worker would; gives the server's refusal or `open`. */
const logIn = async (target: MailTargetDraft): Promise<string> => {
  const client = new ImapFlow({
    host: target.imap.host,
    port: target.imap.port,
    secure: target.imap.security === 'tls',
    servername: target.imap.serverName,
    tls: { ca: await readFile(fileOf(target.imap.trust ?? ''), 'utf8') },
    auth: {
      user: target.mailbox.user,
      pass: await readFile(fileOf(target.mailbox.password ?? ''), 'utf8'),
      loginMethod: 'AUTH=PLAIN',
    },
    logger: false,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.mailboxOpen('INBOX');
    await client.logout();
    return 'open';
  } catch (error) {
    client.close();
    const { responseText, response } = error as { responseText?: string; response?: string };
    return responseText ?? String(response);
  }
};

describe('the whole lab', () => {
  let lab: Lab;
  let folder: string;
  beforeAll(async () => {
    folder = await freshFolder();
    lab = await startLab({ folder });
  });
  afterAll(() => lab.stop());

  it('gives one target a scenario, by its id, that the domain takes', () => {
    expect(lab.targets.map(target => target.id)).toEqual(scenarios.map(scenario => scenario.id));
    for (const target of lab.targets) expect(ConfiguredTarget.parse(target).title).toBeTruthy();
  });

  it('gives every scenario its own ports', () => {
    const ports = lab.targets.flatMap(portsOf);
    expect(new Set(ports).size).toBe(ports.length);
  });

  it('writes passwords where only their owner reads them, and none into the targets', async () => {
    for (const id of await readdir(join(folder, 'secrets'))) {
      const file = join(folder, 'secrets', id);
      expect((await stat(file)).mode & 0o077).toBe(0);
      expect(JSON.stringify(lab.targets)).not.toContain(await readFile(file, 'utf8'));
    }
  });

  it('writes a configuration that reads back', () => {
    const config = parse(labConfig(lab, { redis: { url: 'redis://127.0.0.1:6379' } }));
    expect(config.redis).toEqual({ url: 'redis://127.0.0.1:6379' });
    expect(config.sites.map((site: unknown) => Site.parse(site).vantages)).toEqual([
      ['uccx-side', 'agent-side', 'exchange-side', 'cuc-side'],
      ['uccx-side', 'agent-side'],
    ]);
    expect(config.targets.map((target: unknown) => ConfiguredTarget.parse(target))).toEqual(
      lab.targets.map(target => ConfiguredTarget.parse({ ...target, sites: target.sites ?? ['hq'] })),
    );
  });

  it('lets every site that is brought along look at every target', () => {
    const config = parse(labConfig(lab, { sites: [{ id: 'paris', vantages: ['uccx-side'] }] }));
    expect(config.sites).toEqual([{ id: 'paris', vantages: ['uccx-side'] }]);
    for (const target of config.targets) expect(target.sites).toBeUndefined();
  });

  it.each([
    { id: 'prod', comes: 'open' },
    { id: 'smtp-per-source', comes: 'open' },
    { id: 'branch', comes: 'AUTHENTICATE failed.' },
    { id: 'bad-password', comes: 'AUTHENTICATE failed.' },
    { id: 'imap-disabled', comes: 'User is authenticated but not connected.' },
    { id: 'store-limit', comes: 'Server Unavailable. 15' },
  ])('$id: a real client hears «$comes»', async ({ id, comes }) => {
    expect(await logIn(mailTargetOf(lab, id))).toContain(comes);
  });

  it('takes its time in the slow scenario, and is through all the same', async () => {
    const client = await dial(mailTargetOf(lab, 'slow').imap.port);
    const from = performance.now();
    expect(await client.line()).toContain('service is ready');
    expect(performance.now() - from).toBeGreaterThan(600);
    client.close();
  });

  it('holds the sessions of the agents, and tells a full account from a wrong password only in its own counts', () => {
    const full = lab.counters('branch').imap?.accounts['CONTOSO\\uccx-branch'];
    const wrong = lab.counters('bad-password').imap?.accounts['CONTOSO\\uccx-bad-password'];
    expect(full).toMatchObject({ openNow: 16, peak: 16, overLimit: 1, wrongPassword: 0 });
    expect(wrong).toMatchObject({ openNow: 0, overLimit: 0, wrongPassword: 1 });
    expect(lab.agents('branch')?.open()).toBe(16);
    expect(lab.agents('bad-password')).toBeNull();
  });

  it('lets the next one in once the agents have logged out', async () => {
    await lab.agents('branch')?.logout();
    expect(lab.agents('branch')?.open()).toBe(0);
    expect(await logIn(mailTargetOf(lab, 'branch'))).toBe('open');
    const counts = lab.counters('branch').imap?.accounts['CONTOSO\\uccx-branch'];
    expect(counts).toMatchObject({ openNow: 0, mailboxesOpen: 0, loggedOut: 17 });
  });

  it('has sent no mail and no notification by standing there', () => {
    const all = lab.scenarios.map(({ id }) => lab.counters(id));
    expect(all.map(counts => counts.smtp?.mailFrom ?? 0).every(count => count === 0)).toBe(true);
    expect(all.map(counts => counts.notify?.posts ?? 0).every(count => count === 0)).toBe(true);
  });
});

it('leaves no port, socket or thread behind when it stops', async () => {
  const lab = await startLab({ folder: await freshFolder() });
  // Whether the ports still answer would tell nothing: somebody else may have been given them meanwhile.
  const open = () => process.getActiveResourcesInfo().filter(kind => /TCP|Worker|MessagePort/.test(kind));
  expect(open().length).toBeGreaterThan(100);
  await lab.stop();
  await expect.poll(open, { timeout: 30_000 }).toEqual([]);
});

it('starts what is named and says so when it does not know a name', async () => {
  const folder = await freshFolder();
  const lab = await startLab({ folder, scenarios: ['inbox', 'port-closed'], name: 'localhost' });
  expect(lab.targets.map(target => target.id)).toEqual(['inbox', 'port-closed']);
  expect(mailTargetOf(lab, 'port-closed').imap.host).toBe('localhost');
  expect(() => lab.counters('prod')).toThrow('does not run');
  await lab.stop();
  await expect(startLab({ folder, scenarios: ['nobody'] })).rejects.toThrow('no such scenario');
});
