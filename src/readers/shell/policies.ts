import type { ReadObject } from './cmdlets.js';
import { fact } from './fact.js';
import { mailboxNames } from './mailboxes.js';
import { askedFor, type ShellObject, textOf } from './object.js';
import { sureText } from './sure.js';
import { amountIn, flagIn } from './values.js';

/** `Get-ThrottlingPolicy` and `Get-ThrottlingPolicyAssociation`. */
export const policies: ReadObject = (object, unread) => [...policy(object, unread), ...association(object, unread)];

const SIGNS = ['imapmaxconcurrency', 'rcamaxconcurrency', 'ewsmaxconcurrency', 'imapcutoffbalance'];

const policy: ReadObject = (object, unread) => {
  const sign = SIGNS.map(name => object.properties.get(name)).find(value => value !== undefined);
  if (!sign) return [];
  const property = ['name', 'identity'].find(each => object.properties.has(each));
  const name = property ? sureText(object, property, unread) : askedFor(object, 'policy');
  if (!name) {
    unread(sign.line, 'values of a throttling policy that is not named; add Name to what is listed');
    return [];
  }
  const blank = Object.entries(LIMITS).flatMap(([limit, property]) => (isBlank(property) ? [limit as Limit] : []));
  const body = {
    policy: name,
    scope: scopeOf(object),
    imapConcurrency: limitOf(LIMITS.imapConcurrency),
    imapCutoff: limitOf(LIMITS.imapCutoff),
    rcaConcurrency: limitOf(LIMITS.rcaConcurrency),
    ewsConcurrency: limitOf(LIMITS.ewsConcurrency),
    ewsSubscriptions: limitOf(LIMITS.ewsSubscriptions),
    messagesPerMinute: limitOf(LIMITS.messagesPerMinute),
    ...(blank.length > 0 ? { blank } : {}),
  };
  return [fact('throttling-policy', body, { line: sign.line })];

  function isBlank(property: string): boolean {
    const value = object.properties.get(property);
    return value?.sure === true && value.text.trim() === '';
  }

  /** Blank is 2010's word for no limit (`$null`); since 2013 that is Unlimited, and blank takes what the policy above it says. */
  function limitOf(property: string): number | 'unlimited' | null {
    const text = sureText(object, property, unread);
    if (text !== '') return amountIn(text);
    return isSince2013(object) ? null : 'unlimited';
  }
};

const LIMITS = {
  imapConcurrency: 'imapmaxconcurrency',
  imapCutoff: 'imapcutoffbalance',
  rcaConcurrency: 'rcamaxconcurrency',
  ewsConcurrency: 'ewsmaxconcurrency',
  ewsSubscriptions: 'ewsmaxsubscriptions',
  messagesPerMinute: 'messageratelimit',
} as const;
type Limit = keyof typeof LIMITS;

const isSince2013 = ({ properties }: ShellObject): boolean =>
  [...properties.keys()].some(name => /^throttlingpolicyscope$|(?:maxburst|rechargerate|cutoffbalance)$/.test(name));

const SCOPES = ['global', 'organization', 'regular'] as const;

const scopeOf = (object: ShellObject): 'default' | (typeof SCOPES)[number] | null => {
  const said = textOf(object, 'throttlingpolicyscope')?.toLowerCase();
  const scope = SCOPES.find(each => each === said);
  if (scope) return scope;
  const isDefault = flagIn(textOf(object, 'isdefault'));
  return isDefault === null ? null : isDefault ? 'default' : 'regular';
};

const association: ReadObject = (object, unread) => {
  const value = object.properties.get('throttlingpolicyid');
  const policyOf = sureText(object, 'throttlingpolicyid', unread);
  if (!value || policyOf === undefined) return [];
  const names = mailboxNames(object);
  if (names.length === 0) {
    unread(value.line, 'a throttling policy of a mailbox that is not named; add Name to what is listed');
    return [];
  }
  return [fact('policy-association', { names, policy: policyOf || null }, { line: value.line })];
};
