import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FilePlace, ROOM, renderSlack } from '../../../src/chat/slack/render.js';
import { blocksFault, wordsOf } from '../../../src/lab/slack/blocks.js';
import { quote, text } from '../../../src/view/view.js';
import { viewOf } from '../../support/any-view.js';
import { resultView, section } from './rig.js';

/** Whatever else Slack knows (link, user, broadcast, mrkdwn …) would do something. */
const HARMLESS = new Set([
  'rich_text',
  'rich_text_section',
  'rich_text_quote',
  'rich_text_preformatted',
  'rich_text_list',
  'context',
  'actions',
  'button',
  'plain_text',
  'text',
  'emoji',
  'overflow',
]);
const PLACES: readonly FilePlace[] = ['thread', 'direct', 'nowhere', 'aside'];

describe('details that nobody asked for', () => {
  const long = section({ detail: true, title: 'Conversation', lines: [text('x'.repeat(3_000))] });
  const onDemand = 'What was said in detail: /uccx last prod --transcript.';
  it('bring no file, and the message says how to ask for them', () => {
    const { file, blocks } = renderSlack({ ...resultView(long), onDemand });
    expect(file).toBeNull();
    expect(JSON.stringify(blocks)).toContain(onDemand);
    expect(JSON.stringify(blocks)).not.toContain('xxx');
  });
  it('but what is no detail has its file all the same', () => {
    const much = Array.from({ length: 8 }, () => section({ title: 'Finding', lines: [text('y'.repeat(2_000))] }));
    expect(renderSlack({ ...resultView(...much, long), onDemand }).file?.content).toContain('xxx');
  });
});

describe('any view', () => {
  it('becomes a message that Slack takes, with every command whole in it or in its file', { timeout: 300_000 }, () => {
    fc.assert(
      fc.property(fc.noShrink(fc.integer()), seed => {
        const any = viewOf(seed);
        const where = PLACES[Math.abs(seed) % PLACES.length] ?? 'thread';
        const { text: plain, blocks, file } = renderSlack(any, where);
        const hasFile = where === 'thread' || where === 'direct';
        expect(
          [
            blocksFault(blocks),
            blocks.length > ROOM.blocks && 'too many blocks',
            Buffer.byteLength(JSON.stringify(blocks)) > ROOM.bytes && 'too many bytes',
            (plain.length === 0 || plain.length > 3_900) && 'length of the text',
            /[<>]|&(?!(?:amp|lt|gt);)/.test(plain) && 'markup in the text',
            /\p{Surrogate}/u.test(plain) && 'half a character in the text',
            [...kindsIn(blocks)].find(kind => !HARMLESS.has(kind)),
            file && !/^[A-Za-z0-9_-]{1,80}\.txt$/.test(file.name) && 'name of the file',
            file && (any.tone === 'running' || !hasFile) && 'a file that cannot be',
          ].filter(Boolean),
        ).toEqual([]);
        if (any.tone === 'running' || !hasFile) return;
        const shown = pasteable(blocks);
        const filed = new Set(file?.content.split('\n'));
        const lost = any.sections
          .filter(({ detail }) => !detail || any.onDemand === undefined)
          .flatMap(({ commands }) => commands)
          .filter(({ lines }) => !shown.has(lines.join('\n')) && !lines.every(line => filed.has(line)));
        expect(lost).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });

  /** Every type that stands anywhere in the tree. */
  const kindsIn = (node: unknown, found = new Set<string>()): Set<string> => {
    if (typeof node !== 'object' || node === null) return found;
    if ('type' in node && typeof node.type === 'string') found.add(node.type);
    for (const part of Object.values(node)) kindsIn(part, found);
    return found;
  };
  const pasteable = (blocks: readonly { type: string; elements?: readonly unknown[] }[]): Set<string> =>
    new Set(
      blocks.flatMap(({ elements = [] }) =>
        (elements as { type: string; elements?: { text?: string }[] }[]).flatMap(element =>
          element.type === 'rich_text_preformatted' ? [(element.elements ?? []).map(part => part.text).join('')] : [],
        ),
      ),
    );
});

describe('a message', () => {
  it('reads like this', () => {
    const golden = JSON.parse(readFileSync(new URL('../../golden/slack-report.json', import.meta.url), 'utf8'));
    expect(renderSlack(golden.view)).toEqual(golden.message);
  });

  it.each([
    {
      tone: 'critical',
      headline: 'branch: 2 problems, the worst is critical.',
      first: ':red_circle: branch: 2 problems, the worst is critical.',
    },
    { tone: 'critical', headline: 'branch is ill', first: ':red_circle: Critical: branch is ill' },
    { tone: 'healthy', headline: 'nothing was seen', first: ':white_check_mark: Healthy: nothing was seen' },
    { tone: 'healthy', headline: 'unhealthy words', first: ':white_check_mark: Healthy: unhealthy words' },
    { tone: 'unknown', headline: 'no site looked', first: ':grey_question: Unknown: no site looked' },
    { tone: 'warning', headline: 'Redis is away', first: ':warning: Warning: Redis is away' },
    { tone: 'running', headline: 'Checking branch …', first: ':hourglass_flowing_sand: Checking branch …' },
    { tone: 'plain', headline: 'Two targets.', first: 'Two targets.' },
  ] as const)('says the tone $tone in words: $first', ({ tone, headline, first }) => {
    const { blocks, text: plain } = renderSlack({ ...resultView(), tone, headline });
    expect(wordsOf(blocks)[0]).toBe(first);
    expect(plain).toBe(first.replace(/^:\w+: /, ''));
  });

  it('keeps short details in place, and moves long ones into the file', () => {
    const short = renderSlack(resultView(section({ detail: true, title: 'Healthy', lines: [text('imap answers')] })));
    expect(short.file).toBeNull();
    expect(wordsOf(short.blocks)).toContain('imap answers');
    const long = renderSlack(
      resultView(section({ detail: true, title: 'Healthy', lines: [text('imap answers '.repeat(140))] })),
    );
    expect(long.file?.content).toContain('imap answers');
    expect(wordsOf(long.blocks).join()).not.toContain('imap answers');
    expect(wordsOf(long.blocks)).toContain(
      'The whole answer, with Healthy, is in the file uccx-branch.txt in this thread.',
    );
  });

  it('lines a table up between words and commands, in letters that are no command', () => {
    const table = { caption: 'Limits', columns: ['Server', 'Now'], rows: [['EX01', '16'], ['EX*2*']] };
    const commands = [{ label: 'Run', lines: ['Get-It'], note: null }];
    const { blocks } = renderSlack(resultView(section({ title: 'Facts', lines: [text('before')], table, commands })));
    const said = wordsOf(blocks).map(words => words.replaceAll('\u00A0', ' '));
    const at = said.indexOf('before');
    expect(said.slice(at, at + 5)).toEqual([
      'before',
      'Limits:',
      'Server  Now\n------  ---\nEX01    16\nEX*2*   –',
      'Run:',
      'Get-It',
    ]);
    expect(JSON.stringify(blocks).match(/rich_text_preformatted/g)).toHaveLength(1);
  });

  it('tells a wide table row by row', () => {
    const table = {
      caption: '',
      columns: ['Server', 'Now', 'Why'],
      rows: [['EX01', '16', 'as shipped '.repeat(8).trim()]],
    };
    const { blocks } = renderSlack(resultView(section({ title: 'Facts', table })));
    expect(wordsOf(blocks)).toContain(`EX01: Now 16; Why ${'as shipped '.repeat(8).trim()}`);
  });

  it('shows every finding before the commands of any', () => {
    const findings = Array.from({ length: 10 }, (_, index) =>
      section({
        title: `Critical: finding ${index}`,
        lines: [quote(`evidence ${index}`)],
        commands: [{ label: 'Run', lines: [`Get-Thing ${index} ${'x'.repeat(2_000)}`], note: null }],
      }),
    );
    const { blocks, file } = renderSlack(resultView(...findings));
    const shown = wordsOf(blocks).join('\n');
    for (let index = 0; index < 10; index += 1) {
      expect(shown).toContain(`finding ${index}`);
      expect(shown).toContain(`evidence ${index}`);
    }
    expect(shown).toContain('Get-Thing 0');
    expect(shown).not.toContain('Get-Thing 9');
    expect(file?.content).toContain('\nGet-Thing 9 ');
  });

  it('shows no control character and no turned direction, but a command as it is', () => {
    const line = "Set-Thing -Name 'a\u202Eb'";
    const { blocks } = renderSlack(
      resultView(
        section({
          title: 'a\u202Eb\u0007c',
          lines: [quote('x\r\ny\u001b[31m')],
          commands: [{ label: 'Run', lines: [line], note: null }],
        }),
      ),
    );
    expect(wordsOf(blocks)).toEqual(expect.arrayContaining(['ab·c', 'x y·[31m', line]));
  });
});
