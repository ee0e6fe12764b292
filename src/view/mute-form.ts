import type { Form } from './form.js';
import type { Action } from './view.js';

/** Findings that a person still chooses between at a glance; any other is muted by its name, as a command. */
const MOST_FINDINGS = 8;
const COMMAND = '/uccx mute ';
const COMMAND_MAX = 500;

/** What is muted: a target, or one rule of it. */
type About = { target: string; rule: string | null };

/**
 * «Mute…» under a result, `shown` being its findings in the order in which it shows them: the one that stands first is offered first, so
 * that nobody silences more than they came for.
 */
export const muteAction = (shown: readonly Shown[], run: string): Action[] => {
  const findings = [...new Set(shown.map(({ target, rule }) => `${target} ${rule}`))].slice(0, MOST_FINDINGS);
  const command = commandOf([...findings, ...new Set(shown.map(({ target }) => target))]);
  const form = muteForm(mutedBy(command));
  return form ? [{ id: `mute-${run}`, label: 'Mute…', command, form }] : [];
};
export type Shown = { target: string; rule: string };

/** `/uccx mute prod imap-login, prod`: what may be muted, before anybody has said for how long and why. Whole names, as many as fit. */
const commandOf = (abouts: readonly string[]): string => {
  let command = '';
  for (const about of abouts) {
    const next = command === '' ? `${COMMAND}${about}` : `${command}, ${about}`;
    if (next.length > COMMAND_MAX) break;
    command = next;
  }
  return command;
};

/** What a mute still wants to be told; null where there is nothing to mute. */
export const muteForm = (abouts: readonly About[]): Form | null => {
  const [first] = abouts;
  if (!first) return null;
  return {
    title: 'Mute',
    submit: 'Mute',
    fields: [
      {
        is: 'choice',
        name: 'what',
        label: 'What',
        options: abouts.map(about => ({ value: keyOf(about), label: labelOf(about) })),
        chosen: keyOf(first),
      },
      { is: 'choice', name: 'span', label: 'For how long', options: SPANS, chosen: '2h' },
      {
        is: 'words',
        name: 'why',
        label: 'Why',
        hint: 'For whoever reads it later',
        max: 200,
      },
    ],
    command: '/uccx mute {what} {span} because {why}',
  };
};

/** The targets and rules that a command to mute names without more; empty for any other, also for one that says for how long. */
export const mutedBy = (command: string): About[] => {
  const said = /^(?:\/uccx\s+)?mute\s+([a-z0-9-]+(?:\s+[a-z][a-z0-9-]*)?(?:,\s*[a-z0-9-]+(?:\s+[a-z][a-z0-9-]*)?)*)$/i;
  const names = said.exec(command.trim())?.[1]?.toLowerCase() ?? '';
  if (names === '' || names === 'list') return [];
  return names
    .split(',')
    .slice(0, 20)
    .map(words => words.trim().split(/\s+/))
    .map(([target = '', rule]) => ({ target, rule: rule ?? null }));
};

const keyOf = ({ target, rule }: About): string => (rule ? `${target} ${rule}` : target);
const labelOf = ({ target, rule }: About): string => {
  const words = rule ? `${rule} of ${target}` : `${target} as a whole`;
  return words.length <= 75 ? words : `${words.slice(0, 73)} …`;
};

const SPANS = [
  { value: '1h', label: '1 hour' },
  { value: '2h', label: '2 hours' },
  { value: '8h', label: '8 hours' },
  { value: '1d', label: '1 day' },
  { value: '3d', label: '3 days' },
  { value: '7d', label: '7 days' },
  { value: '30d', label: '30 days' },
];
