import type { Duplex } from 'node:stream';
import type { ConfiguredMailTarget } from '../domain/configured-target.js';
import { stopwatch } from '../wire/countdown.js';
import type { LineSession } from '../wire/line-session.js';
import { askSmtpStartTls, quitSmtp, readSmtpBanner, sayEhlo } from '../wire/smtp.js';
import { connectAgain, connectTo, type Held, share, talk } from './connection.js';
import { encrypt, noteNoTls } from './encryption.js';
import { defineProbe, type Look } from './probe.js';

/** Looks at the SMTP service: whom it greets, what it offers before and after encryption. It sends no login and no mail. */
export const smtpService = defineProbe({
  id: 'smtp-service',
  for: 'uccx-mail',
  leg: 'smtp',
  from: ['uccx-side'],
  impact: 'touch',
  includes: [],
  budgetMs: 10_000,
  yields: ['tcp-connect', 'smtp-banner', 'smtp-ehlo', 'tls-session'],

  run: async look => {
    const held: Held<LineSession> = { talk: null, isGreeted: false };
    try {
      await visit(look, held);
    } finally {
      await leave(held);
    }
  },
});

const visit = async (look: Look<ConfiguredMailTarget>, held: Held<LineSession>): Promise<void> => {
  const endpoint = look.target.smtp;
  const connected = await connectTo(look, 'smtp', endpoint);
  if (!connected) return;
  let stream = connected;
  if (endpoint.security === 'tls') {
    const again = () => connectAgain(look, endpoint, 'for TLS 1.0 and 1.1');
    const encryption = await encrypt(look, stream, { leg: 'smtp', endpoint, how: 'tls', leftover: null, again });
    if (!encryption) return;
    stream = encryption.stream;
  }
  const lines = talk(look, stream);
  held.talk = lines;
  const tookMs = stopwatch();
  const banner = await readSmtpBanner(lines, share(look, BANNER_MS));
  look.observe('smtp-banner', { ...banner, tookMs: tookMs() });
  held.isGreeted = banner.outcome === 'greeted';
  if (!held.isGreeted) return;

  const first = ({ plain: 'plain', tls: 'after-tls', starttls: 'before-tls' } as const)[endpoint.security];
  const extensions = await offers(look, lines, connected, first);
  if (endpoint.security !== 'starttls' || !extensions) return;
  const encrypted = await startTls(look, lines, extensions, held);
  if (!encrypted) return;
  held.talk = talk(look, encrypted);
  await offers(look, held.talk, connected, 'after-tls');
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
  return facts.outcome === 'listed' ? facts.extensions : null;
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
  const encryption = await encrypt(look, stream, { ...how, leftover, again: () => upToStartTls(look) });
  return encryption?.stream ?? null;
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
    await leave(held);
  }
};

const leave = async ({ talk: lines, isGreeted }: Held<LineSession>): Promise<void> => {
  if (!lines) return;
  lines.linger();
  if (isGreeted && lines.isOpen()) await quitSmtp(lines, QUIT_MS);
  await lines.close();
};

const BANNER_MS = 5000;
const EHLO_MS = 3000;
const STARTTLS_MS = 3000;
const QUIT_MS = 1000;
