import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { METRICS, type MetricName } from './catalogue.js';

type Labels = Readonly<Record<string, string>>;

/** What a process counts. A label that the catalogue does not name is a fault of ours and throws. */
export type Meters = {
  add: (name: MetricName, labels?: Labels, amount?: number) => void;
  set: (name: MetricName, value: number, labels?: Labels) => void;
  observe: (name: MetricName, value: number, labels?: Labels) => void;
  /** Forgets every value of a gauge: what could not be read is left out, and never stands there as it was. */
  clear: (name: MetricName) => void;
  text: () => Promise<string>;
  contentType: string;
};

export const makeMeters = (role: 'bot' | 'worker'): Meters => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  for (const metric of METRICS) {
    if (metric.by !== 'both' && metric.by !== role) continue;
    const { name, help, labels } = metric;
    const common = { name, help, labelNames: [...labels], registers: [registry] };
    if (metric.type === 'counter') counters.set(name, new Counter(common));
    else if (metric.type === 'gauge') gauges.set(name, new Gauge(common));
    else histograms.set(name, new Histogram({ ...common, buckets: [...(metric.buckets ?? [])] }));
  }
  return {
    add: (name, labels = {}, amount = 1) => counters.get(name)?.inc(labels, amount),
    set: (name, value, labels = {}) => gauges.get(name)?.set(labels, value),
    observe: (name, value, labels = {}) => histograms.get(name)?.observe(labels, value),
    clear: name => {
      gauges.get(name)?.reset();
      gauges.get(name)?.remove({}); // one without labels would stand there as 0
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
};
