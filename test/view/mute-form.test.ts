import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../src/intake/command.js';
import { commandFrom, Form } from '../../src/view/form.js';
import { muteAction, mutedBy, muteForm } from '../../src/view/mute-form.js';
import { lastReportView, reportView } from '../../src/view/report.js';
import { Action, View } from '../../src/view/view.js';
import { mailTarget } from '../support/build.js';
import { report } from './build.js';

const problem = (rule: string, ...severities: string[]) => ({
  is: 'problem',
  rule,
  findings: severities.map(severity => ({
    rule,
    severity,
    certainty: 'proven',
    says: `${rule} found something`,
    because: [],
    asks: [],
    remedies: [],
  })),
});
const target = mailTarget({ id: 'branch' });
const known = { targets: [target], rules: ['imap-login', 'tls-certificate'] };
const offered = ({ form }: Action): string[] =>
  form?.fields
    .flatMap(field => (field.is === 'choice' && field.name === 'what' ? field.options : []))
    .map(each => each.label) ?? [];
const filled = (why: string, what = 'branch imap-login', span = '2h') =>
  parseCommand(commandFrom(muteForm([{ target: 'branch', rule: null }])?.command ?? '', { what, span, why }), known);

describe('under a result', () => {
  const ill = report({
    target: 'branch',
    verdicts: [problem('tls-version', 'notice'), problem('imap-login', 'warning', 'critical')],
  });
  const actionsOf = (...reports: Parameters<typeof reportView>[0]) => View.parse(reportView(reports)).actions ?? [];

  it('each rule that found something can be explained and muted, once and the worst first, then the whole target', () => {
    const actions = actionsOf(ill);
    expect(actions.filter(({ rare }) => rare).map(({ label, command }) => [label, command])).toEqual([
      ['Explain imap-login', '/uccx explain imap-login'],
      ['Explain tls-version', '/uccx explain tls-version'],
    ]);
    const mute = actions.find(({ form }) => form) as Action;
    expect([mute.label, mute.command]).toEqual(['Mute…', '/uccx mute branch imap-login, branch tls-version, branch']);
    expect(offered(mute)).toEqual(['imap-login of branch', 'tls-version of branch', 'branch as a whole']);
    expect(lastReportView(ill).actions).toEqual(actions);
  });

  it('neither is there where nothing was found', () => {
    const healthy = report({ target: 'prod', verdicts: [] });
    expect(actionsOf(healthy)).toEqual([]);
    expect(actionsOf(healthy, ill).find(({ form }) => form)?.command).not.toContain('prod');
  });

  it('however much was found, the buttons stay within what platforms take', () => {
    const rules = Array.from({ length: 30 }, (_, index) => `a-rule-with-a-rather-long-name-for-number-${index}`);
    const many = ['one', 'two', 'three', 'four', 'five'].map(id =>
      report({ target: `${id}-${'x'.repeat(30)}`, verdicts: rules.map(rule => problem(rule, 'warning')) }),
    );
    const actions = actionsOf(...many);
    expect(actions.length).toBeLessThanOrEqual(12);
    for (const action of actions) expect(Action.safeParse(action).success).toBe(true);
    expect(actions.filter(({ rare }) => rare)).toHaveLength(5);
    expect(offered(actions.find(({ form }) => form) as Action).length).toBeGreaterThan(3);
  });
});

describe('what is filled in', () => {
  it('is the command that somebody could have typed', () => {
    expect(filled('the switch is replaced')).toEqual(
      parseCommand('/uccx mute branch imap-login 2h because the switch is replaced', known),
    );
    expect(filled('x', 'branch', '30d')).toMatchObject({
      wants: { target: 'branch', rule: null, until: { ms: 2_592_000_000 } },
    });
  });

  it.each([
    ['no reason', '', /wants a reason/],
    ['a reason too long', 'x'.repeat(201), /at most 200/],
    ['a novel', 'x '.repeat(1_500), /at most 500/],
  ])('is refused in the words of the command: %s', (_, why, says) =>
    expect(filled(why)).toMatchObject({ is: 'mistake', says: expect.stringMatching(says) }),
  );

  it.each([
    ['a rule that is none', 'branch no-such-rule', /no finding/],
    ['a target that is none', 'elsewhere', /no target/],
    ['nothing', '', /no target|wants/],
  ])('forged, is refused in the words of the command: %s', (_, what, says) =>
    expect(filled('x', what)).toMatchObject({ is: 'mistake', says: expect.stringMatching(says) }),
  );

  it('any reason stays a reason: nothing in it becomes another command, another field or another line', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.constantFrom('{span}', '{what}', 'a\n/uccx check branch', '$& $1 because')),
        why => {
          const command = commandFrom('/uccx mute {what} {span} because {why}', { what: 'branch', span: '2h', why });
          expect(command).toBe(`/uccx mute branch 2h because ${why.replace(/\s+/g, ' ').trim()}`);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a command to mute', () => {
  it.each([
    ['mute branch', ['branch as a whole']],
    ['/uccx mute branch imap-login', ['imap-login of branch']],
    ['/uccx MUTE Branch imap-login,  prod', ['imap-login of branch', 'prod as a whole']],
  ])('that says neither how long nor why asks for both: %s', (command, options) => {
    const form = Form.parse(muteForm(mutedBy(command)));
    expect(offered({ id: 'x', label: 'x', command, form })).toEqual(options);
  });

  it('has none where it is told all of it, is a list, or names nothing', () => {
    for (const command of [
      'mute',
      'mute list',
      'mute branch 2h because x',
      'mute branch 2h',
      'check branch',
      'mute <@U1>',
    ])
      expect([command, muteForm(mutedBy(command))]).toEqual([command, null]);
  });

  it('offers nothing under a result without findings', () => expect(muteAction([], 'run')).toEqual([]));
});
