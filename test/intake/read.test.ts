import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../src/intake/command.js';
import { mailTarget } from '../support/build.js';
import { rig } from './rig.js';

const SETTINGS = 'Server                : EX01\nMaxConnectionsPerUser : 16';
const headlineOf = (intake: ReturnType<typeof rig>) => intake.said.map(({ by, view }) => [by, view.headline]);

describe('/uccx read', () => {
  it('judges what was pasted, shows it to everybody, and looks at nothing', async () => {
    const intake = rig();
    await intake.ask(`/uccx read prod\n${SETTINGS}`);
    expect(headlineOf(intake)).toEqual([['post', expect.stringMatching(/^By files alone: prod: 1 problem, critical/)]]);
    const view = JSON.stringify(intake.said[0]?.view);
    expect(view).toContain("Set-ImapSettings -Server 'EX01' -MaxConnectionsPerUser 68");
    expect(view).toMatch(/from pasted:2: MaxConnectionsPerUser 16/);
    expect(view).toMatch(/other questions; \/uccx check prod looks/);
    expect(intake.submitted).toEqual([]);
  });

  it('does not guess which of several targets is meant', async () => {
    const intake = rig();
    await intake.ask(`/uccx read\n${SETTINGS}`);
    expect(headlineOf(intake)).toEqual([['post', 'Read 1 of 1 file, judged nothing.']]);
    expect(JSON.stringify(intake.said)).toMatch(/Of which target are they, prod and branch\?/);
  });

  it('masks a password that was pasted with it', async () => {
    const intake = rig();
    await intake.ask(
      '/uccx read prod\n* OK The Microsoft Exchange IMAP4 service is ready.\nA1 LOGIN uccx S3cret!pass\nA1 NO LOGIN failed.',
    );
    expect(intake.said).toHaveLength(1);
    expect(JSON.stringify(intake.said)).not.toContain('S3cret');
  });

  it('is for whoever may check', async () => {
    const intake = rig();
    await intake.ask(`/uccx read prod\n${SETTINGS}`, { user: 'viewer' });
    expect(intake.said).toMatchObject([{ by: 'tell' }]);
    expect(JSON.stringify(intake.said)).not.toContain('Set-ImapSettings');
  });
});

describe('the words of read', () => {
  const known = { targets: [mailTarget({ id: 'prod' })], rules: [] };
  it.each<[string, string, object]>([
    ['a target', 'read prod\na\n  b --from c', { do: 'read', target: 'prod', pasted: 'a\n  b --from c' }],
    ['none', '/uccx read\na', { do: 'read', target: null, pasted: 'a' }],
    ['nothing below', 'read prod', { do: 'read', target: 'prod', pasted: null }],
    ['only blanks below', 'read prod\n \n', { do: 'read', target: 'prod', pasted: null }],
    ['a fence', 'READ prod\n```text\na\n```\n', { do: 'read', target: 'prod', pasted: '\na\n\n' }],
  ])('with %s', (_, text, wants) => expect(parseCommand(text, known)).toEqual({ is: 'wants', wants }));

  it.each<[string, string, RegExp]>([
    ['too much', `read prod\n${'x'.repeat(20_001)}`, /at most 20000 characters/],
    ['a target that is not there', 'read prd\na', /Did you mean `prod`/],
    ['two targets', 'read prod prod\na', /takes one target/],
  ])('%s is a mistake', (_, text, says) =>
    expect(parseCommand(text, known)).toMatchObject({ is: 'mistake', says: expect.stringMatching(says) }),
  );
});
