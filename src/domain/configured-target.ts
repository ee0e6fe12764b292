import { z } from 'zod';
import { type ExchangeVersion, InboxTarget, MailTarget, type Target } from './target.js';

/*
 * A target as the file has it, where `exchange.version` may be missing: nobody knows it yet. Looking, planning and access need none.
 * Rules and remedies do, so what they get is a `Target`.
 */
const exchange = MailTarget.shape.exchange.partial({ version: true });

export const ConfiguredMailTarget = MailTarget.extend({ exchange });
export type ConfiguredMailTarget = z.infer<typeof ConfiguredMailTarget>;

export const ConfiguredInboxTarget = InboxTarget.extend({ exchange });
export type ConfiguredInboxTarget = z.infer<typeof ConfiguredInboxTarget>;

export const ConfiguredTarget = z.discriminatedUnion('kind', [ConfiguredMailTarget, ConfiguredInboxTarget]);
export type ConfiguredTarget = z.infer<typeof ConfiguredTarget>;

/** The target with the version of the file, or with the one that its servers have revealed; null where neither is known. */
export const versioned = (target: ConfiguredTarget, revealed?: ExchangeVersion): Target | null => {
  const version = target.exchange.version ?? revealed;
  if (!version) return null;
  return target.kind === 'uccx-mail'
    ? { ...target, exchange: { ...target.exchange, version } }
    : { ...target, exchange: { ...target.exchange, version } };
};
