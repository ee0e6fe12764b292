// Makes the code that readers look at bytes with: src/readers/bytes/machine → src/readers/bytes/assembled.ts. With --check it only
// compares, so that what is committed is what its source gives.
import { readFileSync, writeFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';

const SOURCE = 'src/readers/bytes/machine/machine.ts';
const ASSEMBLED = 'src/readers/bytes/assembled.ts';
const OPTIONS = [
  '-O3',
  '--noAssert',
  '--runtime',
  'stub',
  '--initialMemory',
  '80',
  '--maximumMemory',
  '80',
  '--enable',
  'simd',
];

const { error, stderr, binary } = await assemble();
if (error) {
  process.stderr.write(stderr.toString());
  throw error;
}
const text = `/** Made of \`machine/\` by \`npm run assemble\`. */\nexport const ASSEMBLED =\n  '${Buffer.from(binary).toString('base64')}';\n`;
if (!process.argv.includes('--check')) writeFileSync(ASSEMBLED, text);
else if (readFileSync(ASSEMBLED, 'utf8') !== text) {
  console.error(`${ASSEMBLED} is not what its source gives: npm run assemble.`);
  process.exitCode = 1;
}

async function assemble() {
  let binary = null;
  const made = await asc.main([SOURCE, ...OPTIONS, '--outFile', 'assembled.wasm'], {
    writeFile: (_, bytes) => {
      binary = bytes;
    },
  });
  return { ...made, binary };
}
