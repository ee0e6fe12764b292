import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../src/intake/command.js';
import { inboxTarget, mailTarget } from '../support/build.js';

const known = {
  targets: [mailTarget({ id: 'prod' }), mailTarget({ id: 'branch' }), inboxTarget({ id: 'voice' })],
  rules: [],
};
const parse = (text: string) => parseCommand(text, known);
const usual = { do: 'watch', targets: ['prod'], everyMs: 300_000, patience: {}, logsInEveryMs: 1_800_000, agree: null };

describe('watch', () => {
  it.each([
    ['watch prod every 5m', usual],
    ['WATCH Prod EVERY 5min', usual],
    ['watch every 1h', { ...usual, targets: [], everyMs: 3_600_000 }],
    ['watch prod branch prod every 1m', { ...usual, targets: ['prod', 'branch'], everyMs: 60_000 }],
    ['watch every 24h prod', { ...usual, everyMs: 86_400_000 }],
    [
      'watch prod every 5m --after 2 --recover=1 --remind 1h --agree 2 --login never',
      {
        ...usual,
        patience: { breaksAfter: 2, recoversAfter: 1, remindsAfterMs: 3_600_000 },
        agree: 2,
        logsInEveryMs: null,
      },
    ],
    ['watch prod every 5m —remind never', { ...usual, patience: { remindsAfterMs: null } }],
    ['watch list', { do: 'watch-list' }],
    ['watch off w-3k9x2a', { do: 'watch-off', what: 'w-3k9x2a' }],
    ['watch stop PROD', { do: 'watch-off', what: 'prod' }],
  ])('%s', (text, wants) => expect(parse(text)).toEqual({ is: 'wants', wants }));

  it.each([
    ['watch', /wants a target and how often, as in `\/uccx watch <target> every 5m`/],
    ['watch prod', /wants to know how often/],
    ['watch prod every', /a span from 1m to 24h/],
    ['watch prod every 30s', /a span from 1m to 24h.*not `30s`/],
    ['watch prod every 2d', /a span from 1m to 24h/],
    ['watch prodd every 5m', /no target `prodd`\. Did you mean `prod`\?/],
    ['watch prod evry 5m', /Did you mean `every`\?/],
    ['watch lst', /There is no `watch lst`\. Did you mean `list`\?/],
    ['watch list prod', /takes nothing behind it/],
    ['watch off', /wants one watch/],
    ['watch off a b', /wants one watch/],
    ['watch prod every 5m --remnd 4h', /no flag `--remnd` here\. Did you mean `--remind`\?/],
    ['watch prod every 5m --login 5m', /`--login` wants a span from 15m on, or `never`.*not `5m`/],
    ['watch prod every 5m --after 0', /`--after` wants a number from 1 to 20/],
    ['watch ex01.contoso.com every 5m', /never a host name/],
    ['wach prod every 5m', /no command `wach`\. Did you mean `watch`\?/],
  ])('%s is a mistake', (text, says) => {
    const parsed = parse(text);
    expect(parsed.is === 'mistake' && parsed.says).toMatch(says);
  });
});
