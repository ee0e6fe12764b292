import type { BodyOf } from '../../domain/evidence/index.js';
import { type AccessLine, copyOf } from './access-line.js';
import { type Followed, type OnSubscription, subscriptions } from './subscriptions.js';

type NotifyLog = BodyOf<'notify-log'>;
/** One who notifies. */
export type Sender = { address: string; notifications: number; first: number; last: number };
type Failure = { status: number; times: number; first: number; last: number; ids: Set<string>; recovered: boolean };

/** A line that a person should see. */
export type Remark = (line: number) => void;

/** An `OK` in the envelope that Unity Connection writes has 343 bytes; `Unsubscribe` is nine letters longer. */
const OK_BYTES = 343;
const UNSUBSCRIBE_BYTES = 352;
const OUT_OF_ORDER_MS = 120_000;
const KEPT = { senders: 20, errors: 10, ids: 10, silent: 50, idsOfFailure: 100, sendersFollowed: 5_000 };

/** Adds up what an access log tells, line by line, in constant memory. */
export const tally = (remark: Remark) => {
  const senders = new Map<string, Sender>();
  const failures = new Map<number, Failure>();
  const answers = { ok: 0, unsubscribe: 0, otherBody: 0, clientError: 0, serverError: 0, other: 0 };
  const gaps = { missed: 0, long: 0, stale: 0 };
  const unsubscribed: NotifyLog['unsubscribed'] = [];
  const renewed: NotifyLog['renewed'] = [];
  let longestGap: { id: string; from: number; to: number } | null = null;
  let longestStandstill: { from: number; to: number; ids: number } | null = null;
  let [requests, notifications, renewals, renewedAgain, standstills, outOfOrder, notCounted] = [0, 0, 0, 0, 0, 0, 0];
  /** Sorts of failures of which nobody has recovered. */
  let lasting = 0;
  /** In an object, for a number of its own is made anew whenever it changes. */
  const span = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY };
  let latest: Sender | null = null;

  const told: OnSubscription = {
    gap: gap => {
      gaps[gap.sort]++;
      if (!longestGap || gap.to - gap.from > longestGap.to - longestGap.from) longestGap = gap;
    },
    renewal: ({ id, last, by, at, line, isAgain }) => {
      renewals++;
      if (isAgain) renewedAgain++;
      if (renewed.length >= KEPT.ids) return;
      renewed.push({ id: shown(id), last: iso(last), by: shown(by), at: iso(at) });
      remark(line);
    },
    standstill: found => {
      standstills++;
      if (!longestStandstill || found.to - found.from > longestStandstill.to - longestStandstill.from)
        longestStandstill = found;
    },
  };
  const followed = subscriptions(told);

  return { add, addKnown, known, end };

  function add(request: AccessLine, line: number): void {
    const { at, id } = request;
    requested(at);
    if (id === null) return;
    notifications++;
    if (latest?.address === request.sender) count(latest, at);
    else countSender(request.sender, at);
    followed.notified(id, at, line);
    answered(request, id, line);
  }

  /** A notification of somebody known, about a subscription that is followed, answered with 200: nearly every line. */
  function addKnown(sender: Sender, about: Followed, at: number, answer: 'ok' | 'otherBody', line: number): void {
    requested(at);
    notifications++;
    count(sender, at);
    followed.notifiedBy(about, at, line);
    answers[answer]++;
    if (lasting > 0) recover(about.id);
  }

  /** Whom and what `addKnown` may be told of, after a line that `add` has taken. */
  function known(id: string): { sender: Sender; about: Followed } | null {
    const about = followed.of(id);
    return latest && about ? { sender: latest, about } : null;
  }

  function requested(at: number): void {
    requests++;
    if (span.to - at > OUT_OF_ORDER_MS) outOfOrder++;
    if (at < span.from) span.from = at;
    if (at > span.to) span.to = at;
  }

  function countSender(address: string, at: number): void {
    const known = senders.get(address);
    if (known) {
      latest = known;
      count(known, at);
      return;
    }
    if (senders.size >= KEPT.sendersFollowed) {
      latest = null;
      notCounted++;
      return;
    }
    latest = { address: copyOf(address), notifications: 1, first: at, last: at };
    senders.set(latest.address, latest);
  }

  function answered(request: AccessLine, id: string, line: number): void {
    const { status, at } = request;
    if (status === 200) {
      const answer = answerOf(request);
      if (answer === 'unsubscribe') stop(id, at, line);
      else answers[answer]++;
      if (lasting > 0) recover(id);
      return;
    }
    if (status < 400 || status > 599) {
      answers.other++;
      return;
    }
    if (status < 500) answers.clientError++;
    else answers.serverError++;
    fail(status, at, id, line);
  }

  function stop(id: string, at: number, line: number): void {
    answers.unsubscribe++;
    followed.unsubscribed(id);
    if (unsubscribed.length >= KEPT.ids) return;
    unsubscribed.push({ id: shown(id), at: iso(at) });
    remark(line);
  }

  function fail(status: number, at: number, id: string, line: number): void {
    const known = failures.get(status);
    const failure = known ?? { status, times: 0, first: at, last: at, ids: new Set<string>(), recovered: true };
    if (!known) {
      if (failures.size >= KEPT.errors) return;
      failures.set(status, failure);
      remark(line);
    }
    failure.times++;
    failure.last = Math.max(failure.last, at);
    if (failure.recovered) lasting++;
    failure.recovered = false;
    if (failure.ids.size < KEPT.idsOfFailure && !failure.ids.has(id)) failure.ids.add(copyOf(id));
  }

  function recover(id: string): void {
    for (const failure of failures.values()) {
      if (failure.recovered || !failure.ids.has(id)) continue;
      failure.recovered = true;
      lasting--;
    }
  }

  function end(): NotifyLog {
    const silent = followed.end(span.to);
    const byWeight = [...senders.values()].sort(
      (a, b) => b.notifications - a.notifications || (a.address < b.address ? -1 : 1),
    );
    const listed = byWeight.slice(0, KEPT.senders);
    return {
      from: requests > 0 ? iso(span.from) : null,
      to: requests > 0 ? iso(span.to) : null,
      requests,
      notifications,
      ids: followed.ids(),
      notFollowed: followed.notFollowed(),
      senders: listed.map(({ address, first, last, ...more }) => ({
        address: shown(address),
        first: iso(first),
        last: iso(last),
        ...more,
      })),
      otherSenders: byWeight.length - listed.length + (notCounted > 0 ? 1 : 0),
      answers,
      errors: [...failures.values()].map(({ status, times, first, last, recovered }) => ({
        status,
        times,
        first: iso(first),
        last: iso(last),
        recovered,
      })),
      unsubscribed,
      gaps,
      longestGap: longestGap && { id: shown(longestGap.id), from: iso(longestGap.from), to: iso(longestGap.to) },
      renewals,
      renewed,
      renewedAgain,
      silentAtEnd: silent.length,
      silent: silent.slice(0, KEPT.silent).map(({ id, last }) => ({ id: shown(id), last: iso(last) })),
      standstills,
      longestStandstill: longestStandstill && {
        from: iso(longestStandstill.from),
        to: iso(longestStandstill.to),
        ids: longestStandstill.ids,
      },
      outOfOrder,
    };
  }
};

/** What a 200 says by the length of its body. */
export const answerOf = ({ bytes }: Pick<AccessLine, 'bytes'>): 'ok' | 'unsubscribe' | 'otherBody' =>
  bytes === OK_BYTES ? 'ok' : bytes === UNSUBSCRIBE_BYTES ? 'unsubscribe' : 'otherBody';

const count = (sender: Sender, at: number): void => {
  sender.notifications++;
  if (at > sender.last) sender.last = at;
  if (at < sender.first) sender.first = at;
};

const iso = (at: number): string => new Date(at).toISOString();

/** Words of a file as they may be shown. */
const shown = (words: string): string => (PLAIN.test(words) ? words : words.replace(STRANGE, '?').slice(0, 64));
const PLAIN = /^[A-Za-z0-9._:%-]{1,64}$/;
const STRANGE = /[^A-Za-z0-9._:%-]/g;
