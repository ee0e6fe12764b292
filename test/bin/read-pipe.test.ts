import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROGRAM } from '../support/program.js';

const LOG =
  '10.4.3.90 - - [29/Jun/2014:11:40:54 +0000] "POST /NotificationService/services/NotificationService?id=ff5fbb79-1&pid=1 HTTP/1.1" 200 343\n';
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uccx-read-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The built program, with something piped in; where this is root it runs as nobody, whom a folder can be closed to. */
const program = (words: readonly string[], input: Uint8Array) =>
  new Promise<string>((done, failed) => {
    const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const child = spawn(process.execPath, [PROGRAM, 'read', ...words], {
      cwd: folder,
      ...asNobody,
    });
    let out = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (piece: Buffer) => {
        out += piece;
      });
    child.on('error', failed);
    child.on('close', () => done(out.replaceAll(/\s+>?\s*/g, ' ')));
    child.stdin.end(input);
  });

it('reads a collection of RTMT that is piped in, and a folder beside it of which a part is locked', async () => {
  const zip = zipSync({
    'Jätty logs/x y/2014.log.gz': gzipSync(strToU8(LOG)),
    '../../etc/passwd': strToU8('root:x:0:0\n'),
  });
  await writeFile(join(folder, 'jetty.log'), LOG);
  await mkdir(join(folder, 'locked'), { mode: 0 });
  await chmod(folder, 0o755);
  const out = await program(['-', '.'], zip);
  expect(out).toContain('standard input › Jätty logs/x y/2014.log: the access log of Unity Connection’s Jetty; 1 line');
  expect(out).toContain('jetty.log: the access log of Unity Connection’s Jetty; 1 line');
  expect(out).toContain('standard input › ../../etc/passwd: nothing that I know writes such files');
  expect(out).toContain('locked/: it cannot be read: this user may not read it');
}, 60_000);
