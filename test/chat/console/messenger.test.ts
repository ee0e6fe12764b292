import type { Part } from '../../../src/chat/console/parts.js';
import type { WireMessage } from '../../../src/chat/console/wire.js';
import type { ReplyAddress } from '../../../src/domain/request.js';
import { messengerContract } from '../../contract/messenger.js';
import { followEvents, openConsole } from './rig.js';

const BLOCKS = [
  'article',
  'section',
  'details',
  'summary',
  'div',
  'figure',
  'figcaption',
  'blockquote',
  'pre',
  'p',
  'h3',
  'h4',
];

/** The words of a part as a reader of the page sees them: what stands below each other is on a line of its own. */
const read = (part: Part): string => {
  if (typeof part === 'string') return part;
  const inside = part.parts.map(read).join('');
  return BLOCKS.includes(part.tag) ? `\n${inside}\n` : inside;
};

messengerContract('the console', async () => {
  const console = await openConsole();
  const answers = async (told: boolean) => {
    const page = await followEvents(console);
    const events = await page.untilReady();
    page.close();
    return events
      .filter(({ event }) => event === 'message')
      .map(({ data }) => data as WireMessage)
      .flatMap(message => (message.is === 'answer' && message.told === told ? [read(message.body)] : []));
  };
  let questions = 0;
  return {
    messenger: console.messenger,
    address: () => ({ platform: 'console', handle: { question: `question-${++questions}`, message: null } }),
    seen: () => answers(false),
    told: () => answers(true),
    // Nobody can take a message away; two hundred later ones push it out.
    remove: async (_at: ReplyAddress) => {
      for (let i = 0; i < 200; i++) await console.ask('/uccx help');
    },
    overload: null,
    forbid: null,
    stop: console.stop,
  };
});
