import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readers } from '../../src/readers/index.js';
import { rules } from '../../src/rules/index.js';
import { mailTarget } from '../support/build.js';
import { judge } from '../support/rule-table.js';
import { bodiesOf, givenTo, readWith } from './read-with.js';

/*
 * What people paste from the side of the mail client: conversations, tables, logs of UCCX and CCP. Each published one with the finding
 * that an expert draws from it, and no other.
 */
const plain = mailTarget({ version: '2010-sp3', imap: { port: 143, security: 'plain' } });
const encrypted = mailTarget({ version: '2016' });
const starttls = mailTarget({ version: '2010-sp3', imap: { port: 143, security: 'starttls' } });

const read = (name: string, text?: string) =>
  readWith(readers, name, text ?? readFileSync(new URL(`../fixtures/${name}`, import.meta.url)));
const found = async (name: string, target = plain) => {
  const file = await read(name);
  const verdicts = rules
    .filter(rule => rule.for !== 'cuc-single-inbox')
    .map(rule => judge(rule, target, givenTo(file, target.id)));
  return {
    file: file.file,
    problems: verdicts.flatMap(verdict =>
      verdict.is === 'problem'
        ? verdict.findings.map(({ rule, certainty, says }) => ({ rule: `${rule} ${certainty}`, says }))
        : [],
    ),
    unknown: verdicts
      .flatMap(verdict => (verdict.is === 'unknown' ? [`${verdict.rule}: ${verdict.says}`] : []))
      .join('\n'),
  };
};

describe('a recorded conversation gives its finding and no other', () => {
  it.each<[string, [rule: string, says: RegExp][], RegExp | null]>([
    ['imap/transcript-ok-143-starttls.txt', [], null],
    ['imap/transcript-bad-password.txt', [['imap-login possible', /one refusal does not say why/]], null],
    [
      'imap/transcript-logindisabled.txt',
      [
        ['imap-login-offer proven', /forbids logins before encryption/],
        ['imap-login likely', /wants encryption before a login/],
      ],
      null,
    ],
    ['imap/transcript-ntlm-gssapi-only.txt', [['imap-login likely', /wants encryption before a login/]], null],
    [
      'imap/transcript-authenticated-not-connected.txt',
      [['imap-mailbox possible', /the password is right, something behind it is not/]],
      null,
    ],
    ['imap/transcript-server-unavailable-15.txt', [['imap-mailbox possible', /does not open the mailbox/]], null],
    [
      'imap/transcript-third-failure-disconnect.txt',
      [['imap-login possible', /one refusal does not say why/]],
      /3 logins were refused in this record, and none accepted: no further try.*|too many refused logins/,
    ],
    [
      'imap/transcript-idle-timeout.txt',
      [],
      /13: nothing was said for too long, which is neither a limit nor a refusal/,
    ],
  ])('%s', async (name, expected, quoted) => {
    const { file, problems } = await found(name, name.includes('starttls') ? starttls : plain);
    expect(file.reader).toBe('imap-transcript');
    expect(file.unread.first).toEqual([]);
    expect(problems.map(({ rule }) => rule)).toEqual(expected.map(([rule]) => rule));
    for (const [at, [, says]] of expected.entries()) expect(problems[at]?.says).toMatch(says);
    if (quoted) expect(file.quotes.first.map(({ text }) => text).join('\n')).toMatch(quoted);
  });

  it('tells what was offered before and behind encryption apart, and a login behind it from one before', async () => {
    const file = await read('imap/transcript-ok-143-starttls.txt');
    expect(bodiesOf(file, 'imap-capability')).toMatchObject([{ when: 'before-tls' }, { when: 'after-tls' }]);
    expect(bodiesOf(file, 'imap-login')).toMatchObject([{ outcome: 'accepted', encrypted: true, mechanism: 'LOGIN' }]);
    expect(bodiesOf(file, 'imap-logout')).toMatchObject([{ clean: true }]);
  });

  it('reads the window of telnet as well, where nobody wrote down who said what, and keeps no password of it', async () => {
    const text = [
      'Trying 10.4.3.90...',
      'Connected to mail.',
      '* OK The Microsoft Exchange IMAP4 service is ready.',
      'a1 login contoso/uccxemail Kq7hidden',
      'a1 NO LOGIN failed.',
      'a2 AUTHENTICATE PLAIN',
      '+',
      Buffer.from('\0uccxemail\0Kq7hidden').toString('base64'),
      'a2 NO AUTHENTICATE failed. (uccxemail Kq7hidden)',
    ].join('\r\n');
    const file = await read('telnet.txt', text);
    expect(bodiesOf(file, 'imap-login')).toMatchObject([
      { outcome: 'refused', mechanism: 'LOGIN', text: 'LOGIN failed.' },
      { outcome: 'refused', mechanism: 'PLAIN' },
    ]);
    expect(JSON.stringify(file)).not.toMatch(/Kq7hidden|S3E3aGlkZGVu/);
  });
});

it('takes eleven of fourteen sessions for no limit of eleven', async () => {
  const { file, problems, unknown } = await found('imap/ladder-limit-16.csv');
  expect(file).toMatchObject({ reader: 'ladder-table', unread: { first: [] } });
  expect(problems).toEqual([]);
  expect(unknown).toMatch(
    /session 12 of the account was refused at the login; with n sessions of others the limit is n \+ 11/,
  );
});

describe('a log of UCCX, SocialMiner or CCP', () => {
  it('tells that Exchange can only do TLS 1.0, how often, and when in UTC', async () => {
    const { file, problems } = await found('uccx/ccbu-runtime.txt', encrypted);
    expect(problems).toMatchObject([
      { rule: 'tls-version proven', says: expect.stringMatching(/can only do TLS 1\.0 or 1\.1/) },
    ]);
    expect(file.quotes.first).toMatchObject([{ line: 2, text: expect.stringMatching(/SECURE_IMAP_CLIENT/) }]);
    const { facts } = await read('uccx/ccbu-runtime.txt');
    expect(facts).toMatchObject([{ kind: 'tls-session', at: '2014-06-29T11:30:53.420Z' }]);
  });

  it('tells refused logins, connections that did not come about with their reason, and what SMTP said', async () => {
    const file = await read('uccx/mivr-email.txt');
    expect(bodiesOf(file, 'imap-login')).toMatchObject([{ outcome: 'refused', text: 'AUTHENTICATE failed.' }]);
    expect(bodiesOf(file, 'tcp-connect')).toMatchObject([
      { leg: 'smtp', host: 'mail.contoso.test', port: 587, outcome: 'refused' },
    ]);
    expect(bodiesOf(file, 'smtp-refusal')).toMatchObject([{ code: 451, enhanced: '4.7.0', times: 2 }]);
  });
});

it('reads from a list of log files how fast they are written over, and asks for what is in them', async () => {
  const { file } = await read('cuc/file-list-activelog.txt');
  expect(file).toMatchObject({ reader: 'file-list', unread: { first: [] }, facts: 0 });
  expect(file.quotes.first[0]?.text).toBe(
    '5 files of 186 kB reach over 121 s; a new one begins about every 34 s; busy, or much is traced: fetch them before they are written over',
  );
  expect(file.asks).toHaveLength(1);
});
