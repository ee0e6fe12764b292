import type { Clock } from '../domain/clock.js';
import type { Observation } from '../domain/observation.js';
import { type Report, State, stateOf } from '../domain/report.js';
import {
  type Digests,
  type History,
  type Intake,
  type Messenger,
  MessengerBusyError,
  MessengerRefusedError,
} from '../intake/ports.js';
import type { Meters } from './meters.js';

/** Each of these is what it is given, and counts what goes through it. */

export const countedIntake = (intake: Intake, meters: Meters): Intake => ({
  ask: question => {
    meters.add('uccx_doctor_questions_total', { platform: question.by.platform });
    return intake.ask(question);
  },
});

export const countedMessenger = (platform: string, messenger: Messenger, meters: Meters): Messenger => {
  const counted =
    <Given extends unknown[], Got>(did: string, send: (...given: Given) => Promise<Got>) =>
    async (...given: Given): Promise<Got> => {
      const note = (outcome: string) => meters.add('uccx_doctor_messages_total', { platform, did, outcome });
      try {
        const got = await send(...given);
        note('sent');
        return got;
      } catch (error) {
        note(outcomeOf(error));
        throw error;
      }
    };
  return {
    ...messenger,
    post: counted('post', messenger.post),
    edit: counted('edit', messenger.edit),
    tell: counted('tell', messenger.tell),
  };
};

const outcomeOf = (error: unknown): string => {
  if (error instanceof MessengerBusyError) return error.retryAfterMs === null ? 'unreachable' : 'rate-limited';
  return error instanceof MessengerRefusedError ? 'refused' : 'failed';
};

/** A report is put when its target was judged; a second put of the same run is a repetition. */
export const countedHistory = (history: History, meters: Meters): History => {
  const latest = new Map<string, string>();
  return {
    ...history,
    put: async (report, of) => {
      await history.put(report, of);
      if (latest.get(report.target) === report.run) return;
      latest.set(report.target, report.run);
      countReport(report, meters);
      showTarget(report, meters);
    },
  };
};

const countReport = (report: Report, meters: Meters): void => {
  const { target } = report;
  meters.add('uccx_doctor_checks_total', { target, state: stateOf(report) });
  for (const { rule, is } of report.verdicts) meters.add('uccx_doctor_verdicts_total', { rule, verdict: is });
  for (const observation of report.observations) {
    const { source } = observation;
    if (source.by !== 'probe') continue;
    const { probe, site } = source;
    meters.add('uccx_doctor_probe_orders_total', { site, outcome: outcomeOfOrder(observation) });
    if (observation.is !== 'seen') continue;
    meters.observe('uccx_doctor_probe_duration_seconds', observation.tookMs / 1000, { probe, site });
  }
  for (const { outcome, withheldFor } of loginsIn(report)) {
    meters.add('uccx_doctor_logins_total', { target, outcome });
    if (withheldFor) meters.add('uccx_doctor_logins_withheld_total', { target, why: withheldFor });
  }
};

export const outcomeOfOrder = (observation: Observation): string => {
  if (observation.is === 'silent') return observation.why;
  return observation.cut ? 'cut' : 'seen';
};

const loginsIn = ({ observations }: Report) =>
  observations
    .flatMap(observation => (observation.is === 'seen' ? observation.evidence : []))
    .flatMap(each => (each.kind === 'imap-login' || each.kind === 'smtp-login' ? [each] : []));

/** How a target was seen last; also of a report out of the history, when the bot begins. */
export const showTarget = (report: Report, meters: Meters): void => {
  const { target } = report;
  for (const state of State.options)
    meters.set('uccx_doctor_target_state', state === stateOf(report) ? 1 : 0, { target, state });
  meters.set('uccx_doctor_target_checked_timestamp_seconds', Date.parse(report.finishedAt) / 1000, { target });
  const logins = loginsIn(report);
  if (logins.length === 0) return; // nobody tried: it stays as it was
  const isHeld = logins.some(({ withheldFor }) => withheldFor && SPARED.includes(withheldFor));
  meters.set('uccx_doctor_account_withheld', isHeld ? 1 : 0, { target });
};
/** Why nothing is sent so that the account is not locked. */
const SPARED = ['refused-before', 'attempt-unfinished'];

export const countedDigests = (digests: Digests, meters: Meters, clock: Clock): Digests => ({
  ...digests,
  tell: async (id, told) => {
    await digests.tell(id, told);
    meters.observe('uccx_doctor_digest_lateness_seconds', Math.max(0, clock.now() - Date.parse(told.slot)) / 1000);
  },
});

/** Heartbeats are read with every look at the sites, so how many do not count is a gauge. */
export const countedRefusals =
  (meters: Meters) =>
  (what: string, why: string): void => {
    if (what !== 'beat') meters.add('uccx_doctor_refused_total', { what, why });
  };
