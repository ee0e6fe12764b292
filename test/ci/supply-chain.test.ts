import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const { lockFaults, sbomFaults, shippedIn, shippedPart } = (await import(resolve('.ci/supply-chain-faults.mjs'))) as {
  lockFaults: (lock: object) => string[];
  sbomFaults: (bom: object, lock: object) => string[];
  shippedIn: (lock: object) => Set<string>;
  shippedPart: (bom: object, lock: object) => { components: object[]; dependencies: object[] };
};

const integrity = `sha512-${'a'.repeat(86)}==`;
const lockOf = (packages: Record<string, object>) => ({ packages: { '': {}, ...packages } });
const good = lockOf({
  'node_modules/a': { version: '1.0.0', integrity },
  'node_modules/a/node_modules/@s/b': { version: '2.0.0', integrity },
  'node_modules/only-for-tests': { version: '1.0.0', integrity, dev: true },
});
const component = (name: string, version: string) => ({
  'bom-ref': `${name}@${version}`,
  name,
  version,
  purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
  hashes: [{ alg: 'SHA-512', content: 'aa' }],
});
const bomOf = (components: object[], dependencies: object[] = []) => ({
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  metadata: { component: { 'bom-ref': 'us@1.0.0' } },
  components,
  dependencies,
});
const both = [component('a', '1.0.0'), component('@s/b', '2.0.0')];

it('this project has no fault, and scripts are switched off', () => {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  expect(lockFaults(lock)).toEqual([]);
  expect(shippedIn(lock).size).toBeGreaterThan(50);
  expect(readFileSync('.npmrc', 'utf8')).toMatch(/^ignore-scripts=true$/m);
});

it.each([
  ['nothing', good, []],
  ['a package without its hash', lockOf({ 'node_modules/a': { version: '1.0.0' } }), [/no SHA-512/]],
  [
    'an old kind of hash',
    lockOf({ 'node_modules/a': { integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' } }),
    [/no SHA-512/],
  ],
  ['a folder', lockOf({ 'node_modules/a': { link: true, integrity } }), [/no SHA-512/]],
  ['a repository', lockOf({ 'node_modules/a': { integrity, resolved: 'git+ssh://git@host/a' } }), [/no registry/]],
  ['a new install script', lockOf({ 'node_modules/@s/a': { integrity, hasInstallScript: true } }), [/install script/]],
  ['one that is known', lockOf({ 'node_modules/msgpackr-extract': { integrity, hasInstallScript: true } }), []],
])('the lock file: %s', (_, lock, says) => {
  const faults = lockFaults(lock);
  expect(faults).toHaveLength(says.length);
  for (const [index, pattern] of says.entries()) expect(faults[index]).toMatch(pattern);
});

it('of the bill of everything, the shipped part is kept, and nothing points out of it', () => {
  const test = component('only-for-tests', '1.0.0');
  const all = bomOf(
    [...both, test],
    [
      { ref: 'us@1.0.0', dependsOn: ['a@1.0.0', 'only-for-tests@1.0.0'] },
      { ref: 'only-for-tests@1.0.0', dependsOn: ['a@1.0.0'] },
    ],
  );
  const part = shippedPart(all, good);
  expect(part.components).toEqual(both);
  expect(part.dependencies).toEqual([{ ref: 'us@1.0.0', dependsOn: ['a@1.0.0'] }]);
  expect(sbomFaults(part, good)).toEqual([]);
});

it.each([
  ['nothing', bomOf(both, [{ ref: 'us@1.0.0', dependsOn: ['a@1.0.0'] }]), []],
  ['another format', { bomFormat: 'SPDX' }, [/no CycloneDX/]],
  ['one forgotten', bomOf(both.slice(1)), [/a@1\.0\.0 is shipped and not listed/]],
  ['one too many', bomOf([...both, component('only-for-tests', '1.0.0')]), [/listed and not shipped/]],
  ['no hash', bomOf([both[0] ?? {}, { ...both[1], hashes: [] }]), [/no package URL of its own or no SHA-512/]],
  ['the name of another', bomOf([both[0] ?? {}, { ...both[1], purl: 'pkg:npm/c@2.0.0' }]), [/package URL/]],
  ['an end that hangs loose', bomOf(both, [{ ref: 'a@1.0.0', dependsOn: ['c@1'] }]), [/c@1 is depended on/]],
])('the bill of materials: %s', (_, bom, says) => {
  const faults = sbomFaults(bom, good);
  expect(faults).toHaveLength(says.length);
  for (const [index, pattern] of says.entries()) expect(faults[index]).toMatch(pattern);
});
