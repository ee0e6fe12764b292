import { type Going, makeGoing } from '../intake/going-readings.js';
import type { Messenger } from '../intake/ports.js';
import type { Store } from '../store/store.js';

type World = {
  store: Pick<Store, 'goingReadings'>;
  messenger: (platform: string) => Messenger;
  onTrouble: (error: unknown) => void;
};

const LOOK_MS = 5_000;

/** Readings of this bot, and those that a bot before it, or beside it, was killed in the middle of. */
export const goingReadings = ({
  store,
  messenger,
  onTrouble,
}: World): { going: Going; start: () => void; stop: () => Promise<void> } => {
  const going = makeGoing({ store: store.goingReadings, messenger, onTrouble });
  let look: NodeJS.Timeout | undefined;
  let isLooking = false;
  const tellLost = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    await going.tellLost().catch(onTrouble);
    isLooking = false;
  };
  return {
    going,
    start: () => {
      void tellLost();
      look = setInterval(() => void tellLost(), LOOK_MS);
    },
    stop: async () => {
      clearInterval(look);
      await going.stop();
    },
  };
};
