import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderText } from '../../src/cli/render-text.js';
import { quote, type Section, Tone, text, type View } from '../../src/view/view.js';

const plain = { width: 60, color: false, details: false };
const section = (more: Partial<Section>): Section => ({
  tone: 'plain',
  title: '',
  lines: [],
  commands: [],
  detail: false,
  ...more,
});
const view = (...sections: Section[]): View => ({
  tone: 'critical',
  headline: 'mail: 1 problem, the worst is critical.',
  sections,
  footer: 'Seen from hq (uccx-side).',
  file: 'uccx-mail',
});

describe('a view as text', () => {
  it('reads like this, verdict first', () => {
    const command = "Set-ImapSettings -Server 'CAS01' -MaxConnectionsPerUser 68 -Confirm:$false -WhatIf:$false";
    const given = view(
      section({
        tone: 'critical',
        title: 'Critical: Exchange stops the account at 16 IMAP sessions; 25 agents need 54. [imap-sessions]',
        lines: [quote('A1 NO AUTHENTICATE failed. This is what the server said about it'), text('Likely, not proven.')],
        commands: [
          { label: 'Read first', lines: ['Get-ImapSettings -Server CAS01', command], note: 'Drops: every client' },
        ],
      }),
      section({ tone: 'healthy', title: 'Healthy', lines: [text('all of it')], detail: true }),
    );
    expect(renderText(given, plain)).toBe(`[X] mail: 1 problem, the worst is critical.

[X] Critical: Exchange stops the account at 16 IMAP
    sessions; 25 agents need 54. [imap-sessions]
  > A1 NO AUTHENTICATE failed. This is what the server said
  > about it
  Likely, not proven.
  Read first:
    Get-ImapSettings -Server CAS01
    ${command}
  Drops: every client

1 more section of details left out.

Seen from hq (uccx-side).
`);
    expect(renderText(given, { ...plain, details: true })).toContain('\n[+] Healthy\n  all of it\n');
  });

  it('puts no colon behind a label that is a sentence', () => {
    const commands = [{ label: 'Is it locked out?', lines: ['Get-ADUser'], note: null }];
    expect(renderText(view(section({ commands })), plain)).toContain('\n  Is it locked out?\n    Get-ADUser\n');
  });

  it('lines a table up where it fits, and tells it row by row where it does not', () => {
    const table = {
      caption: 'Limits',
      columns: ['Server', 'Now', 'Needed'],
      rows: [['EX01', '16', '54'], ['EX\u001b[2J02'], ['EX03', '1', '2', '3']],
    };
    const given = view(
      section({ lines: [text('before')], table, commands: [{ label: 'Apply', lines: ['Get-It'], note: null }] }),
    );
    expect(renderText(given, plain)).toContain(`  before
  Limits:
    Server         Now  Needed
    -------------  ---  ------
    EX01           16   54
    EX\\u{1b}[2J02  –    –
    EX03           1    2 3
  Apply:
    Get-It
`);
    expect(renderText(given, { ...plain, width: 24 })).toContain(`  Limits:
    EX01: Now 16; Needed
      54
`);
  });

  it('says by shape what it also says by colour', () => {
    const marks = Tone.options
      .filter(tone => tone !== 'plain')
      .map(tone => renderText(view(section({ tone, title: 'x' })), plain).split('\n')[2]);
    expect(new Set(marks).size).toBe(Tone.options.length - 1);
    const colored = renderText(view(section({ tone: 'warning', title: 'x' })), { ...plain, color: true });
    expect(colored).toContain('\u001b[33;1m[!] x\u001b[0m');
    expect(colored.replace(/\u001b\[[\d;]+m/g, '')).toBe(
      renderText(view(section({ tone: 'warning', title: 'x' })), plain),
    );
  });

  it('lets no text of a server move the cursor, hide or turn around', () => {
    const evil = '\u001b[2J\u001b]0;x\u0007\r\n\u0085\u009b1m\u2028\u202egnp\u2066';
    const given = view(
      section({
        title: evil,
        lines: [quote(evil), text(evil)],
        commands: [{ label: evil, lines: [`a${evil}`], note: evil }],
      }),
    );
    const shown = renderText({ ...given, headline: evil, footer: evil }, { ...plain, details: true });
    expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u);
    expect(shown).toContain('\\u{1b}[2J');
  });

  it('keeps every command whole on a line of its own, at any width', () => {
    const words = fc.string({
      unit: fc.constantFrom('a', 'é', ' ', '-', "'", '{', '\u{1f600}'),
      minLength: 1,
      maxLength: 200,
    });
    fc.assert(
      fc.property(fc.array(words, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 120 }), (lines, width) => {
        const shown = renderText(view(section({ commands: [{ label: 'Apply', lines, note: null }] })), {
          ...plain,
          width,
        });
        const rows = shown.split('\n');
        for (const command of lines) expect(rows).toContain(`    ${command}`);
      }),
    );
  });

  it('breaks sentences at the width, and loses no word', () => {
    const sentence = fc.array(fc.stringMatching(/^[a-z]{1,30}$/), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(sentence, fc.integer({ min: 40, max: 120 }), (words, width) => {
        const rows = renderText({ ...view(), headline: words.join(' '), footer: '' }, { ...plain, width })
          .trimEnd()
          .split('\n');
        for (const row of rows) expect(row.length).toBeLessThanOrEqual(width);
        expect(rows.map(row => row.slice(4)).join(' ')).toBe(words.join(' '));
      }),
    );
  });
});
