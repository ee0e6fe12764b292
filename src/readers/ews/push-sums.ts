import type { BodyOf } from '../../domain/evidence/index.js';
import { subscriptionName } from './subscription-id.js';

type Body = BodyOf<'push-messages'>;
type Subscription = Body['subscriptions'][number];

const EVENTS = [
  'CreatedEvent',
  'DeletedEvent',
  'ModifiedEvent',
  'MovedEvent',
  'CopiedEvent',
  'NewMailEvent',
  'FreeBusyChangedEvent',
];

/** Adds up messages of EWS push notifications, line by line of whatever holds them: a capture’s text, a proxy’s trace, a saved request. */
export const pushSums = () => {
  const subscriptions = new Map<string, Subscription>();
  const codes = new Map<string, number>();
  const sums = { keepAlives: 0, events: 0, subscribes: 0, answers: { ok: 0, unsubscribe: 0, other: 0 } };
  let statusFrequencyMin: number | null = null;
  let at: { id: string | null; to: string | null } = { id: null, to: null };
  let isFound = false;

  return { take, end, isFound: () => isFound };

  function take(line: string): void {
    const target = idIn(line);
    if (target) at = { id: target, to: addressIn(line) };
    const host = /^Host: ?([A-Za-z0-9.:[\]-]{1,255})\s*$/i.exec(line.slice(0, 300))?.[1];
    if (host) at = { ...at, to: host };
    sums.keepAlives += opened(line, 'StatusEvent');
    for (const name of EVENTS) sums.events += line.includes('EventType>') ? 0 : opened(line, name);
    sums.subscribes += opened(line, 'PushSubscriptionRequest');
    for (const status of valuesOf(line, 'SubscriptionStatus')) {
      if (status === 'OK') sums.answers.ok++;
      else if (status === 'Unsubscribe') sums.answers.unsubscribe++;
      else sums.answers.other++;
      isFound = true;
    }
    for (const minutes of valuesOf(line, 'StatusFrequency'))
      if (/^\d{1,4}$/.test(minutes)) statusFrequencyMin = Number(minutes);
    if (line.includes('ResponseCode>')) for (const code of valuesOf(line, 'ResponseCode')) answered(code);
    for (const words of valuesOf(line, 'SubscriptionId')) subscribed(words);
    if (sums.keepAlives + sums.events + sums.subscribes > 0) isFound = true;
    if (line.includes('PushSubscriptionRequest>')) note({ exchange: null, guid: null, created: null, ...at });
  }

  function answered(code: string): void {
    if (!/^[A-Za-z]{3,64}$/.test(code) || (codes.size >= 10 && !codes.has(code))) return;
    codes.set(code, (codes.get(code) ?? 0) + 1);
    isFound = true;
  }

  function subscribed(words: string): void {
    isFound = true;
    const name = subscriptionName(words.trim());
    if (name) note({ exchange: name.server, guid: name.guid, created: name.created, ...at });
  }

  function note(subscription: Subscription): void {
    const key = subscription.guid ?? subscription.id;
    if (key === null) return;
    const known = subscriptions.get(key);
    if (known) subscriptions.set(key, { ...known, id: known.id ?? subscription.id, to: known.to ?? subscription.to });
    else if (subscriptions.size < 100) subscriptions.set(key, subscription);
  }

  function end(): Body {
    return {
      ...sums,
      subscriptions: [...subscriptions.values()],
      subscribed: [...codes].map(([code, times]) => ({ code, times })),
      statusFrequencyMin,
    };
  }
};

/** How often an element of that name begins, whatever its prefix. */
const opened = (line: string, name: string): number => {
  let times = 0;
  for (let at = line.indexOf(name); at !== -1; at = line.indexOf(name, at + name.length)) {
    const after = line.charCodeAt(at + name.length);
    const isWhole = after === GREATER || after === SLASH || after === BLANK || Number.isNaN(after);
    if (isWhole && isStart(line, at)) times++;
  }
  return times;
};

/** What stands in the elements of that name, where they begin and end in one line. */
const valuesOf = (line: string, name: string): string[] => {
  const values: string[] = [];
  for (let at = line.indexOf(`${name}>`); at !== -1 && values.length < 1000; at = line.indexOf(`${name}>`, at + 1)) {
    if (!isStart(line, at)) continue;
    const from = at + name.length + 1;
    const to = line.indexOf('<', from);
    if (to !== -1 && to - from <= 1000 && line.charCodeAt(to + 1) === SLASH) values.push(line.slice(from, to));
  }
  return values;
};

/** Whether a name there stands at the beginning of a tag: after `<`, or after `<` and a short prefix with its colon. */
const isStart = (line: string, at: number): boolean => {
  if (line.charCodeAt(at - 1) === LESS) return true;
  return line.charCodeAt(at - 1) === COLON && /<[A-Za-z][\w.-]{0,30}:$/.test(line.slice(Math.max(0, at - 33), at));
};

const idIn = (line: string): string | null => {
  const at = line.indexOf('/NotificationService?');
  if (at === -1) return null;
  return /[?&;]id=([0-9A-Za-z-]{1,64})/.exec(line.slice(at, at + 300))?.[1] ?? null;
};
const addressIn = (line: string): string | null =>
  /https?:\/\/([A-Za-z0-9.:[\]-]{1,255})\//.exec(line.slice(0, 2000))?.[1] ?? null;

const LESS = 0x3c;
const GREATER = 0x3e;
const SLASH = 0x2f;
const BLANK = 0x20;
const COLON = 0x3a;
