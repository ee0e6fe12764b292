// Known advisories against what we ship. Where the registry has no audit service (mirrors often have none) that is said and
// passed over, unless UCCX_AUDIT_REQUIRED=1, as for a release.
import { spawnSync } from 'node:child_process';

const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { encoding: 'utf8' });
const answer = answerIn(stdout);
const counts = answer.metadata?.vulnerabilities;
if (!counts) {
  console.log(`not audited: ${answer.error?.summary || answer.message || 'the registry did not answer'}`);
  process.exit(process.env.UCCX_AUDIT_REQUIRED === '1' ? 1 : 0);
}
const serious = counts.high + counts.critical;
for (const [name, found] of Object.entries(answer.vulnerabilities ?? {}))
  console.log(`${found.severity}: ${name} ${found.range}`);
console.log(`${serious} high or critical, ${counts.total - serious} lesser advisories against what we ship`);
process.exit(serious > 0 ? 1 : 0);

/** A mirror may answer with a page of its own. */
function answerIn(text) {
  try {
    return JSON.parse(text || '{}');
  } catch {
    return {};
  }
}
