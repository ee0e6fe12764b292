import { z } from 'zod';
import { SecretRef } from '../../domain/target.js';

/** As Entra shows them: of the app, of the tenant. */
const Guid = z
  .string()
  .regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'expected an id like 8f7a0c52-5e0a-4d8e-9f61-0f1c3c1f2a77')
  .transform(id => id.toLowerCase());

/** Plain HTTP only to this very machine: the bot's secret and tokens travel there. */
const LabUrl = z.url({ abort: true }).refine(isSafe, 'expected https://…, or http:// to a loopback address');

/** How we speak with Teams in one tenant. Needs a public address with TLS in front of `listen`; the path is `/api/messages`. */
export const TeamsConfig = z
  .strictObject({
    /** Of the Azure Bot, «Microsoft App ID». */
    appId: Guid,
    /** Of the Azure Bot, «App Tenant ID»: the bot belongs to one tenant and hears nobody of another. */
    tenant: Guid,
    /** A client secret of the app. */
    password: SecretRef.optional(),
    /** The bot runs in Azure with the user-assigned identity `appId`, and needs no secret. */
    managedIdentity: z.literal(true).optional(),
    cloud: z.enum(['public', 'gcc', 'gcch', 'china']).default('public'),
    /** The library between us and the Bot Framework: docs/decisions/0008-teams-engines.md. */
    engine: z.enum(['botbuilder', 'agents']).default('botbuilder'),
    /** Somebody else than Microsoft plays the Bot Framework: a test. */
    lab: z.strictObject({ loginUrl: LabUrl, openIdUrl: LabUrl, serviceUrl: LabUrl }).optional(),
  })
  .superRefine(({ password, managedIdentity }, context) => {
    if ((password === undefined) === (managedIdentity === undefined))
      context.addIssue({
        code: 'custom',
        path: ['password'],
        message: 'expected either password (env:NAME of a client secret) or managedIdentity: true',
      });
  });
export type TeamsConfig = z.infer<typeof TeamsConfig>;

function isSafe(address: string): boolean {
  const { protocol, hostname, username } = new URL(address);
  if (username !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && /^(?:127(?:\.\d+){3}|localhost|\[::1\])$/.test(hostname));
}
