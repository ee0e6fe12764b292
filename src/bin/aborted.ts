/** Waits for the signal; also where it came before anybody waited, as while everything was still starting. */
export const aborted = (signal: AbortSignal): Promise<null> =>
  new Promise(done => {
    if (signal.aborted) return done(null);
    signal.addEventListener('abort', () => done(null), { once: true });
  });
