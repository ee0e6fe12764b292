import type { Clock } from '../../src/domain/clock.js';
import type { Digest } from '../../src/domain/digest.js';
import { type DigestFacts, newsOf } from '../../src/domain/digest-news.js';
import { UccxDoctorError } from '../../src/domain/errors.js';
import { LEAD_MS } from '../../src/domain/history.js';
import { rowOf } from '../../src/domain/history-row.js';
import type { RunId, TargetId } from '../../src/domain/ids.js';
import type { Silence } from '../../src/domain/quiet-of.js';
import { type Report, stateOf } from '../../src/domain/report.js';
import type { ReplyAddress } from '../../src/domain/request.js';
import { type Claims, type Digests, type History, type Messenger, MessengerBusyError } from '../../src/intake/ports.js';
import { digestView } from '../../src/view/digest.js';
import { type DigestTrend, inPicture, PICTURE_MS } from '../../src/view/digest-picture.js';
import { duration } from '../../src/view/words.js';
import { reportsBelow, type Trust } from '../reports.js';
import { addressOfPlace, asJobError, platformBackoff } from '../telling.js';
import { digestTellJob } from './job.js';
import { digestPace } from './pace.js';
import { digestOf } from './process.js';

export type DigestTellWork = {
  clock: Clock;
  digests: Digests;
  configured: readonly Digest[];
  history: Pick<History, 'last' | 'rows'>;
  claims: Pick<Claims, 'holder'>;
  messenger: (platform: string, run?: RunId) => Messenger;
  /** What keeps silent now. Missing where nothing is muted. */
  silences?: () => Promise<readonly Silence[]>;
};

/** Somebody else's check of a target is not through. */
class StillLookingError extends UccxDoctorError {}

/** Before the first digest nothing was told, so it looks back for so long. */
const FIRST_BACK_MS = 7 * 86_400_000;

/** Many digests are told one after another. */
class NotYetError extends UccxDoctorError {
  readonly waitMs: number;
  constructor(waitMs: number) {
    super('other digests are told before this one', { waitMs });
    this.waitMs = waitMs;
  }
}

/** Composes a digest out of what was seen, and tells it once. */
export const processDigestTell = (work: DigestTellWork, trust: Trust) => {
  const pace = digestPace(work.clock);
  return digestTellJob.processor(
    trust.signing,
    async ({ run, digest: asLaid, slot, targets, freshFrom, waitUntil }, job) => {
      const { clock, digests, history, claims, messenger } = work;
      const digest = await digestOf(work, asLaid.id);
      if (!digest) return { is: 'ended', at: null };
      const before = await digests.told(digest.id);
      if (before && Date.parse(before.slot) === slot) return { is: 'told-before', at: null };
      const { platform, place } = placeOf(digest);
      const waitMs = pace.turn(run, platform, place);
      if (waitMs > 0) throw new NotYetError(waitMs);

      const now = clock.now();
      const children = await reportsBelow(job, trust);
      const seen = new Map(children.map(report => [report.target, report]));
      const from = before?.at ?? new Date(now - FIRST_BACK_MS).toISOString();
      const facts = await Promise.all(targets.map(factsOf));
      const entriesBefore = new Map(before?.entries.map(entry => [entry.target, entry]));
      const silences = (await work.silences?.()) ?? [];
      const news = facts.map(each => newsOf(each, entriesBefore.get(each.target) ?? null, silences));
      const trends = await Promise.all(inPicture(news).map(trendOf));
      const view = digestView({ digest, slot, now, before, news, trends });
      const at = view ? await post(view) : null;
      const entries = news.map(({ entry }) => entry);
      await digests.tell(digest.id, {
        slot: new Date(slot).toISOString(),
        at: new Date(now).toISOString(),
        entries,
      });
      return { is: view ? 'told' : 'silent', at };

      async function factsOf(target: TargetId): Promise<DigestFacts> {
        const own = seen.get(target);
        const report = own ?? (await history.last(target));
        // The row of what was seen last, too: this report may be no older than the window.
        const until = new Date(now + 1).toISOString();
        const rows = await history.rows(target, from, until);
        const kept = report && !own && rows.length === 0 ? [rowOf(report)] : rows;
        return { target, report, rows: kept, stale: own ? null : await whyStale(target, report) };
      }

      async function trendOf(target: TargetId): Promise<DigestTrend> {
        const back = new Date(now - PICTURE_MS - LEAD_MS).toISOString();
        return { target, rows: await history.rows(target, back, new Date(now + 1).toISOString()) };
      }

      async function whyStale(target: TargetId, last: Report | null): Promise<string | null> {
        if (last && last.finishedAt >= freshFrom) return null;
        const holder = await claims.holder(target);
        if (holder && clock.now() < Date.parse(waitUntil))
          throw new StillLookingError('somebody else looks at a target of this digest', { target });
        const known = last
          ? `last seen ${stateOf(last)}, ${duration(now - Date.parse(last.finishedAt))} ago`
          : 'it has not been checked yet';
        return holder
          ? `it is being checked by somebody else since ${holder.since}; ${known}`
          : `this look came to nothing; ${known}`;
      }

      async function post(view: Parameters<Messenger['post']>[1]): Promise<ReplyAddress> {
        try {
          const to = await addressOfPlace((digest as Digest).to, messenger);
          const at = await messenger(to.platform, run).post(to, view);
          pace.well(platform);
          return at;
        } catch (error) {
          if (error instanceof MessengerBusyError) pace.busy(platform, place, error.retryAfterMs);
          throw asJobError(error);
        }
      }
    },
  );
};

/** The conversation of a digest, as far as we may know it: what a handle holds, only its platform knows. */
const placeOf = ({ to, by }: Digest): { platform: string; place: string } =>
  to.is === 'named'
    ? { platform: to.platform, place: to.name }
    : { platform: to.address.platform, place: by?.channel ?? JSON.stringify(to.address.handle) };

const LOOK_AGAIN_MS = 2_000;
const MOST_WAIT_MS = 60_000;

/** A digest is worth less the later it comes. */
export const digestBackoff = (attemptsMade: number, _type?: string, error?: Error): number => {
  if (error instanceof StillLookingError) return LOOK_AGAIN_MS;
  if (error instanceof NotYetError) return error.waitMs;
  return platformBackoff(attemptsMade, error, MOST_WAIT_MS);
};
