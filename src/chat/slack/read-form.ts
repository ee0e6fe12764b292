import { z } from 'zod';
import { IsoTime } from '../../domain/clock.js';
import { SlackFile } from './files.js';

/** Callback ids: of the form when it is sent, and of the shortcut in the menu of a message, as manifests/slack.yaml has it. */
export const FORM_ID = 'uccx-read';
export const SHORTCUT_ID = 'uccx_read_message';

/** https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element */
const TEXT_MAX = 3_000;
const TEXTS_MAX = 7;
/** https://docs.slack.dev/reference/block-kit/block-elements/file-input-element */
const FILES_MAX = 10;
/** https://docs.slack.dev/surfaces/modals */
const METADATA_MAX = 3_000;
const OPTIONS_MAX = 100;

/** What the form must still know when it comes back: where it is answered, and what it was opened on. Slack keeps it for us. */
export const FormMemory = z.strictObject({
  channel: z.string(),
  thread: z.string().nullable(),
  respond: z.strictObject({ url: z.url(), since: IsoTime }).nullable(),
  files: z.array(z.strictObject({ id: z.string(), name: z.string(), size: z.int().min(0).nullable() })),
});
export type FormMemory = z.infer<typeof FormMemory>;

export type ReadableTarget = { id: string; title?: string | undefined };

/**
 * Asks for what is to be read and of which target it is. Null where Slack's form has no room for it, as for the message of somebody who
 * pasted a novel. `files` and `text` are of the message that it was opened on; a long text has several fields.
 */
export const readForm = ({
  targets,
  chosen,
  text,
  memory,
}: {
  targets: readonly ReadableTarget[];
  chosen: string | null;
  text: string;
  memory: FormMemory;
}): object | null => {
  const options = targets.slice(0, OPTIONS_MAX).map(optionOf);
  const initial = options.find(({ value }) => value === (chosen ?? (targets.length === 1 ? targets[0]?.id : null)));
  const texts = inParts(text);
  const private_metadata = JSON.stringify(memory);
  if (options.length === 0 || texts.length > TEXTS_MAX || private_metadata.length > METADATA_MAX) return null;
  return {
    type: 'modal',
    callback_id: FORM_ID,
    title: plain('Read with UCCX doctor'),
    submit: plain('Read'),
    close: plain('Cancel'),
    private_metadata,
    blocks: [
      {
        type: 'input',
        block_id: 'target',
        optional: true,
        label: plain('Target'),
        hint: plain('Left open, it is judged for the only one that can be meant, or you are asked.'),
        element: {
          type: 'static_select',
          action_id: 'target',
          options,
          ...(initial ? { initial_option: initial } : {}),
        },
      },
      ...texts.map((part, index) => ({
        type: 'input',
        block_id: `text-${index}`,
        optional: true,
        label: plain(index === 0 ? 'Text' : `Text, part ${index + 1}`),
        ...(index === 0 ? { hint: plain(HINT) } : {}),
        element: {
          type: 'plain_text_input',
          action_id: 'text',
          multiline: true,
          max_length: TEXT_MAX,
          ...(part === '' ? {} : { initial_value: part }),
        },
      })),
      ...(memory.files.length > 0
        ? [{ type: 'context', elements: [plain(`Of the message: ${namesOf(memory)}`)] }]
        : [
            {
              type: 'input',
              block_id: 'files',
              optional: true,
              label: plain('Files'),
              hint: plain('Slack takes 10 MB of a file here; send larger ones in a message to me.'),
              element: { type: 'file_input', action_id: 'files', max_files: FILES_MAX },
            },
          ]),
    ],
  };
};

const HINT =
  'Output of Get- commands, log lines, events: at most 3,000 characters here, more as a file or a snippet. No passwords.';

const namesOf = ({ files }: FormMemory): string =>
  files
    .map(({ name }) => name)
    .join(', ')
    .slice(0, 1000);

const plain = (text: string) => ({ type: 'plain_text', text, emoji: false });

const optionOf = ({ id, title }: ReadableTarget) => ({
  text: plain((title ? `${id} (${title})` : id).slice(0, 75)),
  value: id,
});

/** As long as a field may be, cut between lines where there are any. */
const inParts = (text: string): string[] => {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > TEXT_MAX) {
    const end = rest.lastIndexOf('\n', TEXT_MAX);
    parts.push(rest.slice(0, end > 0 ? end : TEXT_MAX));
    rest = rest.slice(end > 0 ? end + 1 : TEXT_MAX);
  }
  return [...parts, rest];
};

const Chosen = z.object({ selected_option: z.object({ value: z.string() }).nullish() });
const Typed = z.object({ value: z.string().nullish() });
const Dropped = z.object({ files: z.array(SlackFile).max(100).nullish() });

/** What somebody filled in, by the blocks above; null where it is no form of ours. */
export const filledIn = (values: unknown): { target: string | null; text: string; files: SlackFile[] } | null => {
  const blocks = z.record(z.string(), z.record(z.string(), z.unknown())).safeParse(values);
  if (!blocks.success) return null;
  const target = Chosen.safeParse(blocks.data.target?.target);
  const dropped = Dropped.safeParse(blocks.data.files?.files);
  const texts = Array.from({ length: TEXTS_MAX }, (_, index) => Typed.safeParse(blocks.data[`text-${index}`]?.text));
  return {
    target: target.data?.selected_option?.value ?? null,
    text: texts.flatMap(({ data }) => data?.value ?? []).join('\n'),
    files: dropped.data?.files ?? [],
  };
};
