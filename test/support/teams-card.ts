import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import type { Card, CardAction, CardInput } from '../../src/chat/teams/card.js';
import type { TeamsMessage } from '../../src/chat/teams/render.js';

/** Any object of a card. */
export type Node = { type?: string; [name: string]: unknown };

export const cardOf = ({ activity }: Pick<TeamsMessage, 'activity'>): Card =>
  activity.attachments?.[0]?.content as Card;

/** Every object in a card that has a type, fallbacks with them, in reading order. */
export const nodesIn = (part: unknown, found: Node[] = []): Node[] => {
  if (typeof part !== 'object' || part === null) return found;
  if ('type' in part && typeof part.type === 'string') found.push(part as Node);
  for (const each of Object.values(part)) nodesIn(each, found);
  return found;
};

/** What `Copy` on each code block of a card gives. */
export const copiedFrom = (card: unknown): string[] =>
  nodesIn(card).flatMap(node => (node.type === 'CodeBlock' ? [String(node.codeSnippet)] : []));

/** What is wrong with a card for Teams: Microsoft's schema of Adaptive Cards 1.5, then what Teams asks beyond it. Empty where nothing is. */
export const faultsOf = (card: Card): string[] => {
  const { msteams, ...standard } = card;
  const isValid = isAdaptiveCard();
  const faults = isValid(withoutCode(standard)) ? [] : [`schema: ${JSON.stringify(isValid.errors?.slice(-3))}`];
  const nodes = nodesIn(card);
  const check = (isGood: boolean, fault: string) => {
    if (!isGood) faults.push(fault);
  };
  check(JSON.stringify(msteams) === '{"width":"Full"}', 'msteams');
  check(
    card.version === '1.5' && card.lang !== '' && card.fallbackText !== '' && card.speak !== '',
    'words of the card',
  );
  for (const node of nodes) {
    check(KNOWN.has(String(node.type)), `element ${node.type}`);
    check(!('style' in node && ['positive', 'destructive'].includes(String(node.style))), 'button style');
    if (node.type === 'CodeBlock') check(isCodeBlock(node), `CodeBlock: ${JSON.stringify(isCodeBlock.errors)}`);
    if (String(node.type).startsWith('Chart.')) check(isChart(node), `${node.type}: ${JSON.stringify(isChart.errors)}`);
    if (node.type === 'Image')
      check(
        /^data:image\/png;base64,/.test(String(node.url)) && node.altText !== '',
        'a picture without words or bytes',
      );
    if (node.type === 'TextBlock') check(!ACTIVE.test(String(node.text)), `markdown in a TextBlock: ${node.text}`);
    if (node.type === 'TextRun') check(!/\{\{(?:DATE|TIME)\(/.test(String(node.text)), `a date in a run: ${node.text}`);
    if (String(node.type).startsWith('Input.'))
      check(
        node.label !== '' && node.isRequired === true && node.errorMessage !== '',
        'a field that says neither what it is nor what it lacks',
      );
    if (node.type === 'Action.Execute' && node !== (card.refresh?.action as unknown)) {
      const instead = node.fallback as Node | undefined;
      check(instead?.type === 'Action.Submit', 'Action.Execute without Action.Submit');
      check(JSON.stringify(instead?.data) === JSON.stringify(node.data), 'Action.Submit with other data');
    }
  }
  const ids = nodes.flatMap(({ id }) => (id === undefined ? [] : [id]));
  check(new Set(ids).size === ids.length, 'an id stands twice');
  const targets = nodes.flatMap(({ targetElements }) => (targetElements as string[] | undefined) ?? []);
  check(
    targets.every(id => ids.includes(id)),
    'a button opens nothing',
  );
  const folded = nodes.filter(({ isVisible }) => isVisible === false);
  check(
    folded.every(({ id }) => targets.includes(String(id))),
    'something is folded away for good',
  );
  check((card.actions ?? []).filter(({ mode }) => mode !== 'secondary').length <= 6, 'more buttons than are shown');
  return [...new Set(faults)];
};

const KNOWN = new Set([
  'AdaptiveCard',
  'TextBlock',
  'RichTextBlock',
  'TextRun',
  'CodeBlock',
  'Chart.Line',
  'Chart.VerticalBar.Grouped',
  'Container',
  'ActionSet',
  'Image',
  'Table',
  'TableRow',
  'TableCell',
  'Input.ChoiceSet',
  'Input.Text',
  'Action.ToggleVisibility',
  'Action.ShowCard',
  'Action.Execute',
  'Action.Submit',
]);

/** Anything that some client reads as markdown, HTML, a mention, a template, a date or a link. */
const ACTIVE = /[*_`<>~#|\\{}&@$!^]|\]\(|\]:|\]\[|:\/\/|www\.|[\n\r]|^\s*(?:[-+•]|\d+[.)])/;

/** After https://learn.microsoft.com/dotnet/api/microsoft.teams.cards.codeblock, as far as we use it; its fallback is part of the card. */
const isCodeBlock = new Ajv({ strict: false }).compile({
  type: 'object',
  properties: {
    type: { const: 'CodeBlock' },
    codeSnippet: { type: 'string', minLength: 1 },
    language: { enum: ['PowerShell', 'PlainText'] },
    fallback: { type: 'object' },
  },
  required: ['type', 'codeSnippet', 'language', 'fallback'],
  additionalProperties: false,
});

/** After https://learn.microsoft.com/dotnet/api/microsoft.teams.cards.linechart and `…groupedverticalbarchart`, as far as we use them. */
const values = (x: object) => ({
  type: 'array',
  minItems: 1,
  items: {
    type: 'object',
    properties: { x, y: { type: 'number' } },
    required: ['x', 'y'],
    additionalProperties: false,
  },
});
const dated = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' };
const shown = { type: 'string', minLength: 1, maxLength: 100 };
const chartOf = (type: string, each: object, more: object) => ({
  type: 'object',
  properties: {
    type: { const: type },
    title: shown,
    showTitle: { const: true },
    xAxisTitle: shown,
    yAxisTitle: shown,
    colorSet: { const: 'categorical' },
    data: {
      type: 'array',
      minItems: 1,
      maxItems: 6,
      items: {
        type: 'object',
        properties: { legend: shown, color: { enum: ['attention', 'warning', 'neutral'] }, values: each },
        required: ['legend', 'values'],
        additionalProperties: false,
      },
    },
    spacing: { const: 'Medium' },
    fallback: { anyOf: [{ const: 'drop' }, { type: 'object', properties: { type: { const: 'Image' } } }] },
    ...more,
  },
  required: ['type', 'title', 'data', 'fallback'],
  additionalProperties: false,
});
const isChart = new Ajv({ strict: false }).compile({
  anyOf: [
    // Days or numbers, never both: else Teams would draw names, each as far from the next.
    chartOf('Chart.Line', values(dated), {}),
    chartOf('Chart.Line', values({ type: 'number' }), {}),
    chartOf('Chart.VerticalBar.Grouped', values({ type: 'string' }), { stacked: { const: true } }),
  ],
});

/** The schema knows no code blocks and no charts: what a client without them shows stands in their place. Nor what Teams adds to pictures. */
const withoutCode = (part: unknown): unknown => {
  if (Array.isArray(part)) return part.filter(each => each?.fallback !== 'drop').map(withoutCode);
  if (typeof part !== 'object' || part === null) return part;
  if ('type' in part && /^(CodeBlock|Chart\..*)$/.test(String(part.type))) return withoutCode((part as Node).fallback);
  if ('type' in part && part.type === 'Image') {
    const { msteams: _, ...standard } = part as Node;
    return standard;
  }
  return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, withoutCode(value)]));
};

const isAdaptiveCard = ((): (() => ValidateFunction) => {
  let compiled: ValidateFunction | null = null;
  return () => {
    if (compiled) return compiled;
    const file = new URL('../fixtures/teams/adaptive-card-1.5.0.json', import.meta.url);
    const { $schema: _, id: __, ...schema } = JSON.parse(readFileSync(file, 'utf8'));
    compiled = new Ajv({ strict: false, validateFormats: false }).compile(schema);
    return compiled;
  };
})();

/**
 * A message as its reader meets it, one element a line: `#` heading, `##` bold words that can be none, `>` words of others, `$` a
 * command to copy, `[…]` a button. Indented is what a button opens, or what a box holds.
 */
export const outlineOf = ({ activity, file, attachment }: TeamsMessage): string => {
  const card = cardOf({ activity });
  return `${[
    `notification: ${activity.summary}`,
    ...card.body.flatMap(each => outline(each as Node)),
    ...(card.actions ?? []).flatMap(buttonOutline),
    ...(card.refresh ? [`refreshes for ${card.refresh.userIds.join()}: ${card.refresh.action.data.command}`] : []),
    ...(file ? [`file: ${file.name}`] : []),
    ...(attachment ? [`attachment: ${attachment.name}`] : []),
  ].join('\n')}\n`;
};

const buttonOutline = (action: CardAction): string[] => {
  const place = action.mode ? ' (in the menu)' : '';
  if (action.type === 'Action.Execute') return [`[${action.title}] ${action.data.command}${place}`];
  const { body, actions } = action.card;
  return [
    `[${action.title}]${place}`,
    ...[...body.map(inputOutline), ...actions.flatMap(buttonOutline)].map(line => `    ${line}`),
  ];
};

const inputOutline = (input: CardInput): string =>
  `${input.label}: ${input.type === 'Input.Text' ? `(${input.placeholder})` : input.choices.map(({ title, value }) => (value === input.value ? `(${title})` : title)).join(', ')}`;

const outline = (node: Node): string[] => {
  switch (node.type) {
    case 'TextBlock':
      return [`# ${node.text}`];
    case 'RichTextBlock': {
      const runs = node.inlines as { text: string; fontType?: string; weight?: string }[];
      const words = runs.map(({ text }) => text).join('');
      return [`${runs[0]?.fontType ? '> ' : runs.every(({ weight }) => weight) ? '## ' : ''}${words}`];
    }
    case 'CodeBlock':
      return String(node.codeSnippet)
        .split('\n')
        .map(line => `$ ${line}`);
    case 'ActionSet':
      return (node.actions as { title: string; tooltip: string }[]).map(
        ({ title, tooltip }) => `[${title}] ${tooltip}`,
      );
    case 'Chart.Line':
    case 'Chart.VerticalBar.Grouped':
      return [
        `(chart) ${node.title}: ${(node.data as { legend: string }[]).map(({ legend }) => legend).join(', ')}; ${node.yAxisTitle} over ${node.xAxisTitle}`,
        ...(node.fallback === 'drop' ? [] : outline(node.fallback as Node)),
      ];
    case 'Image':
      return [`(picture) ${node.altText}`];
    case 'Table':
      return (node.rows as { cells: { items: Node[] }[] }[]).map(
        ({ cells }) => `| ${cells.map(({ items }) => items.flatMap(outline).join(' ')).join(' | ')}`,
      );
    case 'Container': {
      const inner = (node.items as Node[]).flatMap(outline);
      const isBox = node.isVisible === false;
      return [
        ...(node.separator ? ['---'] : []),
        ...(node.style && !isBox ? [`(${node.style})`] : []),
        ...inner.map(line => (isBox ? `    ${line}` : line)),
      ];
    }
    default:
      return [JSON.stringify(node)];
  }
};
