import { readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { AttachedFile } from '../../src/intake/ports.js';
import { rig } from './rig.js';

const SETTINGS = readFileSync('test/fixtures/exchange/get-imapsettings-2016.txt', 'utf8').replaceAll('EX16', 'EX01');
const JETTY = readFileSync('test/fixtures/jetty/jetty-access-healthy.txt', 'utf8');
const MB = 2 ** 20;

/** A file that comes in pieces, each when the test lets it. */
const slow = (name: string, pieces: AsyncIterable<Buffer>): AttachedFile => ({
  name,
  bytes: null,
  open: async function* () {
    yield* pieces;
  },
});

describe('while it reads', () => {
  it('lets everybody else have a turn', async () => {
    const large = Buffer.from(SETTINGS.repeat(Math.ceil((4 * MB) / SETTINGS.length)));
    const { ask, shown } = rig();
    let turns = 0;
    let reading = true;
    const counting = (async () => {
      for (; reading; turns++) await turn();
    })();
    await ask('read prod', {
      files: [
        slow(
          'large.txt',
          (async function* () {
            yield large;
          })(),
        ),
      ],
    });
    reading = false;
    await counting;
    expect(shown().at(-1)?.headline).toMatch(/^By files alone: prod/);
    // It reads for eight milliseconds at a time, and this takes hundreds.
    expect(turns).toBeGreaterThan(20);
  });

  it.each(['the button', 'the target'])(
    'is stopped by %s, and what was understood until then is the answer',
    async how => {
      const { ask, said, shown, uploads } = rig();
      let begun = () => {};
      const isReading = new Promise<void>(resolve => {
        begun = resolve;
      });
      let goOn = () => {};
      const stopped = new Promise<void>(resolve => {
        goOn = resolve;
      });
      const pieces = (async function* () {
        yield Buffer.from(`${SETTINGS}\n`.repeat(80));
        begun();
        await stopped;
        yield Buffer.from('more');
      })();
      const done = ask('read prod', { run: 'sla-Reading_1', files: [slow('endless.txt', pieces)] });
      await isReading;
      const [action] = said[0]?.view.actions ?? [];
      expect(action).toMatchObject({ label: 'Stop', command: '/uccx stop sla-Reading_1' });
      await ask(how === 'the button' ? String(action?.command) : '/uccx stop prod', { user: 'viewer' });
      expect(said.at(-1)).toMatchObject({
        by: 'tell',
        view: { headline: expect.stringMatching(/^Told the reading to stop/) },
      });
      goOn();
      await done;
      const words = JSON.stringify(shown().at(-1));
      expect(words).toMatch(/By files alone: prod: 1 problem/);
      expect(words).toContain('endless.txt: reading was stopped');
      expect(uploads[0]?.files[0]).toMatchObject({ sha256: null, readAs: ['shell-output'] });
      await ask('/uccx stop sla-Reading_1', { user: 'viewer' });
      expect(said.at(-1)?.view.headline).toMatch(/^Nothing is being checked/);
    },
  );

  it('ends where all files together are more than is allowed, whatever sizes were named', async () => {
    const { ask, shown } = rig();
    const half = (name: string) =>
      slow(
        name,
        (async function* () {
          for (let n = 0; n < 11; n++) yield Buffer.from(JETTY.repeat(Math.ceil(MB / JETTY.length)));
        })(),
      );
    await ask('read prod', { files: [half('one.log'), half('two.log')] });
    expect(JSON.stringify(shown().at(-1))).toContain(
      'two.log: together it is more than 20 MB; uccx-doctor read FILE… reads any size',
    );
  });
});
