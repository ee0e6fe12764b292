import { z } from 'zod';
import { IsoTime } from '../../domain/clock.js';
import type { Field, Form } from '../../view/form.js';
import { cutTo, oneLine } from '../clean.js';

/** Callback id of the form when it is sent. */
export const ASK_ID = 'uccx-ask';

/** What the form must still know when it comes back: where it is answered, and the command that it fills in. Slack keeps it for us. */
export const AskMemory = z.strictObject({
  channel: z.string(),
  thread: z.string().nullable(),
  respond: z.strictObject({ url: z.url(), since: IsoTime }).nullable(),
  command: z.string().max(200),
});
export type AskMemory = z.infer<typeof AskMemory>;

/** A form of the view as Slack's modal. */
export const askForm = ({ title, submit, fields }: Form, memory: AskMemory): object => ({
  type: 'modal',
  callback_id: ASK_ID,
  title: plain(title),
  submit: plain(submit),
  close: plain('Cancel'),
  private_metadata: JSON.stringify(memory),
  blocks: fields.map(field => ({
    type: 'input',
    block_id: field.name,
    label: plain(field.label),
    ...(field.is === 'words' ? { hint: plain(field.hint) } : {}),
    element: elementOf(field),
  })),
});

const elementOf = (field: Field): object => {
  if (field.is === 'words') return { type: 'plain_text_input', action_id: field.name, max_length: field.max };
  const options = field.options.map(({ value, label }) => ({ text: plain(label), value }));
  const initial = options.find(({ value }) => value === field.chosen);
  return {
    type: 'static_select',
    action_id: field.name,
    options,
    ...(initial ? { initial_option: initial } : {}),
  };
};

const plain = (text: string) => ({ type: 'plain_text', text: cutTo(oneLine(text), 150), emoji: false });

const Given = z.record(
  z.string(),
  z.record(
    z.string(),
    z.object({
      value: z.string().max(3_000).nullish(),
      selected_option: z.object({ value: z.string().max(150) }).nullish(),
    }),
  ),
);

/** What somebody filled in, by field, and the fields that they left empty; null where it is no form of ours. */
export const answersIn = (values: unknown): { answers: Record<string, string>; empty: string[] } | null => {
  const blocks = Given.safeParse(values);
  if (!blocks.success) return null;
  const given = Object.entries(blocks.data).map(([name, block]) => {
    const { value, selected_option } = block[name] ?? {};
    return [name, (selected_option?.value ?? value ?? '').trim()] as const;
  });
  return { answers: Object.fromEntries(given), empty: given.filter(([, value]) => value === '').map(([name]) => name) };
};
