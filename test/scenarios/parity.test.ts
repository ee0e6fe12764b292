import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { seenIn } from '../../src/lab/slack/start-slack.js';
import type { LabMessage } from '../../src/lab/slack/workspace.js';
import type { LabTeamsMessage } from '../../src/lab/teams/messages.js';
import { cardOf, seenInTeams } from '../../src/lab/teams/words.js';
import { type BothWhole, startBothWhole } from '../support/both-whole.js';
import { saidBy } from '../support/slack-whole.js';
import { saidInTeams } from '../support/teams-whole.js';
import { lacking, toldInSlack, toldInTeams } from '../support/told.js';

/**
 * One bot on both platforms: what is asked in Slack and in Teams comes to the same, over signed requests in and calls out. That every
 * scenario is drawn alike on both is shown in `scenarios.test.ts`, of the answers that it has anyhow.
 */
vi.setConfig({ testTimeout: 180_000 });
const IDS = ['prod', 'branch', 'inbox-closed', 'port-closed', 'certificate-expired', 'imap-disabled'];
const STORY = 'smtp-source-limit';
const RECHECK = 'I applied it, check again';

let test: BothWhole;
beforeAll(async () => {
  test = await startBothWhole({ scenarios: [...IDS, STORY], operators: [...IDS, STORY] });
  for (const id of [...IDS, STORY]) test.slack.addChannel(channelOf(id));
}, 180_000);
afterAll(() => test?.stop());

describe('asked on one platform, shown on the other', () => {
  // A second check may find another world, so it is one report that is shown on both.
  it.each(IDS.map((id, index) => [id, index % 2 === 0 ? 'Slack' : 'Teams'] as const))(
    '%s, asked in %s, has the same findings, commands and buttons',
    async (id, where) => {
      const here = where === 'Slack' ? [`check ${id}`, `last ${id}`] : [`last ${id}`, `check ${id}`];
      const [forSlack = '', forTeams = ''] = here;
      const first = where === 'Slack' ? null : await askedInTeams(id, forTeams);
      const slack = toldInSlack((await askedInSlack(id, forSlack)).versions.at(-1)?.blocks);
      const teams = toldInTeams(cardOf(first ?? (await askedInTeams(id, forTeams))));
      // Slack has less room: what it does not show is in its file, Teams shows all of these.
      const file = lacking(teams, slack).length > 0 ? await test.slack.until(() => filesIn(id)[0]) : null;
      expect(lacking(teams, slack, file?.content)).toEqual([]);
      expect(lacking(slack, teams)).toEqual([]);
      expect(teams.buttons).toEqual(slack.buttons);
      expect(teams.commands.length > 0).toBe(id !== 'prod');
    },
  );
});

describe('a whole conversation reads as it should', () => {
  const scripts: string[] = [];

  it('in Slack', async () => {
    const message = await askedInSlack(STORY, `check ${STORY}`);
    const [first] = message.versions;
    const result = seenIn(message);
    await test.slack.deliver.click({ user: 'U0OP', message, label: 'Script' });
    const script = await test.slack.until(() => filesIn(STORY).find(({ name }) => name.endsWith('.ps1')));
    const told = await test.slack.until(() => answersIn(STORY)[1]);
    const undo = await applied(script.name, script.content);
    const before = message.versions.length;
    await test.slack.deliver.click({ user: 'U0OP', message, label: RECHECK });
    await test.slack.until(() => message.versions.length > before && isAnswerInSlack(message));
    await undo();
    const story: [string, string][] = [
      ['person', `/uccx check ${STORY}`],
      ['bot', seenIn({ ...message, versions: first ? [first] : [] })],
      ['bot, in the same message', result],
      ['person', '[Script]'],
      ['bot', seenIn(told)],
      [`file ${script.name}`, headOf(script.content)],
      ['person', `runs the script, then [${RECHECK}]`],
      ['bot, in the first message', seenIn(message)],
    ];
    expect(written(story)).toBe(golden('story-slack.txt'));
    scripts.push(script.content);
  });

  it('in Teams', async () => {
    const person = test.operator(STORY);
    const chat = test.teams.world.personalOf(person);
    const message = await askedInTeams(STORY, `check ${STORY}`);
    const [first] = message.versions;
    const result = seenInTeams(message);
    await test.teams.deliver.click({ person, message, label: 'Script' });
    const offer = await test.teams.until(() =>
      test.teams.saidByBot(chat).find(each => each.versions[0]?.attachments.some(({ name }) => name?.endsWith('.ps1'))),
    );
    const told = await test.teams.until(() => cardsIn(STORY)[1]);
    const offered = seenInTeams(offer);
    await test.teams.deliver.consent({ person, message: offer, accept: true });
    const script = await test.teams.until(() =>
      test.teams.uploads().find(({ name, complete }) => complete && name.endsWith('.ps1')),
    );
    const content = script.bytes.toString('utf8');
    const undo = await applied(script.name, content);
    const before = message.versions.length;
    await test.teams.deliver.click({ person, message, label: RECHECK });
    await test.teams.until(() => message.versions.length > before && isAnswerInTeams(message));
    await undo();
    const story: [string, string][] = [
      ['person', `check ${STORY}`],
      ['bot', seenInTeams({ ...message, versions: first ? [first] : [] })],
      ['bot, in the same message', result],
      ['person', '[Script]'],
      ['bot', seenInTeams(told)],
      ['bot offers', offered],
      ['person', '[Allow]'],
      [`file ${script.name}`, headOf(content)],
      ['person', `runs the script, then [${RECHECK}]`],
      ['bot, in the first message', seenInTeams(message)],
    ];
    expect(written(story)).toBe(golden('story-teams.txt'));
    scripts.push(content);
  });

  it('with the same script, byte for byte', () => {
    expect(scripts).toHaveLength(2);
    expect(scripts[1]).toBe(scripts[0]);
  });
});

/** What a script says about itself; what it does is shown elsewhere. */
const headOf = (script: string): string =>
  script
    .replace(/^\ufeff/, '')
    .replaceAll('\r\n', '\n')
    .split(/^#$/m)[0] ?? '';

const channelOf = (id: string) => `C0${id.toUpperCase()}`;
const answersIn = (id: string) => test.slack.messages(channelOf(id)).filter(({ file }) => file === null);
const filesIn = (id: string) => test.slack.messages(channelOf(id)).flatMap(({ file }) => file ?? []);
const cardsIn = (id: string) =>
  test.teams.saidByBot(test.teams.world.personalOf(test.operator(id))).filter(message => cardOf(message) !== null);
const isAnswerInSlack = (message: LabMessage) => !saidBy(message).startsWith('Checking ');
const isAnswerInTeams = (message: LabTeamsMessage) => !/Checking /.test(saidInTeams(message));

async function askedInSlack(id: string, text: string): Promise<LabMessage> {
  await test.slack.deliver.command({ channel: channelOf(id), user: 'U0OP', text });
  return test.slack.until(() => answersIn(id).find(isAnswerInSlack));
}

async function askedInTeams(id: string, text: string): Promise<LabTeamsMessage> {
  const person = test.operator(id);
  await test.teams.deliver.say({ person, conversation: test.teams.world.personalOf(person), text });
  return test.teams.until(() => cardsIn(id).find(isAnswerInTeams));
}

/** Runs the script as an administrator does, and gives back its own way back. */
const applied = async (name: string, content: string) => {
  const shell = test.lab.shell(STORY);
  expect(await shell.run(content, { path: `C:\\fix\\${name}`, switches: ['Restart'] })).toMatchObject({ failed: null });
  return async () => {
    const [undo = ''] = [...shell.files.keys()].filter(file => file.endsWith('undo.ps1'));
    const back = String(shell.files.get(undo));
    expect(await shell.run(back, { path: undo, switches: ['Restart'] })).toMatchObject({ failed: null });
    shell.files.clear(); // a folder of the same second would be in the way of the next script
  };
};

const golden = (name: string): string => readFileSync(new URL(`../golden/${name}`, import.meta.url), 'utf8');

/** Times, durations and ports are another each time. */
const timeless = <T>(given: T): T =>
  JSON.parse(
    JSON.stringify(given)
      .replace(/\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?/g, 'DATE TIME')
      .replace(/\d{4}-\d\d-\d\d/g, 'DATE')
      .replace(/\d\d:\d\d:\d\d/g, 'TIME')
      .replace(/\b\d+(?:\.\d+)? m?s\b/g, 'N s')
      .replace(/\bport \d{5}\b/g, 'port PORT'),
  );

/**
 * The story is about what people read: what was said on the wire, and what this version does not judge, is shown elsewhere. How often a
 * service was met depends on how prompt it was.
 */
const withoutWire = (says: string): string =>
  says
    .replace(/^ {2}\d+\.\d{3} .*\n/gm, '')
    .replace(/(?<=^\[Details: Not judged\]\n)(?:(?!\[).*\n)+/gm, '')
    .replace(/^.*\[(?:imap-balancer|every-connect)\]\n/gm, '')
    .replace(/\b\d+ questions asked/g, 'N questions asked');

const written = (story: readonly (readonly [who: string, says: string])[]): string =>
  timeless(story.map(([who, says]) => `--- ${who}\n${withoutWire(`${says.trimEnd()}\n`)}`).join('\n'));
