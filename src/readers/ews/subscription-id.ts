/** What the SubscriptionId of EWS says of itself: the Exchange server that holds the subscription, and when it was made. */
export type SubscriptionName = { server: string; guid: string; created: string | null };

/**
 * Base64 of the length of a name and the name, 16 and a GUID, and eight bytes that read as .NET ticks. Not documented: it fits the sample
 * that Microsoft prints, so whatever does not fit in every part is no such name.
 */
export const subscriptionName = (words: string): SubscriptionName | null => {
  if (words.length > 1000 || !/^[A-Za-z0-9+/]{40,}={0,2}$/.test(words)) return null;
  const bytes = Buffer.from(words, 'base64');
  const length = bytes.readUInt16LE(0);
  if (length === 0 || length > 255 || bytes.length < 2 + length + 4 + 16) return null;
  const server = bytes.toString('latin1', 2, 2 + length);
  const rest = bytes.subarray(2 + length);
  if (!/^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,253}[A-Za-z0-9])?$/.test(server) || rest.readUInt32LE(0) !== 16) return null;
  return {
    server,
    guid: guidOf(rest.subarray(4, 20)),
    created: rest.length >= 28 ? timeOf(rest.readBigInt64LE(20)) : null,
  };
};

/** As .NET writes it: the first three parts are stored the other way round. */
const guidOf = (bytes: Buffer): string => {
  const hex = (part: Buffer) => part.toString('hex');
  const [a, b, c] = [bytes.subarray(0, 4), bytes.subarray(4, 6), bytes.subarray(6, 8)].map(part =>
    Buffer.from(part).reverse(),
  );
  return [a, b, c, bytes.subarray(8, 10), bytes.subarray(10, 16)].map(part => hex(part as Buffer)).join('-');
};

/** Ticks of 100 ns since the year 1; the upper two bits are a kind. Null outside the years in which Exchange has EWS. */
const timeOf = (binary: bigint): string | null => {
  const ms = Number((binary & 0x3fff_ffff_ffff_ffffn) / 10_000n) - 62_135_596_800_000;
  return ms > Date.UTC(2006, 0, 1) && ms < Date.UTC(2100, 0, 1) ? new Date(ms).toISOString() : null;
};
