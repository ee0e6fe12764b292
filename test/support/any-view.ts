import type { Chart, Series } from '../../src/view/chart.js';
import type { Field, Form } from '../../src/view/form.js';
import {
  type Action,
  type CommandBlock,
  type Line,
  type Section,
  type Table,
  Tone,
  type View,
} from '../../src/view/view.js';

/** Everything that somebody could want to smuggle in, beside ordinary words. */
const HOSTILE = [
  '<!channel>',
  '<@U1>',
  '<!subteam^S1>',
  '<at>Everybody</at>',
  '<https://evil.example|click>',
  '[click](https://evil.example)',
  '![x](https://evil.example/x.png)',
  '*b* _i_ ~s~ `c`',
  '**b**',
  '```',
  '# h',
  '1. one\n2. two',
  '- one\r- two',
  '{{DATE(2017-02-14T06:00:00Z, SHORT)}}',
  '{{TIME(2017-02-14T06:00:00Z)}}',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of Adaptive Cards, as words
  '${$root}',
  '"type":"Action.OpenUrl"',
  '&lt;!here&gt;',
  '<script>alert(1)</script>',
  ':skull:',
  '\u202Egnp.exe',
  '\u0000\u0007\u001b[31m',
  'line\r\nbreak',
  '\uD83D',
  '👩‍💻',
  '漢字'.repeat(40),
  '\u2028',
  '\u00A0\u2003',
  '"\\"',
  ' ',
];
const ORDINARY =
  'Exchange lets one account hold 16 IMAP connections to EX01, and 25 agents on CAD need 54 [imap-port]'.split(' ');

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==';

/**
 * A View out of a number: the same for the same, any for any. Far quicker than arbitraries of strings, so that a property can be tried on
 * many thousands; what fails is named by its number.
 */
export const viewOf = (seed: number): View => {
  const random = randomOf(seed);
  const upTo = (max: number): number => Math.floor(random() * (max + 1));
  const one = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
  const many = <T>(least: number, most: number, make: () => T): T[] =>
    Array.from({ length: least + upTo(most - least) }, make);
  const maybe = <T>(chance: number, make: () => T): T | undefined => (random() < chance ? make() : undefined);

  const words = (max: number): string => {
    const kind = random();
    if (kind < 0.4) return many(0, 14, () => one(ORDINARY)).join(' ');
    if (kind < 0.6) return many(0, Math.min(max, 60), ascii).join('');
    if (kind < 0.75) return many(0, upTo(max), anyChar).join('');
    if (kind < 0.9) return many(0, 12, () => one(HOSTILE)).join('');
    const part = one(HOSTILE);
    return part.repeat(1 + upTo(random() < 0.02 ? max : max / part.length));
  };
  const ascii = (): string => String.fromCharCode(32 + upTo(94));
  /** Any unit of UTF-16, halves of characters with them. */
  const anyChar = (): string =>
    random() < 0.1 ? String.fromCodePoint(0x10000 + upTo(0xfffff)) : String.fromCharCode(upTo(0xffff));
  /** A command is one line; what stands in it is nobody's business here. */
  const command = (): string =>
    words(random() < 0.02 ? 5_000 : 200)
      .replace(/[\r\n]/g, ' ')
      .replace(/\p{Surrogate}/gu, '?') || 'Get-It';

  const line = (): Line => ({ is: one(['text', 'quote'] as const), text: words(300) });
  const block = (): CommandBlock => ({
    label: words(80),
    lines: many(1, 6, command),
    note: random() < 0.3 ? words(200) : null,
  });
  const table = (): Table => {
    const columns = many(2, random() < 0.8 ? 4 : 8, () => words(20));
    const rows = many(0, random() < 0.9 ? 6 : 60, () => many(0, columns.length + 1, () => words(40)));
    return { caption: words(60), columns, rows };
  };
  const section = (): Section => {
    const rows = maybe(0.15, table);
    return {
      tone: one(Tone.options),
      title: words(400),
      lines: many(0, random() < 0.98 ? 6 : 80, line),
      commands: many(0, 4, block),
      detail: random() < 0.4,
      ...(rows ? { table: rows } : {}),
    };
  };
  const action = (): Action => ({
    id: words(60).slice(0, 100) || 'id',
    label: words(60).slice(0, 75) || 'label',
    command: words(400).slice(0, 500) || '/uccx help',
    ...(random() < 0.4 ? { rare: true } : {}),
    ...(random() < 0.2 ? { form: form() } : {}),
  });
  const form = (): Form => ({
    title: words(24).slice(0, 24) || 'title',
    submit: words(24).slice(0, 24) || 'submit',
    fields: ['a', 'b', 'c'].slice(0, 1 + upTo(2)).map(field),
    command: words(100).slice(0, 200) || '/uccx mute {a} {b} because {c}',
  });
  const field = (name: string): Field => {
    const asks = { name, label: words(60).slice(0, 75) || 'label' };
    if (random() < 0.4) return { is: 'words', ...asks, hint: words(150).slice(0, 150) || 'hint', max: 1 + upTo(2_999) };
    const options = many(1, 20, () => ({
      value: words(150).slice(0, 150) || 'value',
      label: words(60).slice(0, 75) || 'label',
    }));
    return { is: 'choice', ...asks, options, chosen: options[0]?.value ?? '' };
  };
  const sections = (): Section[] => {
    const kind = random();
    if (kind < 0.97) return many(0, 5, section);
    const short = (): Section => ({ tone: 'plain', title: 'x', lines: [], commands: [], detail: random() < 0.5 });
    return many(40, kind < 0.99 ? 300 : 70, kind < 0.99 ? short : section);
  };
  const attachment = maybe(0.1, () => ({
    name: words(60).slice(0, 120) || 'fix.ps1',
    content: many(0, random() < 0.9 ? 30 : 600, () => words(100)).join('\r\n'),
  }));
  const chart = (): Chart => {
    const isDays = random() < 0.5;
    const point = (_: unknown, index: number) => ({
      x: isDays ? `2026-11-${String(1 + (index % 30)).padStart(2, '0')}` : -index,
      y: upTo(1_000) / 100,
    });
    const series = (): Series => ({
      name: words(40) || 'name',
      tone: one([null, 'critical', 'warning', 'unknown'] as const),
      points: Array.from({ length: 1 + upTo(35) }, point),
    });
    const named = { title: words(200) || 'title', x: words(40) || 'x', y: words(20) || 'y' };
    return { is: one(['lines', 'stacked-bars'] as const), ...named, series: many(1, 6, series) };
  };
  const picture = maybe(0.1, () => ({
    name: words(60).slice(0, 120) || 'picture.png',
    png: random() < 0.5 ? PIXEL : 'A'.repeat(4 * (2_000 + upTo(3_000))),
    alt: words(300).slice(0, 2000) || 'alt',
    spark: many(0, 3, () => words(100)),
    ...(random() < 0.7 ? { charts: many(0, 5, chart) } : {}),
  }));
  const onDemand = maybe(0.1, () => words(300));
  const actions = maybe(0.3, () => many(0, 12, action));
  return {
    tone: one(Tone.options),
    headline: words(900),
    sections: sections(),
    footer: words(900),
    file: words(100),
    ...(onDemand === undefined ? {} : { onDemand }),
    ...(attachment ? { attachment } : {}),
    ...(picture ? { picture } : {}),
    ...(actions ? { actions } : {}),
  };
};

/** Mulberry32: small, quick, and good enough to pick from lists. */
const randomOf = (seed: number): (() => number) => {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};
