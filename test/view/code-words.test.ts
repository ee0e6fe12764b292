import { expect, it } from 'vitest';
import { type Element, type Part, textOf } from '../../src/chat/console/parts.js';
import { renderConsole } from '../../src/chat/console/render.js';
import { renderSlack } from '../../src/chat/slack/render.js';
import { renderTeams } from '../../src/chat/teams/render.js';
import { mistakeView } from '../../src/view/answers.js';
import { answerView } from '../../src/view/section.js';
import { read } from './build.js';

/* A refusal names words and commands; every platform shows them as it shows code, and none its marks. */
const refusal = mistakeView('There is no command `chekc`. Did you mean `check`? `/uccx help` lists them.');
const teams = { run: null, refresh: null, file: 'here', stage: 'answer' } as never;

const codeIn = (part: Part): string[] =>
  typeof part === 'string' ? [] : part.tag === 'code' ? [textOf(part)] : part.parts.flatMap(codeIn);

it('the console draws it as code', () => {
  const drawn: Element = renderConsole(refusal);
  expect(codeIn(drawn)).toEqual(['chekc', 'check', '/uccx help']);
  expect(textOf(drawn)).toBe('i There is no command chekc. Did you mean check? /uccx help lists them.');
});

it('Slack draws it as code', () => {
  const { blocks, text } = renderSlack(refusal);
  const [heading] = blocks.flatMap(block => (block.type === 'rich_text' ? block.elements : []));
  const pieces = heading && 'elements' in heading ? heading.elements : [];
  expect(
    pieces.flatMap(piece => ('text' in piece && piece.style && 'code' in piece.style ? [piece.text] : [])),
  ).toEqual(['chekc', 'check', '/uccx help']);
  // read as mrkdwn, in which these are marks
  expect(text).toBe('There is no command `chekc`. Did you mean `check`? `/uccx help` lists them.');
});

it.each([
  ['the terminal', () => read(refusal)],
  ['Teams', () => JSON.stringify(renderTeams(refusal, teams).activity)],
])('%s names a word bare, and a command between quotation marks', (_, shown) => {
  expect(shown().replaceAll('\n    ', ' ')).toContain(
    'There is no command chekc. Did you mean check? «/uccx help» lists them.',
  );
  expect(shown()).not.toContain('`');
});

it('what somebody else wrote keeps its signs', () => {
  expect(read(answerView('250 `hello`'))).toContain('250 `hello`');
});
