import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { exitOf } from '../../src/bin/ask.js';
import { commands } from '../../src/bin/commands.js';
import type { LadderOffer } from '../../src/domain/ladder.js';
import type { State } from '../../src/domain/report.js';
import { mistakeView } from '../../src/view/answers.js';
import { fullView, tooOftenView } from '../../src/view/busy.js';
import { cancelledView, consentView, noRoomView, stoppingView } from '../../src/view/consent.js';
import { nothingToFixView } from '../../src/view/fix.js';
import { readView, stoppingReadView } from '../../src/view/read.js';
import { forgottenView } from '../../src/view/uploads.js';
import { run } from '../cli/run.js';
import { healthyReport } from '../intake/rig.js';

const NOW = '2026-11-21T09:00:00.000Z';

describe('what ask and demo --once end with', () => {
  const files = (...states: State[]) =>
    readView({
      files: [],
      judged: states.map(state => ({ report: healthyReport('prod'), asked: [], foreign: [], state })),
      meant: { is: 'named' },
      at: '2026-11-21T09:00:00.000Z',
      checkWith: target => `/uccx check ${target}`,
      nameWith: '/uccx read <target>',
    });

  it('files end as with read: 0 where they show nothing wrong, 2 where nothing was judged', () => {
    expect([files('healthy'), files('problem', 'healthy'), files('unknown'), files()].map(exitOf)).toEqual([
      0, 1, 2, 2,
    ]);
  });

  it('a deep check that waits for its asker has found no problem', () => {
    const offer: LadderOffer = {
      account: 'shared',
      user: 'CONTOSO\\uccx',
      most: 20,
      intervalMs: 250,
      budgetMs: 35_000,
      limit: null,
      keepFree: 2,
      heldAtWork: 54,
    };
    expect(exitOf(consentView('prod', offer, 'run-1'))).toBe(2);
  });
});

it.each([
  ['nothing kept that could be forgotten', forgottenView('prod', [], NOW), 0],
  ['a check that was told to stop', stoppingView('prod'), 0],
  ['a reading that was told to stop', stoppingReadView(), 0],
  ['a deep check that was cancelled', cancelledView('prod'), 0],
  ['a bot that is asked too often', tooOftenView(5_000), 2],
  ['a site whose queue is full', fullView('hq', 900), 2],
  ['a script that there is nothing for', nothingToFixView('prod', []), 2],
  ['a deep check that is not offered', noRoomView('a watch looks there now'), 2],
  ['a word that is no command', mistakeView('There is no command `chekc`.'), 64],
] as const)('%s is wrong use only where something was typed wrong', (_, view, code) => expect(exitOf(view)).toBe(code));

describe('ask', () => {
  it.each([
    ['nonsense', 64, /^--at wants the address that the bot printed/],
    ['http://127.0.0.1:1/#token=t0ken', 2, /^no bot answers at http:\/\/127\.0\.0\.1:1; it may have been stopped\.\n$/],
  ])('%s is no fault of ours', async (at, code, says) => {
    expect(await run(['ask', '--at', at, '/uccx help'], { more: commands })).toEqual({
      code,
      out: '',
      err: expect.stringMatching(says),
    });
  });

  it('a token of another console is told', async () => {
    const server = createServer((_, response) => void response.writeHead(401).end('{}'));
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const asked = await run(['ask', '--at', `http://127.0.0.1:${port}/#token=t0ken`, 'help'], { more: commands });
    server.close();
    expect([asked.code, asked.err]).toEqual([2, expect.stringMatching(/does not know this token/)]);
    expect(asked.err).not.toContain('t0ken');
  });
});
