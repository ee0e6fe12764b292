import { z } from 'zod';
import { ConnectorLimits } from './connector-limits.js';
import { ExchangeServer } from './exchange-server.js';
import { ImapCapability } from './imap-capability.js';
import { ImapGreeting } from './imap-greeting.js';
import { ImapLadder } from './imap-ladder.js';
import { ImapLimits } from './imap-limits.js';
import { ImapLogin } from './imap-login.js';
import { ImapLogout } from './imap-logout.js';
import { ImapSelect } from './imap-select.js';
import { MailLoop } from './mail-loop.js';
import { NotifyHttp } from './notify-http.js';
import { SmtpBanner } from './smtp-banner.js';
import { SmtpEhlo } from './smtp-ehlo.js';
import { SmtpLogin } from './smtp-login.js';
import { StoreLimits } from './store-limits.js';
import { TcpConnect } from './tcp-connect.js';
import { TlsSession } from './tls-session.js';
import { WebAnswer } from './web-answer.js';

/** Every kind of fact that a rule may ask for. */
export const Evidence = z.discriminatedUnion('kind', [
  TcpConnect,
  ImapGreeting,
  ImapCapability,
  TlsSession,
  ImapLogin,
  ImapSelect,
  ImapLogout,
  SmtpBanner,
  SmtpEhlo,
  NotifyHttp,
  ImapLimits,
  StoreLimits,
  ConnectorLimits,
  ImapLadder,
  SmtpLogin,
  MailLoop,
  WebAnswer,
  ExchangeServer,
]);
export type Evidence = z.infer<typeof Evidence>;
export type EvidenceKind = Evidence['kind'];
export type EvidenceOf<Kind extends EvidenceKind> = Extract<Evidence, { kind: Kind }>;

/** What a kind of fact says, without who saw what when: for whoever knows that, and makes the fact. */
export type BodyOf<Kind extends EvidenceKind> = Omit<EvidenceOf<Kind>, 'kind' | 'target' | 'source' | 'at'>;
export const parseBody = <Kind extends EvidenceKind>(kind: Kind, body: BodyOf<Kind>): BodyOf<Kind> =>
  (bodies.get(kind) as z.ZodType<BodyOf<Kind>>).parse(body);

const bodies: ReadonlyMap<EvidenceKind, z.ZodType> = new Map(
  Evidence.options.map(option => {
    const { kind, target, source, at, ...shape } = option.shape;
    return [kind.value, z.object(shape)];
  }),
);

export const EvidenceKind = z.enum(
  Evidence.options.map(option => option.shape.kind.value) as [EvidenceKind, ...EvidenceKind[]],
);
