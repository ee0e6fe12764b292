import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkCommand } from '../../src/cli/check.js';
import { ConfiguredTarget } from '../../src/domain/configured-target.js';
import { Leg } from '../../src/domain/evidence/evidence.js';
import { CHECK_FLAGS, parseCommand, VERBS } from '../../src/intake/command.js';
import { rules } from '../../src/rules/index.js';
import { helpView } from '../../src/view/answers.js';
import { mailTarget } from '../support/build.js';

/* What people are told that they can ask, wherever it stands, is held against the table of the parser, both ways. */
const known = {
  targets: ['prod', 'branch', 'agent-mail'].map(id => ConfiguredTarget.parse({ ...mailTarget(), id })),
  rules: rules.map(({ id }) => id),
};
const textOf = (file: string) => readFileSync(file, 'utf8');
const pages = [
  'README.md',
  ...readdirSync('docs')
    .filter(name => name.endsWith('.md'))
    .map(name => `docs/${name}`),
];
const help = helpView('operator', known.targets).sections.flatMap(({ lines }) => lines.map(({ text }) => text));
const hint = String(parse(textOf('manifests/slack.yaml')).features.slash_commands[0].usage_hint);

/** With a word in the place of what is to be filled in, and without the brackets of what may be left out. */
const filled = (usage: string): string =>
  usage
    .replace(/<rule>/g, 'imap-login')
    .replace(/<?\btarget\b>?/g, 'prod')
    .replace(/[[\]]/g, '')
    .replace(/because …/, 'because x')
    .replace(/--from$/, '--from Server : EX01');

/** Opens a form in Slack, which knows it before the parser does. */
const FORMS = ['/uccx mute prod'];

/** The words of a person in documents: whole, and not the name of the command alone. */
const inPages = pages.flatMap(page =>
  [...textOf(page).matchAll(/(?:^ *|`)(\/uccx [a-z][^`\n]*)/gm)]
    .map(([, said]) => filled((said as string).split(/ {2,}|…/)[0] as string).trim())
    .filter(said => said.split(' ').length > 2 && !FORMS.includes(said))
    .map(said => [page, said]),
);

describe('what is told can be typed', () => {
  it.each([
    ...help.map(line => ['help', filled(line.split(' – ')[0] as string)]),
    ...hint.split(' | ').map(part => ['manifests/slack.yaml', filled(part)]),
    ...inPages,
  ])('%s: %s', (_, command) => expect(parseCommand(command, known)).toMatchObject({ is: 'wants' }));
});

describe('what can be typed is told', () => {
  it.each(VERBS)('%s in the help of chat and in the documents', verb => {
    expect(help.join('\n')).toMatch(new RegExp(`\\b${verb}\\b`));
    expect(pages.map(textOf).join('\n')).toMatch(new RegExp(`/uccx ${verb}\\b`));
  });
  it.each(CHECK_FLAGS)('check %s in the help of chat, in the help of the terminal and in the documents', flag => {
    expect(help.join('\n')).toContain(flag);
    expect(Object.keys(checkCommand().options)).toContain(flag.slice(2));
    expect(pages.map(textOf).join('\n')).toContain(flag);
  });
  it('every conversation that --only knows', () => {
    const all = Leg.options.join(',');
    expect(hint).toContain(`--only ${all}`);
    expect(checkCommand().options.only?.value).toBe(all);
    expect(textOf('docs/cli.md')).toContain(`--only ${all}`);
    expect(help.join('\n')).toContain(Leg.options.join(', '));
  });
});
