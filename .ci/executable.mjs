// The built program may be run as a program: `npx uccx-doctor` does so, and the compiler writes plain files.
// npm sets this itself, but only when it links a package for the first time.
import { chmodSync, readFileSync } from 'node:fs';

const { bin } = JSON.parse(readFileSync('package.json', 'utf8'));
for (const program of Object.values(bin)) chmodSync(program, 0o755);
