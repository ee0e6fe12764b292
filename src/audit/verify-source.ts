import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { AuditHead } from '../domain/audit.js';
import { ConfigError } from '../domain/errors.js';
import { whyText } from '../domain/why-text.js';
import type { AuditLog } from '../intake/ports.js';
import { allLines } from './entries.js';
import { type Held, makeVerifier, type Verified } from './verify.js';

/** An export, which ends with a closing line. Without one it was cut at its end, or is still being written. */
export const verifyFile = async (file: string, cwd: string, held: Held): Promise<Verified> => {
  const verifier = makeVerifier({ ...held, mustBeClosed: true });
  for await (const line of linesIn(file, cwd)) if (!verifier.take(line)) break;
  return verifier.end();
};

/** What stands in the store, held against the head that is kept beside it. */
export const verifyLog = async (log: AuditLog, held: Held): Promise<Verified> => {
  const { head } = await log.state();
  const verifier = makeVerifier({ ...held, head });
  for await (const line of allLines(log, head)) if (!verifier.take(line)) break;
  return verifier.end();
};

/** Where the audit stood at which time, as the bot has noted it in its log; other lines are left alone. */
export const anchorsIn = async (file: string, cwd: string): Promise<AuditHead[]> => {
  const found: AuditHead[] = [];
  for await (const line of linesIn(file, cwd)) {
    const at = line.indexOf('"auditHead":{');
    if (at < 0) continue;
    const object = /\{[^{}]*\}/.exec(line.slice(at))?.[0] ?? '';
    try {
      found.push(AuditHead.parse(JSON.parse(object)));
    } catch {
      // a line that was cut: it tells nothing
    }
  }
  return found;
};

async function* linesIn(file: string, cwd: string): AsyncGenerator<string> {
  const path = resolve(cwd, file);
  const input = createReadStream(path, 'utf8');
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  const failed = new Promise<never>((_, reject) => input.once('error', reject));
  failed.catch(() => {});
  try {
    const iterator = lines[Symbol.asyncIterator]();
    while (true) {
      const next = await Promise.race([iterator.next(), failed]);
      if (next.done) return;
      yield next.value;
    }
  } catch (cause) {
    const why = whyText((cause as NodeJS.ErrnoException).code);
    throw new ConfigError(`${path} cannot be read: ${why}`, { path }, { cause });
  } finally {
    lines.close();
    input.destroy();
  }
}
