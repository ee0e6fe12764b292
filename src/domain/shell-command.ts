import { z } from 'zod';

/**
 * One command of the Exchange Management Shell (or of Windows PowerShell, in which it runs) as data.
 * Made only by the catalogue in `ems/`, which knows the parameters of each version; written out only by `ems/to-shell`.
 */
export type ShellCommand = {
  cmdlet: string;
  args: ShellArgument[];
  /** What the output is piped into. */
  pipe: ShellCommand | null;
};
type ShellArgument = { name: string; value: ShellValue };
export type ShellValue =
  | { is: 'text'; text: string }
  | { is: 'number'; number: number }
  /** `-Force`, without a value. */
  | { is: 'switch' }
  /** `-Confirm:$false`: a switch that is on by itself, turned off so that the line does not stop to ask. */
  | { is: 'switch-off' }
  | { is: 'bool'; on: boolean }
  | { is: 'null' }
  | { is: 'list'; items: ShellValue[] }
  /** `{ …; … }`, run elsewhere by Invoke-Command. */
  | { is: 'block'; commands: ShellCommand[] }
  /** `{ if (…) { … } else { … } }`: a block that does one of two things. */
  | { is: 'choice'; if: ShellValue; yes: ShellCommand[]; no: ShellCommand[] }
  /** `$args[0]`, in a block: what the outer command hands over with -ArgumentList. */
  | { is: 'argument' }
  /** `(…).Member`: one value out of what another command gives back. */
  | { is: 'member'; of: ShellCommand; member: string };

export const ShellValue: z.ZodType<ShellValue> = z.lazy(() =>
  z.discriminatedUnion('is', [
    z.object({ is: z.literal('text'), text: z.string() }),
    z.object({ is: z.literal('number'), number: z.int() }),
    z.object({ is: z.literal('switch') }),
    z.object({ is: z.literal('switch-off') }),
    z.object({ is: z.literal('bool'), on: z.boolean() }),
    z.object({ is: z.literal('null') }),
    z.object({ is: z.literal('list'), items: z.array(ShellValue) }),
    z.object({ is: z.literal('block'), commands: z.array(ShellCommand) }),
    z.object({
      is: z.literal('choice'),
      if: ShellValue,
      yes: z.array(ShellCommand),
      no: z.array(ShellCommand),
    }),
    z.object({ is: z.literal('argument') }),
    z.object({ is: z.literal('member'), of: ShellCommand, member: z.string() }),
  ]),
);
export const ShellCommand: z.ZodType<ShellCommand> = z.lazy(() =>
  z.object({
    cmdlet: z.string(),
    args: z.array(z.object({ name: z.string(), value: ShellValue })),
    pipe: ShellCommand.nullable(),
  }),
);
