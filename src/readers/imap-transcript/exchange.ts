import type { ImapLogin } from '../../domain/evidence/imap-login.js';
import { mechanismOf, type Secrets } from '../pcap/secrets.js';
import type { TellImap } from './imap-transcript.js';

type Command = { tag: string; name: string; folder: string };
type Offer = { words: string[]; line: number; isBehind: boolean };

/** One conversation after another as it was written down: what was asked, what was answered, and how each ended. */
export const openExchange = (secrets: Secrets, tell: TellImap) => {
  let asked: Command | null = null;
  let mechanism: ImapLogin['mechanism'] = null;
  let messages: number | null = null;
  let offers: Offer[] = [];
  let [isEncrypted, isGreeted, wasEncryptedLater] = [false, false, false];

  return {
    encrypted: () => {
      isEncrypted = true;
    },
    isAnswering: (): boolean => asked?.name === 'AUTHENTICATE',
    client: (words: string, line: number): void => {
      const [, tag = '', name = '', rest = ''] = /^(\S{1,64}) ([A-Za-z]{2,12})(?: (.*))?$/.exec(words) ?? [];
      if (asked?.name === 'AUTHENTICATE' || tag === '') {
        secrets.answer(mechanism, words);
        return;
      }
      asked = { tag, name: name.toUpperCase(), folder: '' };
      if (asked.name === 'LOGIN') {
        mechanism = 'LOGIN';
        secrets.login(rest);
      }
      if (asked.name === 'AUTHENTICATE') {
        const [word = '', answer] = rest.split(' ');
        mechanism = mechanismOf(word);
        if (answer !== undefined) secrets.answer(mechanism, answer);
      }
      if (asked.name === 'SELECT' || asked.name === 'EXAMINE') {
        asked.folder = rest;
        messages = null;
      }
      if (line > 0) isGreeted = true;
    },
    server: (words: string, line: number): void => {
      if (words.startsWith('* ')) untagged(words.slice(2), line);
      else if (!words.startsWith('+')) tagged(words, line);
    },
    end: tellOffers,
  };

  function untagged(said: string, line: number): void {
    const [, word = '', rest = ''] = /^(OK|PREAUTH|BYE|CAPABILITY)\b ?(.*)$/i.exec(said) ?? [];
    const exists = /^(\d{1,10}) EXISTS$/i.exec(said)?.[1];
    if (exists) messages = Number(exists);
    switch (word.toUpperCase()) {
      case 'CAPABILITY':
        offers.push({
          words: rest.toUpperCase().split(' ').filter(Boolean).slice(0, 200),
          line,
          isBehind: isEncrypted,
        });
        break;
      case 'BYE':
        bye(secrets.shown(rest), line);
        break;
      case 'OK':
      case 'PREAUTH':
        if (!isGreeted || (!rest.startsWith('[') && /IMAP/i.test(rest))) greeting(word.toUpperCase(), rest, line);
    }
  }

  function greeting(word: string, rest: string, line: number): void {
    if (isGreeted) begin();
    isGreeted = true;
    tell.greeting({ outcome: word === 'OK' ? 'ok' : 'preauth', text: secrets.shown(rest) || null, tookMs: 0 }, line);
  }

  /** A farewell that nobody asked for: the words are all that is known of why. */
  function bye(text: string, line: number): void {
    const command = asked?.name;
    asked = null;
    if (command === 'LOGOUT') tell.logout({ clean: true, bye: text }, line);
    else if (!isGreeted) tell.greeting({ outcome: 'bye', text, tookMs: 0 }, line);
    else unasked(command, text, line);
  }

  function unasked(command: string | undefined, text: string, line: number): void {
    tell.quote(line, `the server hung up: ${text}${meaningOf(text)}`);
    if (command === 'LOGIN' || command === 'AUTHENTICATE')
      tell.login({ ...loginBody(), outcome: 'closed', status: 'BYE', text }, line);
    else tell.logout({ clean: false, bye: text }, line);
  }

  function tagged(words: string, line: number): void {
    const [, tag, word = '', rest = ''] = /^(\S{1,64}) (OK|NO|BAD)\b ?(.*)$/i.exec(words) ?? [];
    const command = asked;
    if (!command || tag?.toLowerCase() !== command.tag.toLowerCase()) return;
    asked = null;
    const status = word.toUpperCase() as 'OK' | 'NO' | 'BAD';
    const text = secrets.shown(rest) || null;
    if (status !== 'OK') tell.quote(line, `${command.name}: ${status} ${text ?? ''}`);
    if (command.name === 'STARTTLS' && status === 'OK') {
      isEncrypted = true;
      wasEncryptedLater = true;
    } else if (command.name === 'LOGIN' || command.name === 'AUTHENTICATE')
      tell.login({ ...loginBody(), outcome: status === 'OK' ? 'accepted' : 'refused', status, text }, line);
    else if (/^"?INBOX"?$/i.test(command.folder.trim()))
      tell.select({ outcome: status === 'OK' ? 'selected' : 'refused', status, text, messages, tookMs: 0 }, line);
  }

  function loginBody() {
    return { mechanism, withheldFor: null, encrypted: isEncrypted, tookMs: 0 } as const;
  }

  /** Another greeting is another connection, and so is whatever it offers. */
  function begin(): void {
    tellOffers();
    offers = [];
    [isEncrypted, wasEncryptedLater, asked, mechanism] = [false, false, null, null];
  }

  function tellOffers(): void {
    for (const { words, line, isBehind } of offers)
      tell.capabilities(isBehind ? 'after-tls' : wasEncryptedLater ? 'before-tls' : 'plain', words, line);
  }
};

/** The number in the words with which Exchange hangs up. */
const meaningOf = (text: string): string => {
  const number = /\bclosed\.? ?(\d\d)\b/i.exec(text)?.[1] ?? '';
  return MEANINGS[number] ?? '';
};
const MEANINGS: Readonly<Record<string, string>> = {
  13: ' (13: nothing was said for too long, which is neither a limit nor a refusal)',
  14: ' (14: too many refused logins or wrong commands in one connection)',
};
