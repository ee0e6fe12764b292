import { stopwatch } from '../wire/countdown.js';
import { askNotify } from '../wire/notify.js';
import { connectTo, share, talk } from './connection.js';
import { connectFurther, FURTHER_CONNECTS } from './further-connects.js';
import { defineProbe, type Look } from './probe.js';

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
  furtherConnects: FURTHER_CONNECTS,
  yields: ['tcp-connect', 'notify-http', 'further-connect'],

  run: async look => {
    const { host, notifyPort: port } = look.target.cuc;
    await visitNotify(look, { host, port });
    await connectFurther(look, 'notify', { host, port });
  },
});

const visitNotify = async (look: Look, place: { host: string; port: number }): Promise<void> => {
  const stream = await connectTo(look, 'notify', place);
  if (!stream) return;
  const lines = talk(look, stream);
  try {
    const tookMs = stopwatch();
    const answer = await askNotify(lines, place, share(look, ANSWER_MS));
    look.observe('notify-http', { ...answer, tookMs: tookMs() });
  } finally {
    await lines.close();
  }
};

const ANSWER_MS = 4000;
