import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Remedy } from '../../src/domain/remedy.js';
import { EXCHANGE_VERSIONS } from '../../src/domain/target.js';
import { ON_PREMISES } from '../../src/ems/parameter.js';
import { type FixScript, fixScript } from '../../src/fix/script.js';
import { type ExchangeState, exchangeShell } from '../../src/lab/exchange-shell/exchange.js';
import { alignEwsAuthentication } from '../../src/remedies/align-ews-authentication.js';
import { dedicatedReceiveConnector } from '../../src/remedies/dedicated-receive-connector.js';
import { enableImapForMailbox } from '../../src/remedies/enable-imap-for-mailbox.js';
import { raiseImapUserLimit } from '../../src/remedies/raise-imap-user-limit.js';
import { raiseStoreSessions } from '../../src/remedies/raise-store-sessions.js';
import { sessionNeedOf } from '../../src/remedies/session-need.js';
import { startImapServices } from '../../src/remedies/start-imap-services.js';
import { remediesOf } from '../remedies/every-remedy.js';
import { inboxTarget, mailTarget } from '../support/build.js';
import { loadScriptGrammar } from './grammar.js';

/** A name that would run, if anything of it got out of its quotes. */
const HOSTILE = "EX’1'; Stop-Computer #";
const AT = '2026-11-21T08:00:00.000Z';
const target = mailTarget({ id: 'prod', servers: ['EX01', 'EX02'], clientAddress: '10.4.4.95' });
const need = sessionNeedOf(target);
const limits = [raiseImapUserLimit(target, need, () => 16), raiseStoreSessions(target, need, () => 16)].filter(
  remedy => remedy !== null,
);
const scriptOf = (remedies: readonly Remedy[], of = target) => fixScript({ target: of, remedies, at: AT });

/** Every name of a command that a script may hold beside those of Exchange. */
const OF_WINDOWS = new Set([
  'Add-Undo',
  'ConvertTo-Literal',
  'Export-Clixml',
  'Format-Value',
  'Get-Command',
  'Get-Date',
  'Get-ItemProperty',
  'Get-Limit',
  'Invoke-Command',
  'Join-Path',
  'New-Item',
  'New-ItemProperty',
  'Out-Null',
  'Read-Value',
  'Restart-Service',
  'Set-Content',
  'Split-Path',
  'Test-Enough',
  'Test-Path',
  'Where-Object',
  'Write-Output',
  'Write-Warning',
]);

let read: Awaited<ReturnType<typeof loadScriptGrammar>>;
beforeAll(async () => {
  read = await loadScriptGrammar();
});

describe('the file', () => {
  const { name, content } = scriptOf(limits);

  it('is named after target and day', () => expect(name).toBe('uccx-prod-2026-11-21.ps1'));

  it('has a byte order mark, and CR LF at the end of every line', () => {
    expect(content.startsWith('\ufeff')).toBe(true);
    expect(content.slice(1)).not.toContain('\ufeff');
    expect(content.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it('uses no alias and nothing that a console formats', () => {
    const { errors, commands } = read(content);
    expect(errors).toEqual([]);
    for (const command of commands.filter(name => !name.startsWith('$')))
      expect(OF_WINDOWS.has(command) || /^(?:Get|Set)-[A-Z][A-Za-z]+$/.test(command), command).toBe(true);
    expect(content).not.toMatch(/Format-(?:Table|List|Wide)|Out-(?:String|File|Host)|Write-Host/);
  });

  it('asks before everything: -WhatIf works, and without -Restart nobody is dropped', () => {
    expect(content).toContain(
      '[CmdletBinding(SupportsShouldProcess = $true)]\r\nparam([switch]$Restart, [switch]$Force)',
    );
  });

  it('restarts each server once, whatever many remedies ask for', () => {
    expect(content.match(/ {4}Apply = \{ Invoke-Command [^\r]*Restart-Service/g)).toHaveLength(2);
    expect(content).toContain(
      "    Apply = { Invoke-Command -ComputerName 'EX01' -ScriptBlock { Restart-Service -Name 'MSExchangeIMAP4'; Restart-Service -Name 'MSExchangeIMAP4BE'; Restart-Service -Name 'MSExchangeIS' } }",
    );
  });
});

describe.each(ON_PREMISES)('Exchange %s', version => {
  it('every remedy is in a script that the grammar takes, or named as left out', () => {
    const own: string[] = [];
    for (const [name, remedy] of remediesOf(version)) {
      const of = mailTarget({ id: 'prod', version, servers: name.endsWith('3') ? [HOSTILE] : ['EX01'] });
      const { content, changes, leftOut } = scriptOf([remedy], of);
      expect(leftOut.length + Math.sign(changes.length), name).toBe(1);
      for (const left of leftOut) expect(content, name).toContain(`# - ${left.remedy.id}: `);
      own.push(ownPartOf(content));
    }
    expect(own.filter(part => part.includes('Apply = {')).length).toBeGreaterThan(10);
    expect(read(own.join('\r\n')).errors).toEqual([]);
  });
});

/** What one script has of its own: heading, names, changes, restarts. The functions after them are slow to parse and the same in each. */
const ownPartOf = (script: string): string => {
  const end = script.indexOf('\r\n)\r\n', script.indexOf('\r\n$restarts = @('));
  expect(end).toBeGreaterThan(0);
  const parameters = /^(?:#requires|\[CmdletBinding|param\().*$/gm; // only the first script of a text may have these
  return script.slice(1, end + 3).replace(parameters, '');
};

it('knows these remedies, and leaves the others to a person', () => {
  const known = ON_PREMISES.flatMap(version =>
    remediesOf(version).flatMap(([, remedy]) =>
      scriptOf([remedy], mailTarget({ version })).changes.length > 0 ? [remedy.id] : [],
    ),
  );
  expect([...new Set(known)].sort()).toEqual([
    'align-ews-authentication',
    'allow-plain-imap-login',
    'assign-throttling-policy',
    'dedicated-receive-connector',
    'enable-imap-for-mailbox',
    'raise-connector-limits',
    'raise-connector-rate',
    'raise-connector-total',
    'raise-imap-address-limit',
    'raise-imap-command-size',
    'raise-imap-total-limit',
    'raise-imap-user-limit',
    'raise-store-sessions',
    'start-imap-services',
  ]);
});

describe('what is left out', () => {
  it('Exchange Online has no servers to run it on', () => {
    const online = mailTarget({ version: 'online' });
    expect(() => scriptOf([enableImapForMailbox(online)], online)).toThrow(/servers of your own/);
    expect(EXCHANGE_VERSIONS.at(-1)).toBe('online');
  });

  it('a remedy with a missing value stands at the top, with what is missing, and nothing of it below', () => {
    const incomplete: Remedy = {
      ...enableImapForMailbox(target),
      complete: false,
      placeholders: [{ name: 'ACCOUNT', where: 'the owner knows it' }],
    };
    const { content, changes } = scriptOf([incomplete]);
    expect(changes).toEqual([]);
    expect(content).toContain('a value is missing: ACCOUNT (the owner knows it)');
    expect(content).not.toContain('Set-CASMailbox');
  });

  it('a remedy with one line that is not understood is left out whole', () => {
    const [first] = limits as [Remedy];
    const odd: Remedy = {
      ...first,
      apply: [...first.apply, { do: 'shell', command: { cmdlet: 'Get-Mailbox', args: [], pipe: null }, drops: null }],
    };
    expect(scriptOf([odd]).leftOut.map(({ remedy }) => remedy.id)).toEqual(['raise-imap-user-limit']);
  });

  it('words of others stay behind their #', () => {
    const sly: Remedy = {
      ...(limits[0] as Remedy),
      title: 'a\r\nStop-Computer\n#>\u2028b',
      risk: 'x\u0085Stop-Computer',
    };
    const { commands, errors } = read(scriptOf([sly]).content);
    expect(errors).toEqual([]);
    expect(commands).not.toContain('Stop-Computer');
  });
});

/** A simulated Exchange 2016 with the two servers, and what happened to it. */
const exchange = (more: Partial<ExchangeState> = {}) => {
  const happened: string[] = [];
  const shell = exchangeShell(
    {
      servers: ['EX01', 'EX02'],
      displayVersion: 'Version 15.1 (Build 2507.6)',
      maxConnectionsPerUser: 16,
      storeSessionsPerUser: null,
      mailbox: 'contoso\\uccxemail',
      imapEnabled: false,
      connector: { name: 'Client Frontend EX01', perSource: 20 },
      ...more,
    },
    {
      imapRestarted: async limit => void happened.push(`imap ${limit}`),
      storeRestarted: async limit => void happened.push(`store ${limit}`),
      imapEnabled: (_, on) => void happened.push(`enabled ${on}`),
      connectionsPerSource: limit => void happened.push(`connector ${limit}`),
    },
  );
  const run = (script: FixScript | string, options: Parameters<typeof shell.run>[1] = {}) =>
    shell.run(typeof script === 'string' ? script : script.content, { path: 'C:\\fix\\fix.ps1', ...options });
  const undo = () => String([...shell.files].find(([file]) => file.endsWith('undo.ps1'))?.[1]);
  const show = async (line: string) => (await run(`Write-Output (${line})`)).said.at(-1);
  return { happened, run, undo, show, files: shell.files, state: shell.state };
};
const IMAP = "(Get-ImapSettings -Server 'EX01').MaxConnectionsPerUser";

describe('run', () => {
  it('with -WhatIf says what it would do and does none of it', async () => {
    const { run, happened, files, show } = exchange();
    const { said, failed } = await run(scriptOf(limits), { whatIf: true, switches: ['Restart'] });
    expect(failed).toBeNull();
    expect(said.filter(line => line.startsWith('What if:'))).toHaveLength(7);
    expect(said.join('\n')).not.toMatch(/ is \d+ now/);
    expect([happened, files.size, await show(IMAP)]).toEqual([[], 0, '16']);
  });

  it('saves first, raises, reads back, and restarts nobody unasked', async () => {
    const { run, happened, files, show } = exchange();
    const { said, failed } = await run(scriptOf(limits));
    expect(failed).toBeNull();
    expect(said[0]).toMatch(/^The present values are saved in C:\\fix\\uccx-prod-2026-11-21-saved-\d{8}-\d{6}$/);
    expect(said).toContain('EX01: MaxConnectionsPerUser was 16, is 68 now.');
    expect(said).toContain('EX01: Maximum Allowed Service Sessions Per User was not set, is 68 now.');
    expect(said.filter(line => line.startsWith('WARNING: ') && line.includes('That drops'))).toHaveLength(2);
    expect([...files.keys()].filter(file => file.endsWith('.xml'))).toHaveLength(4);
    expect([happened, await show(IMAP)]).toEqual([[], '68']);
  });

  it('with -Restart asks each server, and takes no for an answer', async () => {
    const { run, happened } = exchange();
    const asked: string[] = [];
    await run(scriptOf(limits), {
      switches: ['Restart'],
      confirms: query => asked.push(query) > 1,
    });
    expect(asked).toHaveLength(2);
    expect(asked[0]).toMatch(/on EX01 must be restarted .* That drops every IMAP connection to EX01/);
    expect(happened).toEqual(['imap 68', 'imap 68', 'store 68']);
  });

  it('with -Restart and -Force asks nobody', async () => {
    const { run, happened } = exchange();
    await run(scriptOf(limits), {
      switches: ['Restart', 'Force'],
      confirms: () => expect.unreachable('nobody is there'),
    });
    expect(happened).toHaveLength(6);
  });

  it('leaves alone what is enough, and then has nothing to take back', async () => {
    const { run, files, show } = exchange({ maxConnectionsPerUser: 500, storeSessionsPerUser: 68 });
    const { said } = await run(scriptOf(limits));
    expect(said).toContain('EX01: MaxConnectionsPerUser is 500, which is enough: left as it is.');
    expect([...files.keys()].some(file => file.endsWith('undo.ps1'))).toBe(false);
    expect(await show(IMAP)).toBe('500');
  });

  it('stops in another version before it touches anything', async () => {
    const { run, files, show } = exchange({ displayVersion: 'Version 15.2 (Build 1748.10)' });
    const { failed } = await run(scriptOf(limits));
    expect(failed).toBe(
      'EX01 is "Version 15.2 (Build 1748.10)". This script was made for Exchange 2016: nothing was changed.',
    );
    expect([files.size, await show(IMAP)]).toEqual([0, '16']);
  });

  it('stops where a server is not known, before it touches anything', async () => {
    const { run, files } = exchange({ servers: ['EX01'] });
    expect((await run(scriptOf(limits))).failed).toMatch(/'EX02' couldn't be found/);
    expect(files.size).toBe(0);
  });

  it('changes nothing for somebody who answers no to the saving', async () => {
    const { run, files, show } = exchange();
    await run(scriptOf(limits), { allows: what => !what.includes('-saved-') });
    expect([files.size, await show(IMAP)]).toEqual([0, '16']);
  });

  it('stops where Exchange says nothing and does nothing, and keeps the way back', async () => {
    const { run, undo, show } = exchange();
    const deaf = scriptOf(limits).content.replace(
      "Apply = { Set-ImapSettings -Server 'EX01' -MaxConnectionsPerUser 68 }",
      "Apply = { Get-ImapSettings -Server 'EX01' }",
    );
    const { said, failed } = await run(deaf, { switches: ['Restart', 'Force'] });
    expect(failed).toMatch(/Not everything could be changed/);
    expect(said).toContain('WARNING: EX01: MaxConnectionsPerUser is still 16 after the change.');
    expect(said.filter(line => line.includes('left as it is, because of the failure before'))).toHaveLength(3);
    expect(said.join('\n')).not.toMatch(/ restarted\.$/m);
    expect(undo()).toContain("Set-ImapSettings -Server 'EX01' -MaxConnectionsPerUser 16");
    expect(await show(IMAP)).toBe('16');
  });

  it('takes everything back by the script that it wrote', async () => {
    const { run, undo, show, happened } = exchange();
    const own = dedicatedReceiveConnector(target) as Remedy;
    const all = [...limits, enableImapForMailbox(target), own];
    expect((await run(scriptOf(all), { switches: ['Restart'] })).failed).toBeNull();
    expect(await show("(Get-CASMailbox -Identity 'contoso\\uccxemail').ImapEnabled")).toBe('True');
    expect(read(undo()).errors).toEqual([]);

    happened.length = 0;
    expect((await run(undo(), { whatIf: true, switches: ['Restart'] })).failed).toBeNull();
    expect(happened).toEqual([]);
    expect((await run(undo(), { switches: ['Restart'] })).failed).toBeNull();
    expect(await show("(Get-CASMailbox -Identity 'contoso\\uccxemail').ImapEnabled")).toBe('False');
    expect(await show(IMAP)).toBe('16');
    expect(happened).toEqual([
      'connector 250', // the one of the other server still answers
      'connector 20',
      'enabled false',
      ...['imap 16', 'imap 16', 'store 16', 'imap 16', 'imap 16', 'store 16'],
    ]);
  });

  it('starts services, and asks before the way back stops them', async () => {
    const { run, undo, state } = exchange();
    for (const server of target.exchange.servers)
      for (const service of ['MSExchangeIMAP4', 'MSExchangeIMAP4BE'])
        await run(
          `Invoke-Command -ComputerName '${server}' -ScriptBlock { Stop-Service -Name '${service}'; Set-Service -Name '${service}' -StartupType 'Disabled' }`,
        );
    const atFirst = structuredClone(state());
    const { said, failed } = await run(scriptOf([startImapServices(target)]));
    expect(failed).toBeNull();
    expect(said).toContain('MSExchangeIMAP4BE on EX02: Start was 4, is 2 now.');
    expect(said).toContain('MSExchangeIMAP4BE on EX02: Status was Stopped, is Running now.');
    const started = structuredClone(state());
    expect(started).not.toEqual(atFirst);

    expect(read(undo()).errors).toEqual([]);
    const asked: string[] = [];
    expect((await run(undo(), { confirms: query => asked.push(query) < 0 })).failed).toBeNull();
    expect(asked[0]).toBe('MSExchangeIMAP4BE on EX02 is stopped. That drops whoever uses it.');
    expect(asked).toHaveLength(4);
    expect(JSON.stringify(state()).match(/"status":"Running"/g)).toHaveLength(6);
    expect((await run(undo(), { switches: ['Force'] })).failed).toBeNull();
    expect(state()).toEqual(atFirst);
  });

  it('turns a login of the web server on and back, on each server', async () => {
    const { run, undo, state } = exchange();
    const inbox = inboxTarget({ servers: ['EX01', 'EX02'], version: '2016' });
    const atFirst = structuredClone(state());
    const script = fixScript({ target: inbox, remedies: [alignEwsAuthentication(inbox)], at: AT });
    expect(script.changes).toHaveLength(4);
    expect((await run(script)).failed).toBeNull();
    expect(JSON.stringify(state()).match(/"basicauthentication":true/g)).toHaveLength(4);
    expect((await run(undo())).failed).toBeNull();
    expect(state()).toEqual(atFirst);
  });

  it('run a second time, never writes over what the first time saved', async () => {
    const { run, files } = exchange();
    await run(scriptOf(limits));
    const kept = new Map(files);
    await run(scriptOf(limits));
    for (const [file, content] of kept) expect(files.get(file)).toEqual(content);
  });

  it('never lowers, whatever stands there and whatever is proposed', () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 25_000 }), fc.integer({ min: 1, max: 2000 }), async (now, agents) => {
        const crowd = mailTarget({ id: 'prod', servers: ['EX01', 'EX02'], agents });
        const remedy = raiseImapUserLimit(crowd, sessionNeedOf(crowd), () => null) as Remedy;
        const { run, show } = exchange({ maxConnectionsPerUser: now });
        expect((await run(scriptOf([remedy], crowd))).failed).toBeNull();
        expect(Number(await show(IMAP))).toBe(Math.max(now, sessionNeedOf(crowd).proposed));
      }),
      { numRuns: 100 },
    ));
});
