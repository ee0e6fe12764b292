import { z } from 'zod';

const Name = z.string().regex(/^[a-z]{1,20}$/);

/** One thing that a command still wants to be told: one of a few values, or a person's own words on one line. */
export const Field = z.discriminatedUnion('is', [
  z.object({
    is: z.literal('choice'),
    name: Name,
    label: z.string().min(1).max(75),
    options: z
      .array(z.object({ value: z.string().min(1).max(150), label: z.string().min(1).max(75) }))
      .min(1)
      .max(20),
    chosen: z.string(),
  }),
  z.object({
    is: z.literal('words'),
    name: Name,
    label: z.string().min(1).max(75),
    hint: z.string().min(1).max(150),
    max: z.int().min(1).max(3_000),
  }),
]);
export type Field = z.infer<typeof Field>;

/** What a button asks before its command can be: every field must be filled in. `command` has each field's name in braces. */
export const Form = z.object({
  title: z.string().min(1).max(24),
  /** What the button says that sends it. */
  submit: z.string().min(1).max(24),
  fields: z.array(Field).min(1).max(5),
  command: z.string().min(1).max(200),
});
export type Form = z.infer<typeof Form>;

/** Said to whoever leaves a field empty. */
export const NEEDED = 'This has to be filled in.';

/** The command as if it had been typed: on one line, and nothing that somebody filled in is filled in again. */
export const commandFrom = (command: string, answers: Readonly<Record<string, string>>): string =>
  command.replace(/\{([a-z]{1,20}\d*)\}/g, (_, name: string) =>
    Object.hasOwn(answers, name) ? String(answers[name]).replace(/\s+/g, ' ').trim() : '',
  );
