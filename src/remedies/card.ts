import type { Placeholder, Remedy, Setting } from '../domain/remedy.js';

type Told = Omit<Remedy, 'settings' | 'when' | 'complete' | 'placeholders'> & {
  settings?: Setting[];
  placeholders?: Placeholder[];
  when?: Remedy['when'];
};

/**
 * A remedy with what follows from the rest of it: a change that interrupts somebody wants a maintenance window,
 * and one whose lines hold a placeholder is incomplete.
 */
export const card = ({ settings = [], placeholders = [], when, ...told }: Told): Remedy => ({
  ...told,
  settings,
  when: when ?? (told.apply.some(step => step.drops !== null) ? 'window' : 'any-time'),
  complete: placeholders.length === 0,
  placeholders,
});
