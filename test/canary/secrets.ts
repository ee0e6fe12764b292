import type { Dice } from '../fuzz/dice.js';

/** One canary: a secret, and every form in which it may have travelled. */
export type Canary = { secret: string; betrayals: readonly string[]; pieces: readonly string[] };

const LETTERS = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const SIGNS = '!#$%&()*+,-./:;<=>?@[]^_{|}~';
export const USER = 'uccxemail';

/** Long enough that no word is one by chance; in the shapes that people and generators give to passwords. */
export const canaryOf = (dice: Dice): Canary => {
  const word = (length: number, from = LETTERS) => Array.from({ length }, () => dice.oneOf([...from])).join('');
  const secret = dice.oneOf<() => string>([
    () => word(16),
    () => `${word(6)}${word(1, SIGNS)}${word(6)}`,
    () => `${word(5)} ${word(5)} ${word(6)}`,
    () => `${word(6)}"${word(3)}\\${word(5)}`,
    () => `Пароль${word(10)}`,
    () => Buffer.from(word(18)).toString('base64'),
  ])();
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const forms = [
    secret,
    base64(secret),
    base64(`\0${USER}\0${secret}`),
    base64(`${USER}:${secret}`),
    encodeURIComponent(secret),
    Buffer.from(secret, 'utf16le').toString('hex'),
  ];
  return {
    secret,
    // As it is, and as JSON, HTML and our own escapes write it; padding says nothing.
    betrayals: [
      ...new Set(
        forms
          .map(form => form.replace(/=+$/, ''))
          .flatMap(form => [form, JSON.stringify(form).slice(1, -1), html(form)]),
      ),
    ],
    // Half of it is as good as all of it to somebody who guesses.
    pieces: secret.length >= 16 && /^[\w]+$/.test(secret) ? [secret.slice(0, 10), secret.slice(-10)] : [],
  };
};

const html = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** What of it stands there, with some words around it; null where nothing does. */
export const betrayedIn = (output: string, { betrayals, pieces }: Canary): string | null => {
  for (const form of [...betrayals, ...pieces]) {
    const at = output.indexOf(form);
    if (at >= 0) return output.slice(Math.max(0, at - 60), at + 60);
  }
  return null;
};
