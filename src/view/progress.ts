import type { Plan } from '../domain/plan.js';
import { text, type View } from './view.js';
import { list, timeOfDay } from './words.js';

/** While a check runs: which probes have answered and who is awaited. `done` holds `target.probe.site` of each answer. */
export const progressView = (plan: Plan, done: ReadonlySet<string>): View => {
  const orders = plan.targets.flatMap(target => target.orders);
  const answered = orders.filter(order => done.has(orderKey(order)));
  return {
    tone: 'running',
    headline: `Checking ${list(plan.targets.map(({ target }) => target))} … answer by ${timeOfDay(plan.answerBy)}`,
    sections: [
      {
        tone: 'running',
        title: `${answered.length} of ${orders.length} probes have answered`,
        lines: [
          ...orders.map(order =>
            text(
              `${done.has(orderKey(order)) ? 'done' : 'awaited'}: ${order.probe} at ${order.site}${plan.targets.length > 1 ? ` for ${order.target}` : ''}`,
            ),
          ),
          ...plan.remarks.map(text),
        ],
        commands: [],
        detail: false,
      },
    ],
    footer: 'This message becomes the answer.',
    file: 'uccx-progress',
  };
};

export const orderKey = (order: { target: string; probe: string; site: string }): string =>
  `${order.target}.${order.probe}.${order.site}`;
