import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPart } from '../../src/bin/part.js';
import type { EvidenceOf } from '../../src/domain/evidence/index.js';
import type { Report } from '../../src/domain/report.js';
import { PROGRAM } from '../support/program.js';
import { triedIn } from '../support/tried-in.js';
import { startTestWhole, type TestWhole } from '../support/whole.js';

/** A deep check through the built program, counted on the servers' side: the account is the one that a contact centre lives on. */
let test: TestWhole;
beforeAll(async () => {
  const again = { 'prod-killed': 'prod', 'prod-at-terminal': 'prod' };
  test = await startTestWhole({ scenarios: ['ladder-shared', 'prod'], again });
});
afterAll(() => test?.stop());

const imapOf = (id: string) => {
  const { imap } = test.lab.counters(id);
  if (!imap) throw new Error(`${id} has no IMAP server`);
  return imap;
};
const triedAt = (id: string) => triedIn(imapOf(id).accounts);
const ladderIn = (report: Report | null): EvidenceOf<'imap-ladder'> | undefined =>
  report?.observations
    .flatMap(observation => (observation.is === 'seen' ? observation.evidence : []))
    .find(fact => fact.kind === 'imap-ladder');

const confirmOf = async (id: string): Promise<string> => {
  const { view } = await test.ask(`check ${id} --deep --nobody-at-work`);
  return view.actions?.find(({ label }) => label === 'Confirm')?.command ?? '';
};
const untilClimbing = (id: string, sessions: number) =>
  expect.poll(() => triedAt(id), { interval: 20 }).toBeGreaterThanOrEqual(sessions);

describe('a deep check', () => {
  it('opens nothing before it is confirmed, then climbs once, and takes nothing from the agents at work', async () => {
    const agents = test.lab.agents('ladder-shared');
    const before = imapOf('ladder-shared');
    const confirm = await confirmOf('ladder-shared');
    expect(imapOf('ladder-shared').connections).toBe(before.connections);

    const { view, text } = await test.ask(confirm);
    expect(view.tone).toBe('unknown');
    expect(text.replaceAll(/\s+/g, ' ')).toMatch(
      /session 6 of the account was refused at the login; with n sessions of others the limit is n \+ 5/,
    );
    const { connections, openNow, accounts } = imapOf('ladder-shared');
    const [account] = Object.values(accounts);
    expect(connections - before.connections).toBe(6);
    expect(account).toMatchObject({ wrongPassword: 0, overLimit: 1, loggedOut: 5, openNow: 4 });
    expect([openNow, agents?.open()]).toEqual([4, 4]);

    const again = await test.ask(confirm);
    expect(again.view.headline).toMatch(/^There is nothing to confirm/);
    expect(imapOf('ladder-shared').connections - before.connections).toBe(6);
    // The password is the right one: a refusal over the limit keeps nobody from the next check.
    expect((await test.ask('check ladder-shared --only imap')).text).not.toMatch(/was refused/);
    expect(triedAt('ladder-shared')).toBe(4 + 6 + 1);
  });

  it('ends when somebody presses stop, and tells what it saw until then', async () => {
    const agents = test.lab.agents('prod');
    const open = agents?.open() ?? 0;
    const answer = test.ask(await confirmOf('prod'));
    await untilClimbing('prod', open + 4);
    expect((await test.ask('stop prod')).view.headline).toMatch(/^Told the check of prod to stop/);
    await expect.poll(() => imapOf('prod').openNow, { interval: 20 }).toBe(open);

    const { text } = await answer;
    expect(text.replaceAll(/\s+/g, ' ')).toMatch(/because it was stopped: somebody pressed «stop»/);
    expect(ladderIn(await test.report('prod'))).toMatchObject({ stoppedBy: 'person', leftOpen: 0, canaryLost: false });
    expect(agents?.open()).toBe(open);
  });

  it('leaves nothing open when its worker is killed in mid-climb, and keeps nobody from the next check', async () => {
    const agents = test.lab.agents('prod-killed');
    const open = agents?.open() ?? 0;
    await test.ask((await confirmOf('prod-killed')).replace('confirm', 'cancel'));
    void test.ask(await confirmOf('prod-killed')).catch(() => {}); // nobody answers before its deadline, which this test does not wait for
    await untilClimbing('prod-killed', open + 4);
    process.kill(test.worker().pid, 'SIGKILL');
    await test.worker().ended;
    await expect.poll(() => imapOf('prod-killed').openNow, { interval: 20 }).toBe(open);
    expect(agents?.open()).toBe(open);
    const tried = triedAt('prod-killed');

    await test.startWorker();
    // What a dead worker held is never taken up by another one. The command line knows no claim, so it looks at once.
    const check = startPart(PROGRAM, ['check', '--config', test.file, 'prod-killed', '--only', 'imap'], test.env);
    expect((await check.ended).code).toBe(0);
    expect(triedAt('prod-killed')).toBe(tried + 1);
  });
});

describe('the command line', () => {
  const cli = (...words: string[]) => startPart(PROGRAM, ['check', '--config', test.file, ...words], test.env);

  it('opens nothing without --confirm, climbs with it, and gives everything back on Ctrl-C', async () => {
    const open = imapOf('prod-at-terminal').openNow;
    expect((await cli('prod-at-terminal', '--deep', '--nobody-at-work').ended).code).toBe(2);
    expect((await cli('prod-at-terminal', '--deep', '--nobody-at-work', '--confirm', 'prod').ended).code).toBe(64);
    expect(imapOf('prod-at-terminal').connections).toBe(open);

    const climbing = cli('prod-at-terminal', '--deep', '--nobody-at-work', '--confirm', 'prod-at-terminal');
    await untilClimbing('prod-at-terminal', open + 4);
    process.kill(climbing.pid, 'SIGINT');
    const { code } = await climbing.ended;
    expect(code).toBe(2);
    expect(imapOf('prod-at-terminal').openNow).toBe(open);
    const [account] = Object.values(imapOf('prod-at-terminal').accounts);
    expect(account?.loggedOut).toBe((account?.tried ?? 0) - open);
  });
});
