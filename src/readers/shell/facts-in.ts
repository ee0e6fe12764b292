import { factsOf } from './cmdlets.js';
import { withoutColours } from './colours.js';
import type { Fact } from './fact.js';
import { latest } from './latest.js';
import { shellObjects } from './objects.js';

/** Everything that is understood of a text which somebody pasted, whatever form it has. */
export const factsIn = (pasted: string): Fact[] => {
  const facts = latest();
  const nobody = () => {};
  const objects = shellObjects(object => {
    const told = factsOf(object, nobody);
    for (const fact of told) facts.add(fact, object.turn);
    return told.length > 0;
  }, nobody);
  for (const [at, line] of pasted
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries())
    objects.line(withoutColours(line), at + 1);
  objects.end();
  return [...facts.all()];
};
