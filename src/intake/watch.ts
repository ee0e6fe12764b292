import { createHash } from 'node:crypto';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import { type Zone, zoneNamed } from '../domain/digest-when.js';
import type { Wants } from '../domain/request.js';
import { WatchId } from '../domain/watch-slots.js';
import { placeOf, Watch } from '../domain/watching.js';
import { withConfigured } from '../domain/with-configured.js';
import { mistakeView, refusalView } from '../view/answers.js';
import { watchListView, watchMadeView, watchOffView } from '../view/watch-answers.js';
import { highestRole, targetsFor } from './access.js';
import type { IntakeDeps } from './deps.js';
import { digestScope } from './digest-scope.js';
import { patientlyOnce } from './patiently.js';
import { MessengerRefusedError, type Question, type Watches } from './ports.js';
import type { Tell } from './tell.js';

/** What the intake needs for watches; a bot without a queue has none of it. */
export type WatchDeps = {
  watches: Watches;
  /** Those of the configuration. */
  configured: readonly Watch[];
  /** Of whoever's profile has none. */
  zone: Zone;
  /** Tells the queue that watches have changed. It finds out by itself, too, only later. */
  reschedule: () => Promise<void>;
};

type Make = Extract<Wants, { do: 'watch' }>;

/** A person must be able to look through the list. */
const MOST = 200;

/** Watches by command: begin one, list them, end one. */
export const makeWatches = (deps: IntakeDeps, { tell }: Tell) => {
  const { targets, sites, grants, runs, messenger, watch: watching, onTrouble } = deps;
  return { make, list, off };

  async function make(question: Question, wants: Make, visible: readonly ConfiguredTarget[]): Promise<void> {
    if (!watching) return tell(question, NOBODY_WATCHES);
    const may = targetsFor(grants, question.by, 'operator', visible);
    const refused = wants.targets.filter(id => !may.some(target => target.id === id));
    if (refused.length > 0 || may.length === 0) return refuse(question, visible, refused);
    const place = messenger(question.to.platform).lasting?.(question.to);
    if (!place)
      return tell(question, mistakeView('This platform forgets its conversations, so no watch can be heard here.'));
    const lonely = may.find(target => isMeant(wants, target) && sitesOf(target) < (wants.agree ?? 1));
    if (lonely)
      return tell(
        question,
        mistakeView(
          `Only ${sitesOf(lonely)} of the sites may look at ${lonely.id}, so ${wants.agree} can never agree.`,
        ),
      );
    if (!(await runs.begin(question.run))) return;

    const made = Watch.parse({
      ...wants,
      id: idOf(question),
      zone: await zoneOf(question, watching.zone),
      to: { is: 'address', address: place },
      by: question.by,
    });
    const others = await watching.watches.all();
    const same = [...watching.configured, ...others].find(
      other => other.id !== made.id && placeOf(other) === placeOf(made) && isSame(other, made),
    );
    if (same)
      return tell(
        question,
        mistakeView(`This is watched here already, by ${same.id}: \`/uccx watch off ${same.id}\` ends that.`),
      );
    if (others.length >= MOST)
      return tell(question, mistakeView(`There are ${MOST} watches already; \`/uccx watch off\` ends one.`));

    await watching.watches.put(made);
    await watching.reschedule().catch(error => onTrouble(error, question));
    try {
      // Where this arrives, the incidents will.
      await patientlyOnce(() => messenger(place.platform, question.run).post(place, watchMadeView(made)));
    } catch (error) {
      onTrouble(error, question);
      if (error instanceof MessengerRefusedError) {
        await watching.watches.drop(made.id);
        await watching.reschedule().catch(error => onTrouble(error, question));
        return tell(question, mistakeView('I may not write here, so nobody would hear me. Invite me and ask again.'));
      }
      await tell(question, watchMadeView(made));
    }
    await runs.keep(question.run).catch(error => onTrouble(error, question));
  }

  /** Those about anything that the asker sees. */
  async function list(question: Question, visible: readonly ConfiguredTarget[]): Promise<void> {
    if (!watching) return tell(question, NOBODY_WATCHES);
    const shown = await Promise.all(
      (await all()).map(async watch => {
        const about = digestScope(watch, targets, grants);
        const seen = about.filter(({ id }) => visible.some(target => target.id === id)).map(({ id }) => id);
        const memory = seen.length > 0 ? await watching.watches.memory(watch.id) : null;
        const broken = seen.filter(id => memory?.targets[id]?.state.incident);
        return { watch, about: seen, isAll: seen.length === targets.length, broken };
      }),
    );
    return tell(question, watchListView(shown.filter(({ about }) => about.length > 0)));
  }

  /** One by its name, or those that are heard here of a target. */
  async function off(question: Question, what: string, visible: readonly ConfiguredTarget[]): Promise<void> {
    if (!watching) return tell(question, NOBODY_WATCHES);
    const isIt = (watch: Watch) =>
      watch.id === what || (watch.targets.some(id => id === what) && isHere(watch, question));
    const chosen = (await watching.watches.all()).filter(isIt);
    const fixed = watching.configured.find(isIt);
    if (chosen.length === 0 && fixed)
      return tell(
        question,
        mistakeView(`${fixed.id} stands in the configuration: it ends when it is taken out there.`),
      );
    if (chosen.length === 0)
      return tell(question, mistakeView(`There is no watch ${what} here. \`/uccx watch list\` names them.`));
    const may = targetsFor(grants, question.by, 'operator', visible);
    const foreign = chosen.flatMap(watch =>
      isTheirs(watch, question) ? [] : digestScope(watch, targets, grants).filter(target => !may.includes(target)),
    );
    const isNobody = may.length === 0 && chosen.some(watch => !isTheirs(watch, question));
    if (foreign.length > 0 || isNobody)
      return refuse(
        question,
        visible,
        foreign.filter(target => visible.includes(target)).map(({ id }) => id),
      );
    for (const { id } of chosen) await watching.watches.drop(id);
    await watching.reschedule().catch(error => onTrouble(error, question));
    await tell(question, watchOffView(chosen));
  }

  async function all(): Promise<Watch[]> {
    return watching ? withConfigured(watching.configured, await watching.watches.all()) : [];
  }

  function refuse(question: Question, visible: readonly ConfiguredTarget[], refused: readonly string[]): Promise<void> {
    const has = highestRole(grants, question.by, visible);
    return tell(question, refusalView(question.by, { needs: 'operator', has, targets: refused }));
  }

  function sitesOf(target: ConfiguredTarget): number {
    return target.sites ? sites.filter(({ id }) => target.sites?.includes(id)).length : sites.length;
  }

  async function zoneOf({ to }: Question, otherwise: Zone): Promise<Zone> {
    const zone = await messenger(to.platform).zoneOf?.(to);
    return (zone ? zoneNamed(zone) : null) ?? otherwise;
  }
};

const NOBODY_WATCHES = mistakeView('This bot keeps no watch.');

const isMeant = ({ targets }: Make, { id }: ConfiguredTarget): boolean => targets.length === 0 || targets.includes(id);

/** The same targets: one of them would say what the other says. */
const isSame = (a: Watch, b: Watch): boolean => [...a.targets].sort().join() === [...b.targets].sort().join();

const isTheirs = ({ by }: Watch, { by: asker }: Question): boolean =>
  by?.platform === asker.platform && by.user === asker.user;

const isHere = ({ by, to }: Watch, { by: asker }: Question): boolean => {
  if (to.is === 'named') return to.platform === asker.platform && to.name === asker.channel;
  return (
    by?.platform === asker.platform && by.channel === asker.channel && (by.channel !== null || by.user === asker.user)
  );
};

/** From the question, so that one that is delivered twice makes one watch. */
const idOf = ({ run }: Question): WatchId =>
  WatchId.parse(
    `w-${BigInt(`0x${createHash('sha256').update(run).digest('hex').slice(0, 16)}`)
      .toString(36)
      .slice(0, 6)}`,
  );
