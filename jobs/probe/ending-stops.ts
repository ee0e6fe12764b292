import { ENDING, type Stops } from '../../src/intake/ports.js';

/** Stops that are also pressed when this process is told to end: what takes something from others does not go on until it is killed. */
export const endingStops = (stops: Stops, ending: AbortSignal): Stops => ({
  press: stops.press,
  watch: (run, onStop) => {
    let isTold = false;
    const tell = (says: string) => {
      if (isTold) return;
      isTold = true;
      onStop(says);
    };
    const onEnding = () => tell(ENDING);
    if (ending.aborted) onEnding();
    ending.addEventListener('abort', onEnding, { once: true });
    const unwatch = stops.watch(run, tell);
    return () => {
      ending.removeEventListener('abort', onEnding);
      unwatch();
    };
  },
});
