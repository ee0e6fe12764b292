import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TargetId } from '../../src/domain/ids.js';
import type { AttachedFile } from '../../src/intake/ports.js';
import type { View } from '../../src/view/view.js';
import { healthyReport, rig } from './rig.js';

const SETTINGS = readFileSync('test/fixtures/exchange/get-imapsettings-2016.txt', 'utf8').replaceAll('EX16', 'EX01');
const prod = TargetId.parse('prod');

const file = (name: string, content: string): AttachedFile => ({
  name,
  bytes: null,
  open: async function* () {
    yield Buffer.from(content);
  },
});
const wordsOf = (view: View | undefined): string =>
  [
    view?.headline,
    ...(view?.sections ?? []).flatMap(({ title, lines }) => [title, ...lines.map(({ text }) => text)]),
  ].join('\n');

describe('what was read', () => {
  it('is kept for the target that it was judged for, and says for how long', async () => {
    const { ask, shown, store, submitted } = rig();
    await ask('read prod', { files: [file('imap.txt', SETTINGS)] });
    expect(wordsOf(shown().at(-1))).toMatch(
      /For 24 h \/uccx check prod judges it too.*\/uccx read prod --forget ends that/,
    );
    const [kept] = await store.readings.kept(prod);
    expect(kept?.observations).toMatchObject([
      {
        source: { by: 'artifact', artifact: 'imap.txt' },
        evidence: [{ kind: 'imap-limits', maxConnectionsPerUser: 16 }, { kind: 'imap-service-limits' }],
      },
    ]);
    expect(await store.readings.kept(TargetId.parse('branch'))).toEqual([]);
    await ask('check prod');
    expect(submitted[0]?.targets[0]?.withRead).toEqual(['imap', 'smtp', 'notify', 'web']);
    await ask('check branch --only smtp');
    expect(submitted[1]?.targets[0]?.withRead).toEqual(['smtp']);
  });

  it('holds no secret, wherever in the file or its name one stood', async () => {
    const { ask, store, audit, uploads } = rig();
    const login =
      '* OK The Microsoft Exchange IMAP4 service is ready.\nA1 LOGIN uccx S3cretWord\nA1 NO S3cretWord password=S3cretWord failed.';
    const events =
      'EventID : 9646\nSource : MSExchangeIS\nMessage : Mapi session "/o=x/cn=password=S3cretWord" exceeded the maximum of 16 objects of type "session".';
    await ask('read prod', {
      files: [file('password=S3cretWord.txt', `${SETTINGS}\n`), file('a.txt', login), file('e.txt', events)],
    });
    expect(await store.readings.kept(prod)).toHaveLength(1);
    expect(JSON.stringify([await store.readings.kept(prod), uploads, await audit.since(0, 100)])).not.toContain(
      'S3cretWord',
    );
  });

  it('is not kept where nobody knows for which target it is', async () => {
    const { ask, store } = rig();
    await ask(`read\n${SETTINGS}`);
    expect([...(await store.readings.kept(prod)), ...(await store.readings.kept(TargetId.parse('branch')))]).toEqual(
      [],
    );
  });

  it('is answered all the same where the store is away, and says that it does not count', async () => {
    const { ask, shown, troubles } = rig({ down: 'readings' });
    await ask(`read prod\n${SETTINGS}`);
    expect(wordsOf(shown()[0])).toMatch(/^By files alone: prod: 1 problem/);
    expect(wordsOf(shown()[0])).toContain('It does not count in checks of prod: it was not kept');
    expect(troubles).toHaveLength(1);
  });

  it('is forgotten on demand, by whoever may check', async () => {
    const { ask, said, store } = rig();
    await ask('read prod', { files: [file('imap.txt', SETTINGS)] });
    await ask('read prod --forget', { user: 'viewer' });
    expect(said.at(-1)?.view.headline).toMatch(/needs the role runner/);
    expect(await store.readings.kept(prod)).toHaveLength(1);
    await ask('/uccx read prod –forget', { user: 'runner' });
    expect(wordsOf(said.at(-1)?.view)).toMatch(
      /What was read for prod no longer counts.*\nWhat was read just now: imap\.txt/,
    );
    expect(await store.readings.kept(prod)).toEqual([]);
    await ask('read prod --forget');
    expect(said.at(-1)).toMatchObject({ by: 'tell', view: { headline: 'Nothing that was read for prod is kept.' } });
  });

  it.each([
    ['read --forget', /`--forget` wants the target/],
    ['read prod --forgte', /no flag `--forgte` here\. Did you mean `--forget`/],
  ])('«%s» is a mistake', async (text, says) => {
    const { ask, said } = rig();
    await ask(text);
    expect(said[0]?.view.headline).toMatch(says);
  });
});

describe('fix after read', () => {
  it('takes the present values that were read, also where nobody has checked yet', async () => {
    const { ask, shown } = rig();
    await ask('fix prod');
    expect(shown()[0]?.headline).toMatch(/has not been checked yet/);
    await ask('read prod', { files: [file('imap.txt', SETTINGS)] });
    await ask('fix prod');
    const view = shown().at(-1);
    expect(wordsOf(view)).toMatch(/1 change for prod.*\nWith what was read just now: imap\.txt/);
    expect(wordsOf(view)).toMatch(/EX01.*MaxConnectionsPerUser/);
  });

  it('judges the last report with it, and without it once it is forgotten', async () => {
    const { ask, shown, said } = rig({ reports: [healthyReport('prod')] });
    await ask('read prod', { files: [file('imap.txt', SETTINGS)] });
    await ask('fix prod');
    expect(wordsOf(shown().at(-1))).toMatch(/1 change for prod/);
    await ask('read prod --forget');
    await ask('fix prod');
    expect(said.at(-1)?.view.headline).toMatch(/has no remedy that a script could carry out/);
  });
});

describe('the record of readings', () => {
  it('has who, when, which bytes, and what they were taken for; the log has the same', async () => {
    const { ask, said, uploads } = rig();
    await ask('read prod', { user: 'runner', files: [file('imap.txt', SETTINGS), file('cat.png', '\x89PNG')] });
    const record = {
      run: 'sla-question-1',
      at: '2026-11-21T08:00:00.000Z',
      by: { platform: 'slack', user: 'runner', channel: 'C1' },
      targets: ['prod'],
      files: [
        {
          name: 'imap.txt',
          bytes: SETTINGS.length,
          sha256: createHash('sha256').update(SETTINGS).digest('hex'),
          readAs: ['shell-output'],
        },
        { name: 'cat.png', sha256: expect.stringMatching(/^[0-9a-f]{64}$/), readAs: [] },
      ],
    };
    expect(uploads).toMatchObject([record]);
    await ask('reads prod');
    expect(said.at(-1)?.by).toBe('tell');
    const words = wordsOf(said.at(-1)?.view);
    expect(words).toContain('2026-11-21 08:00:00 UTC: runner on slack in C1, for prod');
    expect(words).toContain(`read as shell-output, SHA-256 ${record.files[0]?.sha256}`);
    expect(words).toContain('cat.png, 5 B, not recognised');
  });

  it('is for operators, of their targets', async () => {
    const grants = [
      { role: 'operator', platform: 'slack', users: ['one'], targets: ['branch'] },
      { role: 'runner', platform: 'slack', users: ['all'] },
    ];
    const { ask, said } = rig({ grants });
    await ask('read prod', { user: 'all', files: [file('imap.txt', SETTINGS)] });
    await ask('read', { user: 'all', files: [file('unknown.bin', '\0\0')] });
    await ask('reads', { user: 'one' });
    expect(said.at(-1)?.view.headline).toBe('Nobody has had anything read, as far as the record goes.');
    await ask('reads', { user: 'all' });
    expect(said.at(-1)?.view.headline).toMatch(/needs the role operator/);
  });
});
