import { describe, expect, it } from 'vitest';
import { StoreDownError } from '../../src/domain/errors.js';
import { rig } from './rig.js';

const START = Date.parse('2026-11-21T08:00:00.000Z');
const timed = (limits: NonNullable<Parameters<typeof rig>[0]>['limits'], more: Parameters<typeof rig>[0] = {}) => {
  const time = { at: START };
  return { time, ...rig({ ...more, limits: limits ?? {}, now: () => time.at }) };
};
const headlines = ({ said }: { said: { view: { headline: string } }[] }) => said.map(({ view }) => view.headline);

describe('a person who asks too often', () => {
  it('is told once when to ask again, is answered then, and keeps nobody else from asking', async () => {
    const limited: string[] = [];
    const test = timed({ perPersonPerMinute: 3, onLimited: limit => limited.push(limit) });
    for (let n = 0; n < 6; n++) await test.ask('targets', { user: 'viewer' });
    expect(headlines(test).slice(3)).toEqual(['That is more than I answer in a minute: ask again in 20 s.']);
    expect(limited).toEqual(['asker', 'asker', 'asker']);
    await test.ask('targets', { user: 'runner' });
    expect(headlines(test)).toHaveLength(5);
    test.time.at += 19_000;
    await test.ask('targets', { user: 'viewer' });
    expect(headlines(test).at(-1)).toBe('That is more than I answer in a minute: ask again in 1 s.');
    test.time.at += 1_000;
    await test.ask('targets', { user: 'viewer' });
    expect(headlines(test).at(-1)).toContain('targets are configured for you');
  });

  it('lays nothing into the queue, and stands on record as often as they were told', async () => {
    const test = timed({ perPersonPerMinute: 1 });
    await test.ask('targets', { user: 'runner' });
    for (let n = 0; n < 5; n++) await test.ask('check prod', { user: 'runner' });
    expect(test.submitted).toEqual([]);
    expect(await test.held('prod')).toBe(false);
    const { entries } = await test.audit.since(0, 100, 'asked');
    expect(entries.map(entry => entry.is === 'asked' && entry.taken)).toEqual(['too-often', 'understood']);
  });

  it('is always heard when they stop something', async () => {
    const test = timed({ perPersonPerMinute: 1 });
    await test.ask('targets', { user: 'runner' });
    await test.ask('stop prod', { user: 'runner' });
    expect(headlines(test).at(-1)).not.toContain('ask again');
  });

  it('may be a stranger, who gets no more words than others', async () => {
    const test = timed({ perPersonPerMinute: 2 });
    for (let n = 0; n < 9; n++) await test.ask('targets', { user: 'nobody' });
    expect(headlines(test)).toHaveLength(3);
  });
});

it('a channel in which many ask is told too, and another one is not', async () => {
  const test = timed({ perChannelPerMinute: 2 });
  for (const user of ['viewer', 'runner', 'operator']) await test.ask('targets', { user });
  expect(headlines(test).at(-1)).toBe('That is more than I answer in a minute: ask again in 30 s.');
  await test.ask('targets', { user: 'operator', channel: 'C2' });
  await test.ask('targets', { user: 'operator', channel: null });
  expect(headlines(test).filter(each => each.includes('configured for you'))).toHaveLength(4);
});

describe('a target that is checked too often', () => {
  it('is left out of a check of all, which says so, and refused by itself', async () => {
    const limited: string[] = [];
    const test = timed({ perTargetPerMinute: 1, onLimited: limit => limited.push(limit) });
    await test.ask('check prod', { user: 'runner' });
    await test.ask('check prod', { user: 'operator' });
    expect(headlines(test).at(-1)).toBe('prod has been checked as often as it is in a minute: ask again in 60 s.');
    expect(test.submitted).toHaveLength(1);
    await test.ask('check', { user: 'runner' });
    expect(test.submitted[1]?.targets.map(({ target }) => target)).toEqual(['branch']);
    expect(test.submitted[1]?.remarks).toEqual([
      'prod has been checked as often as it is in a minute: ask again in 60 s.',
    ]);
    expect(limited).toEqual(['target', 'target']);
  });
});

describe('a site in whose queue too much waits', () => {
  const backlog = (waiting: number, unasked: number) => async () => ({ waiting, unasked, underWay: 0, oldestAt: null });

  it('takes no more: nothing is laid, nothing held, nothing on record as ordered', async () => {
    const limited: string[] = [];
    const onLimited = (limit: string) => limited.push(limit);
    const test = timed({ waitingPerSite: 100, onLimited }, { backlog: backlog(130, 30) });
    await test.ask('check prod', { user: 'runner' });
    expect(headlines(test)).toEqual(['Too much waits at the site hq: 100 orders. Ask again in a minute.']);
    expect(limited).toEqual(['site']);
    expect(test.submitted).toEqual([]);
    expect(await test.held('prod')).toBe(false);
    expect((await test.audit.since(0, 100, 'ordered')).entries).toEqual([]);
  });

  it('does not count what nobody asked for', async () => {
    const test = timed({ waitingPerSite: 100 }, { backlog: backlog(9_999, 9_900) });
    await test.ask('check prod', { user: 'runner' });
    expect(test.submitted).toHaveLength(1);
  });

  it('keeps nobody waiting where it cannot be asked', async () => {
    const test = timed({ waitingPerSite: 1 }, { backlog: () => Promise.reject(new StoreDownError('gone')) });
    await test.ask('check prod', { user: 'runner' });
    expect(test.submitted).toHaveLength(1);
  });
});

it('too many readings are refused at once, and those before them are read', async () => {
  const test = timed({});
  let go = () => {};
  const goes = new Promise<void>(resolve => {
    go = resolve;
  });
  const file = {
    name: 'jetty.log',
    bytes: 3,
    open: async function* () {
      await goes;
      yield Buffer.from('log');
    },
  };
  const all = Array.from({ length: 9 }, () => test.ask('read prod', { user: 'runner', files: [file] }));
  await expect
    .poll(() => headlines(test).at(-1), { timeout: 20_000 })
    .toBe('8 readings wait already: ask again in a minute.');
  go();
  await Promise.all(all);
  await test.ask('read prod', { user: 'runner', files: [file] });
  expect(headlines(test).filter(each => each.includes('readings wait'))).toHaveLength(1);
});
