/** Nothing of this process moves for so long, as where it has no processor. Timers come next, and then what is to be read. */
export const standStill = async (ms: number): Promise<void> => {
  await new Promise(resolve => setImmediate(resolve));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
};
