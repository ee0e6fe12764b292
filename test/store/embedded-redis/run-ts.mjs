// Runs `run` of a TypeScript module in a process of its own: node run-ts.mjs MODULE [ARGUMENT…]
import { createViteServer } from 'vitest/node';

const server = await createViteServer({
  configFile: false,
  logLevel: 'error',
  server: { middlewareMode: true, ws: false, watch: null, hmr: false },
  optimizeDeps: { noDiscovery: true },
});
const [module, ...rest] = process.argv.slice(2);
const { run } = await server.ssrLoadModule(module);
await run(rest);
await server.close();
