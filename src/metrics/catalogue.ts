/**
 * Every metric of ours, as docs/metrics.md explains them and the dashboard draws them; tests hold the three together. A label takes its
 * values from the configuration or from a list of ours, never from a server, an account or a person: so there are never many.
 */
export type Metric = {
  name: `uccx_doctor_${string}`;
  type: 'counter' | 'gauge' | 'histogram';
  by: 'bot' | 'worker' | 'both';
  labels: readonly string[];
  help: string;
  /** Of a histogram, in seconds. */
  buckets?: readonly number[];
};

export const METRICS = [
  m('info', 'gauge', 'both', ['version', 'role'], 'Always 1; its labels say which version runs as what.'),
  m('redis_up', 'gauge', 'both', [], 'Whether Redis answered just now.'),
  m('entrance_up', 'gauge', 'bot', ['platform'], 'Whether questions of Slack and Teams can reach the bot.'),
  m('questions_total', 'counter', 'bot', ['platform'], 'Questions that came in, of whatever kind.'),
  m('limited_total', 'counter', 'bot', ['limit'], 'Questions that were not taken, or targets left out, by the limit.'),
  m('refused_total', 'counter', 'both', ['what', 'why'], 'What lay in Redis and does not count, by why.'),
  m('checks_total', 'counter', 'bot', ['target', 'state'], 'Targets that were judged, in checks and digests.'),
  m('target_state', 'gauge', 'bot', ['target', 'state'], '1 for the state in which a target was seen last.'),
  m('target_checked_timestamp_seconds', 'gauge', 'bot', ['target'], 'When a target was seen last.'),
  m('verdicts_total', 'counter', 'bot', ['rule', 'verdict'], 'Verdicts of rules.'),
  m('probe_orders_total', 'counter', 'bot', ['site', 'outcome'], 'Orders to look, by what became of them.'),
  m(
    'probe_duration_seconds',
    'histogram',
    'bot',
    ['probe', 'site'],
    'How long looking took, where it was seen.',
    [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  ),
  m('logins_total', 'counter', 'bot', ['target', 'outcome'], 'Logins of probes, and those that were not tried.'),
  m('logins_withheld_total', 'counter', 'bot', ['target', 'why'], 'Logins that were not tried, by the reason.'),
  m(
    'account_withheld',
    'gauge',
    'bot',
    ['target'],
    '1 while the password of a target is not sent any more, because it was refused or an attempt has no outcome.',
  ),
  m('messages_total', 'counter', 'bot', ['platform', 'did', 'outcome'], 'What was sent to a chat, and how that ended.'),
  m(
    'digest_lateness_seconds',
    'histogram',
    'bot',
    [],
    'How long after its time a digest was told.',
    [30, 60, 120, 300, 900, 3600, 7200],
  ),
  m('digests_overdue', 'gauge', 'bot', [], 'Digests that should have been told two minutes ago and were not.'),
  m('queue_jobs', 'gauge', 'bot', ['queue', 'state'], 'What lies in the queues of the bot.'),
  m('queue_oldest_seconds', 'gauge', 'bot', ['queue'], 'Since when the oldest job of a queue waits; 0 for none.'),
  m('site_orders', 'gauge', 'bot', ['site', 'state'], 'What lies in the queue of a site.'),
  m('site_oldest_order_seconds', 'gauge', 'bot', ['site'], 'Since when the oldest order waits; 0 for none.'),
  m('site_workers', 'gauge', 'bot', ['site'], 'Workers that were heard within 35 seconds.'),
  m('site_workers_distrusted', 'gauge', 'bot', ['site'], 'Workers whose signed words of themselves do not count.'),
  m('site_clock_difference_seconds', 'gauge', 'bot', ['site'], 'The worker whose clock is furthest from the bot’s.'),
  m('worker_orders_total', 'counter', 'worker', ['site', 'outcome'], 'Orders that this worker took.'),
  m('worker_beat_timestamp_seconds', 'gauge', 'worker', ['site'], 'When this worker last told that it lives.'),
] as const satisfies readonly Metric[];

export type MetricName = (typeof METRICS)[number]['name'];

function m<const Name extends string>(
  name: Name,
  type: Metric['type'],
  by: Metric['by'],
  labels: readonly string[],
  help: string,
  buckets?: readonly number[],
) {
  return { name: `uccx_doctor_${name}` as const, type, by, labels, help, ...(buckets ? { buckets } : {}) };
}
