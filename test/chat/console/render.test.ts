import { Script } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { script } from '../../../src/chat/console/page-script.js';
import { ATTRIBUTES, type Element, type Part, TAGS, textOf, words } from '../../../src/chat/console/parts.js';
import { renderConsole } from '../../../src/chat/console/render.js';
import { Tone, type View } from '../../../src/view/view.js';
import { problemView } from './sample.js';

const elements = (part: Part): Element[] => (typeof part === 'string' ? [] : [part, ...part.parts.flatMap(elements)]);
const every = (part: Part, tag: Element['tag']) => elements(part).filter(element => element.tag === tag);

/** A part as a reader would write it down: one line an element. */
const outline = (part: Part): string[] =>
  elements(part)
    .filter(({ tag }) => ['h3', 'h4', 'summary', 'blockquote', 'code', 'p'].includes(tag))
    .map(element => `${element.tag}: ${textOf(element)}`);

describe('an answer', () => {
  it('has the verdict first, then findings with evidence and commands, then what is folded', () => {
    const drawn = outline(renderConsole(problemView));
    expect(drawn[0]).toBe('h3: × branch: 3 problems, the worst is critical; 1 question unknown.');
    expect(drawn.slice(1, 6)).toEqual([
      'h4: × Critical: Exchange lets one account hold 16 IMAP connections to a server, and 25 agents on CAD need 54. [imap-sessions-per-user]',
      'blockquote: imap-login at branch (agent-side): a2 NO AUTHENTICATE failed.configuration, read on 2026-11-02: MaxConnectionsPerUser is 16',
      'p: imap-login at branch (agent-side): a2 NO AUTHENTICATE failed.',
      'p: configuration, read on 2026-11-02: MaxConnectionsPerUser is 16',
      'p: The evidence proves this.',
    ]);
    expect(drawn.filter(line => line.startsWith('summary'))).toEqual([
      'summary: ✓ Healthy',
      'summary: Conversation of imap-login at branch, 412 ms',
    ]);
  });

  it('gives each block of commands back byte for byte, with a button beside it', () => {
    const figures = every(renderConsole(problemView), 'figure');
    expect(figures.flatMap(figure => every(figure, 'code').map(textOf))).toEqual([
      "Get-ImapSettings -Server 'CAS01' | Format-List -Property Server,MaxConnectionsPerUser",
      "Set-ImapSettings -Server 'CAS01' -MaxConnectionsPerUser 68\nInvoke-Command -ComputerName 'CAS01' -ScriptBlock { Restart-Service -Name 'MSExchangeImap4'; Restart-Service -Name 'MSExchangeImap4BE' }",
      "Set-ImapSettings -Server 'CAS01' -MaxConnectionsPerUser 16",
    ]);
    expect(figures.flatMap(figure => every(figure, 'button').map(textOf))).toEqual([
      'Copy: Read first',
      'Copy: Apply',
      'Copy: Undo',
    ]);
  });

  it.each([
    ['healthy', 'all is well', '✓ Healthy: all is well'],
    ['critical', 'it is closed', '× Critical: it is closed'],
    ['critical', '2 problems', '× 2 problems'],
    ['critical', 'Critical: it is closed', '× Critical: it is closed'],
    ['warning', 'it runs out', '! Warning: it runs out'],
    ['unknown', 'nobody looked', '? Unknown: nobody looked'],
    ['unknown', 'hq: unknown.', '? hq: unknown.'],
    ['notice', 'no such command', 'i no such command'],
    ['running', 'Checking …', '… Checking …'],
    ['plain', 'Remedy: raise it', 'Remedy: raise it'],
  ] as const)('says %s of «%s» in a sign and a word, once', (tone, headline, expected) => {
    const [title] = every(renderConsole({ ...problemView, tone, headline, sections: [] }), 'h3');
    expect(textOf(title as Element)).toBe(expected);
  });
});

describe('a table', () => {
  it('has a caption and heads for columns and rows, and is whole', () => {
    const table = { caption: 'Limits', columns: ['Server', 'Now'], rows: [['EX01', '16'], ['<b>EX02</b>']] };
    const drawn = renderConsole({
      ...problemView,
      sections: [{ tone: 'plain', title: 'Facts', lines: [], table, commands: [], detail: false }],
    });
    expect(every(drawn, 'caption').map(textOf)).toEqual(['Limits']);
    expect(every(drawn, 'tr').map(row => row.parts.map(textOf))).toEqual([
      ['Server', 'Now'],
      ['EX01', '16'],
      ['<b>EX02</b>', '–'],
    ]);
    expect(every(drawn, 'th').map(head => `${head.with.scope} ${textOf(head)}`)).toEqual([
      'col Server',
      'col Now',
      'row EX01',
      'row <b>EX02</b>',
    ]);
    expect(every(drawn, 'div').some(({ with: as }) => as.class === 'table' && as.tabindex === '0')).toBe(true);
  });
});

describe('hostile words', () => {
  it('stay words: markup is text, and what cannot be seen is named where it stands', () => {
    expect(words('<script>\u202Eabc\u0000</pre>')).toEqual([
      '<script>',
      { tag: 'span', with: { class: 'unseen', 'data-shows': 'U+202E' }, parts: ['\u202E'] },
      'abc',
      { tag: 'span', with: { class: 'unseen', 'data-shows': 'U+0000' }, parts: ['\u0000'] },
      '</pre>',
    ]);
    expect(words('👍 naïve ‘quotes’\n\tשלום')).toEqual(['👍 naïve ‘quotes’', '\n', '\t', 'שלום']);
  });

  const nasty = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '<script>alert(1)</script>',
      '</pre><img src=x onerror=alert(1)>',
      '\u202E\u2066',
      '\uD800',
      '"\' onclick=',
    ),
  );
  const section = fc.record({
    tone: fc.constantFrom(...Tone.options),
    title: nasty,
    lines: fc.array(fc.record({ is: fc.constantFrom('text' as const, 'quote' as const), text: nasty }), {
      maxLength: 4,
    }),
    commands: fc.array(
      fc.record({ label: nasty, lines: fc.array(nasty, { minLength: 1, maxLength: 3 }), note: fc.option(nasty) }),
      { maxLength: 3 },
    ),
    detail: fc.boolean(),
  });
  const view: fc.Arbitrary<View> = fc.record({
    tone: fc.constantFrom(...Tone.options),
    headline: nasty,
    sections: fc.array(section, { maxLength: 4 }),
    footer: nasty,
    file: fc.constant('x'),
  });

  it('of any answer are all there, unchanged, and only ever text', () =>
    fc.assert(
      fc.property(view, any => {
        const drawn = renderConsole(any);
        const all = textOf(drawn);
        for (const said of [
          any.headline,
          any.footer,
          ...any.sections.flatMap(({ lines }) => lines.map(({ text }) => text)),
        ])
          expect(all.includes(said)).toBe(true);
        expect(every(drawn, 'code').map(textOf)).toEqual(
          any.sections.flatMap(({ commands }) => commands.map(({ lines }) => lines.join('\n'))),
        );
        for (const element of elements(drawn)) {
          expect(TAGS).toContain(element.tag);
          for (const [name, value] of Object.entries(element.with)) {
            expect(ATTRIBUTES).toContain(name);
            expect(value).toMatch(/^(?:[a-z-]*|0|U\+[0-9A-F]{4,6})$/); // our words, never theirs
          }
          // Outside of its own isolated place, nothing unseen is left to turn the text around.
          if (element.with.class !== 'unseen')
            for (const part of element.parts)
              if (typeof part === 'string') expect(part).not.toMatch(/[\u200E\u200F\u202A-\u202E\u2066-\u2069\p{Cs}]/u);
        }
      }),
    ));
});

describe('the script of the page', () => {
  it('is a script', () => expect(() => new Script(script)).not.toThrow());
  it('has no way to make markup or code out of text', () => {
    expect(script).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|\beval\b|Function\(|srcdoc/,
    );
    expect(script).not.toMatch(/https?:(?!\/\/www\.w3\.org\/WAI)/);
  });
});
