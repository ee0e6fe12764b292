/** The five documents: one checklist in four languages, one guide for single inbox of which a French copy is at hand. */
export const DOCUMENTS = [
  {
    id: '117589',
    title: 'Cisco, UCCX Email Integration with Microsoft Exchange 2010 Throttling Policies Checklist',
    languages: ['en', 'es', 'ko', 'zh-TW'],
    url: 'https://www.cisco.com/c/en/us/support/docs/customer-collaboration/unified-contact-center-express/117589-technote-uccx-00.html',
  },
  {
    id: '118883',
    title: 'Cisco, Single Inbox Sync Issues with On-Premise Microsoft Exchange Deployments',
    languages: ['fr'],
    url: 'https://www.cisco.com/c/en/us/support/docs/unified-communications/unity-connection/118883-technote-cuc-00.html',
  },
] as const;

/** One step of a document. `by`: remedies that do what it is for; none: it is refused. `why` says the difference, or the reason. */
export type PublishedStep = {
  document: (typeof DOCUMENTS)[number]['id'];
  id: string;
  says: string;
  by: readonly string[];
  why: string;
};

const uccx = (id: string, says: string, by: readonly string[], why: string): PublishedStep => ({
  document: '117589',
  id,
  says,
  by,
  why,
});
const cuc = (id: string, says: string, by: readonly string[], why: string): PublishedStep => ({
  document: '118883',
  id,
  says,
  by,
  why,
});

const LOOKED_AT = 'a look and no change:';
const ROOT = 'customers of Unity Connection have no root; Cisco TAC has.';

export const publishedSteps: readonly PublishedStep[] = [
  uccx(
    'telnet',
    'telnet to port 143 from the PC',
    ['start-imap-services'],
    `${LOOKED_AT} rule imap-port does it, and goes on to greeting, TLS and login; where nothing listens, the service is started.`,
  ),
  uccx(
    'imap-1-user',
    '-MaxConnectionsPerUser 2400',
    ['raise-imap-user-limit'],
    'the number that the agents need instead of 2400, on each server, with the restart without which it does not count.',
  ),
  uccx(
    'imap-1-address',
    '-MaxConnectionFromSingleIP 2000',
    ['raise-imap-address-limit'],
    'only where a lower value was read: from 2013 on 2000 would be a cut.',
  ),
  uccx(
    'imap-1-total',
    '-MaxConnections 2400',
    ['raise-imap-total-limit'],
    'only where a lower value was read: from 2013 on 2400 would be a cut.',
  ),
  uccx(
    'imap-1-command',
    '-MaxCommandSize 10240',
    ['raise-imap-command-size'],
    'it is what Exchange ships, so only where a lower value was read.',
  ),
  uccx(
    'imap-2-event',
    'look for event 9646',
    ['raise-store-sessions', 'raise-store-objects'],
    'the type that the event names decides which of the two limits it is.',
  ),
  uccx(
    'imap-2-key',
    'regedit, key MSEExchangeIS\\ParametersSystem',
    ['raise-store-sessions'],
    'the key is misspelt in all four languages: it is MSExchangeIS.',
  ),
  uccx(
    'imap-2-value',
    'DWORD Maximum Allowed Service Sessions Per User, 64 or so',
    ['raise-store-sessions'],
    'the number that the agents need: 64 carries 30 of them.',
  ),
  uccx(
    'imap-2-restart',
    'restart the Information Store or the server',
    ['raise-store-sessions'],
    'the service only, one server at a time, in a window; never the whole server.',
  ),
  uccx(
    'imap-3',
    'set the values of Exchange Store Limits',
    ['raise-store-objects'],
    'only the one type that an event names; the document gives no value, and the page is about 2007 and 2010.',
  ),
  uccx(
    'imap-4',
    'Add-ADPermission View Information Store status over the organisation',
    ['grant-view-store-status'],
    'over one database, and only beside Exchange 2007: Microsoft says that it does not cure event 9646 (KB 980049). No rule proposes it.',
  ),
  uccx(
    'smtp-1',
    'Get-ReceiveConnector',
    ['dedicated-receive-connector'],
    'on one server, with bindings and remote ranges: the narrowest range that holds the address of UCCX answers.',
  ),
  uccx(
    'smtp-2-total',
    '-MaxInboundConnection 5000',
    ['raise-connector-total'],
    'it is what Exchange ships, so only where a lower value was read.',
  ),
  uccx(
    'smtp-2-rate',
    '-MessageRateLimit 250',
    ['raise-connector-rate'],
    'on port 587 only, where Exchange ships 5; elsewhere it ships no rate, and 250 would be a cut.',
  ),
  uccx(
    'smtp-2-percent',
    '-MaxInboundConnectionPercentagePerSource 5',
    ['dedicated-receive-connector', 'raise-connector-limits'],
    'a connector of its own first; else only raised.',
  ),
  uccx(
    'smtp-2-source',
    '-MaxInboundConnectionPerSource 250',
    ['dedicated-receive-connector', 'raise-connector-limits'],
    'a connector of its own first, since the one that answers may face the Internet; else only raised.',
  ),
  uccx(
    'smtp-2-all',
    'repeat for ALL connectors that have been used',
    [],
    'on «Default <server>», over which Exchange servers talk to each other, these numbers are a cut; only the connectors that UCCX uses are touched.',
  ),
  uccx(
    'throttling-0',
    'client throttling exists in 2010 only',
    [],
    'wrong: 2013 and later have it with other parameters, and assign-throttling-policy knows them.',
  ),
  uccx(
    'throttling-1-new',
    'New-ThrottlingPolicy',
    ['assign-throttling-policy'],
    'with the scope Regular from 2013 on.',
  ),
  uccx(
    'throttling-1-rtm',
    'Set-ThrottlingPolicy … $null, Exchange 2010',
    ['assign-throttling-policy'],
    'a number where the need is known; $null for shares of time only.',
  ),
  uccx(
    'throttling-1-sp',
    'Set-ThrottlingPolicy … $null with CPA, 2010 SP1 and SP2',
    ['assign-throttling-policy'],
    'the same for SP3; the first edition refuses the line with CPA, so it gets one without.',
  ),
  uccx(
    'throttling-1-rates',
    '-MessageRateLimit, -RecipientRateLimit, -CPUStartPercent $null',
    [],
    'they have nothing to do with grey buttons, and the first two protect against a stolen password.',
  ),
  uccx(
    'throttling-2',
    'Set-Mailbox -ThrottlingPolicy',
    ['assign-throttling-policy'],
    'with the former policy kept for the way back.',
  ),
  cuc(
    'rtmt',
    'collect Connection Mailbox Sync logs with RTMT',
    [],
    `${LOOKED_AT} it is done on Unity Connection, and changes nothing.`,
  ),
  cuc('root-logs', 'cat or vi of /var/log/active/cuc as root', [], ROOT),
  cuc(
    'file-list',
    'file list, view and get activelog /cuc/diag_CuMbxSync*',
    [],
    `${LOOKED_AT} on Unity Connection; the option is «reverse», which the translation lost.`,
  ),
  cuc(
    'http-failures',
    'look for HTTP failures and solve them',
    [
      'grant-impersonation',
      'grant-impersonation-scoped',
      'align-ews-authentication',
      'allow-ews',
      'raise-ews-limits-of-account',
      'raise-ews-limits-of-mailboxes',
      'keep-ews-online',
    ],
    'by the code of the failure; the document gives no command for Exchange.',
  ),
  cuc(
    'micro-traces',
    'turn on micro traces CsEws and CuMbxSync',
    [],
    'a setting of Unity Connection that Cisco TAC asks for; it fills the disk and is turned off again.',
  ),
  cuc(
    'reset',
    'press Reset on the unified messaging account',
    [],
    'it synchronises that user anew, which hides the fault and loads both systems; a last resort in Unity Connection itself.',
  ),
  cuc('tac-1', 'contact TAC', [], 'no remedy: nobody but Cisco can do it.'),
  cuc(
    'open-ports',
    'show open ports regexp 7080',
    ['open-port-7080'],
    `${LOOKED_AT} that it listens says nothing about the way from Exchange, which rule notify-port judges.`,
  ),
  cuc('root-ports', 'netstat and lsof as root', [], ROOT),
  cuc(
    'capture-cuc',
    'utils network capture file SIBTrace count 100000 size ALL',
    ['open-port-7080'],
    `${LOOKED_AT} the words were swapped by translation; it adds «port 7080».`,
  ),
  cuc(
    'wireshark',
    'install Wireshark on Exchange',
    [],
    'no new software on a production server: Windows captures by itself with netsh trace.',
  ),
  cuc(
    'not-a-proxy',
    'confirm that the notification went to Unity Connection and not to a proxy',
    ['bypass-proxy-for-7080'],
    'rule notify-answer tells who answers.',
  ),
  cuc(
    'subscriptions',
    'run cuc dbquery unitydyndb … tbl_exsubscription',
    [],
    `${LOOKED_AT} on Unity Connection; the table’s name is mangled in the copy.`,
  ),
  cuc('jetty-logs', 'collect Connection Jetty logs', [], `${LOOKED_AT} on Unity Connection, by RTMT.`),
  cuc(
    'reason-proxy',
    'a proxy on the Exchange server',
    ['bypass-proxy-for-7080'],
    'what is set is read first; its owner makes the exception.',
  ),
  cuc(
    'reason-nat',
    'address translation towards Unity Connection',
    ['open-port-7080'],
    'the port is opened to both nodes without translation.',
  ),
  cuc(
    'reason-firewall',
    'a firewall between the two',
    ['open-port-7080'],
    'tried from each Exchange server, before and after.',
  ),
  cuc('tac-2', 'notifications in time and no update: contact TAC', [], 'no remedy: nobody but Cisco can do it.'),
];
