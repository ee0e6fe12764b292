import { describe, expect, it } from 'vitest';
import { EXCHANGE_VERSIONS } from '../../src/domain/target.js';
import { remedies } from '../../src/remedies/index.js';
import { run } from './run.js';

describe('remedies', () => {
  it('lists each with what it needs and its source', async () => {
    const { code, out, err } = await run(['remedies']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const { id } of remedies) expect(out).toContain(`${id}: `);
    expect(out.match(/Needs: /g)).toHaveLength(remedies.length);
    expect(out.match(/Source:/g)).toHaveLength(remedies.length);
  });

  it('for one version leaves the others out and says what there is instead', async () => {
    const { out } = await run(['remedies', '--version', 'online']);
    expect(out).toMatch(/^6 remedies for Exchange online\./);
    expect(out).toMatch(/Not possible with Exchange online/);
    expect(out).toMatch(/check-credentials: In Exchange Online a password is never taken: use-oauth\./);
  });

  it('shows remedy by version', async () => {
    const { code, out } = await run(['remedies', '--matrix']);
    expect(code).toBe(0);
    const rows = out.split('\n').filter(line => remedies.some(({ id }) => line.startsWith(`${id} `)));
    expect(rows).toHaveLength(remedies.length);
    for (const row of rows)
      expect(row.match(/supported|incomplete|by hand|not possible/g)).toHaveLength(EXCHANGE_VERSIONS.length);
    expect(out).toMatch(/^raise-ews-limits-of-account {4}not possible {2}incomplete {4}incomplete {4}not possible /m);
    expect(out).toMatch(/^renew-certificate .*by hand .*not possible$/m);
    expect(out).toMatch(/^command lines +\d+/m);
    expect(out).toMatch(/^\d{4} command lines; a test parses each/m);
  });

  it('as JSON holds the same', async () => {
    const { out } = await run(['remedies', '--version', '2016', '--json']);
    const told = JSON.parse(out);
    expect(told.schema).toBe(1);
    expect(told.remedies).toHaveLength(remedies.length);
    expect(told.remedies[0]).toMatchObject({
      id: 'raise-imap-user-limit',
      scope: 'server',
      when: 'window',
      source: 'https://learn.microsoft.com/powershell/module/exchangepowershell/set-imapsettings',
      support: { 2016: 'supported' },
    });
  });

  it('tells a wrong version the right one', async () => {
    const { code, err } = await run(['remedies', '--version', '2010']);
    expect({ code, err }).toMatchObject({ code: 64, err: expect.stringMatching(/Did you mean 2010-sp3\?/) });
    expect((await run(['remedies', 'x'])).code).toBe(64);
  });
});
