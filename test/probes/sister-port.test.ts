import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { defineProbe } from '../../src/probes/probe.js';
import { touchSisterPort } from '../../src/probes/sister-port.js';
import { freePort } from '../support/free-port.js';
import { kindsOf, look, mailTarget, only, openDoor } from './looking.js';

const touching = (besides: number, sister?: number) =>
  defineProbe({
    id: 'smtp-service',
    for: 'uccx-mail',
    leg: 'smtp',
    from: ['uccx-side'],
    impact: 'touch',
    includes: [],
    budgetMs: 10_000,
    yields: ['sister-port'],
    run: seen => touchSisterPort(seen, 'smtp', { host: '127.0.0.1', port: besides, otherPort: sister }),
  });
const target = mailTarget({ smtp: { port: 9 } });

it('hears the first line of the other port, and says nothing', { timeout: 30_000 }, async () => {
  const heard: string[] = [];
  const server = createServer(socket => {
    socket.on('error', () => {}).on('data', data => heard.push(data.toString()));
    socket.write('220 ex01.contoso.test ready\r\n');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  try {
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const seen = await look(touching(587, port), target, openDoor('unused'));
    expect(only(seen, 'sister-port')).toMatchObject({
      leg: 'smtp',
      port,
      besides: 587,
      outcome: 'connected',
      greeting: '220 ex01.contoso.test ready',
    });
    expect(heard).toEqual([]);
  } finally {
    server.close();
  }
});

it('tells that the other port refuses as well', { timeout: 30_000 }, async () => {
  const seen = await look(touching(587, await freePort()), target, openDoor('unused'));
  expect(only(seen, 'sister-port')).toMatchObject({ outcome: 'refused', greeting: null });
});

it('touches nothing beside a port that somebody chose', async () =>
  expect(kindsOf(await look(touching(2525), target, openDoor('unused')))).toEqual([]));
