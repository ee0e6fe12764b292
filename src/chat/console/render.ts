import { spansOf } from '../../view/code-words.js';
import type { Field, Form } from '../../view/form.js';
import { evenRows } from '../../view/table-text.js';
import type { Action, Attachment, CommandBlock, Line, Picture, Section, Table, View } from '../../view/view.js';
import { oneLine } from '../clean.js';
import { type Element, element, type Part, words } from './parts.js';
import { toned } from './tone.js';

/** Draws an answer for the page: pure, and any `View` gives one whole article. */
export const renderConsole = (view: View): Element =>
  element(
    'article',
    { class: 'answer', 'data-tone': view.tone },
    element('h3', { class: 'headline' }, ...toned(view.tone, view.headline, title => coded(view, title))),
    ...view.sections.map(section),
    ...(view.picture ? [picture(view.picture)] : []),
    ...(view.attachment ? [attachment(view.attachment)] : []),
    ...(view.actions && view.actions.length > 0 ? [actions(view.actions)] : []),
    ...(view.footer ? [element('p', { class: 'footer' }, ...words(view.footer))] : []),
  );

/** Names and commands of ours as code. */
const coded = (view: View, title: string): Part[] =>
  spansOf(view, title).flatMap(({ text, isCode }) => (isCode ? [element('code', {}, ...words(text))] : words(text)));

const section = ({ tone, title, lines, table, commands, detail }: Section): Element => {
  const body = [...runs(lines).map(linesOf), ...(table ? [tableOf(table)] : []), ...commands.map(commandBlock)];
  const as = { class: 'section', 'data-tone': tone };
  if (!detail) return element('section', as, ...(title ? [element('h4', {}, ...toned(tone, title))] : []), ...body);
  const summary = element('summary', {}, ...toned(tone, title || 'Details'));
  return element('details', as, summary, element('div', { class: 'folded' }, ...body));
};

/** Out of the answer itself: the page loads nothing. */
const picture = ({ png, alt }: Picture): Element =>
  element('p', { class: 'picture' }, element('img', { src: `data:image/png;base64,${png}`, alt: oneLine(alt) }));

/** What is saved are the bytes of the answer itself; what is shown is for reading. */
const attachment = ({ name, content }: Attachment): Element =>
  element(
    'figure',
    { class: 'commands attachment' },
    element(
      'figcaption',
      {},
      element('span', { class: 'label' }, ...words(name)),
      element('span', {}, element('button', { type: 'button', 'data-save': name }, 'Save'), ' ', copyButton(name)),
    ),
    element(
      'pre',
      { tabindex: '0', dir: 'ltr' },
      element('code', {}, ...words(content.replace(/^\ufeff/, '').replaceAll('\r\n', '\n'))),
    ),
  );

/** Clicked, each asks its command as if it had been typed; one that must be told more first unfolds its form, and the rare ones are folded. */
const actions = (all: readonly Action[]): Element => {
  const rare = all.filter(action => action.rare);
  const inMenu = rare.length > 1 ? rare : [];
  return element(
    'div',
    { class: 'actions' },
    ...all.filter(action => !inMenu.includes(action)).map(action),
    ...(inMenu.length > 0 ? [element('details', {}, element('summary', {}, 'More'), ...inMenu.map(action))] : []),
  );
};

const action = ({ label, command, form }: Action): Element =>
  form
    ? element('details', {}, element('summary', {}, ...words(label)), fillable(form))
    : element('button', { type: 'button', 'data-ask': command, title: command }, ...words(label));

/** The page puts what is filled in into the command. */
const fillable = ({ submit, fields, command }: Form): Element =>
  element(
    'form',
    { class: 'fill', 'data-fill': command },
    ...fields.map(field => element('label', {}, ...words(field.label), inputOf(field))),
    element('button', { type: 'submit' }, ...words(submit)),
  );

const inputOf = (field: Field): Element => {
  if (field.is === 'words') {
    const { name, hint, max } = field;
    return element('input', { type: 'text', name, required: '', maxlength: String(max), placeholder: hint });
  }
  const options = field.options.map(({ value, label }) =>
    element('option', { value, ...(value === field.chosen ? { selected: '' } : {}) }, ...words(label)),
  );
  return element('select', { name: field.name, required: '' }, ...options);
};

/** Neighbouring lines of one kind: what a server said line by line is one quotation. */
const runs = (lines: readonly Line[]): Line[][] => {
  const found: Line[][] = [];
  for (const line of lines) {
    const last = found.at(-1);
    if (last?.[0]?.is === line.is) last.push(line);
    else found.push([line]);
  }
  return found;
};

const linesOf = (lines: readonly Line[]): Element => {
  const paragraphs = lines.map(({ text }) => element('p', { dir: 'auto' }, ...words(text)));
  return element(lines[0]?.is === 'quote' ? 'blockquote' : 'div', {}, ...paragraphs);
};

/** Focusable, so that the keyboard can scroll a wide one. */
const tableOf = (table: Table): Element => {
  const head = table.columns.map(column => element('th', { scope: 'col' }, ...words(column)));
  const rows = evenRows(table).map(row =>
    element(
      'tr',
      {},
      ...row.map((cell, index) =>
        index === 0 ? element('th', { scope: 'row' }, ...words(cell)) : element('td', {}, ...words(cell)),
      ),
    ),
  );
  return element(
    'div',
    { class: 'table', tabindex: '0' },
    element(
      'table',
      {},
      ...(table.caption ? [element('caption', {}, ...words(table.caption))] : []),
      element('thead', {}, element('tr', {}, ...head)),
      element('tbody', {}, ...rows),
    ),
  );
};

const copyButton = (label: string): Element =>
  element(
    'button',
    { type: 'button', 'data-copy': '' },
    'Copy',
    element('span', { class: 'spoken' }, ': ', ...words(label)),
  );

/** No line end after the last command: pasted, it waits for the person to press Enter. */
const commandBlock = ({ label, lines, note }: CommandBlock): Element =>
  element(
    'figure',
    { class: 'commands' },
    element('figcaption', {}, element('span', { class: 'label' }, ...words(label)), copyButton(label)),
    // Focusable, so that the keyboard can scroll a long line.
    element('pre', { tabindex: '0', dir: 'ltr' }, element('code', {}, ...words(lines.join('\n')))),
    ...(note ? [element('p', { class: 'note', dir: 'auto' }, ...words(note))] : []),
  );
