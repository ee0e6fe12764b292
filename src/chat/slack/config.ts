import { z } from 'zod';
import { SecretRef } from '../../domain/target.js';

/** Plain HTTP only to this very machine (a lab, a recording proxy): the bot token travels in every call. */
const ApiUrl = z.url({ abort: true }).refine(isSafe, 'expected https://…, or http:// to a loopback address');

/** How we speak with one Slack workspace. `socket` needs no inbound port; `http` needs a public address with TLS in front. */
export const SlackConfig = z
  .strictObject({
    mode: z.enum(['socket', 'http']),
    /** `xoxb-…`, from «OAuth & Permissions» after the app was installed. */
    botToken: SecretRef,
    /** `xapp-…` with the scope connections:write, from «Basic Information». */
    appToken: SecretRef.optional(),
    /** From «Basic Information»: proves that a request comes from Slack. */
    signingSecret: SecretRef.optional(),
    /** Elsewhere than https://slack.com/api/: GovSlack, or the lab. */
    apiUrl: ApiUrl.optional(),
  })
  .superRefine((config, context) => {
    if (config.mode === 'socket' && !config.appToken)
      context.addIssue({
        code: 'custom',
        path: ['appToken'],
        message: 'mode socket needs it: env:NAME of an xapp- token',
      });
    if (config.mode === 'http' && !config.signingSecret)
      context.addIssue({
        code: 'custom',
        path: ['signingSecret'],
        message: 'mode http needs it: without it nobody could tell Slack from a stranger',
      });
  });
export type SlackConfig = z.infer<typeof SlackConfig>;

function isSafe(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && /^(?:127(?:\.\d+){3}|localhost|\[::1\])$/.test(hostname));
}
