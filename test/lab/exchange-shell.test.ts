import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoted } from '../../src/ems/to-shell.js';
import { type Cmdlet, windowsCmdlets } from '../../src/lab/exchange-shell/cmdlets.js';
import { exchangeShell } from '../../src/lab/exchange-shell/exchange.js';
import { runShell } from '../../src/lab/exchange-shell/shell.js';
import { startLab } from '../../src/lab/lab.js';
import { temporaryFolders } from './folder.js';

const folder = temporaryFolders();
const cmdlets = new Map<string, Cmdlet>(windowsCmdlets(new Map(), () => new Date(0)));
const said = async (source: string) => {
  const { said: lines, failed } = await runShell(source, cmdlets);
  return failed === null ? lines : `failed: ${failed}`;
};

describe('the language', () => {
  it.each<[string, string, string[]]>([
    ['texts and the sum of them', "'it''s ' + 1", ["it's 1"]],
    ['typographic quotes end a text, two stand for the second', "'a’’b'", ['a’b']],
    ['an empty list stays one', "$a = @(); $a = $a + @('x'); $a.Count", ['1']],
    ['no output is $null', '$a = (Out-Null); $null -eq $a', ['True']],
    ['-and and -or from left to right', '$false -and $true -or $true', ['True']],
    ['functions, and what they give back', "function Get-Two($A, $B) { return ($B + $A) }\nGet-Two 'a' 'b'", ['ba']],
    [
      'a list of the outer scope, set from inside',
      "$x = @()\nfunction Add-It() { $script:x = $script:x + @('i') }\nAdd-It\nAdd-It\n$x.Count",
      ['2'],
    ],
    ['if, elseif, else', "if ($false) { 'a' } elseif ($true) { 'b' } else { 'c' }", ['b']],
    ['what is thrown can be caught', "try { throw 'no' } catch { 'caught ' + [string]$_ }", ['caught no']],
    ['tables, their names without case', "$t = @{\n  # why\n  Read = { 'r' }\n}\n& $t.READ", ['r']],
    ['pipelines item by item', "@('a', 'b') | Where-Object { $_ -eq 'B' }", ['b']],
    ['no number is bigger than no limit', "[double]::PositiveInfinity -ge [double]'2147483647'", ['True']],
  ])('%s', async (_, source, expected) => expect(await said(source)).toEqual(expected));

  it.each([
    ['an unknown cmdlet', 'Stop-Computer', /'Stop-Computer' is not recognized/],
    ['a text without an end', "'abc", /expected the end of a text/],
    ['a text in which something could expand', '"$(x)"', /expected/],
    ['words after a line', "Write-Output 'a' 'b' }", /line 1: expected/],
  ])('refuses %s', async (_, source, why) => expect(await said(source)).toMatch(why));

  it('reads every text that we write as that text, whatever it holds', () =>
    fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), async text => {
        let written: string;
        try {
          written = quoted(text, 'test');
        } catch {
          return; // cannot be pasted, and is refused
        }
        expect(await said(`Write-Output ${written}`)).toEqual([text]);
      }),
      { numRuns: 2000 },
    ));
});

describe('the simulated Exchange', () => {
  const started = () => {
    const happened: string[] = [];
    const shell = exchangeShell(
      {
        servers: ['EX01'],
        displayVersion: 'Version 15.1 (Build 2507.6)',
        maxConnectionsPerUser: 16,
        storeSessionsPerUser: null,
        mailbox: 'uccx@contoso.test',
        imapEnabled: true,
        connector: null,
      },
      {
        imapRestarted: async limit => void happened.push(`imap ${limit}`),
        storeRestarted: async limit => void happened.push(`store ${limit}`),
        imapEnabled: (_, on) => void happened.push(`enabled ${on}`),
        connectionsPerSource: () => {},
      },
    );
    return { shell, happened };
  };
  const restart = (service: string) =>
    `Invoke-Command -ComputerName 'EX01' -ScriptBlock { Restart-Service -Name '${service}' }`;

  it('lets a limit count only once its service has been restarted', async () => {
    const { shell, happened } = started();
    await shell.run("Set-ImapSettings -Server 'EX01' -MaxConnectionsPerUser 40");
    expect(happened).toEqual([]);
    await shell.run(restart('MSExchangeIMAP4'));
    expect(happened).toEqual(['imap 40']);
    await shell.run(restart('MSExchangeIS'));
    expect(happened.at(-1)).toBe('store 16');
  });

  it.each([
    ["Set-ImapSettings -Server 'EX99' -MaxConnectionsPerUser 40", /'EX99' couldn't be found/],
    ["Restart-Service -Name 'MSExchangeIMAP4'", /Cannot find any service/],
    ["Set-CASMailbox -Identity 'other@contoso.test' -ImapEnabled $false", /couldn't be found/],
    ["Import-Clixml -Path 'nowhere.xml'", /Could not find file/],
  ])('refuses %s', async (line, why) => {
    const { shell, happened } = started();
    expect((await shell.run(line)).failed).toMatch(why);
    expect(happened).toEqual([]);
  });

  it('drives the servers of a scenario, and its agents log in again after a restart', async () => {
    const lab = await startLab({ folder: await folder(), scenarios: ['branch'] });
    try {
      const shell = lab.shell('branch');
      await shell.run("Set-ImapSettings -Server 'EX01' -MaxConnectionsPerUser 35");
      const before = lab.counters('branch').imap?.connections ?? 0;
      expect(await shell.run(restart('MSExchangeIMAP4'))).toMatchObject({ failed: null });
      expect(lab.agents('branch')?.open()).toBe(16);
      expect(lab.counters('branch').imap?.connections).toBe(before + 16);
    } finally {
      await lab.stop();
    }
  });
});
