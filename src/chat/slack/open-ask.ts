import type { Requester } from '../../domain/request.js';
import { latest } from '../../intake/latest.js';
import { mutedBy, muteForm } from '../../view/mute-form.js';
import type { Log } from '../log.js';
import { askForm } from './ask-form.js';
import type { SlackClient } from './client.js';
import type { Heard } from './incoming.js';
import type { Opened } from './open-form.js';
import { asMessengerError, codeOf } from './refusal.js';

const REMEMBERED = 500;

/**
 * Opens the form of «Mute…», and of `/uccx mute prod` alone: a button cannot be told for how long and why. It offers what its reader may
 * mute. Whoever may mute nothing of it goes on to the intake, which says so, and so does whom Slack shows no form.
 */
export const muteOpener = (deps: {
  client: SlackClient;
  mutable: (by: Requester) => readonly { id: string }[];
  log: Log;
}) => {
  const opened = latest(REMEMBERED);

  return async ({ trigger, text, handle, run }: Heard, by: Requester): Promise<Opened> => {
    const [first, ...others] = trigger === undefined ? [] : mutedBy(text);
    if (!first) return { is: 'asked', text };
    const theirs = deps.mutable(by).map(({ id }) => id);
    const form = muteForm([first, ...others].filter(({ target }) => theirs.includes(target)));
    // No mute is that short: should the intake let them after all, it asks for a longer one and mutes nothing.
    if (!form) return { is: 'asked', text: `/uccx mute ${first.target} 0m because nobody was asked` };
    if (!opened.add(run)) return { is: 'opened' }; // a delivery that came twice
    const { channel, thread, respond } = handle;
    const way = respond && { url: respond.url, since: respond.since };
    const view = askForm(form, { channel, thread, respond: way, command: form.command });
    try {
      await deps.client.apiCall('views.open', { trigger_id: trigger, view });
      return { is: 'opened' };
    } catch (error) {
      opened.forget(run); // asked again, it goes on without one too
      deps.log.warn({ code: codeOf(asMessengerError(error, 'views.open')), run }, 'Slack did not show the form');
      return { is: 'asked', text };
    }
  };
};
