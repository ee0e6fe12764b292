import { z } from 'zod';

/**
 * What comes back when somebody clicks: as `value.action.data` of the invoke `adaptiveCard/action` (`Action.Execute`), or as `value`
 * of a message where the client is older (`Action.Submit`, which has no verb). `command` is a question as if it had been typed.
 */
export const Click = z.object({
  uccx: z.enum(['ask', 'refresh']),
  /** Of the View's action, or `refresh`. */
  id: z.string().min(1).max(100),
  command: z.string().min(1).max(500),
});
export type Click = z.infer<typeof Click>;
