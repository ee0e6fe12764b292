import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Answer } from './methods.js';

/** https://docs.slack.dev/reference/views/modal-views and https://docs.slack.dev/reference/block-kit/block-elements; only what a form of ours may hold. */
const plain = (max: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: z.string().min(1).max(max), emoji: z.boolean().optional() });
const Option = z.strictObject({ text: plain(75), value: z.string().min(1).max(150) });
const actionId = z.string().min(1).max(255);

const Element = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('static_select'),
    action_id: actionId,
    placeholder: plain(150).optional(),
    options: z.array(Option).min(1).max(100),
    initial_option: Option.optional(),
  }),
  z.strictObject({
    type: z.literal('plain_text_input'),
    action_id: actionId,
    multiline: z.boolean().optional(),
    max_length: z.int().min(1).max(3000).optional(),
    initial_value: z.string().max(3000).optional(),
    placeholder: plain(150).optional(),
  }),
  z.strictObject({ type: z.literal('file_input'), action_id: actionId, max_files: z.int().min(1).max(10).optional() }),
]);
const Input = z.strictObject({
  type: z.literal('input'),
  block_id: z.string().min(1).max(255),
  label: plain(2000),
  hint: plain(2000).optional(),
  optional: z.boolean().optional(),
  element: Element,
});
const Words = z.strictObject({
  type: z.literal('context'),
  elements: z.array(plain(3000)).min(1).max(10),
  block_id: z.string().max(255).optional(),
});
const Modal = z.strictObject({
  type: z.literal('modal'),
  callback_id: z.string().max(255),
  title: plain(24),
  submit: plain(24),
  close: plain(24).optional(),
  private_metadata: z.string().max(3000).optional(),
  blocks: z.array(z.discriminatedUnion('type', [Input, Words])).max(100),
});
type LabModal = z.infer<typeof Modal>;
export type LabInput = z.infer<typeof Input>;
export type LabView = { id: string; user: string; view: LabModal };

/** A trigger opens one modal, within three seconds: https://docs.slack.dev/surfaces/modals */
export const TRIGGER_MS = 3_000;

/** The modals of a workspace: what may open one, and which stand open before whom. */
export const labViews = ({
  now,
  changed,
  triggerMs,
}: {
  now: () => number;
  changed: () => void;
  triggerMs: number;
}) => {
  const triggers = new Map<string, { user: string; at: number; used: boolean }>();
  const open: LabView[] = [];
  return {
    open,
    trigger: (id: string, user: string): string => {
      if (!triggers.has(id)) triggers.set(id, { user, at: now(), used: false });
      return id;
    },
    /** `views.open`. */
    method: ({ trigger_id: id = '', view = '' }: Readonly<Record<string, string>>): Answer => {
      const trigger = triggers.get(id);
      if (!trigger) return { ok: false, error: 'invalid_trigger_id' };
      if (trigger.used) return { ok: false, error: 'exchanged_trigger_id' };
      if (now() - trigger.at > triggerMs) return { ok: false, error: 'expired_trigger_id' };
      const parsed = Modal.safeParse(json(view));
      if (!parsed.success) {
        const messages = parsed.error.issues.map(({ message, path }) => `[ERROR] ${message} [/view/${path.join('/')}]`);
        return { ok: false, error: 'invalid_arguments', response_metadata: { messages } };
      }
      trigger.used = true;
      const opened = { id: `V${randomBytes(5).toString('hex').toUpperCase()}`, user: trigger.user, view: parsed.data };
      open.push(opened);
      changed();
      return { ok: true, view: { id: opened.id, ...parsed.data } };
    },
  };
};
export type LabViews = ReturnType<typeof labViews>;

const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null; // refused as no view
  }
};
