import { stopwatch } from '../wire/countdown.js';
import { askNotify } from '../wire/notify.js';
import { connectTo, share, talk } from './connection.js';
import { defineProbe } from './probe.js';

/**
 * Looks at the port on which Unity Connection takes the notifications of Exchange: whether it opens, and who answers there.
 * Only from the side of Exchange does it prove anything, since that is who calls.
 */
export const cucNotify = defineProbe({
  id: 'cuc-notify',
  for: 'cuc-single-inbox',
  leg: 'notify',
  from: ['exchange-side'],
  impact: 'touch',
  includes: [],
  budgetMs: 8_000,
  yields: ['tcp-connect', 'notify-http'],

  run: async look => {
    const { host, notifyPort: port } = look.target.cuc;
    const stream = await connectTo(look, 'notify', { host, port });
    if (!stream) return;
    const lines = talk(look, stream);
    try {
      const tookMs = stopwatch();
      const answer = await askNotify(lines, { host, port }, share(look, ANSWER_MS));
      look.observe('notify-http', { ...answer, tookMs: tookMs() });
    } finally {
      await lines.close();
    }
  },
});

const ANSWER_MS = 4000;
