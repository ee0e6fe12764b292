/* Numbers as they stand in packets. Many are read of each, and a call that checks its bounds anew would cost more than all the rest. */

/** Two bytes in the order of the network. */
export const u16 = (bytes: Buffer, at: number): number => ((bytes[at] as number) << 8) | (bytes[at + 1] as number);

/** Four bytes in the order of the network, as a signed number. */
export const word = (bytes: Buffer, at: number): number => (u16(bytes, at) << 16) | u16(bytes, at + 2);

/** Four bytes in the order of a file. */
export const u32In = (bytes: Buffer, at: number, little: boolean): number => {
  const big = word(bytes, at);
  if (!little) return big >>> 0;
  return (((big & 255) << 24) | ((big & 0xff00) << 8) | ((big >>> 8) & 0xff00) | (big >>> 24)) >>> 0;
};

/** Two bytes in the order of a file. */
export const u16In = (bytes: Buffer, at: number, little: boolean): number => {
  const big = u16(bytes, at);
  return little ? ((big & 255) << 8) | (big >>> 8) : big;
};
