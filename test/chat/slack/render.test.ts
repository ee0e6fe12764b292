import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FilePlace, ROOM, renderSlack } from '../../../src/chat/slack/render.js';
import { blocksFault, wordsOf } from '../../../src/lab/slack/blocks.js';
import { quote, type Section, Tone, text, type View } from '../../../src/view/view.js';
import { resultView, section } from './rig.js';

/** Everything that somebody could want to smuggle in, beside ordinary words. */
const hostile = fc.constantFrom(
  '<!channel>',
  '<@U1>',
  '<!subteam^S1>',
  '<https://evil.example|click>',
  '*b* _i_ ~s~ `c`',
  '```',
  '&lt;!here&gt;',
  ':skull:',
  '\u202Egnp.exe',
  '\u0000\u0007\u001b[31m',
  'line\r\nbreak',
  '\uD83D',
  '👩‍💻',
  '漢字'.repeat(40),
  '\u2028',
  ' ',
);
const words = (max: number) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.string({ maxLength: 60 }) },
    { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: max }) },
    { weight: 2, arbitrary: fc.array(hostile, { maxLength: 12 }).map(parts => parts.join('')) },
    { weight: 1, arbitrary: fc.tuple(hostile, fc.integer({ min: 1, max })).map(([part, times]) => part.repeat(times)) },
  );
/** A command is one line; what stands in it is nobody's business here. */
const command = words(200)
  .map(line => line.replace(/[\r\n]/g, ' ').replace(/\p{Surrogate}/gu, '?'))
  .filter(line => line !== '');
const arbitrarySection: fc.Arbitrary<Section> = fc.record({
  tone: fc.constantFrom(...Tone.options),
  title: words(400),
  lines: fc.array(fc.record({ is: fc.constantFrom('text', 'quote'), text: words(300) }), { maxLength: 12 }),
  commands: fc.array(
    fc.record({
      label: words(80),
      lines: fc.array(command, { minLength: 1, maxLength: 6 }),
      note: fc.option(words(200)),
    }),
    { maxLength: 4 },
  ),
  detail: fc.boolean(),
});
const view: fc.Arbitrary<View> = fc.record({
  tone: fc.constantFrom(...Tone.options),
  headline: words(900),
  sections: fc.oneof(
    { weight: 30, arbitrary: fc.array(arbitrarySection, { maxLength: 5 }) },
    { weight: 1, arbitrary: fc.array(fc.constant(section({ title: 'x' })), { minLength: 40, maxLength: 70 }) },
    { weight: 1, arbitrary: fc.array(arbitrarySection, { minLength: 40, maxLength: 70 }) },
  ),
  footer: words(900),
  file: words(100),
});
/** Whatever else Slack knows (link, user, broadcast, mrkdwn …) would do something. */
const HARMLESS = new Set([
  'rich_text',
  'rich_text_section',
  'rich_text_quote',
  'rich_text_preformatted',
  'context',
  'plain_text',
  'text',
  'emoji',
]);
const place = fc.constantFrom<FilePlace>('thread', 'direct', 'nowhere');

describe('any view', () => {
  it('becomes a message that Slack takes, with every command whole in it or in its file', { timeout: 300_000 }, () => {
    fc.assert(
      fc.property(view, place, (any, where) => {
        const { text: plain, blocks, file } = renderSlack(any, where);
        expect(blocksFault(blocks)).toBeNull();
        expect(blocks.length).toBeLessThanOrEqual(ROOM.blocks);
        expect(Buffer.byteLength(JSON.stringify(blocks))).toBeLessThanOrEqual(ROOM.bytes);

        expect(plain.length).toBeGreaterThan(0);
        expect(plain.length).toBeLessThanOrEqual(3_900);
        expect(plain).not.toMatch(/[<>]|&(?!(?:amp|lt|gt);)/);
        expect(() => encodeURIComponent(plain)).not.toThrow();

        expect([...kindsIn(blocks)].filter(kind => !HARMLESS.has(kind))).toEqual([]);
        if (file) expect(file.name).toMatch(/^[A-Za-z0-9_-]{1,80}\.txt$/);
        if (any.tone === 'running' || where === 'nowhere') {
          expect(file).toBeNull();
          return;
        }
        const shown = pasteable(blocks);
        const filed = new Set(file?.content.split('\n'));
        for (const { lines } of any.sections.flatMap(({ commands }) => commands))
          expect(shown.has(lines.join('\n')) || lines.every(line => filed.has(line))).toBe(true);
      }),
      { numRuns: 20_000 },
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
