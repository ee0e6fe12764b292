import { describe, expect, it } from 'vitest';
import type { Remedy, Step } from '../../src/domain/remedy.js';
import { assignThrottlingPolicy } from '../../src/remedies/assign-throttling-policy.js';
import { checkCredentials } from '../../src/remedies/check-credentials.js';
import { dedicatedReceiveConnector } from '../../src/remedies/dedicated-receive-connector.js';
import { enableImapForMailbox } from '../../src/remedies/enable-imap-for-mailbox.js';
import { grantImpersonation, grantImpersonationScoped } from '../../src/remedies/grant-impersonation.js';
import { openPort7080 } from '../../src/remedies/open-port-7080.js';
import { raiseConnectorLimits } from '../../src/remedies/raise-connector-limits.js';
import { raiseConnectorRate } from '../../src/remedies/raise-connector-rate.js';
import { raiseEwsLimitsOfAccount, raiseEwsLimitsOfMailboxes } from '../../src/remedies/raise-ews-limits.js';
import {
  raiseImapAddressLimit,
  raiseImapCommandSize,
  raiseImapTotalLimit,
} from '../../src/remedies/raise-imap-server-limits.js';
import { raiseImapUserLimit } from '../../src/remedies/raise-imap-user-limit.js';
import { raiseStoreObjects } from '../../src/remedies/raise-store-objects.js';
import { raiseStoreSessions } from '../../src/remedies/raise-store-sessions.js';
import { sessionNeedOf } from '../../src/remedies/session-need.js';
import { startImapServices } from '../../src/remedies/start-imap-services.js';
import { fact, inboxTarget, mailTarget } from '../support/build.js';
import { pasted } from '../support/rule-table.js';

/* The lines that an administrator pastes, written out by hand. */
const partsOf = (remedy: Remedy | null) => {
  if (!remedy) throw new Error('expected a remedy');
  const { read, apply, verify, undo } = remedy;
  return { read: pasted(read), apply: pasted(apply), verify: pasted(verify), undo: pasted(undo) };
};
const drops = (steps: readonly Step[]) => steps.flatMap(step => (step.drops ? [step.drops] : []));
const old = mailTarget({ version: '2010-sp3', servers: ['CAS01'] });
const now = mailTarget({ version: '2016', servers: ['EX01', 'EX02'] });

describe('raise-imap-user-limit', () => {
  it('on 2010 SP3', () => {
    const remedy = raiseImapUserLimit(old, sessionNeedOf(old), () => 16);
    expect(remedy?.formula).toBe('2 × 25 agents + 4 sessions = 54, + 25 % = 68');
    expect(partsOf(remedy)).toEqual({
      read: [
        "Get-ImapSettings -Server 'CAS01' | Export-Clixml -Path 'imap-CAS01-before.xml'",
        "Get-ImapSettings -Server 'CAS01' | Format-List -Property 'Server','MaxConnectionsPerUser'",
      ],
      apply: [
        "Set-ImapSettings -Server 'CAS01' -MaxConnectionsPerUser 68",
        "Invoke-Command -ComputerName 'CAS01' -ScriptBlock { Restart-Service -Name 'MSExchangeIMAP4' }",
      ],
      verify: [
        "Get-ImapSettings -Server 'CAS01' | Format-List -Property 'Server','MaxConnectionsPerUser'",
        "Invoke-Command -ComputerName 'CAS01' -ScriptBlock { Get-Service -Name 'MSExchangeIMAP4' }",
      ],
      undo: [
        "Set-ImapSettings -Server 'CAS01' -MaxConnectionsPerUser 16",
        "Invoke-Command -ComputerName 'CAS01' -ScriptBlock { Restart-Service -Name 'MSExchangeIMAP4' }",
      ],
    });
  });

  it('on 2016 names every server, both services, and reads back from the file what nobody had read', () => {
    const remedy = raiseImapUserLimit(now, sessionNeedOf(now), server => (server === 'EX01' ? 20 : null));
    expect(partsOf(remedy).apply).toEqual([
      "Set-ImapSettings -Server 'EX01' -MaxConnectionsPerUser 68",
      "Invoke-Command -ComputerName 'EX01' -ScriptBlock { Restart-Service -Name 'MSExchangeIMAP4'; Restart-Service -Name 'MSExchangeIMAP4BE' }",
      "Set-ImapSettings -Server 'EX02' -MaxConnectionsPerUser 68",
      "Invoke-Command -ComputerName 'EX02' -ScriptBlock { Restart-Service -Name 'MSExchangeIMAP4'; Restart-Service -Name 'MSExchangeIMAP4BE' }",
    ]);
    expect(partsOf(remedy).undo.filter(line => line.startsWith('Set-'))).toEqual([
      "Set-ImapSettings -Server 'EX01' -MaxConnectionsPerUser 20",
      "Set-ImapSettings -Server 'EX02' -MaxConnectionsPerUser (Import-Clixml -Path 'imap-EX02-before.xml' -ErrorAction 'Stop').MaxConnectionsPerUser",
    ]);
    expect(drops(remedy?.apply ?? [])).toEqual([
      'every IMAP connection to EX01 for some seconds; agents lose the Agent Email tab meanwhile',
      'every IMAP connection to EX02 for some seconds; agents lose the Agent Email tab meanwhile',
    ]);
  });

  it('only raises: a server that has as much is left alone, and none is no remedy', () => {
    const some = raiseImapUserLimit(now, sessionNeedOf(now), server => (server === 'EX01' ? 68 : 67));
    expect(partsOf(some).apply.join('\n')).not.toContain('EX01');
    expect(raiseImapUserLimit(now, sessionNeedOf(now), () => 68)).toBeNull();
    expect(raiseImapUserLimit(now, sessionNeedOf(now), () => 2_147_483_647)).toBeNull();
  });

  it('stays within what 2010 takes', () => {
    const many = mailTarget({ version: '2010-sp3', agents: 10_000, serverSessions: 1000 });
    expect(partsOf(raiseImapUserLimit(many, sessionNeedOf(many), () => 16)).apply[0]).toBe(
      "Set-ImapSettings -Server 'EX01' -MaxConnectionsPerUser 25000",
    );
  });
});

const KEY = String.raw`HKLM:\SYSTEM\CurrentControlSet\Services\MSExchangeIS\ParametersSystem`;

describe('raise-store-sessions', () => {
  it.each([old, mailTarget({ version: '2016', servers: ['CAS01'] })])('is the same on 2010 SP3 and 2016', target => {
    const remedy = raiseStoreSessions(target, sessionNeedOf(target), () => 16);
    expect(partsOf(remedy)).toEqual({
      read: [
        `Invoke-Command -ComputerName 'CAS01' -ScriptBlock { Get-ItemProperty -Path '${KEY}' } | Export-Clixml -Path 'store-CAS01-before.xml'`,
        `Invoke-Command -ComputerName 'CAS01' -ScriptBlock { Get-ItemProperty -Path '${KEY}' } | Format-List -Property 'PSComputerName','Maximum Allowed Service Sessions Per User'`,
      ],
      apply: [
        `Invoke-Command -ComputerName 'CAS01' -ScriptBlock { New-ItemProperty -Path '${KEY}' -Name 'Maximum Allowed Service Sessions Per User' -PropertyType 'DWord' -Value 68 -Force }`,
        "Invoke-Command -ComputerName 'CAS01' -ScriptBlock { Restart-Service -Name 'MSExchangeIS' }",
      ],
      verify: [
        `Invoke-Command -ComputerName 'CAS01' -ScriptBlock { Get-ItemProperty -Path '${KEY}' } | Format-List -Property 'PSComputerName','Maximum Allowed Service Sessions Per User'`,
        "Get-MailboxDatabase -Server 'CAS01' -Status | Format-Table -Property 'Name','Mounted','MountedOnServer' -AutoSize",
      ],
      undo: [
        `Invoke-Command -ComputerName 'CAS01' -ScriptBlock { if ($args[0]) { New-ItemProperty -Path '${KEY}' -Name 'Maximum Allowed Service Sessions Per User' -PropertyType 'DWord' -Value $args[0] -Force } else { Remove-ItemProperty -Path '${KEY}' -Name 'Maximum Allowed Service Sessions Per User' } } -ArgumentList (Import-Clixml -Path 'store-CAS01-before.xml' -ErrorAction 'Stop').'Maximum Allowed Service Sessions Per User'`,
        "Invoke-Command -ComputerName 'CAS01' -ScriptBlock { Restart-Service -Name 'MSExchangeIS' }",
      ],
    });
    expect(drops(remedy?.apply ?? [])).toEqual([
      'every mailbox on CAS01, for all clients, until its databases are mounted again (some minutes)',
    ]);
  });

  it('writes a value back that can only have been a value', () => {
    expect(partsOf(raiseStoreSessions(old, sessionNeedOf(old), () => 32)).undo[0]).toBe(
      `Invoke-Command -ComputerName 'CAS01' -ScriptBlock { New-ItemProperty -Path '${KEY}' -Name 'Maximum Allowed Service Sessions Per User' -PropertyType 'DWord' -Value 32 -Force }`,
    );
  });

  it('only raises', () => expect(raiseStoreSessions(old, sessionNeedOf(old), () => 68)).toBeNull());
});

describe('receive connectors', () => {
  const with2010 = mailTarget({ version: '2010-sp3', servers: ['CAS01'], clientAddress: '10.4.4.95' });
  const with2016 = mailTarget({ version: '2016', clientAddress: '10.4.4.95' });
  it('makes one for UCCX alone, with the role only where there are roles', () => {
    expect(partsOf(dedicatedReceiveConnector(with2010)).apply).toEqual([
      "New-ReceiveConnector -Name 'UCCX 10.4.4.95' -Server 'CAS01' -Usage 'Custom' -Bindings '0.0.0.0:587' -RemoteIPRanges '10.4.4.95' -AuthMechanism 'Tls','BasicAuth','BasicAuthRequireTLS','Integrated' -PermissionGroups 'ExchangeUsers' -MaxInboundConnectionPerSource 250 -MaxInboundConnectionPercentagePerSource 100 -MessageRateLimit 250 -MessageRateSource 'IPAddress'",
    ]);
    expect(partsOf(dedicatedReceiveConnector(with2016))).toMatchObject({
      apply: [
        "New-ReceiveConnector -Name 'UCCX 10.4.4.95' -Server 'EX01' -TransportRole 'FrontendTransport' -Usage 'Custom' -Bindings '0.0.0.0:587' -RemoteIPRanges '10.4.4.95' -AuthMechanism 'Tls','BasicAuth','BasicAuthRequireTLS','Integrated' -PermissionGroups 'ExchangeUsers' -MaxInboundConnectionPerSource 250 -MaxInboundConnectionPercentagePerSource 100 -MessageRateLimit 250 -MessageRateSource 'IPAddress'",
      ],
      undo: ["Remove-ReceiveConnector -Identity 'EX01\\UCCX 10.4.4.95' -Confirm:$false"],
    });
  });
  it('makes none without the address or on a port of Exchange itself', () => {
    expect(dedicatedReceiveConnector(now)).toBeNull();
    expect(dedicatedReceiveConnector(mailTarget({ clientAddress: '10.4.4.95', smtp: { port: 465 } }))).toBeNull();
  });
  it('raises only what is lower, and puts the exact values back', () => {
    const limits = fact('connector-limits', { connectionsPerSource: 250, connectionsPercentPerSource: 2 });
    expect(partsOf(raiseConnectorLimits(now, limits, 'connections-per-source'))).toMatchObject({
      apply: ["Set-ReceiveConnector -Identity 'EX01\\Client Frontend EX01' -MaxInboundConnectionPercentagePerSource 5"],
      undo: ["Set-ReceiveConnector -Identity 'EX01\\Client Frontend EX01' -MaxInboundConnectionPercentagePerSource 2"],
    });
    expect(partsOf(raiseConnectorLimits(now, limits, 'messages-per-minute')).apply).toEqual([
      "Set-ReceiveConnector -Identity 'EX01\\Client Frontend EX01' -MessageRateLimit 250",
    ]);
    const unlimited = fact('connector-limits', {
      connectionsPerSource: 'unlimited',
      connectionsPercentPerSource: 100,
      messagesPerMinute: 'unlimited',
    });
    expect(raiseConnectorLimits(now, unlimited, 'connections-per-source')).toBeNull();
    expect(raiseConnectorLimits(now, unlimited, 'messages-per-minute')).toBeNull();
    expect(
      raiseConnectorLimits(
        now,
        fact('connector-limits', { connectionsPerSource: null, connectionsPercentPerSource: null }),
        'connections-per-source',
      ),
    ).toBeNull();
  });
  it('leaves the connector between Exchange servers alone, and one that is not told apart', () => {
    expect(
      raiseConnectorLimits(now, fact('connector-limits', { connector: 'Default EX01' }), 'connections-per-source'),
    ).toBeNull();
    expect(
      raiseConnectorLimits(
        now,
        fact('connector-limits', { connector: 'Default Frontend EX01' }),
        'connections-per-source',
      ),
    ).not.toBeNull();
    expect(
      raiseConnectorLimits(now, fact('connector-limits', { connector: 'Relay' }), 'connections-per-source'),
    ).toBeNull();
  });
});

describe('assign-throttling-policy', () => {
  const applied = (version: string) => partsOf(assignThrottlingPolicy(mailTarget({ version }))).apply;
  const first = (n: string) =>
    `Set-ThrottlingPolicy -Identity 'UCCX Email' -IMAPMaxConcurrency ${n} -IMAPPercentTimeInAD $null -IMAPPercentTimeInCAS $null -IMAPPercentTimeInMailboxRPC $null -RCAMaxConcurrency ${n} -RCAPercentTimeInAD $null -RCAPercentTimeInCAS $null -RCAPercentTimeInMailboxRPC $null`;
  it('has a form for the first 2010, one for its service packs, one for later versions, each with the need as a number', () => {
    expect(applied('2010-rtm')[1]).toBe(first('68'));
    expect(applied('2010-sp3')).toEqual([
      "New-ThrottlingPolicy -Name 'UCCX Email'",
      `${first('68')} -CPAMaxConcurrency 68 -CPAPercentTimeInCAS $null -CPAPercentTimeInMailboxRPC $null`,
      "Set-Mailbox -Identity 'contoso\\uccxemail' -ThrottlingPolicy 'UCCX Email'",
    ]);
    expect(applied('2016')).toEqual([
      "New-ThrottlingPolicy -Name 'UCCX Email' -ThrottlingPolicyScope 'Regular'",
      "Set-ThrottlingPolicy -Identity 'UCCX Email' -ImapMaxConcurrency 68 -ImapMaxBurst 'Unlimited' -ImapRechargeRate 'Unlimited' -ImapCutoffBalance 'Unlimited'",
      "Set-Mailbox -Identity 'contoso\\uccxemail' -ThrottlingPolicy 'UCCX Email'",
    ]);
  });
  it('takes no limit where the first 2010 has no number that is large enough', () => {
    const many = mailTarget({ version: '2010-rtm', agents: 120 });
    expect(partsOf(assignThrottlingPolicy(many)).apply[1]).toBe(first('$null'));
  });
  it('leaves what has no limit without one', () => {
    const present = { imapConcurrency: null, rcaConcurrency: 400 };
    expect(partsOf(assignThrottlingPolicy(mailTarget({ version: '2013' }), present)).apply[1]).toContain(
      "-ImapMaxConcurrency 'Unlimited'",
    );
    expect(partsOf(assignThrottlingPolicy(mailTarget({ version: '2010-sp3' }), present)).apply[1]).toMatch(
      /-IMAPMaxConcurrency \$null .* -RCAMaxConcurrency 400 /,
    );
  });
  it('puts the former policy back before it takes its own away', () => {
    expect(assignThrottlingPolicy(mailTarget({ identity: 'uccx' })).undo[0]).toEqual({
      do: 'by-hand',
      text: 'Look at ThrottlingPolicyId in what was read first (it is kept in policy-uccx-before.xml). Blank: the next line is right, uccx had the default policy. A name: put it, in single quotes, where the next line says $null.',
      drops: null,
    });
    expect(partsOf(assignThrottlingPolicy(mailTarget({ identity: 'uccx' }))).undo).toEqual([
      "Set-Mailbox -Identity 'uccx' -ThrottlingPolicy $null",
      "Remove-ThrottlingPolicy -Identity 'UCCX Email' -Confirm:$false",
    ]);
  });
});

describe('IMAP limits that somebody had lowered', () => {
  it('go back to what the version ships, or to the need where that is more', () => {
    expect(partsOf(raiseImapAddressLimit(old, () => 20)).apply[0]).toBe(
      "Set-ImapSettings -Server 'CAS01' -MaxConnectionFromSingleIP 2000",
    );
    expect(partsOf(raiseImapAddressLimit(old, () => 20)).undo[0]).toBe(
      "Set-ImapSettings -Server 'CAS01' -MaxConnectionFromSingleIP 20",
    );
    expect(partsOf(raiseImapTotalLimit(mailTarget({ version: '2010-sp3', agents: 2000 }), () => 2000)).apply[0]).toBe(
      "Set-ImapSettings -Server 'EX01' -MaxConnections 5005",
    );
    expect(partsOf(raiseImapTotalLimit(now, server => (server === 'EX01' ? 2400 : null))).apply).toEqual([
      "Set-ImapSettings -Server 'EX01' -MaxConnections 2147483647",
      "Invoke-Command -ComputerName 'EX01' -ScriptBlock { Restart-Service -Name 'MSExchangeIMAP4'; Restart-Service -Name 'MSExchangeIMAP4BE' }",
    ]);
    expect(partsOf(raiseImapCommandSize(now, () => 1024)).apply[0]).toBe(
      "Set-ImapSettings -Server 'EX01' -MaxCommandSize 10240",
    );
  });
  it('are left alone where nobody read them, or where they are no lower: the checklist would have cut these', () => {
    expect(raiseImapAddressLimit(now, () => null)).toBeNull();
    expect(raiseImapTotalLimit(now, () => 2_147_483_647)).toBeNull();
    expect(raiseImapTotalLimit(old, () => 2400)).toBeNull();
    expect(raiseImapCommandSize(now, () => 10_240)).toBeNull();
  });
});

describe('raise-store-objects', () => {
  const KEY_OF_OBJECTS = `${KEY}\\MaxObjsPerMapiSession`;
  it('makes the key where it is not there, and never empties one that is', () => {
    const remedy = raiseStoreObjects(old, 'objtMessage', () => null);
    expect(partsOf(remedy).apply[0]).toBe(
      `Invoke-Command -ComputerName 'CAS01' -ScriptBlock { if ((Get-Item -Path '${KEY_OF_OBJECTS}' -ErrorAction 'SilentlyContinue').PSPath) { New-ItemProperty -Path '${KEY_OF_OBJECTS}' -Name 'objtMessage' -PropertyType 'DWord' -Value 500 -Force } else { New-Item -Path '${KEY_OF_OBJECTS}'; New-ItemProperty -Path '${KEY_OF_OBJECTS}' -Name 'objtMessage' -PropertyType 'DWord' -Value 500 -Force } }`,
    );
    expect(partsOf(remedy).undo[0]).toBe(
      `Invoke-Command -ComputerName 'CAS01' -ScriptBlock { Remove-ItemProperty -Path '${KEY_OF_OBJECTS}' -Name 'objtMessage' }`,
    );
    expect(partsOf(raiseStoreObjects(old, 'objtFolder', () => 600)).undo[0]).toContain(' -Value 600 -Force');
  });
});

describe('raise-connector-rate', () => {
  it('raises both connectors that a message passes from 2013 on, on every server', () => {
    const remedy = raiseConnectorRate(mailTarget({ servers: ['EX01', 'EX02'], agents: 120 }), []);
    expect(partsOf(remedy).apply).toEqual([
      "Set-ReceiveConnector -Identity 'EX01\\Client Frontend EX01' -MessageRateLimit 240",
      "Set-ReceiveConnector -Identity 'EX01\\Client Proxy EX01' -MessageRateLimit 480",
      "Set-ReceiveConnector -Identity 'EX02\\Client Frontend EX02' -MessageRateLimit 240",
      "Set-ReceiveConnector -Identity 'EX02\\Client Proxy EX02' -MessageRateLimit 480",
    ]);
    expect(remedy?.formula).toBe(
      'the greater of 50 (Cisco) and 2 × 120 agents = 240 a minute; the proxy connector twice that = 480',
    );
  });
  it('is one connector on 2010, leaves alone what allows as much, and is for port 587 only', () => {
    expect(partsOf(raiseConnectorRate(old, [])).apply).toEqual([
      "Set-ReceiveConnector -Identity 'CAS01\\Client CAS01' -MessageRateLimit 50",
    ]);
    expect(raiseConnectorRate(old, [])?.undo).toEqual([
      {
        do: 'by-hand',
        text: String.raw`Set MessageRateLimit of CAS01\Client CAS01 back to what was read first: a number or Unlimited, kept in connector-rate-CAS01_5c_Client_20_CAS01-before.xml.`,
        drops: null,
      },
    ]);
    const some = [
      fact('connector-limits', { connector: 'Client Frontend EX01', messagesPerMinute: 'unlimited' }),
      fact('connector-limits', { connector: 'EX01\\Client Proxy EX01', messagesPerMinute: 5 }),
    ];
    const remedy = raiseConnectorRate(mailTarget(), some);
    expect(partsOf(remedy).apply).toEqual([
      "Set-ReceiveConnector -Identity 'EX01\\Client Proxy EX01' -MessageRateLimit 100",
    ]);
    expect(partsOf(remedy).undo).toEqual([
      "Set-ReceiveConnector -Identity 'EX01\\Client Proxy EX01' -MessageRateLimit 5",
    ]);
    expect(raiseConnectorRate(mailTarget({ smtp: { port: 25 } }), [])).toBeNull();
  });
});

describe('single inbox', () => {
  const at = (version: string) => inboxTarget({ version });
  it('grants impersonation over everybody, or over one group', () => {
    expect(partsOf(grantImpersonation(at('2016')))).toMatchObject({
      apply: [
        "New-ManagementRoleAssignment -Name 'Unity Connection impersonation' -Role 'ApplicationImpersonation' -User 'SERVICE-ACCOUNT'",
      ],
      undo: ["Remove-ManagementRoleAssignment -Identity 'Unity Connection impersonation' -Confirm:$false"],
    });
    expect(partsOf(grantImpersonationScoped(at('2016')))).toMatchObject({
      apply: [
        "New-ManagementScope -Name 'Unity Connection users' -RecipientRestrictionFilter 'MemberOfGroup -eq ''GROUP-DN'''",
        "New-ManagementRoleAssignment -Name 'Unity Connection impersonation' -Role 'ApplicationImpersonation' -User 'SERVICE-ACCOUNT' -CustomRecipientWriteScope 'Unity Connection users'",
      ],
      undo: [
        "Remove-ManagementRoleAssignment -Identity 'Unity Connection impersonation' -Confirm:$false",
        "Remove-ManagementScope -Identity 'Unity Connection users' -Confirm:$false",
      ],
    });
  });
  it('puts the policy on whom the version charges', () => {
    expect(partsOf(raiseEwsLimitsOfAccount(at('2010-sp1'), 10_000)).apply).toEqual([
      "New-ThrottlingPolicy -Name 'Unity Connection'",
      "Set-ThrottlingPolicy -Identity 'Unity Connection' -EWSMaxConcurrency 100 -EWSMaxSubscriptions 11000 -EWSPercentTimeInAD $null -EWSPercentTimeInCAS $null -EWSPercentTimeInMailboxRPC $null",
      "Set-ThrottlingPolicyAssociation -Identity 'SERVICE-ACCOUNT' -ThrottlingPolicy 'Unity Connection'",
    ]);
    expect(partsOf(raiseEwsLimitsOfMailboxes(at('2019'))).apply).toEqual([
      "New-ThrottlingPolicy -Name 'Unity Connection' -ThrottlingPolicyScope 'Regular'",
      "Set-ThrottlingPolicy -Identity 'Unity Connection' -EwsMaxConcurrency 100",
      "Set-Mailbox -Identity 'SINGLE-INBOX-USER' -ThrottlingPolicy 'Unity Connection'",
    ]);
  });
});

describe('the others', () => {
  it('turns IMAP of one mailbox on and back', () => {
    expect(partsOf(enableImapForMailbox(mailTarget({ identity: 'uccx' })))).toMatchObject({
      apply: ["Set-CASMailbox -Identity 'uccx' -ImapEnabled $true"],
      undo: [
        "Set-CASMailbox -Identity 'uccx' -ImapEnabled (Import-Clixml -Path 'casmailbox-uccx-before.xml' -ErrorAction 'Stop').ImapEnabled",
      ],
    });
  });
  it('starts the services that the version has', () => {
    expect(partsOf(startImapServices(old)).apply).toEqual([
      "Invoke-Command -ComputerName 'CAS01' -ScriptBlock { Set-Service -Name 'MSExchangeIMAP4' -StartupType 'Automatic' }",
      "Invoke-Command -ComputerName 'CAS01' -ScriptBlock { Start-Service -Name 'MSExchangeIMAP4' }",
    ]);
    expect(partsOf(startImapServices(mailTarget({ version: 'se' }))).apply[1]).toBe(
      "Invoke-Command -ComputerName 'EX01' -ScriptBlock { Start-Service -Name 'MSExchangeIMAP4'; Start-Service -Name 'MSExchangeIMAP4BE' }",
    );
  });
  it('puts the start mode back that was read, whatever it was', () => {
    const { read, undo } = partsOf(startImapServices(old));
    expect(read.at(-1)).toBe(
      "Invoke-Command -ComputerName 'CAS01' -ScriptBlock { Get-ItemProperty -Path 'HKLM:\\SYSTEM\\CurrentControlSet\\Services\\MSExchangeIMAP4' -Name 'Start' } | Export-Clixml -Path 'start-MSExchangeIMAP4.CAS01-before.xml'",
    );
    expect(undo).toEqual([
      "Invoke-Command -ComputerName 'CAS01' -ScriptBlock { Stop-Service -Name 'MSExchangeIMAP4' }",
      "Invoke-Command -ComputerName 'CAS01' -ScriptBlock { Set-Service -Name 'MSExchangeIMAP4' -StartupType $args[0] } -ArgumentList (Import-Clixml -Path 'start-MSExchangeIMAP4.CAS01-before.xml' -ErrorAction 'Stop').Start",
    ]);
  });
  it('finds an account by either way of writing it', () => {
    expect(partsOf(checkCredentials(mailTarget())).read[0]).toMatch(
      /^Get-ADUser -Identity 'uccxemail' -Properties 'Enabled','LockedOut',/,
    );
    expect(partsOf(checkCredentials(mailTarget({ user: 'u(1)*@contoso.test' }))).read[0]).toMatch(
      /^Get-ADUser -LDAPFilter '\(userPrincipalName=u\\281\\29\\2a@contoso\.test\)' /,
    );
  });
  it('loads the module of the directory first, where PowerShell does not do so by itself', () => {
    expect(partsOf(checkCredentials(old)).read[0]).toBe("Import-Module -Name 'ActiveDirectory'");
    expect(partsOf(checkCredentials(old)).verify).toEqual(partsOf(checkCredentials(old)).read);
    expect(partsOf(checkCredentials(now)).read.join()).not.toContain('Import-Module');
  });
  it('tries the port from each Exchange server', () => {
    expect(partsOf(openPort7080(inboxTarget({ version: '2019', servers: ['EX01', 'EX02'] }))).read).toEqual([
      "Invoke-Command -ComputerName 'EX01' -ScriptBlock { Test-NetConnection -ComputerName 'cuc.contoso.test' -Port 7080 }",
      "Invoke-Command -ComputerName 'EX02' -ScriptBlock { Test-NetConnection -ComputerName 'cuc.contoso.test' -Port 7080 }",
    ]);
  });
  it.each(['2010-sp3', '2013', '2016'])('needs no cmdlet for it that the Windows of Exchange %s may lack', version => {
    expect(partsOf(openPort7080(inboxTarget({ version }))).read).toEqual([
      "Invoke-Command -ComputerName 'EX01' -ScriptBlock { New-Object -TypeName 'System.Net.Sockets.TcpClient' -ArgumentList 'cuc.contoso.test',7080 | Format-List -Property 'Connected' }",
    ]);
  });
});
