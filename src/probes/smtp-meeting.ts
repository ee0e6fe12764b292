import type { Duplex } from 'node:stream';
import type { ConfiguredMailTarget } from '../domain/configured-target.js';
import type { Endpoint } from '../domain/target.js';
import { countdown } from '../wire/countdown.js';
import type { LineSession } from '../wire/line-session.js';
import { readSmtpBanner } from '../wire/smtp.js';
import { type Held, talk } from './connection.js';
import { encryptAgain } from './encryption.js';
import { certificateOf, connectFurther, type Met, NOBODY } from './further-connects.js';
import type { Look } from './probe.js';
import { leaveSmtp } from './smtp-visit.js';

/** Hears who answers at the other addresses of an SMTP service: a banner and a farewell, no more. */
export const meetSmtpElsewhere = (look: Look<ConfiguredMailTarget>): Promise<void> => {
  const { smtp: endpoint } = look.target;
  return connectFurther(look, 'smtp', endpoint, { meet: (stream, ms) => meet(look, stream, endpoint, ms) });
};

const meet = async (look: Look, stream: Duplex, endpoint: Endpoint, ms: number): Promise<Met> => {
  const leftMs = countdown(ms);
  const secured = endpoint.security === 'tls' ? await encryptAgain(look, stream, endpoint, { ms: leftMs() }) : null;
  if (endpoint.security === 'tls' && !secured) return NOBODY;
  const lines = talk(look, secured?.stream ?? stream);
  const held: Held<LineSession> = { talk: lines, isGreeted: false };
  try {
    const { outcome, text } = await readSmtpBanner(lines, leftMs());
    held.isGreeted = outcome === 'greeted';
    const greeted = outcome === 'silent' ? null : held.isGreeted;
    return { greeted, greeting: text, certificate: certificateOf(look, secured) };
  } finally {
    await leaveSmtp(held);
  }
};
