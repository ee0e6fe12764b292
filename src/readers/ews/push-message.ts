import { lineSink } from '../lines.js';
import { defineReader } from '../reader.js';
import { httpAnswers } from './http-answer.js';
import { pushSums } from './push-sums.js';

/**
 * EWS push notifications as text: `SendNotification` requests of Exchange, the answers of Unity Connection or of whatever answers in its
 * place, and `Subscribe` with its answer.
 */
export const pushMessage = defineReader({
  id: 'push-message',
  says: 'EWS push notifications (SendNotification, Subscribe) as they were on the wire',
  recognises: ({ bytes }) => {
    const head = bytes.toString('latin1', 0, 32_768);
    const isText = !head.includes('\0');
    if (
      isText &&
      /SendNotification(?:Result)?\b|PushSubscriptionRequest|SubscribeResponse/.test(head) &&
      MESSAGES.test(head)
    )
      return 0.9;
    if (isText && /^POST [^\r\n]{0,200}\/NotificationService\?/.test(head)) return 0.9;
    return isText && /^HTTP\/1\.[01] \d{3}/.test(head) ? 0.5 : 0;
  },
  yields: ['push-messages', 'notify-http'],

  open: ({ observe, quote, unread }) => {
    const sums = pushSums();
    let [answers, quoted] = [0, 0];
    let first: number | null = null;
    const heads = httpAnswers((answer, line) => {
      if (answers++ < MOST_ANSWERS) observe('notify-http', answer, null, line);
    });
    const { push, end, ...more } = lineSink((line, number, isCut) => {
      if (isCut) unread(number, 'the line is longer than a message of EWS; only its beginning was read');
      if (line === '') return heads.take(line, number);
      heads.take(line, number);
      sums.take(line);
      if (!/^(?:POST [^\s]{1,300} HTTP|HTTP\/1\.)/.test(line.slice(0, 320))) return;
      first ??= number;
      if (quoted++ < 6) quote(number, line);
    });
    return {
      ...more,
      push,
      end: () => {
        end();
        heads.end();
        if (sums.isFound()) observe('push-messages', sums.end(), null, first);
        else if (answers === 0) unread(null, 'there is no message of EWS push notifications in it');
      },
    };
  },
});

const MESSAGES = /exchange\/services\/2006\/messages/;
const MOST_ANSWERS = 10;
