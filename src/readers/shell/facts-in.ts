import { cmdlets } from './cmdlets.js';
import type { Fact } from './fact.js';
import { latest } from './latest.js';
import { shellObjects } from './objects.js';

/** Everything that is understood of a text which somebody pasted, whatever form it has. */
export const factsIn = (pasted: string): Fact[] => {
  const facts = latest();
  const nobody = () => {};
  const objects = shellObjects(object => {
    for (const read of cmdlets) for (const fact of read(object, nobody)) facts.add(fact, object.turn);
  }, nobody);
  for (const [at, line] of pasted
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries())
    objects.line(line, at + 1);
  objects.end();
  return [...facts.all()];
};
