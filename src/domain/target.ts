import { z } from 'zod';
import { SiteId, TargetId } from './ids.js';

/** By age. The schema's own list is not: an object puts keys that look like numbers, such as 2013, first. */
export const EXCHANGE_VERSIONS = [
  '2010-rtm',
  '2010-sp1',
  '2010-sp2',
  '2010-sp3',
  '2013',
  '2016',
  '2019',
  'se',
  'online',
] as const;
export const ExchangeVersion = z.enum(EXCHANGE_VERSIONS);
export type ExchangeVersion = z.infer<typeof ExchangeVersion>;

/**
 * What a place stands for. A port that is open from one side proves nothing about another side:
 * Exchange calls Unity Connection on 7080, UCCX (or SocialMiner, CCP) and the CAD PCs call Exchange.
 */
export const Vantage = z.enum(['uccx-side', 'agent-side', 'exchange-side', 'cuc-side']);
export type Vantage = z.infer<typeof Vantage>;

/** Where a secret lies, never the secret: `env:NAME` or `file:/path`. */
export const SecretRef = z
  .string()
  .regex(/^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$/, 'expected env:NAME or file:/path, never the secret itself')
  .brand<'SecretRef'>();
export type SecretRef = z.infer<typeof SecretRef>;

const Host = z.string().regex(/^[A-Za-z0-9_](?:[A-Za-z0-9._:-]{0,252})$/, 'expected a host name or an IP address');
export const Port = z.int().min(1).max(65535);

/** `plain` never encrypts, `starttls` asks for it after the greeting, `tls` starts with it (IMAP 993). */
const Security = z.enum(['plain', 'starttls', 'tls']);

/**
 * Whom a login may be sent to. `system`: a certificate that this machine trusts for that name; `ca:/path.pem`: or one that this
 * authority signed; `sha256:…`: this very certificate; `any`: whoever answers (it may be somebody in between who reads the password).
 */
export const Trust = z
  .string()
  .regex(
    /^(?:system|any|ca:.+|sha256:(?:[0-9A-Fa-f]{2}:?){32})$/,
    'expected system, any, ca:/path.pem or sha256:<fingerprint>',
  );
export type Trust = z.infer<typeof Trust>;

export const Endpoint = z.strictObject({
  host: Host,
  port: Port,
  security: Security,
  /** The name that the certificate must carry, where it is not `host`. */
  serverName: Host.optional(),
  trust: Trust.default('system'),
  /** TLS 1.0 and 1.1 (Exchange 2010 without updates) may carry the login. Never on by itself. */
  allowOldTls: z.boolean().default(false),
  /** The other port of the same service, which is touched where this one refuses; of 25 and 587, 143 and 993 each has the other. */
  otherPort: Port.optional(),
});
export type Endpoint = z.infer<typeof Endpoint>;

/** Where Exchange answers HTTPS: OWA, which names the build, EWS and Autodiscover. */
export const WebEndpoint = z.strictObject({
  host: Host,
  port: Port.default(443),
  serverName: Host.optional(),
  trust: Trust.default('system'),
  allowOldTls: z.boolean().default(false),
});
export type WebEndpoint = z.infer<typeof WebEndpoint>;

/** A name as Exchange spells it. What cannot be pasted cannot stand in a command, and `ems/to-shell` refuses to write it. */
const exchangeName = z
  .string()
  .min(1)
  .max(256)
  .regex(
    /^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]+$/u,
    'expected one line without control characters and marks of writing direction',
  );

const Exchange = z.strictObject({
  /** Short names of every server that clients or a balancer can reach; commands name each. */
  servers: z.array(exchangeName).min(1).max(64),
  version: ExchangeVersion,
  /** Addresses that these servers call Unity Connection from; whoever else notifies it stands in between. */
  addresses: z
    .array(z.union([z.ipv4(), z.ipv6()]))
    .min(1)
    .max(64)
    .optional(),
});

/** Values that an administrator read with the `Get-` command; they count as evidence with the day they were read on. */
const ReadLimits = z.strictObject({
  readOn: z.iso.date(),
  /** `Get-ImapSettings`: IMAP connections of one user to one server. */
  imapConnectionsPerUser: z.int().min(1).optional(),
  /** Registry `Maximum Allowed Service Sessions Per User`, 16 where the value does not exist. */
  storeSessionsPerUser: z.int().min(1).optional(),
  /** `Get-ReceiveConnector`, of the connector named in `smtp.connector`; `unlimited` is a value. */
  connectorConnectionsPerSource: z.union([z.int().min(1), z.literal('unlimited')]).optional(),
  connectorConnections: z.union([z.int().min(1), z.literal('unlimited')]).optional(),
  connectorConnectionsPercentPerSource: z.int().min(1).max(100).optional(),
  connectorMessagesPerMinute: z.union([z.int().min(1), z.literal('unlimited')]).optional(),
});

const common = {
  id: TargetId,
  title: z.string().max(80).optional(),
  exchange: Exchange,
  /** Nothing is asked over HTTPS where it is not given. */
  web: WebEndpoint.optional(),
  /** Sites that may look at it; every site where not given. */
  sites: z.array(SiteId).min(1).optional(),
};

/** Exchange Online takes no passwords: an application of Entra ID logs in, by a token that it gets for its client secret. */
export const OAuth = z.strictObject({
  /** Id or a verified domain. */
  tenant: z
    .string()
    .regex(/^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})$/, 'expected the id of a tenant or one of its domains'),
  clientId: z.guid('expected the id of an application, such as 00000000-0000-0000-0000-000000000000'),
  clientSecret: SecretRef,
  /** Another one for national clouds. Without encryption only on this machine. */
  authority: z
    .string()
    .regex(
      /^(?:https:\/\/[^/?#@\s]+|http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?)\/?$/,
      'expected https://host without a path',
    )
    .default('https://login.microsoftonline.com'),
});
export type OAuth = z.infer<typeof OAuth>;

/** The account that everybody shares, and how it logs in: with a password or with a token. */
const Mailbox = z
  .strictObject({
    /** The login as UCCX sends it: `DOMAIN\user` or a UPN. */
    user: exchangeName,
    password: SecretRef.optional(),
    /** With a password; `auto` takes the first that is offered in the order of UCCX's own mail library. */
    mechanism: z.enum(['auto', 'plain', 'login', 'ntlm']).optional(),
    oauth: OAuth.optional(),
    /** How commands name the mailbox, where it is not `user`. */
    identity: exchangeName.optional(),
  })
  .superRefine(({ password, oauth, mechanism }, { addIssue }) => {
    const wrong = (path: string, message: string) => addIssue({ code: 'custom', path: [path], message });
    if (!password && !oauth)
      wrong('password', 'is missing; expected env:NAME or file:/path (or oauth, for Exchange Online)');
    if (password && oauth) wrong('oauth', 'found password and oauth; expected one of them');
    if (oauth && mechanism) wrong('mechanism', 'is for passwords; with oauth the mechanism is always XOAUTH2');
  });

/** UCCX agent email: one mailbox account that the server and, in the CAD family, every agent's PC share. */
export const MailTarget = z.strictObject({
  kind: z.literal('uccx-mail'),
  ...common,
  /** `cad`: each agent login opens two IMAP connections. `finesse`: only SocialMiner or CCP opens any. */
  desktop: z.enum(['cad', 'finesse']),
  agents: z.int().min(0).max(10_000),
  /** IMAP connections of the server itself. Cisco gives no number; 4 is an assumption until measured. */
  serverSessions: z.int().min(0).max(1000).default(4),
  mailbox: Mailbox,
  imap: Endpoint,
  smtp: Endpoint.extend({
    connector: exchangeName.optional(),
    /** UCCX sends with a login, and a check may try it. A check of both protocols still logs in once, over IMAP. */
    login: z.boolean().optional(),
  }),
  /**
   * What a deep check may take: `most` sessions at once, and only while at least `keepFree` stay free for agents by what is known.
   * A `testMailbox` of its own meets the same limit per user and takes no slot of the shared account.
   */
  ladder: z
    .strictObject({
      most: z.int().min(1).max(4000).default(20),
      keepFree: z.int().min(0).max(1000).default(2),
      testMailbox: z.strictObject({ user: exchangeName, password: SecretRef }).optional(),
    })
    .optional(),
  /** Address of the mailbox, to which `--loop` sends its one message, and to no other. */
  loopAddress: z.email().optional(),
  /** How long `--loop` waits for it in the mailbox; `LOOP_WAIT_SEC` where not given. */
  loopWaitSec: z.int().min(5).max(60).optional(),
  /** Address from which UCCX or CCP sends mail, as Exchange sees it; a connector of its own needs it. */
  clientAddress: z.union([z.ipv4(), z.ipv6()]).optional(),
  limits: ReadLimits.optional(),
});
export type MailTarget = z.infer<typeof MailTarget>;

/** A mailbox of the same organisation shows a message within seconds. */
export const LOOP_WAIT_SEC = 60;

/** Unity Connection single inbox: Exchange pushes its notifications to Jetty on port 7080. */
export const InboxTarget = z.strictObject({
  kind: z.literal('cuc-single-inbox'),
  ...common,
  cuc: z.strictObject({ host: Host, notifyPort: Port.default(7080) }),
});
export type InboxTarget = z.infer<typeof InboxTarget>;

export const Target = z.discriminatedUnion('kind', [MailTarget, InboxTarget]);
export type Target = z.infer<typeof Target>;
export type TargetKind = Target['kind'];

export const Site = z.strictObject({
  id: SiteId,
  title: z.string().max(80).optional(),
  vantages: z.array(Vantage).min(1),
});
export type Site = z.infer<typeof Site>;

/**
 * One account, however it is spelt in different targets: what a lock-out would hit. `CONTOSO\uccx`, `uccx@contoso.com` and
 * `contoso/uccx/shared` (the account, then a shared mailbox) are one. Where the domain of a UPN does not begin with the short name
 * of the domain, only the directory knows that both are one account.
 */
export const accountOf = ({ mailbox: { user } }: { mailbox: { user: string } }): string => {
  const [first = '', second] = user.normalize('NFKC').toLowerCase().split(/[\\/]/);
  const [name = '', domain = ''] = first.includes('@') || !second ? first.split('@') : [second, first];
  return `${name}@${domain.split('.')[0]}`;
};

/** Whose login it is, and by what. */
export type MailAccount = Omit<z.infer<typeof Mailbox>, 'identity'>;
export const usesToken = (account: MailAccount): account is MailAccount & { oauth: OAuth } =>
  account.oauth !== undefined;

/** The account that a look logs in to: the shared one, or for a ladder that was agreed to be so, the test mailbox. */
export const accountFor = (
  target: Pick<MailTarget, 'mailbox' | 'ladder'>,
  ladder?: { account: 'shared' | 'test' },
): MailAccount | null => {
  if (ladder?.account !== 'test') return target.mailbox;
  const test = target.ladder?.testMailbox;
  if (!test) return null;
  return target.mailbox.mechanism ? { ...test, mechanism: target.mailbox.mechanism } : test;
};
