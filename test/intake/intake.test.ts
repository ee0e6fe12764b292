import { describe, expect, it } from 'vitest';
import { RunId, TargetId } from '../../src/domain/ids.js';
import { refusalView } from '../../src/view/answers.js';
import { type Down, healthyReport, rig } from './rig.js';

/** Who, where and what, and what comes of it. */
const COMMANDS = {
  help: 'help',
  targets: 'targets',
  last: 'last prod',
  explain: 'explain imap-login',
  check: 'check prod',
  all: 'check',
  anyway: 'check prod --login-anyway',
  mistake: 'chekc prod',
  stranger: 'check mail.evil.test',
} as const;
const ALLOWED: Record<string, readonly (keyof typeof COMMANDS)[]> = {
  viewer: [],
  runner: ['check', 'all'],
  operator: ['check', 'all', 'anyway'],
  nobody: [],
};
const SURFACES = {
  'a Slack channel': { platform: 'slack', channel: 'C1' },
  'a direct message': { platform: 'slack', channel: null },
  'the console': { platform: 'console', channel: null },
} as const;
const table = Object.entries(SURFACES).flatMap(([surface, where]) =>
  Object.keys(ALLOWED).flatMap(role =>
    Object.entries(COMMANDS).map(([command, text]) => ({ surface, where, role, command, text })),
  ),
);

describe('every command, role and surface', () => {
  it.each(table)('$text of $role in $surface', async ({ where, role, command, text }) => {
    const { ask, submitted, said } = rig({ reports: [healthyReport('prod')] });
    await ask(text, { ...where, user: role });
    const runs = ALLOWED[role]?.includes(command as never) ?? false;
    expect(submitted).toHaveLength(runs ? 1 : 0);
    expect(said).toHaveLength(1);
    const [first] = said;
    const expected = runs ? ['post', /^Checking .* … answer by 08:00:25 UTC$/] : answerOf(role, command);
    expect(first?.by).toBe(expected[0]);
    expect(first?.view.headline).toMatch(expected[1]);
    expect(first?.at.platform).toBe(where.platform);
  });

  const answerOf = (role: string, command: string): readonly ['post' | 'tell', RegExp] => {
    if (role === 'nobody') return ['tell', /^You have no right to use this bot here\.$/];
    switch (command) {
      case 'help':
        return ['tell', /^I look at the mail path/];
      case 'targets':
        return ['tell', /^2 targets are configured for you\.$/];
      case 'last':
        return ['post', /^Last report of prod, 2026-11-21 07:00:03 UTC: healthy\. 1 question asked/];
      case 'explain':
        return ['tell', /^imap-login: /];
      case 'all':
        return ['tell', /^You have no right to do this: it needs the role runner, and yours is viewer\.$/];
      case 'check':
        return ['tell', /^You have no right to do this with prod: it needs the role runner\.$/];
      case 'anyway':
        return ['tell', /^You have no right to do this with prod: it needs the role operator\.$/];
      case 'stranger':
        return ['tell', /^I know no target `mail\.evil\.test`\. You may name prod, branch\. Only configured targets/];
      default:
        return ['tell', /^There is no command `chekc`\. Did you mean `check`\?/];
    }
  };
});

describe('a refusal', () => {
  it('tells the person their id, the place, and the line to add', async () => {
    const { ask, said } = rig();
    await ask('check branch', { user: 'viewer', channel: 'C1' });
    expect(said[0]?.view.sections).toMatchObject([
      {
        title: 'Your id is viewer, and this channel is C1.',
        commands: [
          {
            label: 'To give you the role runner, an administrator adds this line under access: in the configuration',
            lines: ['- { role: runner, platform: slack, users: ["viewer"], targets: [branch] }'],
          },
        ],
      },
    ]);
  });

  it('says that the platform did not tell of every group, where that may be why', async () => {
    const unsure = refusalView(
      { platform: 'slack', user: 'U1', groups: [], unsure: true, channel: 'C1' },
      { needs: 'runner', has: null, targets: [] },
    );
    expect(unsure.sections[0]?.lines[0]?.text).toMatch(
      /groups .* could not be looked up just now\. Ask again in a minute/,
    );
  });

  it('names no target that the person may not see', async () => {
    const { ask, said } = rig({ grants: [{ role: 'runner', platform: 'slack', users: ['one'], targets: ['branch'] }] });
    await ask('check prod', { user: 'one' });
    expect(JSON.stringify(said)).toMatch(/I know no target `prod`.*You may name branch\./);
  });
});

describe('a target that is being checked', () => {
  it('points the second asker at the running check, once its place is known', async () => {
    const { ask, said, submitted } = rig();
    await ask('check prod');
    await ask('check prod');
    expect(submitted).toHaveLength(1);
    expect(said.at(-1)).toMatchObject({
      by: 'tell',
      view: {
        tone: 'running',
        headline: 'prod is being checked already, since 2026-11-21 08:00:00 UTC; it is answered at https://chat.test/1',
      },
    });
  });

  it('leaves the others to be checked, and the answer says so', async () => {
    const { ask, submitted } = rig();
    await ask('check prod');
    await ask('check prod branch');
    const [, second] = submitted;
    expect(second?.targets.map(({ target }) => target)).toEqual(['branch']);
    expect(second?.remarks).toEqual([
      'prod is being checked already, since 2026-11-21 08:00:00 UTC; it is answered at https://chat.test/1',
    ]);
  });

  it('names both where both are', async () => {
    const { ask, said } = rig();
    await ask('check');
    await ask('check prod branch');
    expect(said.at(-1)?.view.headline).toBe('prod and branch are being checked already.');
    expect(said.at(-1)?.view.sections[0]?.lines).toHaveLength(2);
  });
});

describe('--only', () => {
  it('leaves targets out to which it does not apply, instead of calling them unknown', async () => {
    const { ask, submitted } = rig({ inbox: true });
    await ask('check --only notify');
    expect(submitted[0]?.targets.map(({ target }) => target)).toEqual(['inbox']);
    expect(submitted[0]?.remarks).toEqual([]);
  });

  it('says so of one that was named', async () => {
    const { ask, submitted } = rig({ inbox: true });
    await ask('check prod inbox --only notify');
    expect(submitted[0]?.remarks).toEqual(['prod has nothing to look at under --only notify.']);
  });

  it('claims nothing where nothing is left', async () => {
    const { ask, said, submitted, held } = rig({ inbox: true });
    await ask('check prod --only notify');
    expect(said[0]?.view.headline).toBe('prod has nothing to look at under --only notify.');
    expect([submitted, await held('prod')]).toEqual([[], false]);
  });
});

describe('a question that is delivered again', () => {
  it.each(['check prod', 'help', 'last prod', 'chekc'])(
    '%s: three times at once and once later is one answer',
    async text => {
      const { ask, said, submitted } = rig({ reports: [healthyReport('prod')] });
      await Promise.all([1, 2, 3].map(() => ask(text, { run: 'sla-again' })));
      await ask(text, { run: 'sla-again' });
      expect(said).toHaveLength(1);
      expect(submitted.length).toBeLessThanOrEqual(1);
    },
  );

  it('also to two processes', async () => {
    const shared = rig();
    const other = rig({ shares: shared });
    await Promise.all([shared, other].map(({ ask }) => ask('check prod', { run: 'sla-twice' })));
    expect([...shared.submitted, ...other.submitted]).toHaveLength(1);
    expect([...shared.said, ...other.said]).toHaveLength(1);
  });

  it('is welcome where nobody could be told the first time', async () => {
    const { ask, said, messengerIs } = rig();
    messengerIs('gone');
    expect(await ask('help', { run: 'sla-later' })).toBe('untold');
    expect(said).toEqual([]);
    messengerIs('well');
    expect(await ask('help', { run: 'sla-later' })).toBe('done');
    expect(said).toHaveLength(1);
  });

  it('and that somebody began who is gone may not be dropped: it is open until it shows that it goes its way', async () => {
    const { ask, store, submitted } = rig();
    const run = RunId.parse('sla-orphan');
    await store.runs.begin(run);
    expect(await ask('check prod', { run })).toBe('open');
    expect(submitted).toEqual([]);
    await store.runs.resume(run);
    expect(await ask('check prod', { run })).toBe('done');
    expect(submitted).toHaveLength(1);
  });
});

describe('Redis that is gone', () => {
  type Row = { at: Down; text: string; says: RegExp; submits: boolean };
  const NOT_STARTED = /^The queue \(Redis\) cannot be reached, so nothing was started\. Ask again when it is back\.$/;
  it.each<Row>([
    { at: 'runs.begin', text: 'check', says: NOT_STARTED, submits: false },
    { at: 'claims.take', text: 'check', says: NOT_STARTED, submits: false },
    { at: 'claims.take 2', text: 'check', says: NOT_STARTED, submits: false },
    { at: 'submit', text: 'check', says: NOT_STARTED, submits: false },
    { at: 'runs.keep', text: 'check', says: /^Checking prod and branch … /, submits: true },
    { at: 'claims.locate', text: 'check', says: /^Checking prod and branch … /, submits: true },
    { at: 'history.last', text: 'last prod', says: NOT_STARTED, submits: false },
    { at: 'history.last', text: 'targets', says: /^2 targets are configured/, submits: false },
  ])(
    'at $at of «$text»: the asker is told what is true, and nothing is half done',
    async ({ at, text, says, submits }) => {
      const { ask, shown, submitted, held, followed, troubles } = rig({ down: at });
      await ask(text);
      expect(shown().map(({ headline }) => headline)).toEqual([expect.stringMatching(says)]);
      expect(submitted).toHaveLength(submits ? 1 : 0);
      expect(followed).toHaveLength(submits ? 1 : 0);
      expect([await held('prod'), await held('branch')]).toEqual([submits, submits]);
      expect(troubles.length).toBe(text === 'targets' ? 0 : 1);
    },
  );

  it('is told of in the placeholder where that stands already', async () => {
    const { ask, said } = rig({ down: 'submit' });
    await ask('check prod');
    expect(said.map(({ by, view }) => [by, view.tone])).toEqual([
      ['post', 'running'],
      ['edit', 'unknown'],
    ]);
  });

  it('is not told in the place of a result: the queue had taken it after all', async () => {
    const { ask, store, said } = rig({ down: 'submit' });
    await store.pens.seal(RunId.parse('sla-question-1'));
    await ask('check prod');
    expect(said.map(({ by, view }) => [by, view.tone])).toEqual([['post', 'running']]);
  });

  it('that may have taken the check: nobody says that nothing was started, and it is to be asked again', async () => {
    const { ask, store, said } = rig({ down: 'submit unheard' });
    expect(await ask('check prod')).toBe('open');
    expect(said.map(({ by, view }) => [by, view.headline])).toEqual([
      ['post', expect.stringMatching(/^Checking/)],
      [
        'edit',
        expect.stringMatching(/not known whether the check of prod was started\. If it was, its answer comes here/),
      ],
    ]);
    await store.runs.resume(RunId.parse('sla-question-1'));
    await ask('check prod', { run: 'sla-question-1' });
    expect(said).toHaveLength(4); // it is heard again
  });

  it('that may have taken the check, and no message stands there: its answer is the one that comes', async () => {
    const { ask, said, messengerIs } = rig({ down: 'submit unheard' });
    messengerIs('busy');
    expect(await ask('check prod')).toBe('open');
    expect(said).toEqual([]);
  });

  it('is told there once the chat is no longer busy', async () => {
    const { ask, shown, messengerIs } = rig({ down: 'submit', onSubmit: () => messengerIs('busy') });
    const asked = ask('check prod');
    await expect.poll(shown).toHaveLength(1);
    messengerIs('well');
    await asked;
    expect(shown().map(({ tone }) => tone)).toEqual(['unknown']);
  });

  it('and a chat that cannot be edited either: the claims are free all the same', async () => {
    const { ask, held, messengerIs } = rig({ down: 'submit' });
    messengerIs('gone');
    await ask('check prod');
    expect(await held('prod')).toBe(false);
  });
});

describe('a chat that is busy', () => {
  it('at the placeholder: the check runs, its answer has somewhere to go, and no progress makes a message of its own', async () => {
    const { ask, submitted, sentTo, followed, said, messengerIs } = rig();
    messengerIs('busy');
    await ask('check prod');
    expect(submitted).toHaveLength(1);
    expect(sentTo).toEqual([{ platform: 'slack', handle: 'question' }]);
    expect(followed).toEqual([]);
    expect(said).toEqual([]);
  });

  it('at the last report: the asker is told', async () => {
    const { ask, said, messengerIs } = rig({ reports: [healthyReport('prod')] });
    messengerIs('busy');
    await ask('last prod');
    expect(said.map(({ by, view }) => [by, view.headline])).toEqual([
      ['tell', expect.stringMatching(/^Last report of prod/)],
    ]);
  });

  it('when the asker alone is told: it is no fault of ours, and the answer stays to be told', async () => {
    const { ask, shown, messengerIs } = rig();
    messengerIs('busy once');
    expect(await ask('help', { run: 'sla-once-more' })).toBe('untold');
    expect(shown()).toEqual([]);
    expect(await ask('help', { run: 'sla-once-more' })).toBe('done');
    expect(shown()).toHaveLength(1);
  });

  it.each(['help', 'chekc', 'last prod'])(
    'for a moment, at «%s»: it is waited for, and told where it belongs',
    async text => {
      const well = rig({ reports: [healthyReport('prod')] });
      await well.ask(text);
      const { ask, said, messengerIs } = rig({ reports: [healthyReport('prod')] });
      messengerIs('hurried once');
      expect(await ask(text)).toBe('done');
      expect(said).toEqual(well.said);
    },
  );

  it('after something was done: that is told later, and it is not done again', async () => {
    const { ask, shown, store, messengerIs } = rig();
    await ask('check prod --deep --nobody-at-work', { run: 'sla-offered' });
    messengerIs('busy once');
    const cancel = { run: 'sla-cancelled', fromButton: true } as const;
    expect(await ask('cancel prod sla-offered', cancel)).toBe('untold');
    expect(await store.consents.take(TargetId.parse('prod'), RunId.parse('sla-offered'))).toBeNull();
    expect(await ask('cancel prod sla-offered', cancel)).toBe('done');
    expect(shown().at(-1)?.headline).toMatch(/^Cancelled: nothing was opened for prod/);
  });
});

it('calls a fault of our own by its name, with the run to look for', async () => {
  const { ask, said, troubles } = rig({ down: 'bug' });
  await ask('check prod', { run: 'sla-unlucky' });
  expect(said.at(-1)?.view.headline).toBe(
    'This could not be answered because of a fault of our own; the log of the bot tells more under sla-unlucky.',
  );
  expect(troubles).toEqual([expect.any(TypeError)]);
});
