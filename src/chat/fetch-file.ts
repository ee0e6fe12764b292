import { UccxDoctorError } from '../domain/errors.js';

/**
 * Fetches a file that somebody sent into a chat, in pieces and never more than `most` bytes of it. Follows nobody elsewhere: what an
 * address allows was decided for that address. Throws `UccxDoctorError` with words for the person.
 */
export async function* fetchFile(
  address: string,
  {
    headers = {},
    signal,
    most,
    refused,
  }: {
    headers?: Record<string, string>;
    signal: AbortSignal;
    most: number;
    /** What to look at where the platform does not hand it out. */
    refused: string;
  },
): AsyncGenerator<Buffer> {
  const answer = await fetch(address, { headers, signal, redirect: 'manual' }).catch(error => {
    throw new UccxDoctorError('it could not be fetched: the platform did not answer', {}, { cause: error });
  });
  if (answer.status !== 200 || !answer.body) {
    await answer.body?.cancel();
    throw new UccxDoctorError(`it was not handed out (status ${answer.status}): ${refused}`);
  }
  let bytes = 0;
  for await (const chunk of answer.body) {
    bytes += chunk.byteLength;
    if (bytes > most)
      throw new UccxDoctorError(`it is more than ${Math.floor(most / 2 ** 20)} MB; the command line reads any size`);
    yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
}
