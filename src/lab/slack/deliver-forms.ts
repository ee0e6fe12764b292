import { LabError } from '../lab-error.js';
import type { Delivery } from './deliver.js';
import type { LabInput, LabView, LabViews } from './views.js';
import type { Workspace } from './workspace.js';

export type ShortcutDelivery = {
  channel: string;
  /** Who chose the shortcut. */
  user: string;
  callback: string;
  text: string;
  files?: readonly object[];
  thread?: string;
  ts?: string;
};
export type SubmitDelivery = {
  view: LabView;
  /** What was chosen, typed or dropped, by the words above it. What is not named stays as the form has it. */
  fill: Readonly<Record<string, string | readonly object[]>>;
  /** Somebody else's hand: no client of Slack does that. */
  user?: string;
};

/** What people do with modals and with the menu of a message, as Slack tells the app. */
export const formDeliveries = (deps: {
  space: Workspace;
  views: LabViews;
  interact: (payload: object) => Promise<Delivery>;
  fresh: (prefix: string) => string;
  wayBack: (channel: string, user: string) => string;
}) => {
  const { space, views, interact, fresh, wayBack } = deps;
  return { shortcut, submit };

  function who(user: string) {
    return { id: user, username: user.toLowerCase(), team_id: space.users.get(user)?.team ?? space.team };
  }

  /** https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload */
  function shortcut({ channel, user, callback, text, files, thread, ts }: ShortcutDelivery): Promise<Delivery> {
    const sentAt = ts ?? '1763700000.000100';
    return interact({
      type: 'message_action',
      token: 'legacy-verification-token',
      callback_id: callback,
      action_ts: sentAt,
      trigger_id: views.trigger(fresh('1.2.'), user),
      message_ts: sentAt,
      response_url: wayBack(channel, user),
      user: who(user),
      team: { id: space.team, domain: 'lab' },
      channel: { id: channel, name: space.channels.get(channel)?.name ?? 'privategroup' },
      message: {
        type: 'message',
        ts: sentAt,
        user: 'U0OTHER',
        text,
        ...(files ? { files } : {}),
        ...(thread ? { thread_ts: thread } : {}),
      },
    });
  }

  /** https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
  function submit({ view: { id, user, view }, fill, user: by = user }: SubmitDelivery): Promise<Delivery> {
    const inputs = view.blocks.filter(block => block.type === 'input');
    const odd = Object.keys(fill).find(label => !inputs.some(input => input.label.text === label));
    if (odd) throw new LabError('the form has no such field', { odd });
    const values = inputs.map(input => [
      input.block_id,
      { [input.element.action_id]: filled(input, fill[input.label.text]) },
    ]);
    return interact({
      type: 'view_submission',
      team: { id: space.team, domain: 'lab' },
      user: who(by),
      api_app_id: 'A0LAB',
      token: 'legacy-verification-token',
      trigger_id: views.trigger(fresh('1.2.'), by),
      view: { id, team_id: space.team, hash: fresh(''), ...view, state: { values: Object.fromEntries(values) } },
      response_urls: [],
    });
  }
};

/** What Slack's client would let through. */
const filled = ({ element, optional, label }: LabInput, given: string | readonly object[] | undefined): object => {
  const refuse = (why: string): never => {
    throw new LabError(`Slack's client refuses it: ${why}`, { field: label.text });
  };
  switch (element.type) {
    case 'static_select': {
      const option =
        given === undefined ? element.initial_option : element.options.find(({ text }) => text.text === given);
      if (given !== undefined && !option) return refuse('no such option');
      if (!option && !optional) return refuse('nothing chosen');
      return { type: element.type, selected_option: option ?? null };
    }
    case 'plain_text_input': {
      const value = typeof given === 'string' ? given : (element.initial_value ?? null);
      if (value === null && !optional) return refuse('nothing typed');
      if (value !== null && value.length > (element.max_length ?? 3000)) return refuse('too long');
      return { type: element.type, value };
    }
    case 'file_input': {
      const files = typeof given === 'string' ? [] : (given ?? []);
      if (files.length > (element.max_files ?? 10)) return refuse('too many files');
      return { type: element.type, files };
    }
  }
};
