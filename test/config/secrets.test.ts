import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secretsFrom } from '../../src/config/secrets.js';
import { ConfigError } from '../../src/domain/errors.js';
import { SecretRef } from '../../src/domain/target.js';

const canary = 'c4nary-Hunter2';
const ref = (text: string) => SecretRef.parse(text);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secrets-'));
  await mkdir(join(folder, 'sub'));
  const files = {
    plain: canary,
    newline: `${canary}\n`,
    windows: `\ufeff${canary}\r\n`,
    two: `${canary}\n\n`,
    empty: '\n',
    large: 'x'.repeat(65_537),
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content, { mode: 0o600 });
  await writeFile(join(folder, 'binary'), Buffer.concat([Buffer.from(canary), Buffer.from([0xff, 0xfe])]), {
    mode: 0o600,
  });
  execFileSync('mkfifo', [join(folder, 'pipe')]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a secret', () => {
  it.each([
    ['env:MAIL', canary],
    ['file:plain', canary],
    ['file:newline', canary],
    ['file:windows', canary],
    ['file:two', `${canary}\n`],
    ['file:./sub/../plain', canary],
  ])('behind %s', async (name, value) => {
    expect(await secretsFrom({ MAIL: canary }, { folder })(ref(name))).toBe(value);
  });

  it('is read anew each time', async () => {
    const secrets = secretsFrom({}, { folder });
    await writeFile(join(folder, 'changing'), 'one', { mode: 0o600 });
    expect(await secrets(ref('file:changing'))).toBe('one');
    await writeFile(join(folder, 'changing'), 'two', { mode: 0o600 });
    expect(await secrets(ref('file:changing'))).toBe('two');
  });

  it('that everybody can read is told once, and no other', async () => {
    const told: string[] = [];
    const secrets = secretsFrom({}, { folder, warn: says => told.push(says) });
    await secrets(ref('file:plain'));
    await writeFile(join(folder, 'open'), canary);
    await chmod(join(folder, 'open'), 0o644);
    await secrets(ref('file:open'));
    await secrets(ref('file:open'));
    expect(told).toEqual(['file:open can be read by everybody on this machine; chmod 600 keeps it private']);
  });

  it.each([
    ['env:NONE', 'env:NONE is not set in the environment of this process'],
    ['env:EMPTY', 'env:EMPTY is empty; expected a secret'],
    ['env:BLANK', 'env:BLANK is empty; expected a secret'],
    ['file:empty', 'file:empty is empty; expected a secret'],
    ['file:none', 'file:none cannot be read: there is no such file'],
    ['file:sub', 'file:sub is not a file'],
    ['file:pipe', 'file:pipe is not a file'],
    ['file:large', 'file:large is larger than 65536 bytes; is it the right file?'],
    ['file:binary', 'file:binary is not text in UTF-8'],
  ])('that cannot be had is told by its reference: %s', async (name, says) => {
    const failure = await secretsFrom(
      { EMPTY: '', BLANK: ' \n' },
      { folder },
    )(ref(name)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigError);
    expect((failure as ConfigError).message).toBe(says);
    expect(JSON.stringify([failure, (failure as ConfigError).stack, (failure as ConfigError).cause])).not.toContain(
      canary,
    );
  });
});
