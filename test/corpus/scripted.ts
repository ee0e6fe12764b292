import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type Conversation, converse } from '../../src/lab/conversation.js';
import type { ImapHandler } from '../../src/lab/imap-session.js';
import type { Ground, Place, Witness } from './ground.js';

/** One thing that a client says, and all that a server says to it. */
type Turn = { client: string | null; server: string[]; isTls: boolean };

/** Reads a dialogue as it is written down. */
const turnsOf = (dialogue: string): Turn[] => {
  const turns: Turn[] = [{ client: null, server: [], isTls: false }];
  for (const line of dialogue.split('\n')) {
    const last = turns.at(-1) as Turn;
    if (line.startsWith('S: ')) last.server.push(line.slice(3));
    else if (line.startsWith('C: ')) turns.push({ client: line.slice(3), server: [], isTls: false });
    else if (line === '[TLS handshake]') last.isTls = true;
    else if (line === '[silence]') turns.push({ client: ANYTHING, server: [], isTls: false });
  }
  return turns;
};
const ANYTHING = '*';

/** What a dialogue does not tell, in the words of a server that is well. */
const USUAL: Readonly<Record<'imap' | 'smtp', Readonly<Record<string, readonly string[]>>>> = {
  imap: {
    CAPABILITY: [
      '* CAPABILITY IMAP4 IMAP4rev1 AUTH=PLAIN UIDPLUS CHILDREN IDLE NAMESPACE LITERAL+',
      'a OK CAPABILITY completed.',
    ],
    SELECT: ['* 3 EXISTS', '* 0 RECENT', 'a OK [READ-WRITE] SELECT completed.'],
    LOGOUT: ['* BYE Microsoft Exchange Server IMAP4 server signing off.', 'a OK LOGOUT completed.'],
    UID: ['* SEARCH', 'a OK SEARCH completed.'],
  },
  smtp: {
    EHLO: ['250-ex01.contoso.test Hello', '250-STARTTLS', '250-AUTH LOGIN', '250 8BITMIME'],
    QUIT: ['221 2.0.0 Service closing transmission channel'],
  },
};
const UNKNOWN = { imap: 'a BAD Command Error. 12', smtp: '500 5.3.3 Unrecognized command' } as const;

/** Plays a dialogue to whoever connects, the tags of the client in place of the recorded ones. */
export const replay =
  (protocol: 'imap' | 'smtp', dialogue: string): Place =>
  async ground => {
    const counts = { logins: 0, open: 0, mailFrom: 0, data: 0 };
    ground.witnesses.push({
      ...idle,
      logins: () => counts.logins,
      open: () => counts.open,
      mailFrom: () => counts.mailFrom,
      data: () => counts.data,
    });
    return ground.stage.hostile(async socket => {
      const client = converse(socket);
      counts.open += 1;
      client.whenOver(() => {
        counts.open -= 1;
      });
      await play(client, protocol, turnsOf(dialogue), counts, ground);
    });
  };

const play = async (client: Conversation, protocol: 'imap' | 'smtp', turns: Turn[], counts: Counts, ground: Ground) => {
  const greeting = turns.shift() as Turn;
  if (await say(client, greeting, 'a')) return;
  for (;;) {
    const line = await client.line();
    if (line === null) return;
    const words = line.split(' ');
    const tag = words[0] ?? 'a';
    const verb = (protocol === 'imap' ? words[1] : words[0])?.toUpperCase() ?? '';
    if (verb === 'MAIL') counts.mailFrom += 1;
    if (verb === 'DATA') counts.data += 1;
    const found = take(turns, verb);
    if (isLogin(verb)) {
      counts.logins += 1;
      const answer = await passwordOf(client, protocol, words, found, turns);
      if (!answer || (await say(client, answer, tag))) return;
      continue;
    }
    const turn = found ?? { client: verb, server: [...(USUAL[protocol][verb] ?? [UNKNOWN[protocol]])], isTls: false };
    if (await say(client, turn, tag)) return;
    if (turn.isTls && !(await client.secure(ground.stage.certificates.context('good')))) return;
  }
};
type Counts = { logins: number; mailFrom: number; data: number };

const isLogin = (verb: string): boolean => verb === 'LOGIN' || verb === 'AUTHENTICATE' || verb === 'AUTH';
const verbOf = (client: string): string[] => client.toUpperCase().split(' ').slice(0, 2);

/** The next turn that answers this command. LOGIN and AUTHENTICATE stand for each other: which one comes, the client chooses. */
const take = (turns: Turn[], verb: string): Turn | null => {
  const at = turns.findIndex(
    ({ client }) =>
      client === ANYTHING || verbOf(client ?? '').some(word => word === verb || (isLogin(verb) && isLogin(word))),
  );
  return at < 0 ? null : (turns.splice(at, 1)[0] ?? null);
};

/** Asks for the password where it did not come with the command, and gives the turn that answers to it. */
const passwordOf = async (
  client: Conversation,
  protocol: string,
  words: string[],
  found: Turn | null,
  turns: Turn[],
) => {
  const asks = found?.server.at(-1)?.startsWith('+') ?? false;
  const refusedAtOnce = found !== null && !asks && /^\w+ (?:NO|BAD)/.test(found.server[0] ?? '');
  const isSent = words[1]?.toUpperCase() === 'LOGIN' && protocol === 'imap' ? true : words.length > 3;
  if (!refusedAtOnce && !isSent) {
    await client.say(protocol === 'imap' ? '+\r\n' : '334 \r\n');
    if ((await client.line()) === null) return null;
  }
  if (!asks) return found ?? { client: null, server: [UNKNOWN.imap], isTls: false };
  return turns.shift() ?? null;
};

/** True where the server has ended the conversation. */
const say = async (client: Conversation, { server }: Turn, tag: string): Promise<boolean> => {
  const lines = server.map(line => line.replace(/^[aA]\d*(?= (?:OK|NO|BAD)\b)/, tag));
  if (lines.length > 0) await client.say(`${lines.join('\r\n')}\r\n`);
  const ends = server.some(line => /^(?:\* BYE|421|221)\b/.test(line));
  if (ends) client.end();
  return ends;
};

/** One answer of HTTP to whoever asks. */
export const answersHttp =
  (answer: string): Place =>
  ({ stage }) =>
    stage.hostile(async socket => {
      socket.once('data', () => socket.end(answer.replaceAll(/\r?\n/g, '\r\n')));
    });

/** The same behind the certificate of Exchange. */
export const answersHttps =
  (answer: string): Place =>
  ({ stage }) =>
    stage.hostile(async socket => {
      const secured = new TLSSocket(socket, { isServer: true, secureContext: stage.certificates.context('good') });
      secured.on('error', () => socket.destroy()); // a client that gives up is no event of ours
      secured.once('data', () => secured.end(answer.replaceAll(/\r?\n/g, '\r\n')));
    });

/** Says that before it is asked, and hears what comes. */
export const speaksFirst =
  (words: string | Buffer): Place =>
  ({ stage }) =>
    stage.hostile(async socket => {
      socket.resume().write(words);
    });

/** Takes the connection and breaks it off, as a balancer without a live server behind it does. */
export const breaksOff: Place = ({ stage }) => stage.hostile(async (socket: Socket) => void socket.resetAndDestroy());

/** Takes the connection and ends it in good order. */
export const endsAtOnce: Place = ({ stage }) => stage.hostile(async (socket: Socket) => void socket.resume().end());

export const idle: Witness = { logins: () => 0, open: () => 0, mailFrom: () => 0, data: () => 0, posts: () => 0 };

/** The lab's IMAP server, with an answer of its own to a login, which it gives once the password is there. */
export const answersLogin = (ground: Ground, words: string): void => {
  let logins = 0;
  ground.witnesses.push({ ...idle, logins: () => logins });
  const answer: ImapHandler = async (session, command) => {
    if (command.name === 'AUTHENTICATE' && command.args.length < 2) {
      await session.client.say('+\r\n');
      if ((await session.client.line()) === null) return;
    }
    logins += 1;
    if (words === '') return;
    if (words.startsWith('* BYE')) await session.hangUp(`${words}\r\n`);
    else await session.answer(command, words);
  };
  script(ground, { LOGIN: answer, AUTHENTICATE: answer });
};

export const script = ({ imap }: Ground, handlers: Readonly<Record<string, ImapHandler>>): void => {
  imap.options = { ...imap.options, script: { ...imap.options.script, ...handlers } };
};
export const says =
  (words: string): ImapHandler =>
  async (session, command) => {
    if (words !== '') await session.answer(command, words);
  };

/** An SMTP service with the lab's words and answers of its own by command; a multi-line answer has its lines apart. */
export const smtpSaying =
  (own: Readonly<Record<string, string>>): Place =>
  async ground => {
    const counts = { logins: 0, open: 0, mailFrom: 0, data: 0 };
    ground.witnesses.push({
      ...idle,
      logins: () => counts.logins,
      open: () => counts.open,
      mailFrom: () => counts.mailFrom,
      data: () => counts.data,
    });
    return ground.stage.hostile(async socket => {
      const client = converse(socket);
      counts.open += 1;
      client.whenOver(() => {
        counts.open -= 1;
      });
      await client.say(
        `${own.banner ?? '220 ex01.contoso.test Microsoft ESMTP MAIL Service ready at Sat, 21 Nov 2026 08:00:00 +0000'}\r\n`,
      );
      for (;;) {
        const line = await client.line();
        if (line === null) return;
        const verb = line.split(' ')[0]?.toUpperCase() ?? '';
        if (verb === 'MAIL') counts.mailFrom += 1;
        if (verb === 'DATA') counts.data += 1;
        if (verb === 'AUTH' && !own.AUTH?.startsWith('504')) {
          await client.say('334 VXNlcm5hbWU6\r\n');
          if ((await client.line()) === null) return;
          await client.say('334 UGFzc3dvcmQ6\r\n');
          if ((await client.line()) === null) return;
          counts.logins += 1;
        }
        const answer = own[verb] ?? SMTP_USUAL[verb] ?? '500 5.3.3 Unrecognized command';
        if (answer === 'hang up') return client.end();
        if (answer !== '') await client.say(`${answer.replaceAll('\n', '\r\n')}\r\n`);
        if (
          verb === 'STARTTLS' &&
          answer.startsWith('220') &&
          !(await client.secure(ground.stage.certificates.context('good')))
        )
          return;
        if (verb === 'QUIT' || answer.startsWith('421')) return client.end();
      }
    });
  };
const SMTP_USUAL: Readonly<Record<string, string>> = {
  EHLO: '250-ex01.contoso.test Hello [127.0.0.1]\n250-SIZE 37748736\n250-PIPELINING\n250-ENHANCEDSTATUSCODES\n250-STARTTLS\n250-AUTH GSSAPI NTLM LOGIN\n250 8BITMIME',
  STARTTLS: '220 2.0.0 SMTP server ready',
  AUTH: '235 2.7.0 Authentication successful',
  MAIL: '250 2.1.0 Sender OK',
  RCPT: '250 2.1.5 Recipient OK',
  QUIT: '221 2.0.0 Service closing transmission channel',
};

/** The check sends its one message, and the inbox can be searched for it. */
export const sendsAround = (ground: Ground): void => {
  ground.loop = true;
  ground.target.loopAddress = 'uccx@contoso.test';
  script(ground, {
    UID: async (session, command) => {
      await session.client.say('* SEARCH\r\n');
      await session.answer(command, 'OK SEARCH completed.');
    },
  });
};
