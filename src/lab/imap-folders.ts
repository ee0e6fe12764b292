import type { ImapHandler } from './imap-session.js';
import { BAD_ARGUMENT, folderLines, STORE_FULL } from './imap-words.js';

/** The folders that every mailbox of the lab has; only INBOX holds messages. */
const FOLDERS = ['INBOX', 'Outbox', 'Sent Items', 'Deleted Items'];

export const select: ImapHandler = async (session, command) => {
  const [name = ''] = command.args;
  const folder = FOLDERS.find(known => known.toLowerCase() === name.toLowerCase());
  if (!session.seat?.openMailbox()) return session.answer(command, STORE_FULL);
  if (!folder) return session.answer(command, `NO ${name} doesn't exist.`);
  const { inbox, readOnly } = session.server;
  const isForWriting = command.name === 'SELECT' && !readOnly;
  const access = isForWriting ? 'READ-WRITE' : 'READ-ONLY';
  session.unwatch();
  if (folder === 'INBOX') session.watch(isForWriting ? 'to-write' : 'to-read');
  const lines = folder === 'INBOX' ? folderLines(inbox.messages().length, inbox.uidNext()) : folderLines(0, 1);
  await session.client.say(`${lines}${command.tag} OK [${access}] ${command.name} completed.\r\n`);
};

export const status: ImapHandler = async (session, command) => {
  const [name = ''] = command.args;
  if (!session.seat?.openMailbox()) return session.answer(command, STORE_FULL);
  const { inbox } = session.server;
  const [messages, uidNext] = name.toUpperCase() === 'INBOX' ? [inbox.messages().length, inbox.uidNext()] : [0, 1];
  const values: Record<string, number> = { MESSAGES: messages, RECENT: 0, UIDNEXT: uidNext, UIDVALIDITY: 14 };
  const asked = command.args.slice(1).map(word => word.replaceAll(/[()]/g, '').toUpperCase());
  const told = asked.filter(word => word !== '').map(word => `${word} ${values[word] ?? 0}`);
  await session.client.say(`* STATUS "${name}" (${told.join(' ')})\r\n${command.tag} OK STATUS completed.\r\n`);
};

export const list: ImapHandler = async (session, command) => {
  const pattern = command.args[1] ?? '';
  const named = FOLDERS.filter(name => /[*%]/.test(pattern) || name.toLowerCase() === pattern.toLowerCase());
  const lines =
    pattern === ''
      ? [`* ${command.name} (\\Noselect \\HasChildren) "/" ""`]
      : named.map(name => `* ${command.name} (\\HasNoChildren) "/" ${name.includes(' ') ? `"${name}"` : name}`);
  await session.client.say([...lines, `${command.tag} OK ${command.name} completed.`, ''].join('\r\n'));
};

export const idle: ImapHandler = async (session, command) => {
  await session.client.say('+ IDLE accepted, awaiting DONE command.\r\n');
  session.idles = true;
  await session.tellNews();
  const done = await session.client.line();
  session.idles = false;
  if (done !== null) await session.answer(command, done.toUpperCase() === 'DONE' ? 'OK IDLE completed.' : BAD_ARGUMENT);
};
