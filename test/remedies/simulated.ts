import type { Remedy, Setting, Step } from '../../src/domain/remedy.js';
import { type ExchangeVersion, InboxTarget, MailTarget } from '../../src/domain/target.js';
import { is2010 } from '../../src/ems/parameter.js';
import { toShell } from '../../src/ems/to-shell.js';
import { exchangeShell } from '../../src/lab/exchange-shell/exchange.js';
import { asText, isThing, type Thing, type Value } from '../../src/lab/exchange-shell/values.js';
import type { Facts } from '../../src/remedies/facts.js';
import { fact } from '../support/build.js';

export const SERVERS = ['EX01', 'EX02'];
const MAILBOX = 'uccx@contoso.test';
export const USER = 'anna@contoso.test';
export const ACCOUNT = 'svc-unity';

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  REQUESTER: 'Maintenance',
  THUMBPRINT: 'BBBB',
  'SERVICE-ACCOUNT': ACCOUNT,
  'GROUP-DN': 'CN=Unity,DC=contoso,DC=test',
  'SINGLE-INBOX-USER': USER,
};

/** What a person does with a card: puts the missing values in. */
export const filled = (text: string, { placeholders }: Remedy): string =>
  placeholders.reduce((line, { name }) => line.replaceAll(name, PLACEHOLDERS[name] ?? `no value for ${name}`), text);

/** A simulated Exchange of that version, with what it ships, after the lines of whoever set it up. */
export const simulated = async (version: ExchangeVersion, lines: readonly string[]) => {
  const shell = exchangeShell(
    {
      servers: SERVERS,
      displayVersion: is2010(version) ? 'Version 14.3 (Build 123.4)' : 'Version 15.1 (Build 2507.6)',
      maxConnectionsPerUser: 16,
      storeSessionsPerUser: null,
      mailbox: MAILBOX,
      imapEnabled: true,
      connector: null,
      others: [USER, ACCOUNT],
    },
    {
      imapRestarted: async () => {},
      storeRestarted: async () => {},
      imapEnabled: () => {},
      connectionsPerSource: () => {},
    },
  );
  const run = async (line: string): Promise<Value[]> => {
    const { gave, failed } = await shell.run(line);
    if (failed !== null) throw new Error(`${line}\n${failed}`);
    return gave;
  };
  for (const server of SERVERS)
    for (const name of connectorsOf(version, server))
      await run(`New-ReceiveConnector -Server '${server}' -Name '${name}' -MessageRateLimit 5`);
  for (const line of lines) await run(line);
  return { run, state: shell.state };
};

const connectorsOf = (version: ExchangeVersion, server: string): string[] =>
  is2010(version) ? [`Client ${server}`] : [`Client Frontend ${server}`, `Client Proxy ${server}`];

export const mailTargetOf = (version: ExchangeVersion): MailTarget =>
  MailTarget.parse({
    kind: 'uccx-mail',
    id: 'prod',
    exchange: { servers: SERVERS, version },
    desktop: 'cad',
    agents: 120,
    mailbox: { user: 'CONTOSO\\uccx', password: 'env:TEST', identity: MAILBOX },
    imap: { host: 'mail.contoso.test', port: 143, security: 'starttls' },
    smtp: {
      host: 'mail.contoso.test',
      port: 587,
      security: 'starttls',
      connector: `EX01\\${connectorsOf(version, 'EX01')[0]}`,
    },
    clientAddress: '10.4.4.95',
  });
export const inboxTargetOf = (version: ExchangeVersion): InboxTarget =>
  InboxTarget.parse({
    kind: 'cuc-single-inbox',
    id: 'inbox',
    exchange: { servers: SERVERS, version },
    cuc: { host: 'cuc.contoso.test' },
  });

type Run = (line: string) => Promise<Value[]>;
export const STORE_KEY = 'HKLM:\\SYSTEM\\CurrentControlSet\\Services\\MSExchangeIS\\ParametersSystem';

/** What somebody has read on it, as a configuration or a pasted output would tell it. */
export const factsRead = async (run: Run, version: ExchangeVersion): Promise<Facts> => {
  const read = async (line: string, name: string) =>
    (await run(line)).flatMap(value => (isThing(value) ? [value.properties.get(name.toLowerCase()) ?? null] : []));
  const ofImap = async (name: string) => {
    const values = await inTurn(SERVERS, server => read(`Get-ImapSettings -Server '${server}'`, name));
    return (server: string) => Number(values[SERVERS.indexOf(server)]?.[0]);
  };
  const ofStore = async (name: string) => {
    const values = await inTurn(SERVERS, server =>
      read(`Invoke-Command -ComputerName '${server}' -ScriptBlock { Get-ItemProperty -Path '${STORE_KEY}' }`, name),
    );
    return (server: string) => numberOrNull(values[SERVERS.indexOf(server)]?.[0]);
  };
  const connectors = await inTurn(
    SERVERS.flatMap(server => connectorsOf(version, server).map(name => `${server}\\${name}`)),
    async connector => {
      const of = async (name: string) =>
        numberOrNull((await read(`Get-ReceiveConnector -Identity '${connector}'`, name))[0]) ?? ('unlimited' as const);
      return fact('connector-limits', {
        connector,
        connections: await of('MaxInboundConnection'),
        connectionsPerSource: await of('MaxInboundConnectionPerSource'),
        connectionsPercentPerSource: Number(await of('MaxInboundConnectionPercentagePerSource')),
        messagesPerMinute: await of('MessageRateLimit'),
      });
    },
  );
  return {
    imapPerUser: await ofImap('MaxConnectionsPerUser'),
    imapPerAddress: await ofImap('MaxConnectionFromSingleIP'),
    imapInAll: await ofImap('MaxConnections'),
    imapCommandBytes: await ofImap('MaxCommandSize'),
    storeSessions: await ofStore('Maximum Allowed Service Sessions Per User'),
    connectors,
  };
};

/** One shell has one administrator. */
const inTurn = async <Of, Given>(all: readonly Of[], ask: (each: Of) => Promise<Given>): Promise<Given[]> => {
  const given: Given[] = [];
  for (const each of all) given.push(await ask(each));
  return given;
};

const numberOrNull = (value: Value | undefined): number | null => (typeof value === 'number' ? value : null);

export const linesOf = (steps: readonly Step[], remedy: Remedy): string[] =>
  steps.flatMap(step => (step.do === 'shell' ? [filled(toShell(step.command), remedy)] : []));

/** One line and an object that it showed. */
export type Row = { line: string; object: Thing };

/** Does one of the objects that were shown, by a line about it, carry the value that the card proposes? */
export const isShown = (rows: readonly Row[], { on, name, to }: Setting): boolean => {
  const wanted = to.replace(/^\$null$/, '').replace(/^\$true$/, 'True');
  return rows.some(({ line, object: { properties } }) => {
    const has = (property: string, value: string) => asText(properties.get(property) ?? null) === value;
    if (name === 'ImapProxy') return line.includes(`'${on}'`) && has('component', name) && has('state', wanted);
    if (name === 'ApplicationImpersonation')
      return line.includes(name) && has('effectiveusername', wanted) && isWithin(on, properties);
    const isAbout = line.includes(`'${on}'`) || (on.startsWith('the database of') && line.includes('Get-ADPermission'));
    return isAbout && properties.has(name.toLowerCase()) && has(name.toLowerCase(), wanted);
  });
};

const isWithin = (on: string, properties: ReadonlyMap<string, Value>): boolean =>
  (on === 'the organisation') === ((properties.get('customrecipientwritescope') ?? null) === null);
