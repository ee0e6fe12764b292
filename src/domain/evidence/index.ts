import { z } from 'zod';
import { AdUser } from './ad-user.js';
import { CapturedSessions } from './captured-sessions.js';
import { CasMailbox } from './cas-mailbox.js';
import { ComponentState } from './component-state.js';
import { ConnectorLimits } from './connector-limits.js';
import { DatabaseState } from './database-state.js';
import { ExchangeEvent } from './exchange-event.js';
import { ExchangeMailbox } from './exchange-mailbox.js';
import { ExchangeServer } from './exchange-server.js';
import { FurtherConnect } from './further-connect.js';
import { ImapCapability } from './imap-capability.js';
import { ImapGreeting } from './imap-greeting.js';
import { ImapLadder } from './imap-ladder.js';
import { ImapLimits } from './imap-limits.js';
import { ImapLogin } from './imap-login.js';
import { ImapLogout } from './imap-logout.js';
import { ImapSelect } from './imap-select.js';
import { ImapServiceLimits } from './imap-service-limits.js';
import { MailLoop } from './mail-loop.js';
import { NotifyHttp } from './notify-http.js';
import { NotifyLog } from './notify-log.js';
import { OpenPorts } from './open-ports.js';
import { PolicyAssociation } from './policy-association.js';
import { PushMessages } from './push-messages.js';
import { PushSubscriptions } from './push-subscriptions.js';
import { RoleAssignment } from './role-assignment.js';
import { ServiceState } from './service-state.js';
import { ShellRefusal } from './shell-refusal.js';
import { SisterPort } from './sister-port.js';
import { SmtpBanner } from './smtp-banner.js';
import { SmtpEhlo } from './smtp-ehlo.js';
import { SmtpLogin } from './smtp-login.js';
import { SmtpRefusal } from './smtp-refusal.js';
import { StoreLimits } from './store-limits.js';
import { SyncLog } from './sync-log.js';
import { TcpConnect } from './tcp-connect.js';
import { ThrottlingPolicy } from './throttling-policy.js';
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
  ImapServiceLimits,
  StoreLimits,
  ConnectorLimits,
  ImapLadder,
  SmtpLogin,
  MailLoop,
  WebAnswer,
  ExchangeServer,
  ThrottlingPolicy,
  PolicyAssociation,
  CasMailbox,
  ExchangeMailbox,
  RoleAssignment,
  ExchangeEvent,
  SmtpRefusal,
  ShellRefusal,
  CapturedSessions,
  NotifyLog,
  SyncLog,
  OpenPorts,
  PushSubscriptions,
  PushMessages,
  AdUser,
  ServiceState,
  ComponentState,
  DatabaseState,
  SisterPort,
  FurtherConnect,
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
