import { z } from 'zod';
import { commandFrom } from '../../view/form.js';

/**
 * What comes back when somebody clicks: as `value.action.data` of the invoke `adaptiveCard/action` (`Action.Execute`), or as `value`
 * of a message where the client is older (`Action.Submit`, which has no verb). `command` is a question as if it had been typed; with
 * `fill` it has places for what was filled in, which comes beside it.
 */
export const Click = z.looseObject({
  uccx: z.enum(['ask', 'fill', 'refresh']),
  /** Of the View's action, or `refresh`. */
  id: z.string().min(1).max(100),
  command: z.string().min(1).max(500),
});
export type Click = z.infer<typeof Click>;

/** Beyond this nothing is looked at: the intake refuses far less. */
const ANSWER_MAX = 3_000;

/** The question that a click asks. */
export const askedBy = ({ uccx, id: _, command, ...beside }: Click): string => {
  if (uccx !== 'fill') return command;
  const words = Object.entries(beside).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value.slice(0, ANSWER_MAX)] as const] : [],
  );
  return commandFrom(command, Object.fromEntries(words));
};
