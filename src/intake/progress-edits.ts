import type { ReplyAddress } from '../domain/request.js';
import type { View } from '../view/view.js';
import { type Messenger, MessengerBusyError } from './ports.js';

/** No platform wants more edits of one message, and nobody reads faster. */
const PAUSE_MS = 3_000;

/**
 * Says in one message how far something has come: the latest word, one edit at a time and not too many. A word that cannot be carried is
 * lost; where the platform is busy, the next waits as long as it asks for.
 */
export const progressEdits = (port: Messenger, first: ReplyAddress) => {
  let at = first;
  let next = performance.now() + PAUSE_MS;
  let edit: Promise<void> | null = null;
  return {
    say: (view: () => View): void => {
      if (edit || performance.now() < next) return;
      edit = port
        .edit(at, view())
        .then(
          address => {
            at = address;
          },
          error => {
            const askedMs = error instanceof MessengerBusyError ? error.retryAfterMs : null;
            next = performance.now() + (askedMs ?? 0);
          },
        )
        .finally(() => {
          next = Math.max(next, performance.now()) + PAUSE_MS;
          edit = null;
        });
    },
    /** The message as it is addressed now; nothing is on its way any more. */
    end: async (): Promise<ReplyAddress> => {
      await edit;
      return at;
    },
  };
};
