import { describe, expect, it } from 'vitest';
import { StoreDownError } from '../../src/domain/errors.js';
import { SiteId } from '../../src/domain/ids.js';
import { parseCommand } from '../../src/intake/command.js';
import { mailTarget } from '../support/build.js';
import { rig } from './rig.js';

describe('the words', () => {
  const known = { targets: [], rules: [] };
  it('take nothing behind them', () => {
    expect(parseCommand('/uccx SITES', known)).toEqual({ is: 'wants', wants: { do: 'sites' } });
    expect(parseCommand('sites hq', known)).toEqual({ is: 'mistake', says: '`sites` takes nothing behind it.' });
    expect(parseCommand('site', known)).toMatchObject({ says: expect.stringMatching(/Did you mean `sites`/) });
  });
});

describe('sites', () => {
  const viewer = { user: 'viewer' };
  const none = async () => ({ waiting: 0, underWay: 0, oldestAt: null });
  const clock = { now: () => Date.parse('2026-11-21T08:00:00.000Z') };
  const beat = (worker: string) => ({
    site: SiteId.parse('hq'),
    worker,
    version: '1.4.0',
    machine: 'srv-a',
    startedAt: '2026-11-21T07:00:00.000Z',
  });

  it('are told to whoever may see a target, alone', async () => {
    const { ask, said, store } = rig({ backlog: none });
    await store.heartbeats.beat(beat('worker-1'), clock);
    await ask('sites', viewer);
    expect(said.map(({ by, view }) => [by, view.headline])).toEqual([['tell', 'The site is served.']]);
  });

  it('are only those that look at what the asker may see', async () => {
    const far = mailTarget({ id: 'far', sites: ['elsewhere'] });
    const grants = [{ role: 'viewer', platform: 'slack', users: ['viewer'], targets: ['far'] }];
    const { ask, said } = rig({ backlog: none, also: [far], grants });
    await ask('sites', viewer);
    expect(JSON.stringify(said[0]?.view)).not.toContain('hq');
  });

  it('are told as far as they are known where the queue cannot be asked', async () => {
    const { ask, said, store } = rig({ backlog: () => Promise.reject(new StoreDownError('gone')) });
    await store.heartbeats.beat(beat('worker-1'), clock);
    await ask('sites', viewer);
    expect(said[0]?.view.headline).toBe('The site is served.');
    expect(JSON.stringify(said[0]?.view.sections)).toMatch(/could not be asked/);
  });

  it('say that Redis is away where nobody can be heard', async () => {
    const { ask, said, store } = rig({ backlog: none });
    store.heartbeats.heard = () => Promise.reject(new StoreDownError('gone'));
    await ask('sites', viewer);
    expect(said[0]?.view.headline).toMatch(/^The queue \(Redis\) cannot be reached/);
  });

  it('are not for strangers', async () => {
    const { ask, said } = rig({ backlog: none });
    await ask('sites', { user: 'nobody', channel: 'C9' });
    expect(said.map(({ view }) => view.headline)).toEqual(['You have no right to use this bot here.']);
  });
});
