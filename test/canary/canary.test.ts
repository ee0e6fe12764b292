import { afterAll, beforeAll, expect, it } from 'vitest';
import { diceOf } from '../fuzz/dice.js';
import { type Echoing, echoingServers } from './echoing.js';
import { canary } from './run.js';
import { betrayedIn, canaryOf } from './secrets.js';

/** `npm run canary` makes a million; these are always the same few. */
let servers: Echoing;
beforeAll(async () => {
  servers = await echoingServers();
});
afterAll(() => servers.stop());

it('no secret is in anything that comes out', async () => {
  const ran = await canary({ seed: 20261121, outputs: 1_500, signal: new AbortController().signal }, servers);
  expect(ran.faults).toEqual([]);
  expect(ran.outputs).toBeGreaterThanOrEqual(1_500);
  // Whatever comes out somewhere is looked at.
  for (const kind of [
    'report, Slack',
    'report, Teams',
    'transcript, text',
    'read, console',
    'audit',
    'metrics',
    'error, log',
    'upload, log',
  ])
    expect(ran.kinds[kind], kind).toBeGreaterThan(0);
});

it('one that stands there would be seen, in each of its forms', () => {
  for (let number = 0; number < 50; number++) {
    const bird = canaryOf(diceOf(1, 'shapes', number));
    expect(betrayedIn(`before ${bird.secret} behind`, bird)).toContain('before');
    expect(betrayedIn(JSON.stringify({ text: bird.secret }), bird)).not.toBeNull();
    expect(betrayedIn(Buffer.from(`\0uccxemail\0${bird.secret}`).toString('base64'), bird)).not.toBeNull();
    expect(betrayedIn('nothing of it', bird)).toBeNull();
  }
});
