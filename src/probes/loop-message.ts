import { randomBytes } from 'node:crypto';
import type { ConfiguredMailTarget } from '../domain/configured-target.js';

/*
 * How the one message of a mail loop is told from every other in the mailbox, by this run and by the next one: the Message-ID names the
 * target and ends in a domain that nobody can have (RFC 2606). An answer to it has a Message-ID of its own.
 */

type Target = Pick<ConfiguredMailTarget, 'id'>;

export const subjectOf = ({ id }: Target): string => `[uccx-doctor] mail loop of ${id}`;

export const newMessageId = ({ id }: Target): string =>
  `<loop.${id}.${randomBytes(9).toString('hex')}@uccx-doctor.invalid>`;

/** Whether it was sent by a mail loop of this target, now or earlier. */
export const isOurs =
  ({ id }: Target) =>
  (messageId: string): boolean => {
    const begin = `<loop.${id}.`;
    return messageId.startsWith(begin) && /^[0-9a-f]{18}@uccx-doctor\.invalid>$/.test(messageId.slice(begin.length));
  };

/** RFC 5322 without its date, with the headers by which no automatic answer is sent (RFC 3834). */
export const messageFor = (target: Target, messageId: string, address: string): string[] => [
  `From: <${address}>`,
  `To: <${address}>`,
  `Subject: ${subjectOf(target)}`,
  `Message-ID: ${messageId}`,
  'Auto-Submitted: auto-generated',
  'X-Auto-Response-Suppress: All',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=us-ascii',
  '',
  'uccx-doctor sent this to itself because an operator asked for it with --loop,',
  'and removes it when it arrives. It needs no answer.',
];
