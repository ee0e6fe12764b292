import { createHash } from 'node:crypto';
import { isoNow } from '../domain/clock.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import type { Zone } from '../domain/digest-when.js';
import type { TargetId } from '../domain/ids.js';
import { isForgettable, occurrenceAt, overlapsItself, timesOf } from '../domain/maintenance.js';
import { Maintenance } from '../domain/quiet.js';
import { MOST_AHEAD_MS, MOST_QUIETS, type WindowTimes } from '../domain/quiet-limits.js';
import type { ReplyAddress, Wants } from '../domain/request.js';
import { momentOf } from '../domain/wall-time.js';
import { mistakeView, refusalView } from '../view/answers.js';
import { maintenanceMadeView, maintenanceOffView } from '../view/maintenance.js';
import { highestRole, targetsFor } from './access.js';
import type { IntakeDeps } from './deps.js';
import { patientlyOnce } from './patiently.js';
import { MessengerRefusedError, type Question } from './ports.js';
import type { Tell } from './tell.js';
import { zoneOfAsker } from './zone.js';

type Make = Extract<Wants, { do: 'maintenance' }>;
type Visible = readonly ConfiguredTarget[];

/** Windows of maintenance by command: make one, end one. */
export const makeMaintenance = (deps: IntakeDeps, { tell, show }: Tell) => {
  const { clock, targets, grants, runs, messenger, quiet, onTrouble } = deps;
  return { make, off };

  async function make(question: Question, wants: Make, visible: Visible): Promise<void> {
    if (!quiet) return tell(question, NOTHING_KEPT);
    const refused = notAllowed(question, wants.targets, visible);
    if (refused.length > 0) return refuse(question, refused, visible);
    const now = clock.now();
    const zone = wants.zone ?? (await zoneOfAsker(messenger, question, quiet.zone));
    const times = timesFor(wants, zone, now);
    if (typeof times === 'string') return tell(question, mistakeView(times));
    const place = messenger(question.to.platform).lasting?.(question.to) ?? null;
    const made = Maintenance.parse({
      is: 'maintenance',
      id: idOf(question),
      because: wants.because,
      at: isoNow(clock),
      by: question.by,
      targets: wants.targets,
      times,
      zone,
      to: place ? { is: 'address', address: place } : null,
    });
    if (overlapsItself(made, now))
      return tell(question, mistakeView('The next one would begin before this one has ended. Make it shorter.'));
    const all = await quiet.quiets.all();
    const gone = all.filter(each => isForgettable(each, now));
    for (const { id } of gone) await quiet.quiets.drop(id);
    if (all.length - gone.length >= MOST_QUIETS)
      return tell(question, mistakeView(`There are ${MOST_QUIETS} already; \`/uccx maintenance list\` names them.`));
    if (!(await runs.begin(question.run))) return;

    // In this order: what is remembered of a window that there is not, is dropped.
    await quiet.quiets.put(made);
    // What began before this is not told: its confirmation says so.
    await quiet.quiets.remember(made.id, { schedule: timesOf(made), since: now, told: [] });
    await quiet.reschedule().catch(error => onTrouble(error, question));
    await confirm(question, made, place, now);
    await runs.keep(question.run).catch(error => onTrouble(error, question));
  }

  /** Where this arrives, its beginning and end will. */
  async function confirm(question: Question, made: Maintenance, place: ReplyAddress | null, now: number) {
    try {
      const view = maintenanceMadeView(made, now);
      if (place) await patientlyOnce(() => messenger(place.platform, question.run).post(place, view));
      else await show(question, view);
    } catch (error) {
      onTrouble(error, question);
      const isClosed = error instanceof MessengerRefusedError;
      const shown = isClosed ? { ...made, to: null } : made;
      if (isClosed) await quiet?.quiets.put(shown);
      await tell(question, maintenanceMadeView(shown, now));
    }
  }

  async function off(question: Question, id: string, visible: Visible): Promise<void> {
    if (!quiet) return tell(question, NOTHING_KEPT);
    if (quiet.configured.some(each => each.id === id))
      return tell(question, mistakeView(`${id} stands in the configuration: it ends when it is taken out there.`));
    const now = clock.now();
    const found = (await quiet.quiets.all()).find(
      (each): each is Maintenance => each.is === 'maintenance' && each.id === id && !isForgettable(each, now),
    );
    const about = found ? (found.targets.length > 0 ? found.targets : targets.map(each => each.id)) : [];
    const seen = about.filter(target => visible.some(each => each.id === target));
    if (!found || seen.length === 0)
      return tell(question, mistakeView(`There is no window ${id}. \`/uccx maintenance list\` names them.`));
    const refused = notAllowed(question, about, visible);
    if (refused.length > 0)
      return refuse(
        question,
        refused.filter(target => seen.includes(target)),
        visible,
      );
    await quiet.quiets.drop(found.id);
    const view = maintenanceOffView(found, now);
    // Whoever was told of its beginning there must hear of its end there.
    const elsewhere = found.to?.is === 'address' && found.by?.channel !== question.by.channel ? found.to.address : null;
    if (elsewhere && occurrenceAt(found, now))
      await patientlyOnce(() => messenger(elsewhere.platform, question.run).post(elsewhere, view)).catch(error =>
        onTrouble(error, question),
      );
    await show(question, view);
  }

  function notAllowed(question: Question, wanted: readonly TargetId[], visible: Visible): TargetId[] {
    const may = targetsFor(grants, question.by, 'operator', visible);
    return wanted.filter(id => !may.some(target => target.id === id));
  }

  function refuse(question: Question, refused: readonly TargetId[], visible: Visible): Promise<void> {
    const has = highestRole(grants, question.by, visible);
    return tell(question, refusalView(question.by, { needs: 'operator', has, targets: refused }));
  }
};

const NOTHING_KEPT = mistakeView('This bot keeps neither mutes nor maintenance.');

const timesFor = ({ begins, forMs }: Make, zone: Zone, now: number): WindowTimes | string => {
  if (typeof begins === 'string') return { is: 'again', pattern: begins, forMs };
  const from = momentOf(begins, zone, now);
  if (from === null) return 'That day is over, or there is none.';
  if (from - now > MOST_AHEAD_MS) return 'A window begins within a year.';
  return { is: 'once', from: new Date(from).toISOString(), until: new Date(from + forMs).toISOString() };
};

/** From the question, so that one that is delivered twice makes one window. */
const idOf = ({ run }: Question): string =>
  `m-${BigInt(`0x${createHash('sha256').update(run).digest('hex').slice(0, 16)}`)
    .toString(36)
    .slice(0, 6)}`;
