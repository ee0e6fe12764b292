/** What the readers call: `../scanner.ts` says it in their words. */
import { GIVEN as given, LINES as lines, TOLD as told } from './layout';

export { knowShape, takeAccess } from './access-lines';
export { countOfKnown, forget, remember } from './known-words';
export { answersAre, countsAre, knowServer, openSync, takeSync } from './sync-lines';
export { noneTells, tells } from './telling-words';
export const GIVEN = given;
export const LINES = lines;
export const TOLD = told;
