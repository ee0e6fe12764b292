import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../src/intake/command.js';
import { mailTarget } from '../support/build.js';
import { healthyReport, rig } from './rig.js';

const known = { targets: [mailTarget({ id: 'prod' })], rules: [] };

describe('the words', () => {
  it.each([
    ['history prod', { do: 'history', target: 'prod', hours: 168 }],
    ['/uccx history PROD 24H', { do: 'history', target: 'prod', hours: 24 }],
    ['history prod 4w', { do: 'history', target: 'prod', hours: 672 }],
    ['history prod 800d', { do: 'history', target: 'prod', hours: 19_200 }],
  ])('%s', (text, wants) => expect(parseCommand(text, known)).toEqual({ is: 'wants', wants }));

  it.each([
    ['history', /wants one target/],
    ['history prod 7d now', /wants one target/],
    ['history prodd', /no target `prodd`.*Did you mean `prod`/],
    ['history prod week', /such as 24h, 7d or 4w, at most 800d, not `week`/],
    ['history prod 0d', /not `0d`/],
    ['history prod 801d', /not `801d`/],
    ['histroy prod', /Did you mean `history`/],
  ])('%s is told what is wrong', (text, says) =>
    expect(parseCommand(text, known)).toMatchObject({ is: 'mistake', says: expect.stringMatching(says) }),
  );
});

describe('history', () => {
  const asker = { platform: 'slack', channel: 'C1', user: 'viewer' };

  it('is for everybody there who may see the target, with its picture', async () => {
    const { ask, said } = rig({ reports: [healthyReport('prod')] });
    await ask('history prod 24h', asker);
    expect(said.map(({ by, view }) => [by, view.headline])).toEqual([
      ['post', 'prod over 24 hours: 100 % available, never broken; healthy since 2026-11-21 07:00:03 UTC.'],
    ]);
    expect(said[0]?.view.picture?.alt).toMatch(/^prod over 24 hours: 100 % available\./);
  });

  it('says so where nobody looked', async () => {
    const { ask, said } = rig();
    await ask('history prod', asker);
    expect(said[0]?.view).toMatchObject({ tone: 'unknown', headline: expect.stringMatching(/nobody looked/) });
  });

  it('is not for strangers', async () => {
    const { ask, said } = rig({ reports: [healthyReport('prod')] });
    await ask('history prod', { ...asker, user: 'nobody', channel: 'C9' });
    expect(said.map(({ by, view }) => [by, view.headline])).toEqual([
      ['tell', 'You have no right to use this bot here.'],
    ]);
  });
});
