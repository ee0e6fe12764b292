// The bill of materials of what we ship (dist/sbom.cdx.json, CycloneDX), checked against the lock file; install scripts; signatures.
// What can be known here is required. Where the registry has no service for signatures that is said aloud and passed over, unless
// UCCX_AUDIT_REQUIRED=1, as for a release.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { lockFaults, sbomFaults, shippedIn, shippedPart } from './supply-chain-faults.mjs';

const npm = (...words) => spawnSync('npm', words, { encoding: 'utf8', maxBuffer: 64 * 2 ** 20 });
const read = file => JSON.parse(readFileSync(file, 'utf8'));
const lock = read('package-lock.json');
const { name, version } = read('package.json');
const faults = lockFaults(lock);

if (npm('config', 'get', 'ignore-scripts').stdout.trim() !== 'true')
  faults.push('install scripts are not switched off');

const made = npm('sbom', '--sbom-format', 'cyclonedx', '--package-lock-only');
if (made.status === 0) {
  const bom = shippedPart(JSON.parse(made.stdout), lock);
  bom.metadata.component = { ...bom.metadata.component, type: 'application', name, version }; // npm gives the name of the folder
  faults.push(...sbomFaults(bom, lock));
  mkdirSync('dist', { recursive: true });
  writeFileSync('dist/sbom.cdx.json', `${JSON.stringify(bom, null, 2)}\n`);
  console.log(`dist/sbom.cdx.json: ${bom.components.length} packages that we ship, CycloneDX ${bom.specVersion}`);
} else faults.push(`npm could not write the bill of materials: ${made.stderr.trim().split('\n').at(-1)}`);

// By itself npm waits 70 s between three attempts, also where there is no such service.
const soon = ['--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];
const signed = answerIn(npm('audit', 'signatures', '--json', ...soon).stdout);
if (signed.invalid && signed.missing) {
  for (const each of signed.invalid) faults.push(`${each.name}@${each.version}: its signature is not the registry's`);
  console.log(`${signed.invalid.length} bad and ${signed.missing.length} missing signatures of the registry`);
} else {
  // npm may name hosts here, which are nobody's business.
  console.log(
    `NOT VERIFIED: signatures and provenance (${signed.error?.code ?? 'no answer'}); content is checked against the lock file when it is installed`,
  );
  if (process.env.UCCX_AUDIT_REQUIRED === '1') faults.push('signatures are required and could not be verified');
}

for (const fault of faults) console.log(fault);
console.log(`${shippedIn(lock).size} packages by SHA-512 of their content, ${faults.length} faults`);
process.exit(faults.length > 0 ? 1 : 0);

/** Whoever answers may answer with a page of its own. */
function answerIn(text) {
  try {
    return JSON.parse(text || '{}');
  } catch {
    return {};
  }
}
