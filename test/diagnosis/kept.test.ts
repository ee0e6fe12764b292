import { describe, expect, it } from 'vitest';
import { stillTold } from '../../src/diagnosis/kept.js';
import type { Evidence } from '../../src/domain/evidence/index.js';
import { RunId, TargetId } from '../../src/domain/ids.js';
import { fitted, type KeptReading } from '../../src/domain/kept-reading.js';
import type { Observation } from '../../src/domain/observation.js';

const target = TargetId.parse('prod');
const artifact = (name: string) => ({ by: 'artifact', reader: 'any', artifact: name }) as const;
const at = (hour: number) => `2026-11-21T${String(hour).padStart(2, '0')}:00:00.000Z`;

/** Of one file; a fact is `[kind, what tells it apart or how much]`. */
const file = (name: string, ...facts: readonly (readonly [string, object])[]): Observation => ({
  is: 'seen',
  source: artifact(name),
  tookMs: 0,
  cut: false,
  evidence: facts.map(([kind, body]) => ({ kind, target, source: artifact(name), at: at(1), ...body }) as Evidence),
  transcript: [],
});
const readAt = (hour: number, ...observations: Observation[]): KeptReading => ({
  schema: 1,
  run: RunId.parse(`run-hour-${hour}`),
  target,
  at: at(hour),
  observations,
});
const limits = (server: string, maxConnectionsPerUser: number) =>
  ['imap-limits', { server, maxConnectionsPerUser }] as const;
const event = (times: number) => ['exchange-event', { about: 'store-sessions', times }] as const;
const greeting = (text: string) => ['imap-greeting', { text }] as const;

const told = (readings: KeptReading[], answers: Observation[] = []) =>
  stillTold(readings, answers).artifacts.map(({ source, ...rest }) => [
    source.by === 'artifact' ? source.artifact : '',
    rest.is === 'seen' ? rest.evidence.map(({ kind, source, target, at, ...body }) => [kind, body]) : [],
  ]);

describe('what of earlier readings still counts', () => {
  it.each<[string, KeptReading[], [string, (readonly [string, object])[]][]]>([
    [
      'of two readings of one server the later one, whatever the files are called',
      [
        readAt(9, file('new.txt', limits('EX01', 68))),
        readAt(8, file('old.txt', limits('EX01', 16), limits('EX02', 16))),
      ],
      [
        ['old.txt', [limits('EX02', 16)]],
        ['new.txt', [limits('EX01', 68)]],
      ],
    ],
    [
      'both where one reading holds both: neither is older',
      [readAt(8, file('a.txt', limits('EX01', 16)), file('b.txt', limits('EX01', 20)))],
      [
        ['a.txt', [limits('EX01', 16)]],
        ['b.txt', [limits('EX01', 20)]],
      ],
    ],
    [
      'logs of several files add up, and a log that was read again has grown',
      [readAt(8, file('mon.csv', event(1)), file('tue.csv', event(2))), readAt(9, file('tue.csv', event(5)))],
      [
        ['mon.csv', [event(1)]],
        ['tue.csv', [event(5)]],
      ],
    ],
    [
      'what was pasted twice counts once, and what was pasted beside it too',
      [readAt(7, file('pasted', event(1))), readAt(8, file('pasted', event(2))), readAt(9, file('pasted', event(2)))],
      [
        ['pasted', [event(1)]],
        ['pasted', [event(2)]],
      ],
    ],
  ])('%s', (_, readings, left) => expect(told(readings)).toEqual(left));

  it('gives way to a probe that tells the same, and says which files are left and from when', () => {
    const probe = { by: 'probe', probe: 'imap-service', site: 'hq', vantages: [] } as unknown as Observation['source'];
    const seen = { ...file('x', greeting('now')), source: probe } as Observation;
    const readings = [readAt(8, file('capture.txt', greeting('then'))), readAt(9, file('s.txt', limits('EX01', 16)))];
    expect(told(readings, [seen])).toEqual([['s.txt', [limits('EX01', 16)]]]);
    expect(stillTold(readings, [seen]).withRead).toEqual([{ run: 'run-hour-9', at: at(9), files: ['s.txt'] }]);
  });
});

it('leaves room for probes in a report: of very many files the newest count', () => {
  const readings = [8, 9, 10, 11].map(hour =>
    readAt(hour, ...Array.from({ length: 200 }, (_, n) => file(`${hour}-${n}.csv`, event(1)))),
  );
  const names = told(readings).map(([name]) => name);
  expect([names.length, names[0], names.at(-1)]).toEqual([500, '9-0.csv', '11-199.csv']);
});

it('keeps as many files as there is room for, and names the others', () => {
  const large = (name: string, letters: number) => file(name, ['shell-refusal', { parameter: 'x'.repeat(letters) }]);
  const reading = { run: RunId.parse('run-0001'), target, at: at(8) };
  const { kept, leftOut } = fitted({
    ...reading,
    observations: [large('a', 200_000), large('b', 400_000), large('c', 200_000)],
  });
  expect(kept?.observations.map(({ source }) => source)).toEqual([artifact('a'), artifact('c')]);
  expect(leftOut).toEqual(['b']);
  expect(fitted({ ...reading, observations: [large('a', 600_000)] })).toEqual({ kept: null, leftOut: ['a'] });
});
