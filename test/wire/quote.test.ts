import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, mask, quote } from '../../src/wire/quote.js';

describe('quote', () => {
  it.each([
    ['plain words stay', 'OK [CAPABILITY IMAP4rev1] DOM\\user — ключ', 'OK [CAPABILITY IMAP4rev1] DOM\\user — ключ'],
    ['terminal codes', '\x1b[2J\x07\x9b', '\\x1b[2J\\x07\\x9b'],
    ['line breaks and tabs', 'a\r\n\tb', 'a\\r\\n\\tb'],
    ['bidi overrides', 'a\u202egnp.exe\u2066', 'a\\u{202e}gnp.exe\\u{2066}'],
    ['zero-width and fillers', 'a\u200bb\u2060c\ufeffd\u3164e', 'a\\u{200b}b\\u{2060}c\\u{feff}d\\u{3164}e'],
    ['strange blanks and separators', 'a\u00a0b\u2028c\u3000', 'a\\xa0b\\u{2028}c\\u{3000}'],
    ['tags beyond the base plane', '\u{e0041}', '\\u{e0041}'],
    ['half a pair', '\ud800', '\\u{d800}'],
  ])('%s', (_, words, shown) => expect(quote(words)).toBe(shown));

  it('never gives more than 300 signs, nor any that cannot be seen, nor half an escape', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), words => {
        const shown = quote(words);
        expect(shown.length).toBeLessThanOrEqual(300);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(shown).not.toMatch(/\\u\{[0-9a-f]*…$/);
      }),
    ));
});

describe('decode', () => {
  it.each([
    ['UTF-8', Buffer.from('Übertragung'), 'Übertragung'],
    ['another code page', Buffer.from('\xdcbertragung', 'latin1'), '\\xdcbertragung'],
    ['noise', Buffer.from([0x15, 0x03, 0xff]), '\x15\x03\\xff'],
  ])('%s', (_, bytes, words) => expect(decode(bytes)).toBe(words));
});

it('masks a secret wherever a server repeats it, in capitals too, special signs and all', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 4 }), fc.string(), fc.string(), (secret, before, after) => {
      fc.pre(!secret.includes('*'));
      expect(mask(`${before}${secret}${after}`, [secret])).not.toContain(secret);
    }),
  );
  expect(mask('NO a+b(c)$ and A+B(C)$', ['a+b(c)$'])).toBe('NO **** and ****');
});
