import type { TeamsHandle } from './address.js';
import type { Shown } from './messenger.js';

/** A client asks for a card again within seconds of having shown it. */
const MOST = 200;

/** The cards that stand in the latest messages, by message. What is forgotten is no loss: the message shows it. */
export const shownCards = (): Shown => {
  const cards = new Map<string, unknown>();
  const key = ({ conversation, message }: TeamsHandle) => JSON.stringify([conversation, message]);
  return {
    note: (handle, { attachments }) => {
      const card = attachments?.find(({ contentType }) => contentType === CARD)?.content;
      cards.delete(key(handle));
      if (card === undefined) return;
      for (const oldest of cards.keys()) {
        if (cards.size < MOST) break;
        cards.delete(oldest);
      }
      cards.set(key(handle), card);
    },
    of: handle => cards.get(key(handle)) ?? null,
  };
};

export const CARD = 'application/vnd.microsoft.card.adaptive';
