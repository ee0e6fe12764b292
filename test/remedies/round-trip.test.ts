import { describe, expect, it } from 'vitest';
import type { Remedy } from '../../src/domain/remedy.js';
import type { ExchangeVersion } from '../../src/domain/target.js';
import { ON_PREMISES } from '../../src/ems/parameter.js';
import { toShell } from '../../src/ems/to-shell.js';
import { asText, isThing } from '../../src/lab/exchange-shell/values.js';
import type { Facts } from '../../src/remedies/facts.js';
import { type ListedRemedy, remedies } from '../../src/remedies/index.js';
import { imapServices } from '../../src/remedies/steps.js';
import {
  ACCOUNT,
  factsRead,
  filled,
  inboxTargetOf,
  isShown,
  linesOf,
  mailTargetOf,
  type Row,
  SERVERS,
  STORE_KEY,
  simulated,
  USER,
} from './simulated.js';

/*
 * There and back, for every remedy that prints a change and every version that has it: the printed lines to read are run on a
 * simulated Exchange, then those to apply; what the lines to verify show is what the card promised; the lines of the way back
 * leave everything as it was before.
 */
type Way = {
  /** How the Exchange was set up, each by a name: where there was no value before, and where there was one. */
  befores: Readonly<Record<string, readonly string[]>>;
  /** What a reader has brought beside the limits; read off the same Exchange. */
  facts?: Facts;
  /** Beside the card's settings: what each, or one, of the objects shown in the end must carry. */
  shows?: readonly [property: string, value: string][];
  /** Its reading answers with an error where nothing was ever set; the card says so. */
  readingMayFail?: true;
  /** What a person does who follows the words of the way back: another line for the next one, or lines of their own. */
  told?: (words: string, before: string) => { instead?: string; own?: readonly string[] };
};

const each = (line: (server: string) => string): string[] => SERVERS.map(line);
const onEach = (block: string): string[] =>
  each(server => `Invoke-Command -ComputerName '${server}' -ScriptBlock { ${block} }`);
const imap = (setting: string): string[] => each(server => `Set-ImapSettings -Server '${server}' ${setting}`);
const SESSIONS = 'Maximum Allowed Service Sessions Per User';
const OBJECTS_KEY = `${STORE_KEY}\\MaxObjsPerMapiSession`;
const dword = (path: string, name: string, value: number) =>
  `New-ItemProperty -Path '${path}' -Name '${name}' -PropertyType 'DWord' -Value ${value} -Force`;
const HAS_POLICY = (account: string) => [
  "New-ThrottlingPolicy -Name 'Former'",
  `Set-ThrottlingPolicyAssociation -Identity '${account}' -ThrottlingPolicy 'Former'`,
];
/** Stands for the services that the version has. */
const down = (mode: string): string[] => onEach(`DOWN ${mode}`);
const setUp = (version: ExchangeVersion, lines: readonly string[]): string[] =>
  lines.map(line =>
    line.replace('CONNECTOR', `'${mailTargetOf(version).smtp.connector}'`).replace(/DOWN (\w+)/, (_, mode) =>
      imapServices(mailTargetOf(version))
        .map(name => `Stop-Service -Name '${name}'; Set-Service -Name '${name}' -StartupType '${mode}'`)
        .join('; '),
    ),
  );

/** A policy that was read first goes where the next line says $null. */
const formerPolicy = (associate: string) => (_: string, before: string) =>
  before === 'a policy of its own' ? { instead: `${associate} -ThrottlingPolicy 'Former'` } : {};

const WAYS: Readonly<Record<string, Way>> = {
  'raise-imap-user-limit': { befores: { shipped: [], set: imap('-MaxConnectionsPerUser 40') } },
  'raise-imap-address-limit': {
    befores: { 'set low': imap('-MaxConnectionFromSingleIP 20'), lower: imap('-MaxConnectionFromSingleIP 1') },
  },
  'raise-imap-total-limit': { befores: { 'set low': imap('-MaxConnections 200') } },
  'raise-imap-command-size': { befores: { 'set low': imap('-MaxCommandSize 4096') } },
  'raise-store-sessions': {
    befores: {
      'no value': [],
      'a value': onEach(dword(STORE_KEY, SESSIONS, 32)),
      'a value on one server': onEach(dword(STORE_KEY, SESSIONS, 32)).slice(1),
    },
  },
  'raise-store-objects': {
    befores: {
      'no key': [],
      'a key without the value': onEach(`New-Item -Path '${OBJECTS_KEY}'; ${dword(OBJECTS_KEY, 'objtFolder', 900)}`),
      'a value': onEach(`New-Item -Path '${OBJECTS_KEY}'; ${dword(OBJECTS_KEY, 'objtMessage', 600)}`),
    },
    readingMayFail: true,
    facts: { storeObject: { type: 'objtMessage', present: () => null } },
    told: (words, before) =>
      before === 'a value'
        ? {
            instead: `Invoke-Command -ComputerName '${words.match(/EX0\d/)?.[0]}' -ScriptBlock { ${dword(OBJECTS_KEY, 'objtMessage', 600)} }`,
          }
        : {},
  },
  'grant-view-store-status': { befores: { 'not granted': [] } },
  'dedicated-receive-connector': { befores: { 'no such connector': [] } },
  'raise-connector-limits': {
    befores: {
      shipped: [],
      'set lower': ['Set-ReceiveConnector -Identity CONNECTOR -MaxInboundConnectionPerSource 10'],
    },
  },
  'raise-connector-total': {
    befores: { 'set low': ['Set-ReceiveConnector -Identity CONNECTOR -MaxInboundConnection 100'] },
  },
  'raise-connector-rate': {
    befores: { shipped: [], 'set higher': ['Set-ReceiveConnector -Identity CONNECTOR -MessageRateLimit 20'] },
    told: (words, before) => {
      const identity = /of (.+) back to/.exec(words)?.[1] ?? '';
      const is20 = before === 'set higher' && /^EX01\\Client (?:Frontend )?EX01$/.test(identity);
      return { own: [`Set-ReceiveConnector -Identity '${identity}' -MessageRateLimit ${is20 ? 20 : 5}`] };
    },
  },
  'assign-throttling-policy': {
    befores: { 'the default policy': [], 'a policy of its own': HAS_POLICY('uccx@contoso.test') },
    told: formerPolicy("Set-Mailbox -Identity 'uccx@contoso.test'"),
  },
  'enable-imap-for-mailbox': {
    befores: { off: ["Set-CASMailbox -Identity 'uccx@contoso.test' -ImapEnabled $false"], 'on already': [] },
  },
  'start-imap-services': {
    shows: [
      ['status', 'Running'],
      ['start', '2'],
    ],
    befores: {
      'as Exchange ships them': down('Manual'),
      'disabled on purpose': down('Disabled'),
      'crashed, though to be started with the machine': down('Automatic'),
    },
  },
  'activate-imap-proxy': {
    befores: {
      'in maintenance': each(
        server =>
          `Set-ServerComponentState -Identity '${server}' -Component 'ImapProxy' -State 'Inactive' -Requester 'Maintenance'`,
      ),
    },
  },
  'assign-imap-certificate': {
    befores: { 'no name set': [], 'another name': imap("-X509CertificateName 'old.contoso.test'") },
    told: () => ({
      own: each(server => `Enable-ExchangeCertificate -Server '${server}' -Thumbprint 'AAAA' -Services 'IMAP'`),
    }),
  },
  'assign-smtp-certificate': { befores: { 'the one that Exchange made': [] }, shows: [['services', 'SMTP']] },
  'allow-plain-imap-login': {
    befores: { shipped: [], 'set between': imap("-LoginType 'PlainTextAuthentication'") },
  },
  'grant-impersonation': { befores: { 'not granted': [] } },
  'grant-impersonation-scoped': { befores: { 'not granted': [] } },
  'raise-ews-limits-of-account': {
    befores: { 'the default policy': [], 'a policy of its own': HAS_POLICY(ACCOUNT) },
    told: formerPolicy(`Set-ThrottlingPolicyAssociation -Identity '${ACCOUNT}'`),
  },
  'raise-ews-limits-of-mailboxes': {
    befores: { 'the default policy': [], 'a policy of its own': HAS_POLICY(USER) },
    told: formerPolicy(`Set-Mailbox -Identity '${USER}'`),
  },
  'align-ews-authentication': {
    befores: {
      shipped: [],
      'on already for EWS': each(
        server =>
          `Set-WebServicesVirtualDirectory -Identity '${server}\\EWS (Default Web Site)' -BasicAuthentication $true`,
      ),
    },
  },
  'allow-ews': {
    befores: {
      'no value': [],
      off: [`Set-CASMailbox -Identity '${USER}' -EwsEnabled $false`],
    },
  },
};

/** What is done where no line of ours reaches, so there is nothing that an interpreter could run. */
const BY_HAND: Readonly<Record<string, string>> = {
  'renew-certificate': 'its authority renews it',
  'use-imap-tls': 'a setting of UCCX',
  'use-smtp-tls': 'a setting of UCCX',
  'enable-tls12': 'updates first, then a guide of Microsoft that is longer than a card',
  'check-credentials': 'nothing is changed before the reason is known',
  'open-port-7080': 'a firewall that is not Exchange',
  'bypass-proxy-for-7080': 'a proxy that is not Exchange',
};

/** Applied and verified, and said on the card to have no exact way back. */
const NO_WAY_BACK: Readonly<Record<string, string>> = {
  'assign-smtp-certificate': 'Exchange does not take SMTP from a certificate; the former one stays in use beside it',
};

/** Made under the same name as another one that does the same in a wider or narrower way: either, never both. */
const EXCLUSIVE: ReadonlySet<string> = new Set(['grant-impersonation-scoped', 'raise-ews-limits-of-account']);

const onPremises = remedies.filter(({ versions }) => versions.some(version => ON_PREMISES.includes(version)));
const made = (listed: ListedRemedy, version: ExchangeVersion, facts: Facts): Remedy | null =>
  listed.for === 'uccx-mail' ? listed.make(mailTargetOf(version), facts) : listed.make(inboxTargetOf(version), facts);

describe.each(onPremises.filter(({ id }) => id in WAYS).map(listed => [listed.id, listed] as const))(
  '%s',
  (id, listed) => {
    const way = WAYS[id] as Way;
    const cases = listed.versions
      .filter(version => version !== 'online')
      .flatMap(version => Object.keys(way.befores).map(before => [version, before] as const));

    it.each(cases)('%s, %s: there and back', async (version, before) => {
      const lines = setUp(version, way.befores[before] ?? []);
      const read = await factsRead((await simulated(version, lines)).run, version);
      const all = [read, {}].map(facts => made(listed, version, { ...facts, ...way.facts }));
      const cards = all.flatMap(card => card ?? []);
      expect(cards.length).toBeGreaterThan(0);
      for (const card of cards) {
        const { run, state } = await simulated(version, lines);
        for (const line of linesOf(card.read, card))
          await run(line).catch(error => {
            if (!way.readingMayFail || !String(error).includes('because it does not exist')) throw error;
          });
        const atFirst = structuredClone(state());
        for (const line of linesOf(card.apply, card)) await run(line);
        if (!before.includes('already')) expect(state()).not.toEqual(atFirst);

        const rows: Row[] = [];
        for (const line of linesOf(card.verify, card))
          rows.push(...(await run(line)).flatMap(object => (isThing(object) ? [{ line, object }] : [])));
        expect(rows.length).toBeGreaterThan(0);
        for (const setting of card.settings) {
          const [on, to] = [filled(setting.on, card), filled(setting.to, card)];
          expect({ setting, isShown: isShown(rows, { ...setting, on, to }) }).toEqual({ setting, isShown: true });
        }

        for (const [property, value] of way.shows ?? [])
          expect(rows.some(({ object }) => asText(object.properties.get(property) ?? null) === value)).toBe(true);

        for (const line of undoOf(card, way, before)) await run(line);
        if (!(id in NO_WAY_BACK)) expect(state()).toEqual(atFirst);
      }
    });
  },
);

/** The printed way back, with what a person does at the words between its lines. */
const undoOf = (card: Remedy, { told }: Way, before: string): string[] => {
  const lines: string[] = [];
  let instead: string | undefined;
  for (const step of card.undo) {
    if (step.do === 'by-hand') {
      const done = told?.(step.text, before) ?? {};
      lines.push(...(done.own ?? []));
      instead = done.instead;
    } else {
      lines.push(instead ?? filled(toShell(step.command), card));
      instead = undefined;
    }
  }
  return lines;
};

describe('one after the other', () => {
  /* Each reads before it is applied, so a later one must not write over what an earlier one has kept. */
  it.each(ON_PREMISES)('%s: all are applied, and taken back from the last to the first', async version => {
    const { run, state } = await simulated(
      version,
      setUp(version, [
        ...imap('-MaxConnections 200 -MaxConnectionFromSingleIP 20 -MaxCommandSize 4096'),
        'Set-ReceiveConnector -Identity CONNECTOR -MaxInboundConnection 100',
        ...down('Manual'),
        ...(version.startsWith('2010') ? [] : (WAYS['activate-imap-proxy']?.befores['in maintenance'] ?? [])),
      ]),
    );
    const read = await factsRead(run, version);
    // First what starts the services: any restart for a limit would start them too.
    const together = onPremises
      .filter(({ id }) => id in WAYS && !(id in NO_WAY_BACK) && !EXCLUSIVE.has(id))
      .sort((one, other) => Number(other.id === 'start-imap-services') - Number(one.id === 'start-imap-services'));
    const done: { card: Remedy; way: Way; atFirst: unknown }[] = [];
    for (const listed of together.filter(({ versions }) => versions.includes(version))) {
      const way = WAYS[listed.id] as Way;
      const card = made(listed, version, { ...(way.told ? {} : read), imapPerUser: () => null, ...way.facts });
      if (!card) continue;
      for (const line of linesOf(card.read, card)) await run(line).catch(() => {});
      done.push({ card, way, atFirst: structuredClone(state()) });
      for (const line of linesOf(card.apply, card)) await run(line);
    }
    expect(done.length).toBeGreaterThan(15);
    for (const { card, way, atFirst } of done.reverse()) {
      for (const line of undoOf(card, way, 'shipped')) await run(line);
      expect({ id: card.id, state: state() }).toEqual({ id: card.id, state: atFirst });
    }
  });
});

describe('no remedy is left out', () => {
  it('each has a round trip, or a reason why there is none', () => {
    expect(onPremises.map(({ id }) => id).sort()).toEqual([...Object.keys(WAYS), ...Object.keys(BY_HAND)].sort());
  });

  it('what is by hand prints no change', () => {
    for (const listed of onPremises.filter(({ id }) => id in BY_HAND))
      for (const version of listed.versions.filter(each => each !== 'online'))
        expect(made(listed, version, {})?.apply.every(step => step.do === 'by-hand')).toBe(true);
  });

  it('what is undone by a person’s own line is known to be, and no other way back has words', async () => {
    const told = new Set<string>();
    for (const listed of onPremises.filter(({ id }) => id in WAYS)) {
      const { run } = await simulated('2016', []);
      const version = listed.versions.includes('2016') ? '2016' : (listed.versions[0] as ExchangeVersion);
      for (const facts of [await factsRead(run, '2016'), {}]) {
        const card = made(listed, version, { ...facts, ...WAYS[listed.id]?.facts });
        if (card?.undo.some(step => step.do === 'by-hand')) told.add(listed.id);
      }
    }
    expect([...told].sort()).toEqual(
      [...Object.keys(WAYS).filter(id => WAYS[id]?.told), ...Object.keys(NO_WAY_BACK)].sort(),
    );
  });
});
