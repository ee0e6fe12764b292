import type { EvidenceOf } from '../domain/evidence/index.js';
import type { MailTarget } from '../domain/target.js';

type Mailbox = EvidenceOf<'exchange-mailbox'>;

/** The account by its bare name, however it is spelt: `CONTOSO\uccxemail`, a UPN, an address, `contoso.test/Users/uccxemail`. */
const bareName = (name: string): string => {
  const last = name.slice(Math.max(name.lastIndexOf('\\'), name.lastIndexOf('/')) + 1);
  return (last.split('@')[0] as string).toLowerCase().replaceAll(/\s/g, '');
};

/** `CONTOSO` of `CONTOSO\\user`, `contoso.test` of a UPN; null where a name has none. */
const domainIn = (name: string): { form: 'netbios' | 'dns'; domain: string } | null => {
  const [before, after] = name.split('\\', 2);
  if (after !== undefined) return { form: 'netbios', domain: (before as string).toLowerCase() };
  const at = name.lastIndexOf('@');
  return at < 0 ? null : { form: 'dns', domain: name.slice(at + 1).toLowerCase() };
};

/** Two accounts of one name in two domains. A short and a long name of a domain cannot be compared. */
const isOfAnotherDomain = (name: string, { mailbox }: MailTarget): boolean => {
  const theirs = domainIn(name);
  const ours = [mailbox.user, mailbox.identity ?? mailbox.user].flatMap(each => domainIn(each) ?? []);
  const comparable = ours.filter(({ form }) => form === theirs?.form);
  return theirs !== null && comparable.length > 0 && comparable.every(({ domain }) => domain !== theirs.domain);
};

/** Whether one of these names is the mailbox of the target. */
export const isOurMailbox = (names: readonly string[], { mailbox }: MailTarget): boolean => {
  const ours = [mailbox.user, ...(mailbox.identity ? [mailbox.identity] : [])].map(bareName);
  return names.some(name => ours.includes(bareName(name)));
};

/** Exchange puts up to four signs behind a name that was taken, and from 2013 on an id before it. */
const MOST_SUFFIX = 4;

/**
 * Whether an event names the account of the target: `surely` by its account name, or by a legacy DN that ends with it or that a list of
 * the mailbox shows; `perhaps` where the DN has some signs more, or the name another domain, which may be another mailbox.
 */
export const namesOurs = (
  subject: string | null,
  target: MailTarget,
  mailboxes: readonly Mailbox[],
): 'surely' | 'perhaps' | 'no' => {
  if (subject === null) return 'no';
  if (!/^\/o=/i.test(subject)) {
    if (!isOurMailbox([subject], target)) return 'no';
    return isOfAnotherDomain(subject, target) ? 'perhaps' : 'surely';
  }
  const bare = (words: string) => words.toLowerCase().replaceAll(/\s/g, '');
  const own = mailboxes.filter(({ names, legacyDn }) => legacyDn !== null && isOurMailbox(names, target));
  if (own.length > 0) return own.some(({ legacyDn }) => bare(legacyDn ?? '') === bare(subject)) ? 'surely' : 'no';
  const last = bare(subject.slice(subject.toLowerCase().lastIndexOf('/cn=') + 4)).replace(/^[0-9a-f]{32}-/, '');
  if (isOurMailbox([last], target)) return 'surely';
  const ours = [target.mailbox.user, target.mailbox.identity ?? target.mailbox.user].map(bareName);
  const isNear = (name: string) => name !== '' && last.startsWith(name) && last.length <= name.length + MOST_SUFFIX;
  return ours.some(isNear) ? 'perhaps' : 'no';
};

/** `event 9646 of MSExchangeIS on MBX01, 3 times, last at …`, for a quotation. */
export const eventWords = (event: EvidenceOf<'exchange-event'>): string => {
  const { provider, id, server, times, last, utc, subject, limit, of, detail } = event;
  const when = last === null ? '' : `, last at ${last}${utc ? '' : ' by the clock of the machine that showed it'}`;
  const what = [subject, limit === null ? null : `limit ${limit}`, of, detail].filter(part => part !== null).join(', ');
  return (
    `${id === null ? provider : `event ${id} of ${provider}`}${server ? ` on ${server}` : ''}, ` +
    `${times === 1 ? 'once' : `${times} times`}${when}${what ? `: «${what}»` : ''}`
  );
};
