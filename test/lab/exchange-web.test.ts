import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labConfig } from '../../src/lab/config.js';
import { type Lab, startLab } from '../../src/lab/lab.js';
import { run } from '../cli/run.js';

/** The web server of the lab's Exchange, looked at through the command line. */
let folder: string;
let lab: Lab;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uccx-lab-web-'));
  lab = await startLab({ folder, scenarios: ['ews-no-schemes', 'ews-forbidden', 'ews-proxy', 'version-by-owa'] });
  await writeFile(join(folder, 'config.yaml'), labConfig(lab));
});
afterAll(async () => {
  await lab.stop();
  await rm(folder, { recursive: true, force: true });
});
const check = async (id: string) => {
  const { code, out } = await run(['check', '--config', 'config.yaml', id], { cwd: folder });
  return { code, out, words: out.replaceAll(/\s+/g, ' ') };
};
const paste = (id: string, line: string) => lab.shell(id).run(line);

describe('EWS that takes no login', () => {
  const DIRECTORIES = [
    "Set-WebServicesVirtualDirectory -Identity 'EX01\\EWS (Default Web Site)' -BasicAuthentication",
    "Set-AutodiscoverVirtualDirectory -Identity 'EX01\\Autodiscover (Default Web Site)' -BasicAuthentication",
  ];

  it('is healed by the printed lines, and ill again by their way back', async () => {
    const before = await check('ews-no-schemes');
    expect(before.code).toBe(1);
    expect(before.words).toMatch(/EWS at .* asks for a login and offers no way to log in/);
    for (const line of DIRECTORIES) {
      expect(before.out).toContain(`${line} $true`);
      expect(await paste('ews-no-schemes', `${line} $true`)).toMatchObject({ failed: null });
    }
    const after = await check('ews-no-schemes');
    expect(after.code).toBe(0);
    for (const line of DIRECTORIES)
      expect(await paste('ews-no-schemes', `${line} $false`)).toMatchObject({ failed: null });
    expect((await check('ews-no-schemes')).code).toBe(1);
  });
});

it('EWS that is forbidden is told with the question that tells more', async () => {
  const { code, out } = await check('ews-forbidden');
  expect(code).toBe(1);
  expect(out).toContain("Get-OrganizationConfig | Format-List -Property 'Ews*'");
});

it('a proxy in between is told with its own words, once for both services', async () => {
  const { code, words } = await check('ews-proxy');
  expect(code).toBe(1);
  expect(words.match(/is answered through a proxy or balancer/g)).toHaveLength(1);
  expect(words.replaceAll(' > ', ' ')).toContain('Via: 1.1 proxy01.contoso.test (squid)');
});

it('a target without a version gets the commands of the build that OWA names', async () => {
  const { out } = await check('version-by-owa');
  expect(out).toContain('Commands are for Exchange 2019 (build 15.2.1748), as OWA says.');
  expect(out).toContain("Set-ImapSettings -Server 'EX01' -MaxConnectionsPerUser 35");
});

it('was only asked, by GET and without credentials, and every connection was given back', async () => {
  for (const { id } of lab.scenarios)
    await expect.poll(() => lab.counters(id).web).toMatchObject({ openNow: 0, others: 0, credentials: 0 });
});
