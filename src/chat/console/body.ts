import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { MAX_ASKED } from '../../intake/command.js';
import type { Refusal } from './guard.js';

/** JSON writes a control character as six bytes, and no other takes more. */
const MAX_BODY_BYTES = 6 * MAX_ASKED + 1_024;

const Ask = z.strictObject({ text: z.string().trim().min(1).max(MAX_ASKED) });

/** Reads the one body that we take: `{"text": "/uccx check branch"}`. Stops reading where it grows too long. */
export const readAsk = async (request: IncomingMessage): Promise<{ text: string } | Refusal> => {
  // A page from elsewhere can send a form or plain text without being asked first, but not JSON.
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers['content-type'] ?? '')) {
    return { status: 415, says: 'expected content-type application/json' };
  }
  const tooLong = { status: 413, says: `expected at most ${MAX_BODY_BYTES} bytes` };
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return tooLong;
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Kept open on the way out: destroying the request would take the connection that the refusal goes back on.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return tooLong;
    chunks.push(chunk);
  }
  const parsed = Ask.safeParse(asJson(Buffer.concat(chunks).toString('utf8')));
  return parsed.success
    ? parsed.data
    : { status: 400, says: `expected JSON {"text": "…"} with a text of 1 to ${MAX_ASKED} characters` };
};

const asJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not JSON: the schema says what was expected
  }
};
