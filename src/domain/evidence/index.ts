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

export const EvidenceKind = z.enum(
  Evidence.options.map(option => option.shape.kind.value) as [EvidenceKind, ...EvidenceKind[]],
);
