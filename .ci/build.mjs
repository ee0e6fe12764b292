// The program in few files instead of thousands, whose finding and loading was half of its start. What a command does not need stays in parts
// of its own, which are loaded when it is (docs/decisions/0035-the-program-in-few-files.md).
import { chmod } from 'node:fs/promises';
import { build } from 'rolldown';

const dir = 'dist/program';
await build({
  input: { 'uccx-doctor': 'src/bin/uccx-doctor.ts', healthy: 'src/bin/healthy.ts' },
  platform: 'node',
  resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
  // A module that is not found is told as a warning, and would be missed only when somebody needs it.
  onLog: (_, { message }) => {
    throw new Error(message);
  },
  output: { dir, cleanDir: true, format: 'esm', chunkFileNames: 'parts/[name]-[hash].js' },
});
// npm makes it a program only when it links the package for the first time.
await chmod(`${dir}/uccx-doctor.js`, 0o755);
