import { setTimeout as wait } from 'node:timers/promises';
import type { GoingReading } from '../domain/going-reading.js';
import { cutOffReadView } from '../view/read.js';
import { type GoingReadings, type Messenger, MessengerRefusedError } from './ports.js';

export type Going = {
  /** Aborted when this process is told to stop: what was understood until then becomes the answer. */
  ending: AbortSignal;
  /** Notes a reading, and goes on noting it; what it gives back ends that. */
  begin: (going: GoingReading) => Promise<() => Promise<void>>;
  /** Tells where others, who are gone, left a message that says that they read. */
  tellLost: () => Promise<void>;
  /** Ends every reading of this process, and waits until each has been answered. */
  stop: () => Promise<void>;
};

/**
 * Keeps in mind which readings are under way, so that no message says «Reading …» for ever: a process that ends in order answers them with
 * what it understood, and those of one that was killed are told of by whoever comes after it.
 */
export const makeGoing = ({
  store,
  messenger,
  onTrouble,
  againMs = AGAIN_MS,
}: {
  store: GoingReadings;
  messenger: (platform: string) => Messenger;
  onTrouble: (error: unknown) => void;
  againMs?: number;
}): Going => {
  const stopping = new AbortController();
  const under = new Map<string, Promise<void>>();
  return {
    ending: stopping.signal,
    begin: async going => {
      // Without a store the reading itself goes on: it needs none.
      const note = () => store.note(going).catch(onTrouble);
      let noted = note();
      await Promise.race([noted, wait(NOTED_MS, undefined, { ref: false })]);
      const again = setInterval(() => {
        noted = noted.then(note);
      }, againMs);
      let over = (): void => {};
      under.set(
        going.run,
        new Promise(resolve => {
          over = resolve;
        }),
      );
      return async () => {
        clearInterval(again);
        await noted;
        await store.end(going).catch(onTrouble);
        under.delete(going.run);
        over();
      };
    },
    tellLost: async () => {
      for (const going of await store.lost()) {
        const { to, files } = going;
        try {
          // Noted until it is told: whoever looks after the next ten seconds tells it, should this process not come to it.
          await store.note(going);
          await messenger(to.platform).edit(to, cutOffReadView(files));
          await store.end(going);
        } catch (error) {
          onTrouble(error);
          if (error instanceof MessengerRefusedError) await store.end(going).catch(onTrouble);
        }
      }
    },
    stop: async () => {
      stopping.abort();
      await Promise.race([Promise.all(under.values()), wait(LONGEST_MS, undefined, { ref: false })]);
    },
  };
};

const AGAIN_MS = 3_000;
const NOTED_MS = 1_000;
/** What could not be answered by then is told of as one that was killed. */
const LONGEST_MS = 6_000;
