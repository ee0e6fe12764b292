import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Slack's own number: https://docs.slack.dev/authentication/verifying-requests-from-slack */
const WINDOW_SEC = 5 * 60;

/**
 * Why a request is not to be believed, or null. Stricter than Bolt's check, which stands behind it: Bolt looks only backwards in time
 * and lets `ssl_check` pass unsigned. Here every request is signed, once, now.
 */
export const signatureFault = (
  request: Pick<IncomingMessage, 'headersDistinct'>,
  body: Buffer,
  secret: string,
  nowMs: number,
): string | null => {
  const signatures = request.headersDistinct['x-slack-signature'] ?? [];
  const stamps = request.headersDistinct['x-slack-request-timestamp'] ?? [];
  const [signature, stamp] = [signatures[0], stamps[0]];
  if (signature === undefined || stamp === undefined) return 'a header is missing';
  if (signatures.length > 1 || stamps.length > 1) return 'a header stands there twice';
  if (!/^\d{1,12}$/.test(stamp)) return 'the timestamp is no number';
  if (!/^v0=[0-9a-f]{64}$/.test(signature)) return 'the signature has no known form';
  if (Math.abs(Math.floor(nowMs / 1000) - Number(stamp)) > WINDOW_SEC) return 'the timestamp is not of now';
  const expected = createHmac('sha256', secret).update(`v0:${stamp}:`).update(body).digest();
  return timingSafeEqual(expected, Buffer.from(signature.slice(3), 'hex')) ? null : 'the signature does not match';
};
