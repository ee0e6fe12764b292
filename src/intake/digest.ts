import { createHash } from 'node:crypto';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import { type Digest, scheduleOf } from '../domain/digest.js';
import { newsOf } from '../domain/digest-news.js';
import { DigestId, type Zone } from '../domain/digest-when.js';
import type { Wants } from '../domain/request.js';
import { withConfigured } from '../domain/with-configured.js';
import { mistakeView, refusalView } from '../view/answers.js';
import { digestView } from '../view/digest.js';
import { digestListView, digestMadeView, digestOffView } from '../view/digest-answers.js';
import { inPicture, PICTURE_MS } from '../view/digest-picture.js';
import { digestTableView, type TableRow } from '../view/digest-table.js';
import { highestRole, targetsFor } from './access.js';
import type { IntakeDeps } from './deps.js';
import { digestScope } from './digest-scope.js';
import { patientlyOnce } from './patiently.js';
import { type Digests, MessengerRefusedError, type Question } from './ports.js';
import { silencesNow } from './silences.js';
import type { Tell } from './tell.js';
import { zoneOfAsker } from './zone.js';

/** What the intake needs for digests; a bot without a schedule has none of it. */
export type DigestDeps = {
  digests: Digests;
  /** Those of the configuration. */
  configured: readonly Digest[];
  /** Of whoever's profile has none. */
  zone: Zone;
  /** Tells the queue that digests have changed. It finds out by itself, too, only later. */
  reschedule: () => Promise<void>;
};

type Make = Extract<Wants, { do: 'digest' }>;

/** A person must be able to look through the list. */
const MOST = 200;

/** Digests by command: make one, list them, look at one beforehand, end one. */
export const makeDigests = (deps: IntakeDeps, { tell, show }: Tell) => {
  const { clock, targets, grants, runs, history, messenger, digest: scheduled, onTrouble } = deps;
  return { make, list, now, table, off };

  async function make(question: Question, wants: Make, visible: readonly ConfiguredTarget[]): Promise<void> {
    if (!scheduled) return tell(question, NO_SCHEDULE);
    const may = targetsFor(grants, question.by, 'operator', visible);
    const refused = wants.targets.filter(id => !may.some(target => target.id === id));
    if (refused.length > 0 || may.length === 0) return refuse(question, visible, refused);
    const place = messenger(question.to.platform).lasting?.(question.to);
    if (!place)
      return tell(question, mistakeView('This platform forgets its conversations, so no digest can come here.'));
    if (!(await runs.begin(question.run))) return;

    const made: Digest = {
      id: idOf(question),
      when: wants.when,
      zone: wants.zone ?? (await zoneOf(question, scheduled.zone)),
      targets: wants.targets,
      onlyChanges: wants.onlyChanges,
      to: { is: 'address', address: place },
      by: question.by,
    };
    const others = await scheduled.digests.all();
    const same = others.find(other => other.id !== made.id && isSame(other, made));
    if (same) return tell(question, mistakeView(`This digest is here already, as ${same.id}.`));
    if (others.length >= MOST)
      return tell(question, mistakeView(`There are ${MOST} digests already; \`/uccx digest off\` ends one.`));

    await scheduled.digests.remember(made.id, { schedule: scheduleOf(made), since: clock.now(), laid: [] });
    await scheduled.digests.put(made);
    await scheduled.reschedule().catch(error => onTrouble(error, question));
    try {
      // Where this arrives, the digests will.
      const view = digestMadeView(made, clock.now());
      await patientlyOnce(() => messenger(place.platform, question.run).post(place, view));
    } catch (error) {
      onTrouble(error, question);
      if (error instanceof MessengerRefusedError) {
        await scheduled.digests.drop(made.id);
        await scheduled.reschedule().catch(error => onTrouble(error, question));
        return tell(
          question,
          mistakeView('I may not write here, so no digest can come here. Invite me and ask again.'),
        );
      }
      await tell(question, digestMadeView(made, clock.now()));
    }
    await runs.keep(question.run).catch(error => onTrouble(error, question));
  }

  /** Those about anything that the asker sees. */
  async function list(question: Question, visible: readonly ConfiguredTarget[]): Promise<void> {
    if (!scheduled) return tell(question, NO_SCHEDULE);
    const shown = (await all()).flatMap(each => {
      const about = digestScope(each, targets, grants);
      const seen = about.filter(({ id }) => visible.some(target => target.id === id)).map(({ id }) => id);
      return seen.length > 0 ? [{ digest: each, about: seen, isAll: seen.length === targets.length }] : [];
    });
    return tell(question, digestListView(shown, clock.now()));
  }

  /** What a digest would say, out of what is known; nothing is looked at, and only the asker is told. */
  async function now(
    question: Question,
    wanted: readonly string[],
    visible: readonly ConfiguredTarget[],
  ): Promise<void> {
    const zone = await zoneOf(question, scheduled?.zone ?? 'UTC');
    const known = await knownOf(wanted.length === 0 ? visible : visible.filter(({ id }) => wanted.includes(id)));
    const news = known.map(each => each.news);
    const drawn = inPicture(news);
    const trends = known.flatMap(({ news: { entry }, rows }) =>
      drawn.includes(entry.target) ? [{ target: entry.target, rows }] : [],
    );
    const like = { id: DigestId.parse('preview'), when: EVERY_DAY, zone, onlyChanges: false, by: question.by };
    const view = digestView({ digest: like, slot: null, now: clock.now(), before: null, news, trends });
    if (view) await tell(question, view);
  }

  /** Everything that a digest only counts, as a file for everybody there. */
  async function table(
    question: Question,
    { digest: id, targets: named }: Extract<Wants, { do: 'digest-table' }>,
    visible: readonly ConfiguredTarget[],
  ): Promise<void> {
    const digest = id === null ? null : (await all()).find(each => each.id === id);
    if (digest === undefined)
      return tell(
        question,
        mistakeView(`There is no digest and no target ${id}. \`/uccx digest list\` names the digests.`),
      );
    const scope = digest ? digestScope(digest, targets, grants).map(target => target.id) : named;
    const about = digest || named.length > 0 ? visible.filter(target => scope.includes(target.id)) : visible;
    if (about.length === 0) return refuse(question, visible, []);
    const zone = await zoneOf(question, scheduled?.zone ?? 'UTC');
    await show(question, digestTableView(await knownOf(about), clock.now(), zone));
  }

  /** What is known of each without looking: the last report, and the looks of some days. */
  async function knownOf(about: readonly ConfiguredTarget[]): Promise<TableRow[]> {
    const until = new Date(clock.now() + 1).toISOString();
    const from = new Date(clock.now() - PICTURE_MS).toISOString();
    const silences = await silencesNow(deps.quiet, clock);
    return Promise.all(
      about.map(async ({ id }) => {
        const [report, rows] = await Promise.all([history.last(id), history.rows(id, from, until)]);
        return { news: newsOf({ target: id, report, stale: null, rows }, null, silences), rows };
      }),
    );
  }

  async function off(question: Question, id: DigestId | null, visible: readonly ConfiguredTarget[]): Promise<void> {
    if (!scheduled) return tell(question, NO_SCHEDULE);
    const stored = await scheduled.digests.all();
    const here = stored.filter(({ by }) => by && isHere(by, question));
    const chosen = id === null ? (here.length === 1 ? here[0] : undefined) : stored.find(each => each.id === id);
    if (id !== null && scheduled.configured.some(each => each.id === id))
      return tell(question, mistakeView(`${id} stands in the configuration: it ends when it is taken out there.`));
    if (!chosen) {
      const which =
        here.length === 0 ? 'No digest comes here.' : `Which one? Here come ${here.map(each => each.id).join(', ')}.`;
      return tell(
        question,
        mistakeView(id === null ? which : `There is no digest ${id}. \`/uccx digest list\` names them.`),
      );
    }
    const may = targetsFor(grants, question.by, 'operator', visible);
    const about = digestScope(chosen, targets, grants);
    const isTheirs = chosen.by?.platform === question.by.platform && chosen.by.user === question.by.user;
    if (!isTheirs && (may.length === 0 || about.some(target => !may.includes(target))))
      return refuse(
        question,
        visible,
        may.length === 0 ? [] : about.filter(target => !may.includes(target)).map(each => each.id),
      );
    await scheduled.digests.drop(chosen.id);
    await scheduled.reschedule().catch(error => onTrouble(error, question));
    await tell(question, digestOffView(chosen));
  }

  async function all(): Promise<Digest[]> {
    return scheduled ? withConfigured(scheduled.configured, await scheduled.digests.all()) : [];
  }

  function refuse(question: Question, visible: readonly ConfiguredTarget[], refused: readonly string[]): Promise<void> {
    const has = highestRole(grants, question.by, visible);
    return tell(question, refusalView(question.by, { needs: 'operator', has, targets: refused }));
  }

  function zoneOf(question: Question, otherwise: Zone): Promise<Zone> {
    return zoneOfAsker(messenger, question, otherwise);
  }
};

const NO_SCHEDULE = mistakeView('This bot keeps no schedule.');
const EVERY_DAY = { is: 'cron', pattern: '0 8 * * *' } as const;

/** From the question, so that one that is delivered twice makes one digest. */
const idOf = ({ run }: Question): DigestId =>
  DigestId.parse(
    `d-${BigInt(`0x${createHash('sha256').update(run).digest('hex').slice(0, 16)}`)
      .toString(36)
      .slice(0, 6)}`,
  );

const isSame = (a: Digest, b: Digest): boolean =>
  scheduleOf(a) === scheduleOf(b) &&
  JSON.stringify([a.to, [...a.targets].sort(), a.onlyChanges]) ===
    JSON.stringify([b.to, [...b.targets].sort(), b.onlyChanges]);

const isHere = (by: { platform: string; user: string; channel: string | null }, { by: asker }: Question): boolean =>
  by.platform === asker.platform && by.channel === asker.channel && (by.channel !== null || by.user === asker.user);
