import { resolve } from 'node:path';

/** The program as it is shipped; `npm run build` makes it. */
export const PROGRAM = resolve('dist/program/uccx-doctor.js');
