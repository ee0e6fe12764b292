import { withoutTime } from '../../domain/evidence/imap-greeting.js';
import { commandIn, type ImapCommand, isAwaited, openImapCommands } from './imap-commands.js';
import { mechanismOf, type Secrets } from './secrets.js';
import { type Session, type Talk, type Telling, tookSince } from './session.js';
import { openStreamLines, textIn } from './stream-lines.js';

/** IMAP as it is overheard: greeting, login, the first look into the mailbox, and whatever was refused. Mail is passed over unread. */
export const openImapTalk = (session: Session, secrets: Secrets, tell: Telling): Talk => {
  const commands = openImapCommands();
  /** The client's next line goes on with a command, behind a literal. */
  let isRest = false;
  let bye: string | null = null;
  let hasOpened = false;
  /** Of the folder that is being opened; null once it was opened and did not say. */
  let messages: number | null | undefined = null;

  const server = openStreamLines((bytes, start, end) => {
    // What came in the same packet behind the word that turned encryption on is not a part of it.
    if (session.stage === 'encrypted') return;
    if (bytes[start] === STAR && bytes[start + 1] === BLANK) return untagged(bytes, start, end);
    if (session.works && commands.waiting() === 0 && saysOk(bytes, start, end)) return;
    const line = textIn(bytes, start, end);
    if (session.stage === 'greeting') return greeting(line);
    const [, tag = '', said = ''] = /^(\S{1,64}) (.*)$/.exec(line) ?? [];
    const command = commands.answered(tag);
    if (command) answered(command, said);
    else if (session.command && /^(?:OK|NO|BAD)/i.test(said))
      answered({ tag, name: session.command, words: '', atMs: tell.nowMs() }, said);
  });

  const untagged = (bytes: Buffer, start: number, end: number) => {
    if (session.stage === 'greeting') return greeting(textIn(bytes, start, end));
    if (bytes[end - 1] === CLOSING) {
      const size = LITERAL.exec(bytes.toString('latin1', Math.max(start, end - 16), end));
      if (size) server.skip(Number(size[1]));
    }
    if (messages === undefined && end - start < 24) {
      const exists = /^\* (\d{1,10}) EXISTS$/i.exec(bytes.toString('latin1', start, end));
      if (exists) messages = Number(exists[1]);
    }
    // «* BYE», in whatever case.
    if (((bytes[start + 2] ?? 0) | 0x20) !== 0x62) return;
    const line = textIn(bytes, start, end);
    if (/^\* BYE\b/i.test(line)) bye = secrets.shown(line.slice('* BYE '.length));
  };

  const greeting = (line: string) => {
    const [, word, text = ''] = /^\* (OK|PREAUTH|BYE)\b ?(.*)$/i.exec(line) ?? [];
    const tookMs = tookSince(session.askedMs, tell.nowMs());
    const outcome = (word?.toLowerCase() ?? 'not-imap') as 'ok' | 'preauth' | 'bye' | 'not-imap';
    const shown = secrets.shown(word ? text : line);
    const fact = () =>
      tell.fact('imap-greeting', `${outcome} ${withoutTime(shown)}`, {
        outcome,
        text: shown === '' ? null : shown,
        tookMs,
      });
    session.stage = outcome === 'preauth' ? 'logged-in' : 'before-login';
    if (outcome === 'bye') {
      bye = shown;
      session.farewell = true;
      tell.refused(session, { stage: 'greeting', command: null, text: shown, login: null, alone: fact });
      return;
    }
    fact();
    if (word) tell.greeted(session, tookMs);
    if (outcome === 'preauth') tell.works(session, null);
  };

  const client = openStreamLines((bytes, start, end) => {
    if (isRest) {
      isRest = literal(textIn(bytes, start, end));
      return;
    }
    // Until it is answered, whatever comes behind AUTHENTICATE answers a challenge, also where that one is missing or comes late.
    if (commands.loggingIn()?.name === 'AUTHENTICATE') {
      secrets.answer(session.mechanism, textIn(bytes, start, end));
      return;
    }
    if (bytes[end - 1] === CLOSING) isRest = literal(textIn(bytes, start, end));
    const name = commandIn(bytes, start, end);
    if (!name) return;
    session.command = name;
    session.farewell = name === 'LOGOUT';
    if (isAwaited(name)) awaited(commands.given(name, textIn(bytes, start, end), tell.nowMs()));
  });

  const awaited = (given: ImapCommand) => {
    if (given.name === 'SELECT' || given.name === 'EXAMINE') messages = undefined;
    if (given.name !== 'LOGIN' && given.name !== 'AUTHENTICATE') return;
    secrets.forget();
    if (session.stage !== 'logged-in') session.stage = 'login';
    const [word = '', first] = given.words.split(' ');
    session.mechanism = given.name === 'LOGIN' ? 'LOGIN' : mechanismOf(word);
    if (given.name === 'LOGIN') secrets.login(given.words);
    else if (first !== undefined) secrets.answer(session.mechanism, first);
    given.words = '';
  };

  const literal = (line: string): boolean => {
    const size = LITERAL.exec(line);
    if (size) client.skip(Number(size[1]));
    return size !== null;
  };

  const answered = (command: ImapCommand, said: string) => {
    const [, word = 'BAD', words = said] = /^(OK|NO|BAD)\b ?(.*)$/i.exec(said) ?? [];
    const status = word.toUpperCase() as 'OK' | 'NO' | 'BAD';
    const shown = secrets.shown(words);
    const text = shown === '' ? null : shown;
    const tookMs = tookSince(command.atMs, tell.nowMs());
    if (command.name === 'STARTTLS' && status === 'OK') {
      session.stage = 'encrypted';
      tell.works(session, null);
      return;
    }
    if (command.name === 'LOGIN' || command.name === 'AUTHENTICATE') return loggedIn(status, text, tookMs);
    const isInbox = /^(?:SELECT|EXAMINE)$/.test(command.name) && /^"?INBOX"?(?:$| )/i.test(command.words);
    const outcome = status === 'OK' ? 'selected' : 'refused';
    const select = () =>
      tell.fact('imap-select', `${outcome} ${status} ${outcome === 'refused' ? text : ''}`, {
        outcome,
        status,
        text,
        messages: messages ?? null,
        tookMs,
      });
    if (status === 'OK') {
      if (isInbox) select();
      hasOpened ||= isInbox;
      // Something that only a mailbox answers: a session that began before the capture has been let in.
      if (!session.works && NEEDS_MAILBOX.has(command.name)) {
        session.stage = 'logged-in';
        tell.works(session, null);
      }
      return;
    }
    const isMailbox = isInbox || (!hasOpened && session.stage === 'logged-in' && NOT_OPEN.test(text ?? ''));
    tell.refused(session, {
      stage: isMailbox ? 'mailbox' : 'later',
      command: command.name,
      text,
      login: secrets.marks(),
      ...(isMailbox ? { alone: select } : {}),
    });
  };

  const loggedIn = (status: 'OK' | 'NO' | 'BAD', text: string | null, tookMs: number) => {
    const login = secrets.marks();
    const body = { mechanism: session.mechanism, status, text, withheldFor: null, encrypted: false, tookMs };
    if (status === 'OK') {
      session.stage = 'logged-in';
      tell.fact('imap-login', `accepted ${session.mechanism}`, { ...body, outcome: 'accepted' });
      tell.works(session, login);
      return;
    }
    session.stage = 'before-login';
    session.farewell = true; // Whoever goes now has been told why.
    tell.refused(session, {
      stage: 'login',
      command: session.command,
      text,
      login,
      alone: () => tell.fact('imap-login', `refused ${session.mechanism} ${text}`, { ...body, outcome: 'refused' }),
    });
  };

  const silence = { text: null, tookMs: 0 };
  return {
    fromServer: {
      data: server.take,
      gap: bytes => {
        commands.lost();
        server.gap(bytes);
      },
    },
    fromClient: { data: client.take, gap: client.gap },
    ended: (by, how) => {
      if (bye !== null && by === 'server' && how === 'closed' && session.stage !== 'login') session.farewell = true;
      if (session.missingBytes > 0) return;
      if (session.stage === 'greeting' && by === 'server') {
        const tookMs = tookSince(session.askedMs, tell.nowMs());
        const alone = () => tell.fact('imap-greeting', 'closed', { ...silence, outcome: 'closed', tookMs });
        tell.refused(session, { stage: 'greeting', command: null, text: null, login: null, alone });
      }
      if (session.stage === 'login' && commands.loggingIn() && by === 'server') {
        const body = { mechanism: session.mechanism, withheldFor: null, encrypted: false } as const;
        const status = bye === null ? null : 'BYE';
        const tookMs = tookSince(commands.loggingIn()?.atMs ?? null, tell.nowMs());
        const alone = () =>
          tell.fact('imap-login', `closed ${bye} ${how}`, { ...body, outcome: 'closed', status, text: bye, tookMs });
        tell.refused(session, { stage: 'login', command: session.command, text: bye, login: secrets.marks(), alone });
      }
    },
  };
};

/** The answer to almost every command, which needs no look: `A7 OK …`. */
const saysOk = (bytes: Buffer, start: number, end: number): boolean => {
  let at = start;
  while (at < end && bytes[at] !== BLANK) at += 1;
  return bytes[at + 1] === 0x4f && bytes[at + 2] === 0x4b && at + 2 < end;
};

/** A literal's size (RFC 9051, 4.3), also of the kind that waits for no answer. */
const LITERAL = /\{(\d{1,9})\+?\}$/;
const NEEDS_MAILBOX: ReadonlySet<string> = new Set([
  'SELECT',
  'EXAMINE',
  'STATUS',
  'LIST',
  'LSUB',
  'IDLE',
  'UID',
  'FETCH',
  'STORE',
  'SEARCH',
  'APPEND',
  'COPY',
  'EXPUNGE',
]);
/** Words to a first command after the login that tell of the mailbox and not of the command. */
const NOT_OPEN = /authenticated but not connected|Server Unavailable|Request is throttled/i;
const STAR = 0x2a;
const BLANK = 0x20;
const CLOSING = 0x7d;
