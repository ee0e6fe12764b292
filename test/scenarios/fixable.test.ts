import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { asText, isThing, type Value } from '../../src/lab/exchange-shell/values.js';
import type { View } from '../../src/view/view.js';
import { startTestWhole, type TestWhole } from '../support/whole.js';

/**
 * There and back through the whole bot: the fault is found, what is printed for it is run on the simulated Exchange, the recheck
 * says fixed; what the script wrote as its way back is run, and the fault is there again.
 */
let test: TestWhole;

type Way = {
  scenario: string;
  /** The rules whose problem must go and come back. */
  rules: readonly string[];
  /** What an administrator has read before anything is proposed, as they write it into the configuration. */
  stated?: object;
  /** What is named behind `fix <target>`. */
  chosen?: string;
  /** A line whose output is pasted behind `--from`. */
  pasted?: string;
  /** What they write there after the change; null: nothing that is stated has changed. */
  after: object | null;
  commands: readonly string[];
};

const WAYS: readonly Way[] = [
  {
    scenario: 'branch',
    rules: ['imap-login', 'shared-account-sessions'],
    after: { imapConnectionsPerUser: 35, storeSessionsPerUser: 35 },
    commands: ["Set-ImapSettings -Server 'EX01' -MaxConnectionsPerUser 35"],
  },
  {
    scenario: 'store-limit',
    rules: ['imap-mailbox', 'shared-account-sessions'],
    stated: { imapConnectionsPerUser: 64, storeSessionsPerUser: 16 },
    after: { imapConnectionsPerUser: 64, storeSessionsPerUser: 35 },
    commands: [
      "Invoke-Command -ComputerName 'EX01' -ScriptBlock { New-ItemProperty -Path 'HKLM:\\SYSTEM\\CurrentControlSet\\Services\\MSExchangeIS\\ParametersSystem' -Name 'Maximum Allowed Service Sessions Per User' -PropertyType 'DWord' -Value 35 -Force }",
    ],
  },
  {
    scenario: 'imap-disabled',
    rules: ['imap-mailbox'],
    chosen: 'enable-imap-for-mailbox',
    after: null,
    commands: ["Set-CASMailbox -Identity 'uccx-imap-disabled@contoso.test' -ImapEnabled $true"],
  },
  {
    scenario: 'smtp-source-limit',
    rules: ['smtp-banner'],
    after: null,
    commands: [
      "Set-ReceiveConnector -Identity 'EX01\\Client Frontend EX01' -MaxInboundConnectionPerSource 250",
      "Set-ReceiveConnector -Identity 'EX01\\Client Frontend EX01' -MaxInboundConnectionPercentagePerSource 5",
    ],
  },
  {
    scenario: 'smtp-per-source',
    rules: ['smtp-banner'],
    // 2010 has one text for two limits: a person has looked at event 1021, and names what follows.
    chosen: 'raise-connector-limits',
    pasted: "Get-ReceiveConnector -Identity 'CAS01\\Client CAS01'",
    after: null,
    commands: ["Set-ReceiveConnector -Identity 'CAS01\\Client CAS01' -MaxInboundConnectionPerSource 250"],
  },
  {
    scenario: 'ews-no-schemes',
    rules: ['ews-service'],
    after: null,
    commands: [
      "Set-WebServicesVirtualDirectory -Identity 'EX01\\EWS (Default Web Site)' -BasicAuthentication $true",
      "Set-AutodiscoverVirtualDirectory -Identity 'EX01\\Autodiscover (Default Web Site)' -BasicAuthentication $true",
    ],
  },
];

beforeAll(async () => {
  test = await startTestWhole({
    scenarios: WAYS.map(({ scenario }) => scenario),
    again: { 'by-hand': 'branch', 'no-restart': 'branch' },
    edit: file => state(file, Object.fromEntries(WAYS.map(({ scenario, stated }) => [scenario, stated ?? null]))),
  });
});
afterAll(() => test?.stop());

describe('what is printed', () => {
  it.each(WAYS.map(way => [way.scenario, way] as const))(
    'for %s is a script that tries without changing anything, and then runs',
    async (id, { rules, chosen, pasted, commands }) => {
      await test.ask(`check ${id}`);
      expect(await problemsOf(id)).toEqual(rules);

      const shell = test.lab.shell(id);
      const from = pasted ? ` --from\n${asList((await shell.run(pasted)).gave)}` : '';
      const script = attached((await test.ask(`fix ${id} ${chosen ?? ''}${from}`)).view);
      for (const command of commands) expect(script.content).toContain(`Apply = { ${command} }`);
      const path = `C:\\fix\\${script.name}`;

      const tried = await shell.run(script.content, { path, switches: ['Restart'], whatIf: true });
      expect(tried).toMatchObject({ failed: null });
      expect(shell.files.size).toBe(0);
      await test.ask(`check ${id} --login-anyway`);
      expect(await problemsOf(id)).toEqual(rules);

      expect(await shell.run(script.content, { path, switches: ['Restart'] })).toMatchObject({ failed: null });
    },
  );

  it('can be pasted line by line: read, apply', async () => {
    view = (await test.ask('check by-hand')).view;
    await paste('Read first');
    await paste('Apply');
  });

  it('can be run without the restart', async () => {
    await test.ask('check no-restart');
    const script = attached((await test.ask('fix no-restart')).view);
    const ran = await test.lab.shell('no-restart').run(script.content, { path: 'C:\\fix\\a.ps1' });
    expect(ran.said.join('\n')).toMatch(/must be restarted before the new values count/);
  });
});

describe('after that', () => {
  beforeAll(async () => {
    const after = WAYS.map(way => [way.scenario, way.after] as const);
    await state(test.file, { ...Object.fromEntries(after), 'by-hand': RAISED, 'no-restart': RAISED });
    await restartBot();
  });

  it.each(WAYS.map(way => [way.scenario, way] as const))(
    '%s is fixed, and there is a way back',
    async (id, { rules }) => {
      const fixed = await test.ask(`check ${id} --login-anyway`);
      expect(await problemsOf(id)).toEqual([]);
      expect(fixed.text.match(/Fixed: /g)).toHaveLength(rules.length);

      const shell = test.lab.shell(id);
      const [undo] = [...shell.files.keys()].filter(file => file.endsWith('undo.ps1'));
      const back = await shell.run(String(shell.files.get(undo as string)), {
        path: undo as string,
        switches: ['Restart'],
      });
      expect(back).toMatchObject({ failed: null });
    },
  );

  it('the pasted lines have done the same, and those that undo it can be pasted', async () => {
    expect((await test.ask('check by-hand --login-anyway')).view.tone).toBe('healthy');
    await paste('Undo');
  });

  it('what was not restarted is not fixed, and the recheck says so', async () => {
    const { text } = await test.ask('check no-restart --login-anyway');
    expect(text).toMatch(/Not yet: Exchange refuses the login/);
    expect(text).toMatch(/Fixed: Exchange allows the shared account 16 sessions/);
  });
});

describe('the way back', () => {
  beforeAll(async () => {
    const before = WAYS.map(way => [way.scenario, way.after && (way.stated ?? BEFORE)] as const);
    await state(test.file, { ...Object.fromEntries(before), 'by-hand': BEFORE });
    await restartBot();
  });

  it.each(WAYS.map(way => [way.scenario, way] as const))('breaks %s again', async (id, { rules }) => {
    const broken = await test.ask(`check ${id}`);
    expect(await problemsOf(id)).toEqual(rules);
    expect(broken.text.match(/New: /g)).toHaveLength(rules.length);
  });

  it('breaks again what was pasted', async () => {
    await test.ask('check by-hand');
    expect(await problemsOf('by-hand')).toEqual(['imap-login', 'shared-account-sessions']);
  });
});

/** Of the target whose lines are pasted by hand. */
let view: View;
const paste = async (label: string): Promise<void> => {
  const lines = view.sections
    .filter(({ title }) => title.startsWith('Remedy: '))
    .flatMap(({ commands }) => commands.filter(block => block.label === label).flatMap(block => block.lines));
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) expect(await test.lab.shell('by-hand').run(line), line).toMatchObject({ failed: null });
};

/** The bot alone judges by what was read. */
const restartBot = async (): Promise<void> => {
  await test.bot().stop();
  await test.startBot();
};

/** As `| Format-List` shows it, with its columns. */
const asList = (gave: readonly Value[]): string =>
  gave
    .filter(isThing)
    .map(({ properties }) =>
      [...properties].map(([name, value]) => `${name.padEnd(40)}: ${asText(value)}`).join('\r\n'),
    )
    .join('\r\n\r\n');

/** As the scenario states it, and what it is raised to. */
const BEFORE = { imapConnectionsPerUser: 16, storeSessionsPerUser: 16 };
const RAISED = { imapConnectionsPerUser: 35, storeSessionsPerUser: 35 };

/** Writes what was read of each target into the configuration; nothing new for null. */
const state = async (file: string, read: Readonly<Record<string, object | null>>): Promise<void> => {
  const config = parse(await readFile(file, 'utf8')) as { targets: { id: string; limits?: object }[] };
  for (const target of config.targets) {
    const limits = read[target.id];
    if (limits) target.limits = { ...target.limits, readOn: '2026-11-21', ...limits };
  }
  await writeFile(file, stringify(config));
};

const problemsOf = async (id: string): Promise<string[]> =>
  ((await test.report(id))?.verdicts ?? []).filter(({ is }) => is === 'problem').map(({ rule }) => rule);

const attached = ({ attachment, headline }: View): { name: string; content: string } => {
  if (!attachment) throw new Error(`no script came: ${headline}`);
  return attachment;
};
