import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { METRICS, type Metric } from '../../src/metrics/catalogue.js';
import { makeMeters } from '../../src/metrics/meters.js';

/** What is documented, what is drawn and what is there are one and the same. */
const all: readonly Metric[] = METRICS;
const page = readFileSync('docs/metrics.md', 'utf8');
const dashboard = JSON.parse(readFileSync('manifests/grafana/uccx-doctor.json', 'utf8'));

it('documents every metric with its type and labels, and none that is not there', () => {
  const rows = [...page.matchAll(/^\| `(uccx_doctor_\w+)` \| (\w+) \|(.*?)\| /gm)];
  const documented = rows.map(([, name, type, labels = '']) => ({
    name,
    type,
    labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label),
  }));
  expect(documented).toEqual(all.map(({ name, type, labels }) => ({ name, type, labels: [...labels] })));
});

it('names no other metric of ours, in rows, words or alerts', () => {
  const named = new Set([...page.matchAll(/uccx_doctor_\w+/g)].map(([name]) => name));
  expect([...named].filter(name => !isThere(name))).toEqual([]);
});

describe('the dashboard', () => {
  const targets = (dashboard.panels as Panel[]).flatMap(({ title, targets }) =>
    targets.map(({ expr, legendFormat }) => ({ title, expr, legendFormat })),
  );

  it('draws something in every panel, and each at its own place', () => {
    expect(dashboard.panels.length).toBeGreaterThan(15);
    const places = (dashboard.panels as Panel[]).flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, n) => `${x + (n % w)},${y + Math.floor(n / w)}`),
    );
    expect(new Set(places).size).toBe(places.length);
  });

  it.each(targets)('$title: $expr names metrics and labels that exist', ({ expr, legendFormat }) => {
    const names = expr.match(/\b(?:uccx_doctor|process|nodejs)_\w+/g) ?? [];
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter(name => !isThere(name))).toEqual([]);
    const known = new Set(['instance', 'le', ...names.flatMap(name => metricOf(name)?.labels ?? [])]);
    const used = [
      ...[...expr.matchAll(/(?:by|on|group_left) \(([^)]*)\)/g)].flatMap(([, labels = '']) => labels.split(/,\s*/)),
      ...[...expr.matchAll(/[{,](\w+)!?=~?"/g)].map(([, label = '']) => label),
      ...[...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label),
    ];
    expect(used.filter(label => !known.has(label))).toEqual([]);
    expect(expr.split('(').length).toBe(expr.split(')').length);
  });

  it('leaves out no metric', () => {
    const drawn = targets.map(({ expr }) => expr).join(' ');
    expect(all.map(({ name }) => name).filter(name => !drawn.includes(name))).toEqual([]);
  });
});

const standard = (await makeMeters('bot').text()).match(/^# TYPE (\w+)/gm)?.map(line => line.slice(7)) ?? [];
const metricOf = (name: string): Metric | undefined =>
  all.find(each => each.name === name || (each.type === 'histogram' && `${each.name}_bucket` === name));
const isThere = (name: string): boolean => metricOf(name) !== undefined || standard.includes(name);

type Panel = {
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets: { expr: string; legendFormat: string }[];
};
