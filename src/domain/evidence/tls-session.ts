import { z } from 'zod';
import { IsoTime } from '../clock.js';
import { evidence, Leg, TookMs } from './evidence.js';

/**
 * Encryption of one conversation. `not-offered` and `refused` are answers to STARTTLS, `failed` is the handshake.
 * `onlyOld`: a handshake with what is usual today failed and one with TLS 1.0/1.1 succeeded; no login was sent over it unless allowed.
 */
export const TlsSession = evidence('tls-session', {
  leg: Leg,
  how: z.enum(['tls', 'starttls']),
  outcome: z.enum(['established', 'not-offered', 'refused', 'failed', 'closed', 'silent']),
  protocol: z.string().nullable(),
  cipher: z.string().nullable(),
  onlyOld: z.boolean(),
  certificate: z
    .object({
      subject: z.string(),
      names: z.array(z.string()).max(100),
      issuer: z.string(),
      notBefore: IsoTime,
      notAfter: IsoTime,
      selfSigned: z.boolean(),
      sha256: z.string(),
    })
    .nullable(),
  /** The name that was asked for, and whether the certificate carries it. */
  expectedName: z.string(),
  nameMatches: z.boolean().nullable(),
  /** Whether the chain leads to an authority that the site (or the target's `trust`) knows; OpenSSL's word if not. */
  trusted: z.boolean().nullable(),
  trustProblem: z.string().nullable(),
  /** Of a handshake or an answer that failed: the alert or the server's words. */
  text: z.string().nullable(),
  tookMs: TookMs,
});
export type TlsSession = z.infer<typeof TlsSession>;
