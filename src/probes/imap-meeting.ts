import type { Duplex } from 'node:stream';
import type { ConfiguredMailTarget } from '../domain/configured-target.js';
import { namesItsServer } from '../domain/evidence/imap-greeting.js';
import type { Endpoint } from '../domain/target.js';
import { countdown } from '../wire/countdown.js';
import { type Imap, readImapGreeting, speakImap } from '../wire/imap.js';
import { type Held, talk } from './connection.js';
import { encryptAgain } from './encryption.js';
import { certificateOf, connectFurther, type Met, NOBODY } from './further-connects.js';
import { leaveImap } from './imap-visit.js';
import type { Look } from './probe.js';

/** Two more find one of two servers that take turns, and of two that are drawn by lot in three cases of four. */
const AGAIN = 2;

/**
 * Hears who answers the next connections of an IMAP service: a balancer shows by another greeting or certificate. One address is
 * connected to again only where the service is well; Exchange Online answers from many servers, which is how it is meant.
 */
export const meetImapAgain = (look: Look<ConfiguredMailTarget>, isWell: boolean): Promise<void> => {
  const { imap: endpoint, exchange } = look.target;
  return connectFurther(look, 'imap', endpoint, {
    again: isWell && exchange.version !== 'online' ? AGAIN : 0,
    meet: (stream, ms) => meet(look, stream, endpoint, ms),
  });
};

const meet = async (look: Look, stream: Duplex, endpoint: Endpoint, ms: number): Promise<Met> => {
  const leftMs = countdown(ms);
  let secured = endpoint.security === 'tls' ? await encryptAgain(look, stream, endpoint, { ms: leftMs() }) : null;
  if (endpoint.security === 'tls' && !secured) return NOBODY;
  const first = speakImap(talk(look, secured?.stream ?? stream));
  const held: Held<Imap> = { talk: first, isGreeted: false };
  try {
    const { facts } = await readImapGreeting(first.lines, leftMs());
    held.isGreeted = facts.outcome === 'ok' || facts.outcome === 'preauth';
    // A greeting that names its server leaves nothing for the certificate to tell, and a handshake costs both ends more than all the rest.
    if (held.isGreeted && endpoint.security === 'starttls' && !namesItsServer(facts.text ?? '')) {
      const answer = await first.command('STARTTLS', leftMs());
      if (answer.is === 'answered' && answer.status === 'OK') {
        held.talk = null;
        secured = await encryptAgain(look, first.lines.detach().stream, endpoint, { ms: leftMs() });
        held.talk = secured && speakImap(talk(look, secured.stream));
      }
    }
    const greeted = facts.outcome === 'silent' ? null : held.isGreeted;
    return { greeted, greeting: facts.text, certificate: certificateOf(look, secured) };
  } finally {
    await leaveImap(held, true);
  }
};
