import type { Leg } from '../domain/evidence/evidence.js';
import type { Target } from '../domain/target.js';

type Encrypting = { host: string; port: number; security: 'plain' | 'starttls' | 'tls'; allowOldTls: boolean };

/** How a conversation is named to people. */
export const LEG_NAME: Record<Leg, string> = { imap: 'IMAP', smtp: 'SMTP', notify: '7080', web: 'HTTPS' };

/** Where a target's conversation takes place that may be encrypted; null where it has none of the kind. */
export const encryptedAt = (target: Target, leg: Leg): Encrypting | null => {
  if (leg === 'web') return target.web ? { ...target.web, security: 'tls' } : null;
  return target.kind === 'uccx-mail' && (leg === 'imap' || leg === 'smtp') ? target[leg] : null;
};

export const isAnythingEncrypted = (target: Target): boolean =>
  (['imap', 'smtp', 'web'] as const).some(leg => (encryptedAt(target, leg)?.security ?? 'plain') !== 'plain');

/** Nobody of UCCX uses HTTPS of Exchange: it is looked at for the version alone. */
export const isOnlyLookedAt = (target: Target, leg: Leg | undefined): boolean =>
  target.kind === 'uccx-mail' && leg === 'web';
