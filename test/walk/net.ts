import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where Unity Connection, the bot and Redis are, as both sites know it. */
export const CENTRE = '10.213.0.1';
const SITES = ['alpha', 'beta'] as const;
export type SiteName = (typeof SITES)[number];

/** Three networks of their own on this machine: a centre and two sites, each at the other end of a wire to the centre. */
export type Net = {
  /** Begins every name of ours, so that nothing else is touched. */
  prefix: string;
  /** Takes everything away again; what runs inside must have ended. */
  remove: () => Promise<void>;
};

/** What keeps us from having networks, in words; null where nothing does. */
export const whyNot = async (): Promise<string | null> => {
  if (process.platform !== 'linux') return 'network namespaces are Linux’s';
  if (process.getuid?.() !== 0) return 'only root may make network namespaces';
  for (const [program, ...words] of [
    ['ip', '-V'],
    ['nft', '-v'],
  ] as const) {
    const failed = await run(program, words).then(
      () => null,
      () => program,
    );
    if (failed) return `there is no ${failed} (Debian: iproute2, nftables)`;
  }
  const name = `uccx-walk-${process.pid}-try`;
  return ip(`netns add ${name}`)
    .then(() => ip(`netns del ${name}`))
    .then(
      () => null,
      error => `this machine gives us no network namespace: ${(error as Error).message.split('\n').at(-2)}`,
    );
};

export const makeNet = async (): Promise<Net> => {
  const prefix = `uccx-walk-${process.pid}`;
  const centre = `${prefix}-centre`;
  const remove = async () => {
    // The wires end with them.
    for (const name of ['centre', ...SITES]) await ip(`netns del ${prefix}-${name}`).catch(() => {});
  };
  try {
    await ip(`netns add ${centre}`);
    await ip(`-n ${centre} link set lo up`);
    await ip(`-n ${centre} address add ${CENTRE}/32 dev lo`);
    for (const [index, site] of SITES.entries()) {
      const there = `${prefix}-${site}`;
      const subnet = `10.213.${index + 1}`;
      await ip(`netns add ${there}`);
      await ip(`-n ${there} link set lo up`);
      await ip(`-n ${centre} link add to-${site} type veth peer name wire netns ${there}`);
      await ip(`-n ${centre} address add ${subnet}.1/24 dev to-${site}`);
      await ip(`-n ${centre} link set to-${site} up`);
      await ip(`-n ${there} address add ${subnet}.2/24 dev wire`);
      await ip(`-n ${there} link set wire up`);
      await ip(`-n ${there} route add ${CENTRE}/32 via ${subnet}.1`);
    }
    return { prefix, remove };
  } catch (error) {
    await remove();
    throw error;
  }
};

const ip = async (words: string): Promise<void> => {
  await run('ip', words.split(' '));
};

/** Rules of the network that this process is in, from now on; none with an empty text. */
export const setRules = (text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = execFile('nft', ['-f', '-'], error => (error ? reject(error) : resolve()));
    child.stdin?.end(`flush ruleset\n${text}`);
  });

/** A firewall before the centre that drops what comes from that site for that port. */
export const dropped = (site: SiteName, port: number): string => `table inet walk {
  chain in {
    type filter hook input priority 0;
    iifname "to-${site}" tcp dport ${port} drop;
  }
}
`;

/** A proxy in the way from that site, of which nobody there is told. */
export const redirected = (site: SiteName, port: number, proxyPort: number): string => `table ip walknat {
  chain pre {
    type nat hook prerouting priority -100;
    iifname "to-${site}" tcp dport ${port} redirect to :${proxyPort};
  }
}
`;
