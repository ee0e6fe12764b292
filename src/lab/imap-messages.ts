import type { ImapCommand } from './imap-command.js';
import type { ImapHandler, ImapSession } from './imap-session.js';
import { BAD_ARGUMENT, INVALID_STATE } from './imap-words.js';
import type { LabMessage } from './inbox.js';

/** What is done to messages of a selected INBOX: the UID commands (RFC 9051, 6.4.9; RFC 4315), and both ways to expunge. */
export const uid: ImapHandler = async (session, command) => {
  const [name = '', ...args] = command.args;
  const run = { SEARCH: search, FETCH: fetch, STORE: store, EXPUNGE: expungeByUid }[name.toUpperCase()];
  if (!session.selected) return session.answer(command, INVALID_STATE);
  if (!run) return session.answer(command, BAD_ARGUMENT);
  return run(session, command, args);
};

/** Takes everything that anybody has marked. */
export const expunge: ImapHandler = async (session, command) => {
  if (session.selected !== 'to-write') return session.answer(command, INVALID_STATE);
  session.server.inbox.remove(isMarked);
  await completed(session, command, 'EXPUNGE');
};

/** CLOSE expunges too (RFC 9051, 6.4.1), UNSELECT does not; neither tells what went. */
export const leaveFolder: ImapHandler = async (session, command) => {
  const { selected } = session;
  session.unwatch();
  if (command.name === 'CLOSE' && selected === 'to-write') session.server.inbox.remove(isMarked);
  await session.answer(command, `OK ${command.name} completed.`);
};

type Uid = (session: ImapSession, command: ImapCommand, args: readonly string[]) => Promise<void>;

const search: Uid = async (session, command, [key = '', words]) => {
  const fits = KEYS[key.toUpperCase()];
  if (!fits) return session.answer(command, BAD_ARGUMENT);
  const found = session.server.inbox.messages().filter(message => fits(message, words ?? ''));
  await session.client.say(`* SEARCH${found.map(message => ` ${message.uid}`).join('')}\r\n`);
  await completed(session, command, 'SEARCH');
};
const isMarked = ({ flags }: LabMessage) => flags.has('\\Deleted');
const KEYS: Readonly<Record<string, (message: LabMessage, words: string) => boolean>> = {
  ALL: () => true,
  DELETED: isMarked,
  UNSEEN: ({ flags }) => !flags.has('\\Seen'),
  SUBJECT: ({ header }, words) => header('subject').toLowerCase().includes(words.toLowerCase()),
};

const fetch: Uid = async (session, command, [set = '', ...items]) => {
  const asked = items.join(' ').replaceAll(/[()]/g, '').toUpperCase().split(' ');
  if (asked.some(item => !['UID', 'FLAGS', 'ENVELOPE'].includes(item))) return session.answer(command, BAD_ARGUMENT);
  const all = session.server.inbox.messages();
  for (const message of chosen(session, set)) {
    const told = [
      ...(asked.includes('FLAGS') ? [`FLAGS (${[...message.flags].join(' ')})`] : []),
      ...(asked.includes('ENVELOPE') ? [`ENVELOPE ${envelope(message)}`] : []),
      `UID ${message.uid}`,
    ];
    await session.client.say(`* ${all.indexOf(message) + 1} FETCH (${told.join(' ')})\r\n`);
  }
  await completed(session, command, 'FETCH');
};

const store: Uid = async (session, command, [set = '', item = '', ...words]) => {
  const [, sign, silent] = /^([+-])FLAGS(\.SILENT)?$/i.exec(item) ?? [];
  if (!sign) return session.answer(command, BAD_ARGUMENT);
  if (session.selected !== 'to-write') return session.answer(command, 'NO Command received in Invalid state.');
  const flags = words.map(word => word.replaceAll(/[()]/g, ''));
  for (const message of chosen(session, set)) {
    for (const flag of flags) sign === '+' ? message.flags.add(flag) : message.flags.delete(flag);
    const at = session.server.inbox.messages().indexOf(message) + 1;
    if (!silent)
      await session.client.say(`* ${at} FETCH (FLAGS (${[...message.flags].join(' ')}) UID ${message.uid})\r\n`);
  }
  await completed(session, command, 'STORE');
};

const expungeByUid: Uid = async (session, command, [set = '']) => {
  if (session.selected !== 'to-write') return session.answer(command, INVALID_STATE);
  const named = new Set(chosen(session, set));
  session.server.inbox.remove(message => named.has(message) && isMarked(message));
  await completed(session, command, 'EXPUNGE');
};

/** Messages of a set such as `3,7:9,12:*`. */
const chosen = ({ server }: ImapSession, set: string): LabMessage[] => {
  const messages = server.inbox.messages();
  const highest = messages.at(-1)?.uid ?? 0;
  const ranges = set.split(',').map(part => {
    const [from = 0, to = from] = part.split(':').map(end => (end === '*' ? highest : Number(end)));
    return [Math.min(from, to), Math.max(from, to)] as const;
  });
  return messages.filter(message => ranges.some(([from, to]) => message.uid >= from && message.uid <= to));
};

/** Changes come before the tagged answer, as the standard wants it. */
const completed = async (session: ImapSession, command: ImapCommand, name: string): Promise<void> => {
  await session.tellNews();
  await session.answer(command, `OK ${name} completed.`);
};

/** RFC 9051, 7.5.2. Quoted strings where that is possible, otherwise literals. */
const envelope = ({ header }: LabMessage): string => {
  const from = addresses(header('from'));
  const all = [text(header('date')), text(header('subject')), from, from, from, addresses(header('to')), 'NIL', 'NIL'];
  return `(${[...all, text(header('in-reply-to')), text(header('message-id'))].join(' ')})`;
};

const text = (words: string): string => {
  if (words === '') return 'NIL';
  return /^[\x20-\x7e]*$/.test(words) && !/["\\]/.test(words) ? `"${words}"` : `{${words.length}}\r\n${words}`;
};

const addresses = (field: string): string => {
  const [, name = '', box = '', host = ''] = /^([^<]*)<?([^<>@]+)@([^<>@]+)>?$/.exec(field) ?? [];
  return box === '' ? 'NIL' : `((${text(name.trim())} NIL ${text(box)} ${text(host)}))`;
};
