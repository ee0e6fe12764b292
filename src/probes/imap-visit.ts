import type { Duplex } from 'node:stream';
import type { ConfiguredMailTarget } from '../domain/configured-target.js';
import { stopwatch } from '../wire/countdown.js';
import {
  askImapCapability,
  type Imap,
  type ImapGreeting,
  logOut,
  readImapCapability,
  readImapGreeting,
  speakImap,
} from '../wire/imap.js';
import { connectAgain, connectTo, type Held, share, talk } from './connection.js';
import { type Encryption, encrypt, noteNoTls } from './encryption.js';
import type { Body, Look } from './probe.js';
import { touchSisterPort } from './sister-port.js';

/** An IMAP conversation in which everything that can be seen without a login has been seen. */
export type ImapVisit = {
  imap: Imap;
  /** What the server offers where the conversation now stands; null where it would not say. */
  capabilities: readonly string[] | null;
  encryption: Encryption | null;
  /** Takes the conversation over, bare: whoever keeps it says farewell. */
  keep: () => Duplex | null;
};

/**
 * Looks at an IMAP service as far as one gets without a login, lets `inside` go on from there, and logs out,
 * however it ends, unless somebody keeps it. Notes each fact as it is seen. True where the service is well: it
 * was prompt, speaks TLS of today, if any, and answered the farewell.
 */
export const visitImap = async (
  look: Look<ConfiguredMailTarget>,
  inside: (visit: ImapVisit) => Promise<void> = async () => {},
): Promise<boolean> => {
  const held: Held<Imap> = { talk: null, isGreeted: false };
  let isWell = false;
  const keep = () => {
    const stream = held.talk?.lines.detach().stream ?? null;
    held.talk = null;
    return stream;
  };
  try {
    const visit = await arrive(look, held);
    if (visit) await inside({ keep, ...visit });
    isWell = visit !== null && visit.encryption?.isOld !== true && look.elapsedMs() < PROMPT_MS;
  } finally {
    const bye = await leaveImap(held, look.furtherConnects > 0);
    if (bye) look.observe('imap-logout', bye);
    isWell &&= bye?.clean === true;
  }
  return isWell;
};

const arrive = async (look: Look<ConfiguredMailTarget>, held: Held<Imap>): Promise<Omit<ImapVisit, 'keep'> | null> => {
  const endpoint = look.target.imap;
  const connected = await connectTo(look, 'imap', endpoint, () => touchSisterPort(look, 'imap', endpoint));
  if (!connected) return null;

  let encryption: Encryption | null = null;
  if (endpoint.security === 'tls') {
    const again = () => connectAgain(look, endpoint, 'for TLS 1.0 and 1.1');
    encryption = await encrypt(look, connected, { leg: 'imap', endpoint, how: 'tls', leftover: null, again });
    if (!encryption) return null;
  }
  const imap = speakImap(talk(look, encryption?.stream ?? connected));
  held.talk = imap;
  const greeting = await greet(look, imap);
  held.isGreeted = greeting.facts.outcome === 'ok' || greeting.facts.outcome === 'preauth';
  if (!held.isGreeted) return null;
  const when = endpoint.security === 'plain' ? 'plain' : encryption ? 'after-tls' : 'before-tls';
  const capabilities = await offers(look, imap, when, greeting.offers);
  if (endpoint.security !== 'starttls' || !imap.lines.isOpen()) return { imap, capabilities, encryption };

  const upgraded = await startTls(look, imap, capabilities, held);
  if (!upgraded) return held.talk?.lines.isOpen() ? { imap: held.talk, capabilities, encryption: null } : null;
  const inner = speakImap(talk(look, upgraded.stream));
  held.talk = inner;
  return { imap: inner, capabilities: await offers(look, inner, 'after-tls', null), encryption: upgraded };
};

const greet = async (look: Look, { lines }: Imap): Promise<ImapGreeting> => {
  const tookMs = stopwatch();
  const greeting = await readImapGreeting(lines, share(look, GREETING_MS));
  look.observe('imap-greeting', { tookMs: tookMs(), ...greeting.facts });
  return greeting;
};

/** Asks only a server that has not told, as UCCX's own mail library does. Encryption begins anew: what was told before counts no more. */
const offers = async (look: Look, imap: Imap, when: Body<'imap-capability'>['when'], told: string | null) => {
  const tookMs = stopwatch();
  if (told !== null) look.transcribe('note', 'the greeting tells what is offered, so nobody asks');
  const facts =
    told === null ? await askImapCapability(imap, share(look, CAPABILITY_MS)) : readImapCapability(imap, [told]);
  look.observe('imap-capability', { when, tookMs: tookMs(), ...facts });
  return facts.outcome === 'listed' ? facts.capabilities : null;
};

const startTls = async (
  look: Look<ConfiguredMailTarget>,
  imap: Imap,
  capabilities: readonly string[] | null,
  held: Held<Imap>,
) => {
  const how = { leg: 'imap', endpoint: look.target.imap, how: 'starttls' } as const;
  const tookMs = stopwatch();
  if (capabilities && !capabilities.includes('STARTTLS')) {
    noteNoTls(look, how, { outcome: 'not-offered', text: null, tookMs: 0 });
    return null;
  }
  const answer = await imap.command('STARTTLS', share(look, STARTTLS_MS));
  if (answer.is !== 'answered' || answer.status !== 'OK') {
    const text = answer.is === 'continue' ? '+' : answer.text;
    const outcome = answer.is === 'closed' || answer.is === 'silent' ? answer.is : 'refused';
    noteNoTls(look, how, { outcome, text, tookMs: tookMs() });
    return null;
  }
  const { stream, leftover } = imap.lines.detach();
  held.talk = null;
  return encrypt(look, stream, { leftover, again: () => upToStartTls(look), ...how });
};

/** The way to STARTTLS once more, for the second handshake; what is said on it has been noted before. */
const upToStartTls = async (look: Look<ConfiguredMailTarget>): Promise<Duplex | null> => {
  const connected = await connectAgain(look, look.target.imap, 'for TLS 1.0 and 1.1');
  if (!connected) return null;
  const imap = speakImap(talk(look, connected));
  const held: Held<Imap> = { talk: imap, isGreeted: false };
  try {
    const greeting = await readImapGreeting(imap.lines, share(look, GREETING_MS));
    held.isGreeted = greeting.facts.outcome === 'ok';
    const answer = held.isGreeted ? await imap.command('STARTTLS', share(look, STARTTLS_MS)) : null;
    if (answer?.is !== 'answered' || answer.status !== 'OK') return null;
    held.talk = null;
    return imap.lines.detach().stream;
  } finally {
    await leaveImap(held);
  }
};

/** Logs out where that may be, and closes; says what came of it. `waits`: until the other end has closed too, so that another may follow. */
export const leaveImap = async ({ talk: imap, isGreeted }: Held<Imap>, waits = false) => {
  if (!imap) return null;
  imap.lines.linger();
  const bye = isGreeted && imap.mayLogOut() ? await logOut(imap, LOGOUT_MS) : null;
  if (bye?.clean && !waits) imap.lines.hangUp();
  else await imap.lines.close();
  return bye;
};

/** A server that takes longer for all of a conversation has enough to do. */
const PROMPT_MS = 3000;
const GREETING_MS = 5000;
const CAPABILITY_MS = 3000;
const STARTTLS_MS = 3000;
const LOGOUT_MS = 1000;
