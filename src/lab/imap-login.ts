import type { ImapCommand } from './imap-command.js';
import type { ImapHandler, ImapSession } from './imap-session.js';
import { BAD_ARGUMENT, capabilityLine, IDLE_TOO_LONG, INVALID_STATE } from './imap-words.js';
import { type Claim, saslMechanisms } from './sasl-server.js';

/** What comes before a mailbox: abilities, encryption, and the ways to log in. */

export const starttls: ImapHandler = async (session, command) => {
  const { client, server } = session;
  if (!server.certificate || client.encrypted() || session.seat) return session.answer(command, INVALID_STATE);
  await session.answer(command, 'OK Begin TLS negotiation now.');
  if (!(await client.secure(server.certificate))) session.ended = true;
};

const mayLogIn = ({ client, server, seat }: ImapSession): boolean =>
  !seat && (client.encrypted() || server.loginType === 'PlainTextLogin');

export const login: ImapHandler = async (session, command) => {
  const [user, password] = command.args;
  if (!mayLogIn(session) || !session.server.mechanisms.includes('PLAIN')) return session.answer(command, INVALID_STATE);
  if (user === undefined || password === undefined) return session.answer(command, BAD_ARGUMENT);
  return admit(session, command, { user, proof: password });
};

export const authenticate: ImapHandler = async (session, command) => {
  const { client, server } = session;
  const [name = '', initial] = command.args;
  const mechanism = name.toUpperCase();
  if (session.seat || (!client.encrypted() && server.loginType === 'SecureLogin')) {
    return session.answer(command, INVALID_STATE);
  }
  const speak = saslMechanisms[mechanism];
  // NTLM does not show the password, so it may come before encryption where passwords may not.
  if (!speak || !server.mechanisms.includes(mechanism) || !(mechanism === 'NTLM' || mayLogIn(session))) {
    return session.answer(command, 'NO AUTHENTICATE failed.');
  }
  const ask = async (challenge: string) => {
    await client.say(challenge === '' ? '+\r\n' : `+ ${challenge}\r\n`);
    return client.line();
  };
  const claim = await speak(ask, initial, client);
  if (claim === 'gone') return;
  if (claim === 'cancelled' || claim === 'nonsense') return session.answer(command, BAD_ARGUMENT);
  return admit(session, command, claim);
};

const admit = async (session: ImapSession, command: ImapCommand, { user, proof, beforeRefusal }: Claim) => {
  const seat = session.accounts.admit(user, proof);
  if (seat === 'refused') {
    session.failures += 1;
    if (beforeRefusal && !(await beforeRefusal())) return session.answer(command, BAD_ARGUMENT);
    return session.answer(command, `NO ${command.name} failed.`);
  }
  session.seat = seat;
  if (session.client.over()) seat.leave();
  session.client.whenIdle(session.server.idleMs, () => session.hangUp(IDLE_TOO_LONG));
  return session.answer(command, `OK ${command.name} completed.`);
};

export const capability: ImapHandler = async (session, command) => {
  const { client, server, seat } = session;
  const line = capabilityLine({
    ...server,
    encrypted: client.encrypted(),
    offersStarttls: server.certificate !== null,
    loggedIn: seat?.connected ?? false,
  });
  await client.say(`${line}${command.tag} OK CAPABILITY completed.\r\n`);
};
