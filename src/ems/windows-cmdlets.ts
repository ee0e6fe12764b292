import { windows } from './cmdlet.js';
import { block, count, flag, text, texts, word } from './parameter.js';

/*
 * The cmdlets of Windows PowerShell that we print. Exchange 2010 runs on PowerShell 2.0, so nothing here is newer
 * unless it says so. They act on the machine that they run on, whatever server the Exchange session is connected to.
 */
const core = (area: string, name: string) => ({
  source: `https://learn.microsoft.com/powershell/module/microsoft.powershell.${area}/${name}?view=powershell-5.1`,
});
const activeDirectory = (name: string) => ({
  source: `https://learn.microsoft.com/powershell/module/activedirectory/${name}`,
});

/** Runs a block on the named machine over PowerShell remoting. */
export const invokeCommand = windows('Invoke-Command', core('core', 'invoke-command'), {
  ComputerName: text(),
  ScriptBlock: block(),
  /** One value, which the block reads as `$args[0]`. */
  ArgumentList: text(),
});

export const getService = windows('Get-Service', core('management', 'get-service'), { Name: texts() });
export const startService = windows('Start-Service', core('management', 'start-service'), { Name: text() });
export const stopService = windows('Stop-Service', core('management', 'stop-service'), { Name: text() });
export const restartService = windows('Restart-Service', core('management', 'restart-service'), { Name: text() });
export const setService = windows('Set-Service', core('management', 'set-service'), {
  Name: text(),
  StartupType: word('Automatic', 'Manual', 'Disabled'),
});

export const getItemProperty = windows('Get-ItemProperty', core('management', 'get-itemproperty'), {
  Path: text(),
  Name: text(),
});
export const newItemProperty = windows('New-ItemProperty', core('management', 'new-itemproperty'), {
  Path: text(),
  Name: text(),
  PropertyType: word('DWord'),
  Value: count(0, 2_147_483_647),
  /** Overwrites a value that is there. */
  Force: flag(),
});
export const removeItemProperty = windows('Remove-ItemProperty', core('management', 'remove-itemproperty'), {
  Path: text(),
  Name: text(),
});

/** Answers with an error where no event matches. XPath, because a hash table would need a provider that is registered. */
export const getWinEvent = windows('Get-WinEvent', core('diagnostics', 'get-winevent'), {
  ComputerName: text(),
  LogName: text(),
  FilterXPath: text(),
  MaxEvents: count(1, 1000),
});

export const exportClixml = windows('Export-Clixml', core('utility', 'export-clixml'), { Path: text() });
export const importClixml = windows('Import-Clixml', core('utility', 'import-clixml'), {
  Path: text(),
  /** `Stop` keeps a missing file from being read as «there was no value». */
  ErrorAction: word('Stop'),
});
export const formatList = windows('Format-List', core('utility', 'format-list'), { Property: texts() });
export const formatTable = windows('Format-Table', core('utility', 'format-table'), {
  Property: texts(),
  AutoSize: flag(),
});

/** Windows 8.1 and Server 2012 R2 or later; Exchange 2010 does not run there. */
export const testNetConnection = windows(
  'Test-NetConnection',
  { source: 'https://learn.microsoft.com/powershell/module/nettcpip/test-netconnection' },
  { ComputerName: text(), Port: count(1, 65_535) },
);

export const getAdUser = windows('Get-ADUser', activeDirectory('get-aduser'), {
  Identity: text(),
  LDAPFilter: text(),
  Properties: texts(),
});
