import { setTimeout as wait } from 'node:timers/promises';
import type { Conversation } from './conversation.js';
import { type MailRefusal, mailRefusal, RATE_EXCEEDED } from './smtp-words.js';

/** What a connector does with mail. */
export type MailManners = {
  /** Recipients that it takes mail for. */
  takes: readonly string[];
  /** Where a message goes that was taken; null: it is never seen again. */
  deliver: ((content: string) => unknown) | null;
  /** Who has not logged in may send too, as on a connector for relaying. */
  anonymous?: boolean;
  refuses?: MailRefusal;
  /** How long it thinks over a message before it answers. */
  takesAfterMs?: number;
  /** How long a message that was taken waits in its queue. */
  deliversAfterMs?: number;
  /** Delivers the message and says nothing, as when the answer is lost on its way. */
  saysNothing?: boolean;
};

/** Every sender and recipient that was named, and how many messages were taken. */
export type MailCounts = { mailFrom: number; recipients: string[]; taken: number };

type Options = { mail?: MailManners; messages?: number };

/** The part of an SMTP conversation that is about one message after another. `ended`: the connection is over. */
export const mailTransactions = (client: Conversation, { mail, messages = Infinity }: Options, counts: MailCounts) => {
  let hasSender = false;
  let hasRecipient = false;
  const refused = (at: MailRefusal) => mail?.refuses === at && mailRefusal[at];
  const forget = () => {
    hasSender = false;
    hasRecipient = false;
  };

  const from = async (loggedIn: boolean): Promise<'ended' | 'goes-on'> => {
    counts.mailFrom += 1;
    if (counts.mailFrom > messages) {
      await client.say(RATE_EXCEEDED);
      client.end();
      return 'ended';
    }
    const no = refused('pressure') || (!loggedIn && !mail?.anonymous && NOT_AUTHENTICATED);
    hasSender = !no;
    await client.say(no || '250 2.1.0 Sender OK\r\n');
    return 'goes-on';
  };

  const to = async (line: string) => {
    const address = /^RCPT TO:<([^>]*)>/i.exec(line)?.[1] ?? '';
    counts.recipients.push(address);
    if (!hasSender) return client.say('503 5.5.2 Need mail command\r\n');
    const no = refused('relay') || refused('no-mailbox') || (!mail?.takes.includes(address) && mailRefusal.relay);
    hasRecipient ||= !no;
    return client.say(no || '250 2.1.5 Recipient OK\r\n');
  };

  const data = async () => {
    if (!hasRecipient) return client.say('503 5.5.2 Need rcpt command\r\n');
    await client.say('354 Start mail input; end with <CRLF>.<CRLF>\r\n');
    const content = await untilDot(client);
    if (content === null) return;
    forget();
    if (mail?.takesAfterMs) await wait(mail.takesAfterMs);
    const no = refused('send-as') || refused('proxy-hop');
    if (no) return client.say(no);
    counts.taken += 1;
    const deliver = () => mail?.deliver?.(content);
    if (mail?.deliversAfterMs) setTimeout(deliver, mail.deliversAfterMs).unref();
    else deliver();
    if (!mail?.saysNothing) await client.say('250 2.6.0 Queued mail for delivery\r\n');
  };

  return { from, to, data, forget };
};

const NOT_AUTHENTICATED = '530 5.7.1 Client was not authenticated\r\n';

/** The message with its lines as they were meant: RFC 5321, 4.5.2. */
const untilDot = async (client: Conversation): Promise<string | null> => {
  const lines: string[] = [];
  for (;;) {
    const line = await client.line();
    if (line === null) return null;
    if (line === '.') return lines.map(each => `${each}\r\n`).join('');
    lines.push(line.startsWith('.') ? line.slice(1) : line);
  }
};
