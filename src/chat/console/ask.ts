import { z } from 'zod';
import { UccxDoctorError } from '../../domain/errors.js';
import { View } from '../../view/view.js';

const Answer = z.object({ view: View, text: z.string() });
export type Answer = z.infer<typeof Answer>;

/** The console did not answer a program's question. */
export class ConsoleSilentError extends UccxDoctorError {}

/**
 * Asks one question of a running console, given the address that it printed, and waits for the final answer. Throws `ConsoleSilentError`
 * where none comes.
 */
export const askConsole = async (url: string, text: string, signal?: AbortSignal): Promise<Answer> => {
  const { origin, hash } = new URL(url);
  const token = new URLSearchParams(hash.slice(1)).get('token') ?? '';
  const response = await fetch(`${origin}/ask?wait=1`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
    ...(signal ? { signal } : {}),
  }).catch(cause => {
    if (signal?.aborted) throw cause;
    throw new ConsoleSilentError(`no bot answers at ${origin}; it may have been stopped`, {}, { cause });
  });
  if (response.status === 401)
    throw new ConsoleSilentError(`the console at ${origin} does not know this token: take the address that it printed`);
  const body: unknown = await response.json();
  const answer = Answer.safeParse(body);
  if (answer.success) return answer.data;
  throw new ConsoleSilentError('expected a final answer from the console', { status: response.status });
};
