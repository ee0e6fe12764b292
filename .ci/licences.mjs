// The licences of everything that we ship: each package must offer one that lets an MIT program carry it.
import { init } from 'license-checker-rseidelsohn';

const ALLOWED = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'CC0-1.0',
  'BlueOak-1.0.0',
  'Unlicense',
  'Python-2.0',
]);

/** An SPDX expression as packages write it: `MIT`, `(MIT OR GPL-2.0)`, `MIT AND Zlib`. A guess of the checker (`MIT*`) is none. */
const isAllowed = expression => {
  const plain = expression.trim().replace(/^\(([^()]*)\)$/, '$1');
  if (plain.includes('(')) return false; // nested: for a person to read
  return plain.split(' OR ').some(choice => choice.split(' AND ').every(licence => ALLOWED.has(licence.trim())));
};

const packages = await new Promise((resolve, reject) => {
  init({ start: process.cwd(), production: true }, (error, found) =>
    error ? reject(error) : resolve(Object.entries(found)),
  );
});
const refused = packages.flatMap(([name, { licenses }]) => {
  const written = [licenses].flat();
  return written.length > 0 && written.every(isAllowed) ? [] : [`${name}: ${written.join(', ') || 'no licence'}`];
});
for (const line of refused) console.log(line);
console.log(`${packages.length} packages that we ship, ${refused.length} under a licence that is not on the list`);
process.exit(refused.length > 0 || packages.length < 2 ? 1 : 0);
