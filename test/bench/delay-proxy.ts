import type { AddressInfo } from 'node:net';
import { connect, createServer, type NetConnectOpts, type Socket } from 'node:net';

/** A loopback port behind which a server seems to be `roundTripMs` away: half on the way there, half on the way back. */
export const delayProxy = async (
  to: NetConnectOpts,
  roundTripMs: number,
): Promise<{ port: number; stop: () => Promise<void> }> => {
  const open = new Set<Socket>();
  const server = createServer(here => {
    const there = connect(to);
    for (const [from, into] of [
      [here, there],
      [there, here],
    ] as const) {
      open.add(from);
      from.setNoDelay(true);
      // Timers of one length fire in the order in which they were set, so the bytes stay in theirs.
      from.on('data', bytes => void setTimeout(() => into.writable && into.write(bytes), roundTripMs / 2));
      from.on('end', () => void setTimeout(() => into.end(), roundTripMs / 2));
      from.on('error', () => into.destroy()); // one side is gone: so is the other
      from.on('close', () => open.delete(from));
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      for (const socket of open) socket.destroy();
      await new Promise(resolve => server.close(resolve));
    },
  };
};
