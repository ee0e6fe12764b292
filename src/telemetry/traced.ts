import type { Step, Trace } from '../domain/trace.js';
import { type Intake, type Messenger, MessengerBusyError, MessengerRefusedError } from '../intake/ports.js';
import type { Probe } from '../probes/probe.js';

/** Each of these is what it is given, and shows what goes through it as steps. */

/** Where a question came in by a road that shows no turn of its own (a socket, the console), its turn begins here. */
export const tracedIntake = (intake: Intake, trace: Trace): Intake => ({
  ask: question => {
    const facts = { 'uccx.run': question.run, 'uccx.platform': question.by.platform };
    const ask = () => trace.step('intake', facts, () => intake.ask(question));
    return trace.isUnderWay() ? ask() : trace.step('turn', { 'uccx.platform': question.by.platform }, ask, 'in');
  },
});

export const tracedMessenger = (platform: string, messenger: Messenger, trace: Trace): Messenger => {
  const traced =
    <Given extends unknown[], Got>(did: string, send: (...given: Given) => Promise<Got>) =>
    (...given: Given): Promise<Got> =>
      trace.step(
        `${platform} ${did}`,
        { 'uccx.platform': platform },
        async step => {
          try {
            return await send(...given);
          } catch (error) {
            step.tell(outcomeOf(error));
            throw error;
          }
        },
        'out',
      );
  return {
    ...messenger,
    post: traced('post', messenger.post),
    edit: traced('edit', messenger.edit),
    tell: traced('tell', messenger.tell),
  };
};

const outcomeOf = (error: unknown) => {
  if (error instanceof MessengerRefusedError) return { 'uccx.outcome': 'refused' };
  if (!(error instanceof MessengerBusyError)) return { 'uccx.outcome': 'failed' };
  return error.retryAfterMs === null
    ? { 'uccx.outcome': 'unreachable' }
    : { 'uccx.outcome': 'rate-limited', 'uccx.retry_after_ms': error.retryAfterMs };
};

/** Each piece of evidence is an event of its kind, with how it ended where that is a word of ours; what a server said stays out. */
export const tracedProbes = (probes: readonly Probe[], trace: Trace): Probe[] =>
  probes.map(probe => ({
    ...probe,
    run: look => {
      const { target, elapsedMs, observe } = look as LookOf;
      const facts = { 'uccx.probe': probe.id, 'uccx.target': target.id, 'uccx.impact': probe.impact };
      return trace.step(`probe ${probe.id}`, facts, step =>
        probe.run({
          ...(look as object),
          observe: (kind: string, body: object) => {
            noteStage(step, kind, body, elapsedMs());
            observe(kind, body);
          },
        } as never),
      );
    },
  }));
type LookOf = { target: { id: string }; elapsedMs: () => number; observe: (kind: string, body: object) => void };

const noteStage = (step: Step, kind: string, body: object, elapsedMs: number): void => {
  const { outcome } = body as { outcome?: unknown };
  const ended = typeof outcome === 'string' && /^[a-z-]{1,40}$/.test(outcome) ? { 'uccx.outcome': outcome } : {};
  step.note(kind, { 'uccx.elapsed_ms': elapsedMs, ...ended });
};
