import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../src/domain/evidence/index.js';
import type { Target } from '../../src/domain/target.js';
import { imapGreeting } from '../../src/rules/imap-greeting.js';
import { imapLogin } from '../../src/rules/imap-login.js';
import { imapMailbox } from '../../src/rules/imap-mailbox.js';
import { imapSessionsPerUser } from '../../src/rules/imap-sessions-per-user.js';
import type { Rule } from '../../src/rules/rule.js';
import { smtpBanner } from '../../src/rules/smtp-banner.js';
import { smtpLogin } from '../../src/rules/smtp-login.js';
import { fact, mailTarget } from '../support/build.js';
import { judge } from '../support/rule-table.js';

/** What a rule makes of words that its author did not have in mind. */
const finding = (rule: Rule, given: Evidence, target: Target = mailTarget()) => {
  const verdict = judge(rule, target, [given]);
  if (verdict.is !== 'problem') throw new Error(`expected a problem: ${JSON.stringify(verdict)}`);
  const [first] = verdict.findings;
  if (!first) throw new Error('a problem without a finding');
  return { ...first, remedies: first.remedies.map(({ id }) => id), asks: first.asks.map(({ says }) => says) };
};
const DIRECTORY = /The directory knows/;

describe('a refused IMAP login', () => {
  const says = (text: string, more = {}) =>
    finding(imapLogin, fact('imap-login', { outcome: 'refused', status: 'NO', text, ...more }));

  it.each([
    'Too many failed login attempts',
    '[ALERT] Too many invalid logins from your IP, blocked for 10 minutes',
    '[AUTHENTICATIONFAILED] Too many login failures',
    '[LIMIT] Too many failed login attempts',
    'Authentication failed, your account is locked out for 5 minutes because of too many failed login attempts',
    'Access denied. Invalid login attempt limit reached',
    'authentication failed, maximum login attempts 5',
    'Login failed: password incorrect, temporary block after 5 tries',
  ])('that counts failures says stop and claims nothing: %s', text => {
    const said = says(text);
    expect(said).toMatchObject({ certainty: 'possible', remedies: [] });
    expect(said.says).toMatch(/speaks of failed logins.*nobody should try again/);
    expect(said.asks[0]).toMatch(DIRECTORY);
  });

  it.each([
    'Incorrect username or password. Try again.',
    'Invalid credentials. Please try again.',
    'Invalid login or password (server error)',
    'Bad username or password, please try again later',
    '[AUTHORIZATIONFAILED] Invalid credentials',
    '[AUTHENTICATIONFAILED] Authentication failed, try again',
    'Cannot connect to the mailbox: invalid credentials',
  ])('that blames name or password is never «not about the password»: %s', text => {
    const said = says(text);
    expect(said.certainty).toBe('possible');
    expect(said.says).toMatch(/not accepted, and not why/);
    expect(said.asks[0]).toMatch(DIRECTORY);
  });

  it.each([
    ['LOGIN failed: account is locked', /lock or a block/],
    ['Account is temporarily locked, try again later', /lock or a block/],
    ['[AUTHENTICATIONFAILED] Your IP has been blocked after too many logins per minute', /lock or a block/],
    ['LOGIN failed: account has been disabled', /something is disabled/],
    ['[ALERT] Your account is not enabled for IMAP use.', /something is disabled/],
    ["Unable to log in at this time: the user's mailbox is locked by another session", /does not say why/],
  ] as const)('is possible at most: %s', (text, words) => {
    const said = says(text);
    expect(said.certainty).toBe('possible');
    expect(said.says).toMatch(words);
  });

  it.each([
    ['Login only available under a layer', { encrypted: false }, 'likely', /wants encryption before a login/],
    ['cleartext logins disabled', { encrypted: false }, 'likely', /wants encryption before a login/],
    ['cleartext logins disabled', { encrypted: true }, 'possible', /although the conversation is encrypted/],
    ['Login rate exceeded', {}, 'likely', /too often or for too much/],
    ['Maximum number of concurrent sessions reached', {}, 'likely', /too many connections/],
    ['Error: too many logins for this account', {}, 'likely', /too many connections/],
    ['failed to connect to real server', {}, 'likely', /cannot tell now/],
    ['Cannot reach the directory', {}, 'likely', /cannot tell now/],
  ] as const)('%s (%o) is %s', (text, more, certainty, words) => {
    const said = says(text, more);
    expect(said.certainty).toBe(certainty);
    expect(said.says).toMatch(words);
  });

  it('before a password was sent is not about it', () => {
    const said = says('AUTHENTICATE failed.', { passwordSent: false });
    expect(said.says).toMatch(/no password had been sent by then/);
    expect(said.asks.join('\n')).not.toMatch(DIRECTORY);
  });
});

describe('an IMAP login in which the server hung up', () => {
  const says = (text: string | null, status: 'BYE' | 'NO' | null = 'BYE') =>
    finding(imapLogin, fact('imap-login', { outcome: 'closed', status, text }));

  it.each(['Invalid user name or password, too many attempts', 'Connection is closed. 14'])('with %s', text => {
    expect(says(text).says).toMatch(/nobody should try again/);
    expect(says(text).asks[0]).toMatch(DIRECTORY);
  });
  it('with a last untagged word', () => {
    const said = says('[AUTHENTICATIONFAILED] Invalid login', 'NO');
    expect(said.says).toMatch(/in the middle of the login.*not accepted, and not why/);
    expect(said.because.join()).toContain('Invalid login');
  });
  it('without a word asks for the account too', () => expect(says(null, null).asks.join('\n')).toMatch(DIRECTORY));
});

it.each([
  'Connection refused; too many failed logins from your address',
  'Temporarily blocked: repeated login failures',
])('a greeting that speaks of failed logins is no crowd: %s', text => {
  const said = finding(imapGreeting, fact('imap-greeting', { outcome: 'bye', text }));
  expect(said.certainty).toBe('possible');
  expect(said.says).toMatch(/failed logins or of a block/);
  expect(said.asks[0]).toMatch(DIRECTORY);
});

it.each([
  ['[LIMIT] Too many sessions for this user', /9646/],
  ['[NOPERM] permission denied', /Is IMAP turned off/],
  ['[OVERQUOTA] Quota exceeded', /Is the mailbox full/],
  ["[NONEXISTENT] Mailbox doesn't exist: INBOX", /Is it the right mailbox/],
] as const)('a mailbox that does not open with %s asks that first', (text, asks) => {
  const said = finding(imapMailbox, fact('imap-select', { outcome: 'refused', status: 'NO', text, messages: null }));
  expect(said.asks[0]).toMatch(asks);
});

describe('a ladder that ended at a refusal', () => {
  const climbed = (text: string | null, status: 'NO' | 'BYE' = 'NO', stage: 'login' | 'select' = 'login') =>
    judge(imapSessionsPerUser, mailTarget({ agents: 10 }), [
      fact('imap-ladder', {
        asked: 60,
        opened: 8,
        account: 'test',
        heldByOthers: 0,
        stoppedBy: 'refusal',
        refusal: { stage, status, text },
      }),
    ]);

  it.each([
    ['NO', 'AUTHENTICATE failed.', 'login'],
    ['NO', '[LIMIT] Too many sessions for this user', 'login'],
    ['NO', 'Server Unavailable. 15', 'select'],
  ] as const)('%s %s at the %s has met a limit of the account', (status, text, stage) =>
    expect(climbed(text, status, stage)).toMatchObject({ is: 'problem' }),
  );

  it.each([
    ['NO', '[LIMIT] Too many connections from your IP address', 'login'],
    ['NO', '[AUTHENTICATIONFAILED] Your IP has been blocked after too many logins per minute', 'login'],
    ['NO', 'Login rate exceeded', 'login'],
    ['BYE', 'Connection is closed. 14', 'login'],
    ['BYE', 'Server shutting down.', 'login'],
    ['NO', '[OVERQUOTA] Quota exceeded', 'select'],
  ] as const)('%s %s at the %s has not', (status, text, stage) => {
    const verdict = climbed(text, status, stage);
    expect(verdict.is).toBe('unknown');
    expect(verdict.is === 'unknown' && verdict.says).toContain(`«${text}»`);
  });
});

describe('a refused SMTP login', () => {
  const says = (line: string, more = {}, target = mailTarget()) => {
    const [, code, enhanced = null] = /^(\d{3}) (\d\.\d+\.\d+)?/.exec(line) ?? [];
    const answer = { outcome: 'refused', code: Number(code), enhanced, text: line.slice(4), ...more } as const;
    return finding(smtpLogin, fact('smtp-login', answer), target);
  };

  it.each([
    ['454 4.7.0 Too many login attempts, please try again later.', /speaks of failed logins/],
    ['421 4.7.0 Too many failed login attempts', /speaks of failed logins/],
    ['535 5.7.0 (#AUTH005) Too many bad auth attempts.', /speaks of failed logins/],
    ['421 4.7.0 Authentication failed, closing', /were not accepted/],
    ['550 5.7.0 Account disabled', /account is disabled, locked or expired/],
    ['525 5.7.13 User account disabled', /account is disabled, locked or expired/],
    ['535 5.7.8 Error: authentication failed: too many connections', /by the code for name and password/],
    ['530 5.7.57 Client not authenticated to send mail', /as if nobody had tried to log in/],
  ] as const)('%s claims nothing', (line, words) => {
    const said = says(line, {}, mailTarget());
    expect(said).toMatchObject({ certainty: 'possible', remedies: [] });
    expect(said.says).toMatch(words);
  });

  it.each([
    ['454 4.7.0 Temporary authentication failure', /cannot ask its directory/],
    ['534 5.7.9 Application-specific password required.', /made for programs/],
    ['534 5.7.14 Please log in via your web browser and then try again.', /a person at a browser/],
    ['534 5.7.9 Authentication mechanism is too weak', /way of logging in is not taken here/],
    ['432 4.7.12 A password transition is needed', /change over to this way/],
    [
      '535 5.7.139 Authentication unsuccessful, user is locked by your organization’s security defaults policy.',
      /policy/,
    ],
  ] as const)('%s is told', (line, words) => {
    const said = says(line);
    expect(said).toMatchObject({ certainty: 'likely', remedies: [] });
    expect(said.says).toMatch(words);
  });

  it('of a server that wants what it has is no reason to change anything', () => {
    const said = says('538 5.7.11 Encryption required for requested authentication mechanism', { encrypted: true });
    expect(said).toMatchObject({ certainty: 'possible', remedies: [] });
  });

  it.each(['535 5.7.3 Authentication unsuccessful', '550 5.7.1 Access denied'])(
    'before a password was sent is not about it: %s',
    line => {
      const said = says(line, { passwordSent: false });
      expect(said.says).toMatch(/no password had been sent by then/);
      expect(said.asks.join('\n')).not.toMatch(DIRECTORY);
    },
  );
});

it.each([
  ['421 mx.example.com service not available, too many sessions for 10.0.0.5 (max 20)', /one address holds too many/],
  ['421 4.3.1 Load average too high', /turns the connection away for now/],
] as const)('an SMTP greeting: %s', (line, words) => {
  const text = line.slice(4);
  const enhanced = /^4\.\d\.\d/.exec(text)?.[0] ?? null;
  const said = finding(smtpBanner, fact('smtp-banner', { outcome: 'rejected', code: 421, enhanced, text }));
  expect(said).toMatchObject({ certainty: 'possible' });
  expect(said.says).toMatch(words);
});
