import { windows } from './cmdlet.js';
import { block, count, flag, hostAndPort, text, texts, word, wordOrArgument } from './parameter.js';

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
  StartupType: wordOrArgument('Automatic', 'Manual', 'Disabled'),
});

export const getItemProperty = windows('Get-ItemProperty', core('management', 'get-itemproperty'), {
  Path: text(),
  Name: text(),
});
export const getItem = windows('Get-Item', core('management', 'get-item'), {
  Path: text(),
  /** `SilentlyContinue` gives nothing back where there is nothing. */
  ErrorAction: word('SilentlyContinue'),
});
/** Never with `-Force`: that empties a registry key which exists. */
export const newItem = windows('New-Item', core('management', 'new-item'), { Path: text() });
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

export const selectObject = windows('Select-Object', core('utility', 'select-object'), { ExpandProperty: text() });

/** Windows 8.1 and Server 2012 R2 or later. Exchange 2013 and 2016 may run on older ones, 2010 always does. */
export const testNetConnection = windows(
  'Test-NetConnection',
  { source: 'https://learn.microsoft.com/powershell/module/nettcpip/test-netconnection' },
  { ComputerName: text(), Port: count(1, 65_535) },
);

/** Every Windows PowerShell. Made with host and port, this object connects at once, and making it fails where that cannot be done. */
export const newObject = windows('New-Object', core('utility', 'new-object'), {
  TypeName: word('System.Net.Sockets.TcpClient'),
  ArgumentList: hostAndPort(),
});

/** PowerShell 2.0, which Exchange 2010 runs in, does not load the module of a cmdlet by itself; 3.0 and later do. */
export const importModule = windows('Import-Module', core('core', 'import-module'), { Name: word('ActiveDirectory') });

export const getAdUser = windows('Get-ADUser', activeDirectory('get-aduser'), {
  Identity: text(),
  LDAPFilter: text(),
  Properties: texts(),
});
