import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mistakeText } from '../../src/config/mistake.js';
import { readConfig } from '../../src/config/read-config.js';

const example = readFileSync('manifests/config.example.yaml', 'utf8');
const GIVEN = 'mailbox: { user: care@contoso.example, password: file:/run/secrets/care-mailbox }';
const OAUTH = 'tenant: contoso.onmicrosoft.com, clientId: 11111111-2222-3333-4444-555555555555, clientSecret: env:S';
const mistakes = (mailbox: string): string[] => {
  const read = readConfig(example.replace(GIVEN, `mailbox: { user: care@contoso.example, ${mailbox} }`));
  return read.is === 'bad' ? read.mistakes.map(mistake => mistakeText('f', mistake).replace(/^f:[\d:]+ /, '')) : [];
};
const at = 'targets[1].mailbox';

describe('a test mailbox', () => {
  const TEST = 'testMailbox: { user: CONTOSO\\uccx-test,';
  const with_ = (user: string) => {
    expect(example).toContain(TEST);
    const read = readConfig(example.replace(TEST, `testMailbox: { user: '${user}',`));
    return read.is === 'bad' ? read.mistakes.map(mistake => mistakeText('f', mistake).replace(/^f:[\d:]+ /, '')) : [];
  };
  const path = 'targets[0].ladder.testMailbox.user';

  it('that nobody works with is one', () => expect(with_('contoso\\another')).toEqual([]));
  it.each(['care@contoso.example', 'CONTOSO\\Care'])('%s is what another target works with', user =>
    expect(with_(user)).toEqual([
      `${path}: is the mailbox that chat-mail works with; a deep check would take its sessions from agents`,
    ]),
  );
  it('is not the mailbox of its own target', () =>
    expect(with_('contoso\\UCCX-Agents')).toEqual([
      `${path}: is the mailbox that agent-mail works with; a deep check would take its sessions from agents`,
    ]));
});

it.each([
  { mailbox: 'password: env:P', says: [] },
  { mailbox: 'password: env:P, mechanism: ntlm', says: [] },
  { mailbox: `oauth: { ${OAUTH} }`, says: [] },
  { mailbox: `oauth: { ${OAUTH}, authority: 'https://login.microsoftonline.us' }`, says: [] },
  { mailbox: `oauth: { ${OAUTH}, authority: 'http://127.0.0.1:8080' }`, says: [] },
  {
    mailbox: 'identity: x',
    says: [`${at}.password: is missing; expected env:NAME or file:/path (or oauth, for Exchange Online)`],
  },
  {
    mailbox: `password: env:P, oauth: { ${OAUTH} }`,
    says: [`${at}.oauth: found password and oauth; expected one of them`],
  },
  {
    mailbox: `oauth: { ${OAUTH} }, mechanism: plain`,
    says: [`${at}.mechanism: is for passwords; with oauth the mechanism is always XOAUTH2`],
  },
  {
    mailbox: 'password: env:P, mechanism: ntlmv1',
    says: [`${at}.mechanism: expected one of auto, plain, login, ntlm, found «ntlmv1»; did you mean ntlm?`],
  },
  {
    mailbox: `oauth: { ${OAUTH}, authority: 'http://login.contoso.example' }`,
    says: [`${at}.oauth.authority: expected https://host without a path`],
  },
  {
    mailbox: `oauth: { ${OAUTH.replace('env:S', 'Th3-s3cret-itself')} }`,
    says: [`${at}.oauth.clientSecret: expected env:NAME or file:/path, never the secret itself`],
  },
  {
    mailbox: `oauth: { ${OAUTH.replace(/1111\S+/, 'app,')} }`,
    says: [`${at}.oauth.clientId: expected the id of an application, such as 00000000-0000-0000-0000-000000000000`],
  },
])('$mailbox: $says', ({ mailbox, says }) => expect(mistakes(mailbox)).toEqual(says));
