import type { ReadObject } from './cmdlets.js';
import { fact } from './fact.js';
import { mailboxNames } from './mailboxes.js';
import { sureText } from './sure.js';
import { flagIn } from './values.js';

/** `Get-ADUser`. A mailbox has none of these; `Enabled` alone is of many things. */
export const accounts: ReadObject = (object, unread) => {
  const sign = ['lockedout', 'passwordexpired', EXPIRES].flatMap(name => object.properties.get(name) ?? [])[0];
  const isAsked = object.asked.cmdlet === 'get-aduser';
  const first = sign ?? (isAsked ? object.properties.get('enabled') : undefined);
  if (!first) return [];
  const names = mailboxNames(object);
  if (names.length === 0) {
    unread(first.line, 'an account that is not named; add SamAccountName to what is listed');
    return [];
  }
  const flag = (name: string) => flagIn(sureText(object, name, unread));
  const body = {
    names,
    enabled: flag('enabled'),
    lockedOut: flag('lockedout'),
    passwordExpired: flag('passwordexpired'),
    ...expiryIn(sureText(object, EXPIRES, unread)),
  };
  return [fact('ad-user', body, { line: first.line })];
};

const EXPIRES = 'accountexpirationdate';

/** Blank, or what serialised output has in its place, is an account that never expires. */
const expiryIn = (text: string | undefined): { expires?: string | null } => {
  if (text === undefined) return {};
  if (/^(?:|never|null|\$null)$/i.test(text)) return { expires: null };
  // As ConvertTo-Json of Windows PowerShell writes a time.
  const ticks = /^\\?\/Date\((\d{1,15})\)\\?\/$/.exec(text)?.[1];
  if (ticks !== undefined) return { expires: new Date(Number(ticks)).toISOString() };
  return /\d/.test(text) ? { expires: text.slice(0, 60) } : {};
};
