import { describe, expect, it } from 'vitest';
import { Grant, Role } from '../../src/domain/access.js';
import { TargetId } from '../../src/domain/ids.js';
import type { Requester } from '../../src/domain/request.js';
import type { Target } from '../../src/domain/target.js';
import { roleFor, targetsFor } from '../../src/intake/access.js';

const prod = { id: TargetId.parse('prod') } as Target;
const branch = { id: TargetId.parse('branch') } as Target;
const grant = (more: object) => Grant.parse({ role: 'runner', platform: 'slack', ...more });
const who = (more: Partial<Requester> = {}): Requester => ({
  platform: 'slack',
  user: 'U1',
  groups: [],
  channel: 'C1',
  ...more,
});

describe('who may do what', () => {
  it.each<[string, object[], Partial<Requester>, Role | null]>([
    ['no grants are nobody', [], {}, null],
    ['a named user', [{ users: ['U1'] }], {}, 'runner'],
    ['another user', [{ users: ['U2'] }], {}, null],
    ['the same id on another platform', [{ users: ['U1'] }], { platform: 'console' }, null],
    ['a member of a group', [{ groups: ['S1'] }], { groups: ['S1'] }, 'runner'],
    ['no member of it', [{ groups: ['S1'] }], { groups: ['S2'] }, null],
    ['everybody in a channel', [{ channels: ['C1'] }], {}, 'runner'],
    ['another channel', [{ channels: ['C2'] }], {}, null],
    ['a direct message is in no channel', [{ channels: ['C1'] }], { channel: null }, null],
    ['a user only in that channel', [{ users: ['U1'], channels: ['C2'] }], {}, null],
    ['that user in that channel', [{ users: ['U1'], channels: ['C1'] }], {}, 'runner'],
    [
      'the highest role counts',
      [
        { channels: ['C1'], role: 'viewer' },
        { users: ['U1'], role: 'operator' },
      ],
      {},
      'operator',
    ],
    ['another target', [{ users: ['U1'], targets: ['branch'] }], {}, null],
  ])('%s', (_, grants, asker, role) => expect(roleFor(grants.map(grant), who(asker), prod)).toBe(role));

  it('gives each role what it and the lower ones may do, for every pair', () => {
    for (const has of Role.options) {
      for (const needs of Role.options) {
        const may = targetsFor([grant({ users: ['U1'], role: has, targets: ['prod'] })], who(), needs, [prod, branch]);
        expect(may.map(({ id }) => id)).toEqual(
          Role.options.indexOf(has) >= Role.options.indexOf(needs) ? ['prod'] : [],
        );
      }
    }
  });

  it('takes no grant that names nobody', () =>
    expect(Grant.safeParse({ role: 'operator', platform: 'slack' }).success).toBe(false));
});
