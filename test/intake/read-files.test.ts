import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UccxDoctorError } from '../../src/domain/errors.js';
import { TargetId } from '../../src/domain/ids.js';
import type { AttachedFile } from '../../src/intake/ports.js';
import { readView } from '../../src/view/read.js';
import type { View } from '../../src/view/view.js';
import { mailTarget } from '../support/build.js';
import { rig } from './rig.js';

const SETTINGS = readFileSync('test/fixtures/exchange/get-imapsettings-2016.txt', 'utf8').replaceAll('EX16', 'EX01');
const file = (name: string, content: string, bytes: number | null = Buffer.byteLength(content)): AttachedFile => ({
  name,
  bytes,
  open: async function* () {
    yield Buffer.from(content);
  },
});
const away: AttachedFile = {
  name: 'away.log',
  bytes: 10,
  // biome-ignore lint/correctness/useYield: it cannot be fetched
  open: async function* () {
    throw new UccxDoctorError('it was not handed out (status 302): look there');
  },
};
const wordsOf = (view: View | undefined): string =>
  [
    view?.headline,
    ...(view?.sections ?? []).flatMap(({ title, lines, table }) => [
      title,
      ...lines.map(({ text }) => text),
      ...(table?.rows.flat() ?? []),
    ]),
  ].join('\n');

describe('read with files', () => {
  it.each([
    ['pasted below', { text: `read prod\n${SETTINGS}` }],
    ['pasted below a whole command', { text: `/uccx read prod\r\n${SETTINGS}` }],
    ['a file with the command', { text: 'read prod', files: [file('imap.txt', SETTINGS)] }],
    ['a file with the name of the target', { text: 'prod', files: [file('imap.txt', SETTINGS)] }],
  ])(
    'judges what was %s, for the target that is named',
    async (_, { text, files }: { text: string; files?: AttachedFile[] }) => {
      const { ask, shown, submitted } = rig();
      await ask(text, files ? { files } : {});
      expect(submitted).toEqual([]);
      const words = wordsOf(shown().at(-1));
      expect(words).toMatch(/^By files alone: prod/);
      expect(words).toContain('output of the Exchange Management Shell');
      expect(words).toMatch(/prod: these files say nothing about \d+ other questions; \/uccx check prod looks\./);
    },
  );

  it('edits one message for files, and posts one for what was pasted', async () => {
    const files = rig();
    await files.ask('', { files: [file('imap.txt', SETTINGS)] });
    expect(files.said.map(({ by }) => by)).toEqual(['post', 'edit']);
    expect(files.said[0]?.view).toMatchObject({ tone: 'running', headline: 'Reading 1 file …' });
    const pasted = rig();
    await pasted.ask(`read prod\n${SETTINGS}`);
    expect(pasted.said.map(({ by }) => by)).toEqual(['post']);
  });

  it('reads them also where the chat takes no message yet, and posts the answer once it does', async () => {
    const { ask, said, messengerIs } = rig();
    messengerIs('busy once');
    expect(await ask('read prod', { files: [file('imap.txt', SETTINGS)] })).toBe('done');
    expect(said.map(({ by, at }) => [by, at.handle])).toEqual([['edit', 'question']]); // no message stands there: an edit posts it
    expect(wordsOf(said[0]?.view)).toMatch(/^By files alone: prod/);
  });

  it('keeps an answer that the chat does not take for long, and tells it without reading again', async () => {
    const { ask, said, messengerIs } = rig();
    let opened = 0;
    const log = file('imap.txt', SETTINGS);
    const counted: AttachedFile = {
      ...log,
      open: async function* (...given) {
        opened += 1;
        messengerIs('busy once');
        yield* log.open(...given);
      },
    };
    const run = 'sla-kept-answer';
    expect(await ask('read prod', { run, files: [counted] })).toBe('untold');
    expect(said.map(({ by }) => by)).toEqual(['post']);
    expect(await ask('read prod', { run, files: [counted] })).toBe('done');
    expect(said.map(({ by }) => by)).toEqual(['post', 'edit']);
    expect(wordsOf(said[1]?.view)).toMatch(/^By files alone: prod/);
    expect(opened).toBe(1);
  });

  it('tells the asker alone where the message can no longer be written to', async () => {
    const { ask, said, messengerIs } = rig();
    messengerIs('closed');
    expect(await ask('read prod', { files: [file('imap.txt', SETTINGS)] })).toBe('done');
    expect(said.map(({ by, view }) => [by, view.headline])).toEqual([
      ['tell', expect.stringMatching(/^By files alone: prod/)],
    ]);
  });

  it('does not guess the target where several can be meant', async () => {
    const { ask, shown } = rig();
    await ask(`read\n${SETTINGS}`);
    expect(wordsOf(shown()[0])).toMatch(/Of which target are they, prod and branch\? That was not guessed/);
  });

  it('asks of many targets by a few of their names', () => {
    const unclear = Array.from({ length: 30 }, (_, at) => TargetId.parse(`inbox-${at}`));
    const { sections } = readView({
      ...{ files: [], judged: [], meant: { is: 'found', clear: [], unclear } },
      ...{ at: '2026-11-22T03:00:00.000Z', checkWith: target => target, nameWith: '--target' },
    });
    expect(JSON.stringify(sections)).toContain(
      'Of which target are they, inbox-0, inbox-1, inbox-2, inbox-3, inbox-4, inbox-5, inbox-6, inbox-7 or one of 22 more?',
    );
  });

  it('judges only targets that the person may have checked', async () => {
    const grants = [{ role: 'runner', platform: 'slack', users: ['one'], targets: ['branch'] }];
    const { ask, said } = rig({ grants });
    await ask(`read prod\n${SETTINGS}`, { user: 'one' });
    expect(said[0]).toMatchObject({ by: 'tell', view: { headline: expect.stringMatching(/know no target/) } });
    await ask(`read\n${SETTINGS}`, { user: 'one' });
    expect(wordsOf(said[1]?.view)).toMatch(/Judged for branch/);
  });

  it('is a runner’s', async () => {
    const { ask, said } = rig();
    await ask(`read prod\n${SETTINGS}`, { user: 'viewer' });
    expect(said).toMatchObject([{ by: 'tell', view: { headline: expect.stringMatching(/needs the role runner/) } }]);
  });

  it.each([
    ['nothing', 'read prod', {}, /There is nothing to read/],
    ['blank lines', 'read prod\n \n', {}, /There is nothing to read/],
    ['two targets', 'read prod branch', {}, /takes one target/],
    ['a host', `read mail.evil.test\n${SETTINGS}`, {}, /know no target/],
    ['too much text', `read prod\n${'x'.repeat(20_001)}`, {}, /at most 20000 characters; send more as a file/],
    [
      'too large a file',
      '',
      { files: [file('big.log', 'x', 21 * 2 ** 20)] },
      /22 MB are more than I read in a chat \(20 MB\)\. .*uccx-doctor read FILE/,
    ],
    ['too many files', '', { files: Array.from({ length: 11 }, () => file('a', 'b')) }, /at most 10 files/],
  ])('says what is wrong with %s, to the asker alone', async (_, text, given, says) => {
    const { ask, said } = rig();
    await ask(text, given);
    expect(said).toHaveLength(1);
    expect(said[0]?.by).toBe('tell');
    expect(said[0]?.view.headline).toMatch(says);
  });

  it('tells why a file could not be fetched, and reads the others', async () => {
    const { ask, shown } = rig({ also: [mailTarget({ id: 'third', user: 'contoso\\third' })] });
    await ask('read prod', { files: [away, file('imap.txt', SETTINGS)] });
    const words = wordsOf(shown().at(-1));
    expect(words).toContain('away.log: it was not handed out (status 302): look there');
    expect(words).toContain('output of the Exchange Management Shell');
  });

  it('leaves a command with a file beside it what it is', async () => {
    const { ask, said } = rig();
    await ask('help', { files: [file('imap.txt', SETTINGS)] });
    expect(said[0]?.view.headline).toMatch(/^I look at the mail path/);
  });
});
