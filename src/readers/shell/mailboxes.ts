import type { ReadObject } from './cmdlets.js';
import { type Fact, fact } from './fact.js';
import { askedFor, type ShellObject, textOf } from './object.js';
import { sureText } from './sure.js';
import { flagIn } from './values.js';

const NAMES = [
  'identity',
  'name',
  'alias',
  'samaccountname',
  'userprincipalname',
  'primarysmtpaddress',
  'objectid',
  'windowsemailaddress',
];

/** `Get-CASMailbox` and `Get-Mailbox`. */
export const mailboxes: ReadObject = (object, unread) => [
  ...casMailbox(object, unread),
  ...exchangeMailbox(object, unread),
];

const casMailbox: ReadObject = (object, unread) => {
  const sign = object.properties.get('imapenabled') ?? object.properties.get('ewsenabled');
  if (!sign) return [];
  // The organisation has an EwsEnabled of its own, which is of no mailbox.
  if (
    object.asked.cmdlet === 'get-organizationconfig' ||
    (object.properties.has('ewsapplicationaccesspolicy') && !object.properties.has('imapenabled'))
  )
    return [];
  const names = mailboxNames(object);
  if (names.length === 0) {
    unread(sign.line, 'settings of a mailbox that is not named; add Name to what is listed');
    return [];
  }
  const flag = (name: string) => flagIn(sureText(object, name, unread));
  return [
    fact(
      'cas-mailbox',
      { names, imapEnabled: flag('imapenabled'), ewsEnabled: flag('ewsenabled') },
      { line: sign.line },
    ),
  ];
};

const exchangeMailbox: ReadObject = (object, unread) => {
  const sign = object.properties.get('legacyexchangedn') ?? object.properties.get('throttlingpolicy');
  const names = mailboxNames(object);
  if (!sign || names.length === 0) return [];
  const facts: Fact[] = [];
  // Deep in a DN a blank may have been lost; it is compared without its blanks.
  const legacyDn = textOf(object, 'legacyexchangedn') || null;
  if (legacyDn)
    facts.push(
      fact(
        'exchange-mailbox',
        { names, legacyDn, server: textOf(object, 'servername') || null, database: textOf(object, 'database') || null },
        { line: sign.line },
      ),
    );
  const policy = sureText(object, 'throttlingpolicy', unread);
  if (policy !== undefined)
    facts.push(fact('policy-association', { names, policy: policy || null }, { line: sign.line }));
  return facts;
};

/** By what a mailbox is called, and was asked for; `contoso.test/Users/uccxemail` also by its last part. */
export const mailboxNames = (object: ShellObject): string[] => {
  const all = NAMES.flatMap(name => {
    const value = object.properties.get(name);
    const text = value?.text.trim();
    if (!value?.sure || !text) return [];
    return text.includes('/') ? [text, text.slice(text.lastIndexOf('/') + 1)] : [text];
  });
  const asked = askedFor(object, 'mailbox');
  return [...new Set([...all.slice(0, 7), ...(asked === undefined ? [] : [asked])])];
};
