import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { makeNet, whyNot } from './net.js';

/**
 * `npm run walk`: a bot and two sites in networks of their own on this machine, one site behind a firewall, the other behind a proxy; asks,
 * and fails where the answer does not name both faults. Where there can be no such networks it says why; with `UCCX_REQUIRE_WALK=1` it fails.
 */
const main = async (): Promise<number> => {
  const why = await whyNot();
  if (why !== null) {
    console.error(`Not walked: ${why}.`);
    return process.env.UCCX_REQUIRE_WALK === '1' ? 1 : 0;
  }
  const net = await makeNet();
  try {
    const inside = fileURLToPath(new URL('./inside.js', import.meta.url));
    const words = ['netns', 'exec', `${net.prefix}-centre`, process.execPath, inside, net.prefix];
    const child = spawn('ip', words, { stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => child.kill(signal));
    const [code] = await once(child, 'exit');
    console.log(code === 0 ? 'Walked: both faults were named, and from where.' : `The walk ended with ${code}.`);
    return code === 0 ? 0 : 1;
  } finally {
    await net.remove();
  }
};

process.exitCode = await main();
