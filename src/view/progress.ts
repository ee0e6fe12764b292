import type { Plan } from '../domain/plan.js';
import { type Action, text, type View } from './view.js';
import { list, timeOfDay } from './words.js';

/**
 * While a check runs: which probes have answered and who is awaited. `done` holds `target.probe.site` of each answer, `said` the latest word
 * of those that tell how far they have come.
 */
export const progressView = (
  plan: Plan,
  done: ReadonlySet<string>,
  said: ReadonlyMap<string, string> = new Map(),
): View => {
  const orders = plan.targets.flatMap(target => target.orders);
  const answered = orders.filter(order => done.has(orderKey(order)));
  const actions = stopActions(plan);
  return {
    tone: 'running',
    headline: `Checking ${list(plan.targets.map(({ target }) => target))} … answer by ${timeOfDay(plan.answerBy)}`,
    sections: [
      {
        tone: 'running',
        title: `${answered.length} of ${orders.length} probes have answered`,
        lines: [
          ...orders.map(order => {
            const key = orderKey(order);
            const far = done.has(key) ? undefined : said.get(key);
            return text(
              `${done.has(key) ? 'done' : 'awaited'}: ${order.probe} at ${order.site}${plan.targets.length > 1 ? ` for ${order.target}` : ''}${far ? `: ${far}` : ''}`,
            );
          }),
          ...plan.remarks.map(text),
        ],
        commands: [],
        detail: false,
      },
    ],
    footer: 'This message becomes the answer.',
    file: 'uccx-progress',
    ...(actions.length > 0 ? { actions } : {}),
  };
};

/** Only what has a price can be stopped; everything else is over in seconds. */
const stopActions = ({ run, targets }: Plan): Action[] =>
  targets.some(({ orders }) => orders.some(({ ladder, sendsMail }) => ladder || sendsMail))
    ? [{ id: `stop-${run}`, label: 'Stop', command: `/uccx stop ${run}` }]
    : [];

export const orderKey = (order: { target: string; probe: string; site: string }): string =>
  `${order.target}.${order.probe}.${order.site}`;
