import type { LineSession } from './line-session.js';

/** What followed a command. `text` and `bye` are the server's words as they may be shown, `untagged` as they came. */
export type ImapAnswer =
  | { is: 'answered'; status: 'OK' | 'NO' | 'BAD'; text: string | null; untagged: string[]; bye: string | null }
  /** The server waits for more; `words` are what it said to that, as they came. */
  | { is: 'continue'; words: string; untagged: string[] }
  | { is: 'closed' | 'silent' | 'too-much'; text: string | null; bye: string | null };

export type Imap = {
  lines: LineSession;
  /** Sends one command and waits for what it brings; `shown` stands in the transcript in place of its words. */
  command: (words: string, ms: number, shown?: string) => Promise<ImapAnswer>;
  /** Sends the line that a `+` asked for. */
  goOn: (line: string, ms: number, shown?: string) => Promise<ImapAnswer>;
  /** Goes on waiting for the answer to what was sent last. */
  await: (ms: number) => Promise<ImapAnswer>;
  /** Not while a login has no answer: the next line might be taken for a part of it, and be one more failed login. */
  mayLogOut: () => boolean;
};

/** IMAP as far as a look needs it. None of its commands brings a literal, so every line is a line. */
export const speakImap = (lines: LineSession): Imap => {
  let count = 0;
  let loggingIn = false;
  const answer = (ms: number) =>
    readAnswer(lines, `A${count} `, ms, () => {
      loggingIn = false;
    });
  return {
    lines,
    command: (words, ms, shown = words) => {
      count += 1;
      loggingIn = /^(?:AUTHENTICATE|LOGIN) /.test(words);
      lines.send(`A${count} ${words}`, `A${count} ${shown}`);
      return answer(ms);
    },
    goOn: (line, ms, shown = line) => {
      lines.send(line, shown);
      return answer(ms);
    },
    await: answer,
    mayLogOut: () => lines.isOpen() && !loggingIn,
  };
};

const readAnswer = (lines: LineSession, tag: string, ms: number, onAnswered: () => void): Promise<ImapAnswer> => {
  const untagged: string[] = [];
  let bye: string | null = null;
  let lastNo: string | null = null;
  const take = (line: string): ImapAnswer | null => {
    if (line === '+' || line.startsWith('+ ')) return { is: 'continue', words: line.slice(2), untagged };
    if (line.startsWith('* ')) {
      untagged.push(line.slice(2));
      if (BYE.test(line)) {
        bye = lines.quote(line.slice('* BYE '.length));
        lines.hurry(AFTER_BYE_MS); // Only an answer that is already on its way can follow.
      } else if (UNTAGGED_NO.test(line)) lastNo = lines.quote(line.slice('* '.length)); // the last words before some servers hang up
    }
    if (!line.startsWith(tag)) return null;
    onAnswered();
    const said = line.slice(tag.length);
    // Exchange Online has been seen to say «BADRequest is throttled»: what is no status is kept as words.
    const [, status = 'BAD', text = said] = STATUS.exec(said) ?? [];
    return {
      is: 'answered',
      status: status.toUpperCase() as 'OK' | 'NO' | 'BAD',
      text: text === '' ? null : lines.quote(text),
      untagged,
      bye,
    };
  };
  return lines.gather(ms, take, ({ is, partial }) => ({
    is: bye === null ? is : 'closed',
    text: partial ?? lastNo,
    bye,
  }));
};

const BYE = /^\* BYE\b/i;
const UNTAGGED_NO = /^\* (?:NO|BAD)\b/i;
const STATUS = /^(OK|NO|BAD)\b ?(.*)$/i;
const AFTER_BYE_MS = 1000;

type ImapGreetingFacts = {
  outcome: 'ok' | 'preauth' | 'bye' | 'silent' | 'closed' | 'not-imap' | 'too-much';
  text: string | null;
};
/** `offers`: what it told unasked (RFC 9051, 7.1, CAPABILITY), as it came; null where it told nothing to log in with. */
export type ImapGreeting = { facts: ImapGreetingFacts; offers: string | null };
export const readImapGreeting = (lines: LineSession, ms: number): Promise<ImapGreeting> =>
  lines.gather<ImapGreeting>(
    ms,
    line => {
      const [, word, text = ''] = /^\* (OK|PREAUTH|BYE)\b ?(.*)$/i.exec(line) ?? [];
      if (!word) return { facts: { outcome: 'not-imap', text: lines.quote(line) }, offers: null };
      const outcome = word.toLowerCase() as 'ok' | 'preauth' | 'bye';
      return { facts: { outcome, text: lines.quote(text) }, offers: outcome === 'ok' ? offersIn(text) : null };
    },
    ({ is, partial }) => {
      // Bytes that are not the beginning of an IMAP line tell more than that no line came.
      const strange = partial !== null && !partial.startsWith('*') && is !== 'too-much';
      return { facts: { outcome: strange ? 'not-imap' : is, text: partial }, offers: null };
    },
  );

/** A list without a way to log in may be a short one, as nothing obliges a greeting to tell all. */
const offersIn = (greeting: string): string | null => {
  const [, words = ''] = /^\[(CAPABILITY [^\]]*)\]/i.exec(greeting) ?? [];
  return / (?:AUTH=|LOGINDISABLED\b)/i.test(words) ? words : null;
};

export type ImapCapabilityFacts = {
  outcome: 'listed' | 'refused' | 'closed' | 'silent' | 'too-much';
  capabilities: string[];
  text: string | null;
};
export const askImapCapability = async (imap: Imap, ms: number): Promise<ImapCapabilityFacts> => {
  const answer = await imap.command('CAPABILITY', ms);
  if (answer.is === 'continue') return { outcome: 'refused', capabilities: [], text: '+' };
  if (answer.is !== 'answered') return { outcome: answer.is, capabilities: [], text: answer.bye ?? answer.text };
  const listed = answer.untagged.filter(line => /^CAPABILITY\b/i.test(line));
  if (answer.status !== 'OK' || listed.length === 0) return { outcome: 'refused', capabilities: [], text: answer.text };
  return readImapCapability(imap, listed);
};

/** What lines of capabilities list, however the server came to send them. */
export const readImapCapability = ({ lines }: Imap, listed: readonly string[]): ImapCapabilityFacts => {
  const words = listed.join(' ').toUpperCase().split(' ').filter(isCapability);
  const isTooMuch = words.length > MAX_CAPABILITIES;
  const capabilities = (isTooMuch ? words.slice(0, MAX_CAPABILITIES) : words).map(lines.quote);
  return { outcome: isTooMuch ? 'too-much' : 'listed', capabilities, text: null };
};
const isCapability = (word: string) => word !== '' && word !== 'CAPABILITY';
const MAX_CAPABILITIES = 200;

export type ImapSelectFacts = {
  outcome: 'selected' | 'refused' | 'closed' | 'silent' | 'too-much';
  status: 'OK' | 'NO' | 'BAD' | 'BYE' | null;
  text: string | null;
  messages: number | null;
};
/** SELECT and not EXAMINE: it is what UCCX sends. It changes nothing but the mark `\Recent`. */
export const selectInbox = async (imap: Imap, ms: number): Promise<ImapSelectFacts> => {
  const answer = await imap.command('SELECT INBOX', ms);
  if (answer.is === 'continue') return { outcome: 'refused', status: null, text: '+', messages: null };
  if (answer.is !== 'answered') {
    return {
      outcome: answer.is,
      status: answer.bye === null ? null : 'BYE',
      text: answer.bye ?? answer.text,
      messages: null,
    };
  }
  const count = Number(answer.untagged.map(line => /^(\d{1,10}) EXISTS$/i.exec(line)?.[1]).find(Boolean) ?? Number.NaN);
  const outcome = answer.status === 'OK' ? 'selected' : 'refused';
  return { outcome, status: answer.status, text: answer.text, messages: Number.isSafeInteger(count) ? count : null };
};

/** Says farewell. Exchange names its year in the BYE line, also to somebody who never logged in. */
export const logOut = async (imap: Imap, ms: number): Promise<{ clean: boolean; bye: string | null }> => {
  const answer = await imap.command('LOGOUT', ms);
  if (answer.is === 'continue') return { clean: false, bye: null };
  return { clean: answer.is === 'answered' && answer.status === 'OK', bye: answer.bye };
};
