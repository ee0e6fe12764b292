import { describe, expect, it } from 'vitest';
import { rig } from './rig.js';

const GRANTS = [
  { role: 'operator', platform: 'slack', users: ['all'] },
  { role: 'operator', platform: 'slack', users: ['one'], targets: ['prod'] },
  { role: 'runner', platform: 'slack', users: ['runner'] },
];
const words = (view: object | undefined): string => JSON.stringify(view);

describe('the audit', () => {
  it('has who asked what, what was looked at with which account and what was said, before anybody looks', async () => {
    const { ask, audit, submitted } = rig({ grants: GRANTS });
    await ask('check prod', { user: 'runner' });
    const { entries } = await audit.since(0, 10);
    expect(submitted).toHaveLength(1);
    expect(entries.map(({ is }) => is)).toEqual(['ordered', 'asked']);
    expect(entries[1]).toMatchObject({
      by: { platform: 'slack', user: 'runner', channel: 'C1' },
      taken: 'understood',
      with: 'words',
      wants: { do: 'check', targets: ['prod'] },
    });
    const ordered = entries[0];
    if (ordered?.is !== 'ordered') throw new Error('no order');
    const login = ordered.looks.find(({ probes }) => probes.includes('imap-login'));
    expect(login).toMatchObject({ target: 'prod', site: 'hq', account: 'contoso\\uccxemail' });
    expect(login?.server).toMatch(/:\d+$/);
  });

  it('has what people were told under their run, with the first line and no more', async () => {
    const { ask, audit, said } = rig({ grants: GRANTS });
    await ask('targets', { user: 'runner', run: 'sla-question-77' });
    const [shown] = (await audit.since(0, 10, 'shown')).entries;
    expect(shown).toMatchObject({ run: 'sla-question-77', how: 'tell', headline: said[0]?.view.headline });
  });

  it('has those who may do nothing, and of what was not understood not a word', async () => {
    const { ask, audit } = rig({ grants: GRANTS });
    await ask('check prod', { user: 'stranger' });
    await ask('chekc S3cretWord', { user: 'runner' });
    const { entries } = await audit.since(0, 10, 'asked');
    expect(entries).toMatchObject([
      { taken: 'mistake', wants: null },
      { taken: 'stranger', wants: null, by: { user: 'stranger' } },
    ]);
    expect(JSON.stringify(entries)).not.toContain('S3cretWord');
  });

  it('has no secret, where somebody wrote one into a reason or pasted it', async () => {
    const { ask, audit } = rig({ grants: GRANTS });
    await ask('mute prod 2h because password=S3cretWord is new', { user: 'all' });
    await ask('fix prod --from\npassword=S3cretWord', { user: 'all' });
    await ask('read prod\nA1 LOGIN uccx S3cretWord', { user: 'all' });
    const { entries } = await audit.since(0, 100);
    expect(entries.filter(({ is }) => is === 'asked')).toHaveLength(3);
    expect(JSON.stringify(entries)).not.toContain('S3cretWord');
  });

  it('is for operators, of what they operate, and told to them alone', async () => {
    const { ask, said } = rig({ grants: GRANTS });
    await ask('check', { user: 'runner' });
    await ask('check nothing', { user: 'runner' });
    await ask('audit', { user: 'runner' });
    expect(said.at(-1)).toMatchObject({
      by: 'tell',
      view: { headline: expect.stringContaining('needs the role operator') },
    });

    await ask('audit', { user: 'one' });
    const part = said.at(-1);
    expect(part?.by).toBe('tell');
    expect(words(part?.view)).toContain('(prod)');
    expect(words(part?.view)).not.toContain('(branch)');
    expect(words(part?.view)).not.toContain('not understood');

    await ask('audit', { user: 'all' });
    expect(words(said.at(-1)?.view)).toContain('(branch)');
    expect(words(said.at(-1)?.view)).toContain('runner on slack in C1 asked something that was not understood');

    await ask('audit prod', { user: 'all' });
    expect(words(said.at(-1)?.view)).toContain('(prod)');
    await ask('audit branch', { user: 'one' });
    expect(words(said.at(-1)?.view)).toContain('I know no target');
  });

  it.each([
    ['audit 7d', /in the last 7 days/],
    ['audit prod 48h', /about prod .*in the last 2 days|about prod is on record in the last 2 days/],
    ['audit prd', /I know no target .*Did you mean .prod/],
    ['audit prod 3x', /takes hours, days or weeks.*not `3x`/],
    ['audit prod 3h more', /one target or none/],
  ])('%s', async (text, says) => {
    const { ask, said } = rig({ grants: GRANTS });
    await ask(text, { user: 'all' });
    expect(said.at(-1)?.view.headline).toMatch(says);
  });
});
