import type { ImapCommand } from './imap-command.js';
import type { ImapHandler, ImapSession } from './imap-session.js';
import { BAD_ARGUMENT, capabilityLine, IDLE_TOO_LONG, INVALID_STATE } from './imap-words.js';

/** What comes before a mailbox: abilities, encryption, and the two ways to log in with a password. */

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
  return admit(session, command, user, password);
};

export const authenticate: ImapHandler = async (session, command) => {
  const { client, server } = session;
  const [mechanism, initial] = command.args;
  if (session.seat || (!client.encrypted() && server.loginType === 'SecureLogin')) {
    return session.answer(command, INVALID_STATE);
  }
  if (mechanism?.toUpperCase() !== 'PLAIN' || !mayLogIn(session) || !server.mechanisms.includes('PLAIN')) {
    return session.answer(command, 'NO AUTHENTICATE failed.');
  }
  if (initial === undefined) await client.say('+\r\n');
  const response = initial ?? (await client.line());
  if (response === null) return;
  if (response === '*') return session.answer(command, BAD_ARGUMENT);
  const [, user = '', password = ''] = Buffer.from(response, 'base64').toString('utf8').split('\0'); // RFC 4616
  return admit(session, command, user, password);
};

const admit = async (session: ImapSession, command: ImapCommand, user: string, password: string) => {
  const seat = session.accounts.admit(user, password);
  if (seat === 'refused') {
    session.failures += 1;
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
