import { describe, expect, it } from 'vitest';
import { accountOf, MailTarget } from '../../src/domain/target.js';
import { raiseImapUserLimit } from '../../src/remedies/raise-imap-user-limit.js';
import { sessionNeedOf } from '../../src/remedies/session-need.js';
import { mailTarget } from '../support/build.js';
import { shellLines } from '../support/rule-table.js';

describe('an account', () => {
  it.each([
    ['as it is', 'CONTOSO\\uccx'],
    ['in other capitals', 'contoso\\UCCX'],
    ['as a UPN', 'uccx@contoso.com'],
    ['with a stroke the other way', 'CONTOSO/uccx'],
    ['that opens a shared mailbox', 'CONTOSO\\uccx\\sales'],
    ['as a UPN that opens a shared mailbox', 'uccx@contoso.com\\sales'],
    ['in full-width letters', 'CONTOSO\\ｕｃｃｘ'],
  ])('is the same one %s', (_, user) => {
    expect(accountOf(mailTarget({ user }))).toBe('uccx@contoso');
  });

  it.each([
    ['of another name', 'CONTOSO\\uccx2'],
    ['of another domain', 'FABRIKAM\\uccx'],
    ['of another domain of the same forest', 'uccx@paris.contoso.com'],
    ['without a domain', 'uccx'],
  ])('is another one %s', (_, user) => {
    expect(accountOf(mailTarget({ user }))).not.toBe('uccx@contoso');
  });
});

describe('a name of Exchange', () => {
  it.each([
    ['a direction mark', 'EX\u202e01'],
    ['half a character', 'EX\ud80001'],
    ['a line end', 'EX\n01'],
  ])('with %s is a mistake of the configuration, since no command could hold it', (_, server) => {
    const good = mailTarget();
    expect(MailTarget.safeParse({ ...good, exchange: { ...good.exchange, servers: [server] } }).success).toBe(false);
  });

  it('with quotes and signs of other scripts can be printed', () => {
    const target = mailTarget({ servers: ['Søren’s “EX01” 東京'] });
    const remedy = raiseImapUserLimit(target, sessionNeedOf(target), () => 16);
    expect(remedy && shellLines(remedy)).toContain(
      "Set-ImapSettings -Server 'Søren’’s “EX01” 東京' -MaxConnectionsPerUser 68",
    );
  });
});
