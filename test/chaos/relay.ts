import { type AddressInfo, connect, createServer, type NetConnectOpts, type Socket } from 'node:net';

/**
 * How a relay treats what goes through it. `cuts`: what is open ends, nobody gets through. `stalls`: nothing moves, nothing ends.
 * `resets`: the server's first word breaks the connection. `drips`: the server speaks a byte at a time.
 */
export type Manner = 'passes' | 'cuts' | 'stalls' | 'resets' | 'drips';

/** A TCP relay that stands for the network between a process and its server, and can be as bad as one. */
export type Relay = {
  port: number;
  is: (manner: Manner) => void;
  /** Another server from now on; what is open to the one before ends. */
  to: (upstream: NetConnectOpts) => void;
  /**
   * Calls back once, at the n-th parcel from the client from now: `before` it goes on, and then it does not, or right `after`, and then
   * its answer never comes: either way the connection ends there. Gives back how not to.
   * @param counts which parcels are counted.
   */
  atParcel: (n: number, when: 'before' | 'after', then: () => void, counts?: (parcel: Buffer) => boolean) => () => void;
  stop: () => Promise<void>;
};

const DRIP_MS = 50;

type Pair = { client: Socket; server: Socket; held: (() => void)[]; dripping: Promise<void> };
type Trap = { left: number; when: 'before' | 'after'; then: () => void; counts: (parcel: Buffer) => boolean };

export const startRelay = async (first: NetConnectOpts, host = '127.0.0.1'): Promise<Relay> => {
  const pairs = new Set<Pair>();
  let upstream = first;
  let manner: Manner = 'passes';
  let trap: Trap | null = null;

  const listener = createServer({ noDelay: true }, client => {
    client.on('error', () => {});
    if (manner === 'cuts') return void client.resetAndDestroy();
    const server = connect({ ...upstream, noDelay: true } as NetConnectOpts);
    const pair: Pair = { client, server, held: [], dripping: Promise.resolve() };
    pairs.add(pair);
    const end = () => {
      client.destroy();
      server.destroy();
      pairs.delete(pair);
    };
    server.on('error', end);
    client.on('data', parcel => through(pair, () => said(pair, parcel)));
    server.on('data', parcel => through(pair, () => answered(pair, parcel)));
    client.on('close', () => through(pair, () => server.end())); // what was said before arrives
    server.on('close', () => through(pair, end));
  });
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(0, host, resolve);
  });

  return {
    port: (listener.address() as AddressInfo).port,
    is: next => {
      manner = next;
      if (manner === 'cuts') return endAll();
      if (manner !== 'stalls') for (const pair of pairs) for (const go of pair.held.splice(0)) go();
    },
    to: next => {
      upstream = next;
      endAll();
    },
    atParcel: (n, when, then, counts = () => true) => {
      const set = { left: n, when, then, counts };
      trap = set;
      return () => {
        if (trap === set) trap = null;
      };
    },
    stop: async () => {
      endAll();
      await new Promise<void>(done => listener.close(() => done()));
    },
  };

  function through({ held }: Pair, go: () => void): void {
    if (manner === 'stalls') held.push(go);
    else go();
  }

  function said(pair: Pair, parcel: Buffer): void {
    if (trap?.counts(parcel)) trap.left -= 1;
    if (!trap || trap.left > 0) return void pair.server.write(parcel);
    const { when, then } = trap;
    trap = null;
    if (when === 'after') pair.server.write(parcel);
    else pair.server.destroy();
    pair.client.resetAndDestroy();
    then();
  }

  function answered(pair: Pair, parcel: Buffer): void {
    if (manner === 'resets') return void pair.client.resetAndDestroy();
    if (manner !== 'drips') return void pair.client.write(parcel);
    pair.dripping = pair.dripping.then(() => drip(pair.client, parcel));
  }

  async function drip(client: Socket, parcel: Buffer): Promise<void> {
    for (const [index] of parcel.entries()) {
      if (client.destroyed) return;
      if (manner !== 'drips') return void client.write(parcel.subarray(index));
      client.write(parcel.subarray(index, index + 1));
      await new Promise(done => setTimeout(done, DRIP_MS));
    }
  }

  function endAll(): void {
    for (const { client, server } of pairs) {
      client.resetAndDestroy();
      server.destroy();
    }
    pairs.clear();
  }
};
