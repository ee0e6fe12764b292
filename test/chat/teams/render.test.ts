import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ExecuteAction } from '../../../src/chat/teams/card.js';
import { Click } from '../../../src/chat/teams/click.js';
import { renderTeams, type TeamsMessage, type TeamsPlace } from '../../../src/chat/teams/render.js';
import { quote, type Section, type Tone, text, type View } from '../../../src/view/view.js';
import { cardOf, copiedFrom, faultsOf, nodesIn, outlineOf } from '../../support/teams-card.js';
import { views } from './views.js';

const golden = (name: string): string => readFileSync(new URL(`../../golden/teams/${name}`, import.meta.url), 'utf8');
const section = (more: Partial<Section>): Section => ({
  tone: 'plain',
  title: '',
  lines: [],
  commands: [],
  detail: false,
  ...more,
});
const view = (more: Partial<View>, ...sections: Section[]): View => ({
  tone: 'plain',
  headline: 'Words',
  sections,
  footer: '',
  file: 'uccx-answer',
  ...more,
});
const script = (content: string): View => view({ attachment: { name: 'fix.ps1', content } });
const commandsOf = (lines: string[]) => [{ label: 'Apply', lines, note: null }];
const here: TeamsPlace = { file: 'here' };

describe('a card', () => {
  it.each(Object.entries(views))('reads like this: %s', (name, given) => {
    const refresh = { for: ['29:ann'], command: 'refresh' };
    const message = renderTeams(given, {
      file: name === 'healthy' ? 'here' : 'direct',
      ...(name === 'progress' ? { refresh } : {}),
    });
    expect(outlineOf(message)).toBe(golden(`${name}.txt`));
    expect(faultsOf(cardOf(message))).toEqual([]);
  });

  describe('with a picture', () => {
    const picture = {
      name: 'p.png',
      png: 'iVBORw0KGgo='.padStart(15_000, 'A'),
      alt: 'prod: 99.20 % available.',
      spark: [],
    };
    const outlined = (given: View, place: TeamsPlace = here) => {
      const message = renderTeams(given, place);
      expect(faultsOf(cardOf(message))).toEqual([]);
      return outlineOf(message);
    };
    const MONTH = Array.from({ length: 36 }, (_, n) => ({ x: n, y: n / 1_000 }));
    const said = section({ title: 'Facts', lines: [text('it was so')] });

    it('shows it under the words, with words for who does not see it', () =>
      expect(outlined(view({ picture, footer: 'Seen.' }, said))).toBe(
        'notification: Words\n# Words\n# Facts\nit was so\n(picture) prod: 99.20 % available.\nSeen.\n',
      ));

    it('draws charts where the client can, and the picture where it cannot', () => {
      const days = ['2026-11-19', '2026-11-20'];
      const charted = {
        ...picture,
        charts: [
          {
            is: 'lines' as const,
            title: 'Login time',
            x: 'days UTC',
            y: 'seconds',
            series: [{ name: 'prod', tone: null, points: days.map((x, n) => ({ x, y: n + 0.2 })) }],
          },
          {
            is: 'stacked-bars' as const,
            title: 'Broken',
            x: 'days UTC',
            y: 'hours',
            series: [{ name: 'prod', tone: 'critical' as const, points: days.map(x => ({ x, y: 2 })) }],
          },
        ],
      };
      expect(outlined(view({ picture: charted, footer: 'Seen.' }, said))).toBe(`notification: Words
# Words
# Facts
it was so
(chart) Login time: prod; seconds over days UTC
(picture) prod: 99.20 % available.
(chart) Broken: prod; hours over days UTC
Seen.
`);
      const nearlyFull = section({ title: 'Facts', lines: [text('word '.repeat(4_080))] });
      const month = charted.charts.map(chart => ({
        ...chart,
        series: chart.series.map(each => ({ ...each, points: MONTH })),
      }));
      const small = outlined(view({ picture: { ...charted, charts: [...month, ...month] } }, nearlyFull));
      expect(small).toContain('(picture)');
      expect(small).not.toContain('(chart)');
    });

    it('leaves it out where the words need the room, and where one person alone is told', () => {
      const long = section({ title: 'Facts', lines: [text('word '.repeat(4_800))] });
      expect(outlined(view({ picture }, long))).not.toContain('(picture)');
      expect(outlined(view({ picture }, long))).toContain('word word');
      expect(outlined(view({ picture }, said), { file: 'aside' })).not.toContain('(picture)');
    });
  });

  it('is this JSON, as Teams takes it', () =>
    expect(cardOf(renderTeams(views.refusal, here))).toEqual(JSON.parse(golden('refusal-card.json'))));

  it.each([
    ['critical', 'branch is ill', '⛔ Critical: branch is ill'],
    ['critical', '2 problems', '⛔ 2 problems'],
    ['warning', 'Redis is away', '⚠️ Warning: Redis is away'],
    ['healthy', 'nothing was seen', '✅ Healthy: nothing was seen'],
    ['unknown', 'no site looked', '❓ Unknown: no site looked'],
    ['running', 'Checking branch', '⏳ Checking branch'],
    ['notice', 'no such command', 'ℹ️ no such command'],
    ['plain', 'Two targets', 'Two targets'],
  ] as [Tone, string, string][])('says the tone %s of «%s» in a shape and a word', (tone, headline, expected) => {
    const message = renderTeams(view({ tone, headline }), here);
    expect(outlineOf(message)).toContain(`\n# ${expected}\n`);
    const spoken = expected.replace(/^[^\w]+/, '');
    expect(cardOf(message)).toMatchObject({ fallbackText: spoken, speak: spoken, lang: 'en' });
    expect(message.activity).toMatchObject({ summary: spoken, speak: spoken });
    expect(message.activity.text).toBeUndefined(); // it would stand above the card once more
    expect(message.words).toMatchObject({ text: spoken, textFormat: 'plain' });
  });

  it('gives each command by itself, and the same bytes where a client shows no code blocks', () => {
    const lines = ["Set-Thing -Name 'a  b{{DATE(2017-02-14T06:00:00Z)}}' *x* \u202E", 'Get-It | fl <b>_x_</b>'];
    const card = cardOf(renderTeams(view({}, section({ commands: commandsOf(lines) })), here));
    expect(copiedFrom(card)).toEqual(lines);
    const fallbacks = nodesIn(card).flatMap(({ type, fallback }) => (type === 'CodeBlock' ? [fallback] : []));
    expect(
      fallbacks.map(fallback =>
        nodesIn(fallback)
          .flatMap(({ type, text }) => (type === 'TextRun' ? [text] : []))
          .join(''),
      ),
    ).toEqual(lines);
    expect(faultsOf(card)).toEqual([]);
  });

  it('shows what a server said as it is, and nothing that a client would act on', () => {
    const evil = '**b** [x](https://evil.example) <at>all</at> {{TIME(2017-02-14T06:00:00Z)}}\r\n# h\u202E\u0007';
    const quoted = '**b** [x](https://evil.example) <at>all</at> {{TIME(2017-02-14T06:00:00Z)}} # h·';
    const message = renderTeams(
      view({ headline: evil, footer: evil }, section({ title: evil, lines: [quote(evil), text(evil)] })),
      here,
    );
    expect(outlineOf(message)).toContain(`\n## ${quoted}\n## ${quoted}\n> ${quoted}\n`);
    expect(faultsOf(cardOf(message))).toEqual([]);
    const { fallbackText, speak } = cardOf(message);
    expect(fallbackText).not.toMatch(/[*_`<>[\]{}]/);
    expect(speak).not.toMatch(/[<>&]/);
  });

  it.each([
    ['a rule', 'Only TLS 1.0 is spoken. [tls-version]', true],
    ['a name with a dot', 'imap.example.com runs out', true],
    ['a number first', '3 targets', true],
    ['a list', '3. targets', false],
    ['a dash', '- targets', false],
    ['a link', '[a](b)', false],
    ['half a link', '[imap-port](b)', false],
    ['emphasis', 'a_b_c', false],
    ['an address', 'see https://example.com', false],
    ['a bare address', 'see www.example.com', false],
    ['markup', 'a <b>', false],
    ['an entity', 'a &amp; b', false],
    ['a date', '{{DATE(2017-02-14T06:00:00Z)}}', false],
  ])('is headed by words that hold no markdown: %s', (_, title, isHeading) => {
    const { body } = cardOf(renderTeams(view({}, section({ title })), here));
    expect(nodesIn(body[1]).some(({ type }) => type === 'TextBlock')).toBe(isHeading);
  });
});

const executesOf = (message: TeamsMessage): ExecuteAction[] =>
  (cardOf(message).actions ?? []).filter(action => action.type === 'Action.Execute');

describe('buttons', () => {
  const actions = Array.from({ length: 9 }, (_, index) => ({
    id: `a${index}`,
    label: `Do ${index}`,
    command: `/uccx ${index}`,
  }));
  it('come back with the words of the action, in new clients and old; six in sight, the rest in the menu', () => {
    const buttons = executesOf(renderTeams(view({ actions }), here));
    expect(buttons.map(({ data }) => Click.parse(data))).toEqual(
      actions.map(({ id, command }) => ({ uccx: 'ask', id, command })),
    );
    expect(buttons.map(({ fallback }) => Click.parse(fallback.data).command)).toEqual(
      actions.map(({ command }) => command),
    );
    expect(buttons.map(({ mode }) => mode ?? 'shown')).toEqual([
      ...Array(6).fill('shown'),
      ...Array(3).fill('secondary'),
    ]);
  });
  it('are not for what one person is told aside', () =>
    expect(cardOf(renderTeams(view({ actions }), { file: 'aside' })).actions).toBeUndefined());
  it('refresh by themselves only where somebody is named for it', () => {
    expect(cardOf(renderTeams(views.progress, here)).refresh).toBeUndefined();
    const refresh = { for: ['29:ann'], command: 'refresh' };
    const { action, userIds } = cardOf(renderTeams(views.progress, { file: 'direct', refresh })).refresh ?? {};
    expect(userIds).toEqual(['29:ann']);
    expect(Click.parse(action?.data)).toEqual({ uccx: 'refresh', id: 'refresh', command: 'refresh' });
  });
});

describe('what has no room', () => {
  const long = (index: number) =>
    section({
      tone: 'critical',
      title: `Critical: finding ${index}`,
      lines: [quote(`evidence ${index}`)],
      commands: commandsOf([`Get-Thing ${index} ${'x'.repeat(3_000)}`]),
    });
  const findings = Array.from({ length: 10 }, (_, index) => long(index));
  const details = section({ title: 'Conversation', lines: [quote('S: hello '.repeat(3_000))], detail: true });

  it('is in the file, and every finding is in the card before the commands of any', () => {
    const message = renderTeams(view({}, ...findings, details), here);
    const shown = outlineOf(message);
    for (let index = 0; index < 10; index += 1) {
      expect(shown).toContain(`# ⛔ Critical: finding ${index}\n`);
      expect(shown).toContain(`> evidence ${index}\n`);
    }
    expect(shown).toContain('$ Get-Thing 0 ');
    expect(shown).not.toContain('$ Get-Thing 9 ');
    expect(message.file?.content).toContain('\nGet-Thing 9 xxx');
    expect(message.file?.content).toContain('\n> S: hello');
    expect(shown).toContain(
      'Critical: finding 6; and 4 more, is in the file uccx-answer.txt, which is offered to you below.',
    );
  });

  it('moves details first', () => {
    const message = renderTeams(view({}, long(1), details), here);
    expect(outlineOf(message)).toContain('$ Get-Thing 1 ');
    expect(outlineOf(message)).toContain('The whole answer, with Conversation, is in the file');
  });

  it.each([
    ['direct', /offered to whoever asked in their own chat with the bot/, true],
    ['nowhere', /could not be offered: add the app for yourself/, false],
    ['aside', /Not shown for want of room/, false],
  ] as const)('is told where it is: %s', (file, says, isGiven) => {
    const message = renderTeams(view({}, details), { file });
    expect(outlineOf(message)).toMatch(says);
    expect(message.file !== null).toBe(isGiven);
  });

  it('is left to the result while a check runs', () =>
    expect(renderTeams(view({ tone: 'running' }, details), here).file).toBeNull());
});

describe('a script', () => {
  const short = '\ufeff# short\r\nGet-It\r\n';
  it('is offered as a file in a personal chat', () => {
    const message = renderTeams(script(short), here);
    expect(message.attachment).toEqual({ name: 'fix.ps1', content: short });
    expect(copiedFrom(cardOf(message))).toEqual([]);
  });
  it.each(['direct', 'nowhere'] as const)('stands in the card elsewhere (%s), where no file can be put', file => {
    const message = renderTeams(script(short), { file });
    expect(message.attachment).toBeNull();
    expect(copiedFrom(cardOf(message))).toEqual(['# short\nGet-It\n']);
  });
  it('is to be saved with its mark where letters would be lost without', () => {
    expect(outlineOf(renderTeams(script(short), { file: 'direct' }))).not.toContain('BOM');
    expect(outlineOf(renderTeams(script('# Zürich'), { file: 'direct' }))).toContain('byte order mark (BOM)');
  });
  it.each([
    ['too long', 'Get-It\r\n'.repeat(3_000)],
    ['of signs that do not survive a copy', 'Get-It \u202E'],
  ])('goes to the asker alone where it is %s, and the card says so', (_, content) => {
    const message = renderTeams(script(content), { file: 'direct' });
    expect(message.attachment?.content).toBe(content);
    expect(outlineOf(message)).toContain(
      'The file fix.ps1 was offered to whoever asked in their own chat with the bot',
    );
    expect(outlineOf(renderTeams(script(content), { file: 'nowhere' }))).toContain(
      'uccx-doctor fix in a terminal writes it',
    );
  });
});

describe('a table', () => {
  const rows = [['EX01', '16'], ['EX02'], ['EX03', '1', '*2*']];
  it('has a head, a cell for each column and no markdown', () => {
    const message = renderTeams(
      view({}, section({ table: { caption: 'Limits', columns: ['Server', 'Now'], rows } })),
      here,
    );
    expect(outlineOf(message)).toContain('Limits:\n| ## Server | ## Now\n| EX01 | 16\n| EX02 | –\n| EX03 | 1 *2*\n');
    expect(faultsOf(cardOf(message))).toEqual([]);
  });
  it('is told row by row where it would be too narrow on a phone', () => {
    const columns = ['Server', 'Now', 'Needed', 'Proposed', 'Read on'];
    const table = { caption: '', columns, rows: [['EX01', '16', '54', '68', 'Monday']] };
    expect(outlineOf(renderTeams(view({}, section({ table })), here))).toContain(
      '\nEX01: Now 16; Needed 54; Proposed 68; Read on Monday\n',
    );
  });
});
