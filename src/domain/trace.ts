/** What a step tells of itself: ids of ours, short words of ours, numbers. Never what a server, a person or a file said, and no secret. */
type Facts = Readonly<Record<string, string | number | boolean>>;

/** For whoever does the step: what happened within it, and what is known of it only later. */
export type Step = { note: (event: string, facts?: Facts) => void; tell: (facts: Facts) => void };

/** `in`: something came in; `out`: somebody else is asked; `own`: work of ours. */
export type StepSide = 'in' | 'out' | 'own';

/** Makes work visible as one step of a whole, from the click to the reply; what the work begins stands below it. */
export type Trace = {
  step: <T>(name: string, facts: Facts, work: (step: Step) => Promise<T>, side?: StepSide) => Promise<T>;
  /** Whether something stands above what runs now. */
  isUnderWay: () => boolean;
};

const SILENT: Step = { note: () => {}, tell: () => {} };

/** Where nobody looks. */
export const noTrace: Trace = { step: (_name, _facts, work) => work(SILENT), isUnderWay: () => true };
