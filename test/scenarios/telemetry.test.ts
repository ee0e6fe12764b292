import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { factsOf, type OtlpReceiver, otlpReceiver, type Span } from '../support/otlp-receiver.js';
import { type SlackWhole, startSlackWhole } from '../support/slack-whole.js';

/** One trace from the click to the reply, across two processes, read where an administrator's collector would. */
let receiver: OtlpReceiver;
let test: SlackWhole;
let spans: Span[];
beforeAll(async () => {
  receiver = await otlpReceiver();
  test = await startSlackWhole({
    scenarios: ['prod'],
    config: { telemetry: { url: receiver.url, headers: { authorization: 'env:OTLP_TOKEN' } } },
    env: { OTLP_TOKEN: 'Bearer canary-of-the-collector' },
  });
  await test.slack.deliver.command({ channel: 'C1', user: 'U0OP', text: 'check prod' });
  await test.answer();
  // Each step is sent when it has ended, by two processes: the root of the trace, the last job of it, and what the worker did.
  spans = await receiver.until(all => {
    const edit = all.find(
      ({ name, parentSpanId }) => name === 'slack edit' && nameOf(all, parentSpanId) === 'job reply',
    );
    const one = all.filter(({ traceId }) => traceId === edit?.traceId);
    const isWhole = one.every(({ parentSpanId }) => !parentSpanId || one.some(each => each.spanId === parentSpanId));
    const has = (name: string) => one.some(each => each.name === name);
    return isWhole && has('job reply') && has('probe imap-login') && one;
  });
});
afterAll(async () => {
  await test?.stop();
  await receiver?.stop();
});

const nameOf = (all: readonly Span[], id: string | undefined) => all.find(({ spanId }) => spanId === id)?.name;
const named = (name: string) => spans.filter(span => span.name === name);
const only = (name: string): Span => {
  const [first, ...more] = named(name);
  expect([name, first ? more.length + 1 : 0]).toEqual([name, 1]);
  return first as Span;
};

it('every step stands below the one that it comes of', () => {
  const above = (span: Span) => nameOf(spans, span.parentSpanId) ?? null;
  expect(above(only('turn'))).toBe(null);
  expect(above(only('intake'))).toBe('turn');
  expect(above(only('slack post'))).toBe('intake');
  expect(above(only('enqueue'))).toBe('intake');
  expect(above(only('job diagnose'))).toBe('enqueue');
  expect(above(only('job reply'))).toBe('enqueue');
  expect(above(only('judge'))).toBe('job diagnose');
  expect(above(only('render'))).toBe('job reply');
  const probes = spans.filter(({ name }) => name.startsWith('probe '));
  expect(probes.map(({ name }) => name)).toContain('probe imap-login');
  for (const probe of probes) expect(above(probe)).toBe('job probe-hq');
  for (const job of named('job probe-hq')) expect(above(job)).toBe('enqueue');
});

it('the bot’s steps are told by the bot, the probes by the worker', () => {
  const role = (span: Span) => span.of['uccx.role'];
  for (const name of ['turn', 'intake', 'enqueue', 'judge', 'render'])
    expect([name, role(only(name))]).toEqual([name, 'bot']);
  const looking = spans.filter(({ name }) => name.startsWith('probe ') || name === 'job probe-hq');
  expect([...new Set(looking.map(role))]).toEqual(['worker']);
  expect(new Set(spans.map(({ of }) => of['service.name']))).toEqual(new Set(['uccx-doctor']));
});

it('a probe tells its stages with their times, and the run is named throughout', () => {
  const login = only('probe imap-login');
  const stages = login.events.map(({ name, attributes }) => [name, factsOf(attributes)['uccx.outcome']]);
  expect(stages).toContainEqual(['tcp-connect', expect.anything()]);
  expect(stages).toContainEqual(['imap-login', 'accepted']);
  for (const { attributes } of login.events)
    expect(Number(factsOf(attributes)['uccx.elapsed_ms'])).toBeGreaterThanOrEqual(0);
  const run = factsOf(only('intake').attributes)['uccx.run'];
  expect(run).toMatch(/^sla-/);
  for (const name of ['job diagnose', 'job reply', 'judge', 'render'])
    expect([name, factsOf(only(name).attributes)['uccx.run']]).toEqual([name, run]);
  for (const job of named('job probe-hq')) expect(factsOf(job.attributes)['uccx.run']).toBe(run);
});

it('neither secrets nor what servers and people say is told; the collector’s token goes where it belongs', async () => {
  const files = [...(await test.configText()).matchAll(/file:(\S+)/g)].map(([, file]) => file ?? '');
  const secrets = await Promise.all([...new Set(files)].map(file => readFile(file, 'utf8')));
  expect(secrets.length).toBeGreaterThan(0);
  const canaries = [
    ...secrets.map(text => text.trim()),
    ...[test.slack.botToken, test.slack.appToken, test.slack.signingSecret, 'canary-of-the-collector'],
    ...['U0OP', 'check prod', '* OK', '127.0.0.1'],
  ];
  const sent = receiver.bodies.join('\n');
  for (const canary of canaries) expect(sent).not.toContain(canary);
  expect(receiver.headers.every(({ authorization }) => authorization === 'Bearer canary-of-the-collector')).toBe(true);
});
