import type { Requester } from '../../domain/request.js';
import { latest } from '../../intake/latest.js';
import type { Log } from '../log.js';
import type { SlackClient } from './client.js';
import { readWords } from './hear-form.js';
import type { Heard } from './incoming.js';
import { type ReadableTarget, readForm } from './read-form.js';
import { asMessengerError, codeOf } from './refusal.js';

/** What becomes of a question that may want a form: `asked` goes on in these words, `opened` has been answered by the form. */
export type Opened = { is: 'opened' } | { is: 'asked'; text: string };

const REMEMBERED = 500;

/**
 * Opens the form for `/uccx read` with nothing below it, and for a message that may be of several targets. Whoever may read for no target,
 * and whom Slack shows no form (a trigger is good for three seconds), goes on without one: the intake's words help them too.
 */
export const formOpener = (deps: {
  client: SlackClient;
  readable: (by: Requester) => readonly ReadableTarget[];
  log: Log;
}) => {
  const opened = latest(REMEMBERED);

  return async ({ form, text, handle, files = [], run }: Heard, by: Requester): Promise<Opened> => {
    if (!form) return { is: 'asked', text };
    const targets = deps.readable(by);
    const [only] = targets;
    const isUnknown = form.chosen !== null && !targets.some(({ id }) => id === form.chosen);
    if (!only || isUnknown) return { is: 'asked', text };
    if (form.on === 'message' && (targets.length === 1 || (files.length === 0 && form.text.trim() === '')))
      return { is: 'asked', text: readWords(targets.length === 1 ? only.id : null, form.text) };
    const { channel, thread, respond } = handle;
    const named = files.flatMap(({ id, name, size }) =>
      id === undefined ? [] : [{ id, name: (name ?? '').slice(0, 80), size: size ?? null }],
    );
    const memory = { channel, thread, respond: respond && { url: respond.url, since: respond.since }, files: named };
    const view =
      named.length < files.length ? null : readForm({ targets, chosen: form.chosen, text: form.text, memory });
    if (!view) return { is: 'asked', text };
    if (!opened.add(run)) return { is: 'opened' }; // a delivery that came twice
    try {
      await deps.client.apiCall('views.open', { trigger_id: form.trigger, view });
      return { is: 'opened' };
    } catch (error) {
      opened.forget(run); // asked again, it goes on without one too
      deps.log.warn({ code: codeOf(asMessengerError(error, 'views.open')), run }, 'Slack did not show the form');
      return { is: 'asked', text };
    }
  };
};
