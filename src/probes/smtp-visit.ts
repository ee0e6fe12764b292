import type { Duplex } from 'node:stream';
import type { ConfiguredMailTarget } from '../domain/configured-target.js';
import { stopwatch } from '../wire/countdown.js';
import type { LineSession } from '../wire/line-session.js';
import { askSmtpStartTls, quitSmtp, readSmtpBanner, type SmtpEhloFacts, sayEhlo } from '../wire/smtp.js';
import { connectAgain, connectTo, type Held, share, talk } from './connection.js';
import { type Encryption, encrypt, noteNoTls } from './encryption.js';
import type { Look } from './probe.js';
import { touchSisterPort } from './sister-port.js';

/** An SMTP conversation in which everything that can be seen without a login has been seen. */
export type SmtpVisit = {
  lines: LineSession;
  /** What the server offers where the conversation now stands; null where it would not say. */
  offers: Pick<SmtpEhloFacts, 'extensions' | 'auth'> | null;
  encryption: Encryption | null;
  /** No farewell while a login has no answer: the next line might be taken for a part of it, and be one more failed login. */
  mayQuit: (may: boolean) => void;
};

/** Looks at an SMTP service as far as one gets without a login, lets `inside` go on from there, and quits, however it ends. */
export const visitSmtp = async (
  look: Look<ConfiguredMailTarget>,
  inside: (visit: SmtpVisit) => Promise<void> = async () => {},
): Promise<void> => {
  const held: Held<LineSession> = { talk: null, isGreeted: false };
  try {
    const visit = await arrive(look, held);
    if (visit) await inside(visit);
  } finally {
    await leaveSmtp(held);
  }
};

const arrive = async (look: Look<ConfiguredMailTarget>, held: Held<LineSession>): Promise<SmtpVisit | null> => {
  const endpoint = look.target.smtp;
  const connected = await connectTo(look, 'smtp', endpoint, () => touchSisterPort(look, 'smtp', endpoint));
  if (!connected) return null;
  let encryption: Encryption | null = null;
  if (endpoint.security === 'tls') {
    const again = () => connectAgain(look, endpoint, 'for TLS 1.0 and 1.1');
    encryption = await encrypt(look, connected, { leg: 'smtp', endpoint, how: 'tls', leftover: null, again });
    if (!encryption) return null;
  }
  const lines = talk(look, encryption?.stream ?? connected);
  held.talk = lines;
  const tookMs = stopwatch();
  const banner = await readSmtpBanner(lines, share(look, BANNER_MS));
  look.observe('smtp-banner', { tookMs: tookMs(), ...banner });
  held.isGreeted = banner.outcome === 'greeted';
  if (!held.isGreeted) return null;

  const first = ({ plain: 'plain', tls: 'after-tls', starttls: 'before-tls' } as const)[endpoint.security];
  const mayQuit = (may: boolean) => {
    held.isGreeted = may;
  };
  const offered = await offers(look, lines, connected, first);
  if (endpoint.security !== 'starttls') return { lines, offers: offered, encryption, mayQuit };
  const upgraded = offered && (await startTls(look, lines, offered.extensions, held));
  if (!upgraded) return held.talk?.isOpen() ? { lines: held.talk, offers: offered, encryption: null, mayQuit } : null;
  const inner = talk(look, upgraded.stream);
  held.talk = inner;
  return { lines: inner, offers: await offers(look, inner, connected, 'after-tls'), encryption: upgraded, mayQuit };
};

const offers = async (
  look: Look,
  lines: LineSession,
  connected: Duplex,
  when: 'before-tls' | 'after-tls' | 'plain',
) => {
  const tookMs = stopwatch();
  const facts = await sayEhlo(lines, ownAddressOf(connected), share(look, EHLO_MS));
  look.observe('smtp-ehlo', { when, ...facts, tookMs: tookMs() });
  return facts.outcome === 'listed' ? facts : null;
};
const ownAddressOf = (stream: Duplex) =>
  'localAddress' in stream && typeof stream.localAddress === 'string' ? stream.localAddress : '127.0.0.1';

const startTls = async (
  look: Look<ConfiguredMailTarget>,
  lines: LineSession,
  extensions: readonly string[],
  held: Held<LineSession>,
) => {
  const how = { leg: 'smtp', endpoint: look.target.smtp, how: 'starttls' } as const;
  if (!extensions.includes('STARTTLS')) {
    noteNoTls(look, how, { outcome: 'not-offered', text: null, tookMs: 0 });
    return null;
  }
  const tookMs = stopwatch();
  const answer = await askSmtpStartTls(lines, share(look, STARTTLS_MS));
  if (answer.is !== 'ready') {
    noteNoTls(look, how, { outcome: answer.is, text: answer.text, tookMs: tookMs() });
    return null;
  }
  const { stream, leftover } = lines.detach();
  held.talk = null;
  return encrypt(look, stream, { leftover, again: () => upToStartTls(look), ...how });
};

/** The way to STARTTLS once more, for the second handshake; what is said on it has been noted before. */
const upToStartTls = async (look: Look<ConfiguredMailTarget>): Promise<Duplex | null> => {
  const connected = await connectAgain(look, look.target.smtp, 'for TLS 1.0 and 1.1');
  if (!connected) return null;
  const lines = talk(look, connected);
  const held: Held<LineSession> = { talk: lines, isGreeted: false };
  try {
    held.isGreeted = (await readSmtpBanner(lines, share(look, BANNER_MS))).outcome === 'greeted';
    if (!held.isGreeted) return null;
    const ehlo = await sayEhlo(lines, ownAddressOf(connected), share(look, EHLO_MS));
    if (ehlo.outcome !== 'listed' || (await askSmtpStartTls(lines, share(look, STARTTLS_MS))).is !== 'ready')
      return null;
    held.talk = null;
    return lines.detach().stream;
  } finally {
    await leaveSmtp(held);
  }
};

/** Quits where that may be, and closes. */
export const leaveSmtp = async ({ talk: lines, isGreeted }: Held<LineSession>): Promise<void> => {
  if (!lines) return;
  lines.linger();
  if (isGreeted && lines.isOpen()) await quitSmtp(lines, QUIT_MS);
  await lines.close();
};

const BANNER_MS = 5000;
const EHLO_MS = 3000;
const STARTTLS_MS = 3000;
const QUIT_MS = 1000;
