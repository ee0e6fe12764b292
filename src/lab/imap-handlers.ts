import { idle, list, select, status } from './imap-folders.js';
import { authenticate, capability, login, starttls } from './imap-login.js';
import { expunge, leaveFolder, uid } from './imap-messages.js';
import type { ImapHandler, ImapSession } from './imap-session.js';
import { signingOff } from './imap-words.js';

const logout: ImapHandler = async (session, command) => {
  session.seat?.loggedOut();
  session.seat?.leave();
  session.ended = true;
  const { manner, namesYear } = session.server;
  await session.client.say(`${signingOff(namesYear ? manner : null)}${command.tag} OK LOGOUT completed.\r\n`);
  session.client.end();
};

const says =
  (untagged: (session: ImapSession) => string): ImapHandler =>
  (session, command) =>
    session.client.say(`${untagged(session)}${command.tag} OK ${command.name} completed.\r\n`);

const news: ImapHandler = async (session, command) => {
  await session.tellNews();
  await session.answer(command, `OK ${command.name} completed.`);
};

type Known = { needs: 'nothing' | 'mailbox-server'; run: ImapHandler };
const anytime = (run: ImapHandler): Known => ({ needs: 'nothing', run });
const inside = (run: ImapHandler): Known => ({ needs: 'mailbox-server', run });

/** Every command that the lab's Exchange knows, by its name. */
export const imapHandlers: Readonly<Record<string, Known>> = {
  CAPABILITY: anytime(capability),
  NOOP: anytime(news),
  ID: anytime(says(() => '* ID ("name" "Microsoft.Exchange.Imap4.Imap4Server" "version" "15.1")\r\n')),
  STARTTLS: anytime(starttls),
  LOGIN: anytime(login),
  AUTHENTICATE: anytime(authenticate),
  LOGOUT: anytime(logout),
  NAMESPACE: inside(says(() => '* NAMESPACE (("" "/")) NIL NIL\r\n')),
  LIST: inside(list),
  LSUB: inside(list),
  SELECT: inside(select),
  EXAMINE: inside(select),
  STATUS: inside(status),
  IDLE: inside(idle),
  CHECK: inside(news),
  UID: inside(uid),
  EXPUNGE: inside(expunge),
  CLOSE: inside(leaveFolder),
  UNSELECT: inside(leaveFolder),
};
