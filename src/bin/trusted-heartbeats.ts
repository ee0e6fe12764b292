import type { Clock } from '../domain/clock.js';
import type { SiteId } from '../domain/ids.js';
import { WorkerBeat, type WorkerHeard } from '../domain/site-state.js';
import type { Heartbeats } from '../intake/ports.js';
import { siteParty } from '../signing/signed.js';
import type { Signing } from '../signing/signing.js';

/** Clocks may differ by so much before orders are refused for it. */
const CLOCKS_DIFFER_MS = 300_000;

const purposeOf = (worker: string) => ({ is: 'beat', id: worker });

/** What a worker says of itself, in its site's name. */
export const signBeat = (signing: Signing, beat: WorkerBeat, clock: Clock): WorkerBeat => ({
  ...beat,
  signed: signing.sign(purposeOf(beat.worker), { ...beat, saidAt: new Date(clock.now()).toISOString() }),
});

/** Heartbeats with a word about each worker whose signature does not count here, or whose own words are old. */
export const trustedHeartbeats = (
  heartbeats: Pick<Heartbeats, 'heard'>,
  signing: Signing,
): Pick<Heartbeats, 'heard'> => ({
  heard: async (site, clock) =>
    Promise.all((await heartbeats.heard(site, clock)).map(worker => checked(worker, site, signing, clock))),
});

const checked = async (worker: WorkerHeard, site: SiteId, signing: Signing, clock: Clock): Promise<WorkerHeard> => {
  const { signed, ...heard } = worker;
  const opened = await signing.open(siteParty(site), purposeOf(worker.worker), signed);
  if (opened.is === 'refused') return { ...heard, distrust: opened.says };
  const { data: said } = WorkerBeat.safeParse(opened.body);
  const { saidAt } = opened.body as { saidAt?: string };
  const ageMs = clock.now() - Date.parse(saidAt ?? '');
  if (said?.site !== site || Number.isNaN(ageMs)) return { ...heard, distrust: 'what it signed cannot be read' };
  if (Math.abs(ageMs - worker.silentMs) > CLOCKS_DIFFER_MS)
    return { ...heard, distrust: `it signed that at ${saidAt}: an old word of it was put back, or one clock is wrong` };
  return { ...heard, ...said };
};
