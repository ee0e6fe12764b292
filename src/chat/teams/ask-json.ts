export type JsonAnswer = { status: number; headers: Headers; json: unknown };

/** Keys and tokens are some kilobytes. */
const MAX_BYTES = 512 * 1024;

/** One HTTP request whose answer is JSON (null where it is not), under one limit of time and size. No redirect is followed. Throws where nobody answers. */
export const askJson = async (
  url: string,
  { limitMs, ...init }: { limitMs: number; method?: string; headers?: Record<string, string>; body?: string },
): Promise<JsonAnswer> => {
  const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(limitMs) });
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > MAX_BYTES) throw new RangeError(`the answer of ${new URL(url).host} is larger than ${MAX_BYTES} bytes`);
    parts.push(part);
  }
  return { status: response.status, headers: response.headers, json: parse(Buffer.concat(parts).toString('utf8')) };
};

/** Why a request found nobody, for a person: `fetch` hides it in the cause. */
export const whyNobody = (error: unknown): { code: string; says: string } => {
  const chain = [error, (error as Error)?.cause].flatMap(each => [each, (each as AggregateError)?.errors?.[0]]);
  const codes = chain.map(each => (each as NodeJS.ErrnoException)?.code).filter(code => typeof code === 'string');
  const named = chain
    .map(each => (each as Error)?.name)
    .filter(name => typeof name === 'string' && name !== 'TypeError');
  const code = codes[0] ?? named[0] ?? 'no connection';
  return { code, says: WORDS[code] ?? (/CERT|TLS|SSL|SELF_SIGNED|ISSUER/.test(code) ? `TLS failed (${code})` : code) };
};

const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known to the DNS',
  EAI_AGAIN: 'the DNS does not answer',
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'it hung up',
  UND_ERR_SOCKET: 'it hung up',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer in time',
  TimeoutError: 'it does not answer in time',
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null; // a page of something in between
  }
};
