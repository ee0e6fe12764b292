import type { BodyOf } from '../../domain/evidence/index.js';
import { quote } from '../../wire/quote.js';

type Answer = BodyOf<'notify-http'>;

/** Reads the head of an HTTP answer, line by line: who says that he answered, and who was in between. */
export const httpAnswers = (tell: (answer: Answer, line: number) => void) => {
  let answer: (Answer & { at: number }) | null = null;

  return { take, end };

  function take(line: string, number: number): void {
    const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(line.slice(0, 20));
    if (status) {
      end();
      answer = { ...NOTHING, proxyHeaders: [], status: Number(status[1]), at: number };
      return;
    }
    if (!answer) return;
    if (line === '') end();
    else header(answer, line);
  }

  function end(): void {
    if (!answer) return;
    const { at, ...body } = answer;
    answer = null;
    tell(body, at);
  }
};

const NOTHING: Answer = {
  outcome: 'answered',
  status: null,
  server: null,
  via: null,
  proxyHeaders: [],
  text: null,
  tookMs: 0,
};

const header = (answer: Answer, line: string): void => {
  const colon = line.indexOf(':');
  if (colon < 1 || colon > 60) return;
  const name = line.slice(0, colon).toLowerCase();
  const value = quote(line.slice(colon + 1).trim(), 200);
  if (name === 'server') answer.server ??= value;
  else if (name === 'via') answer.via ??= value;
  else if (PROXY.test(name) && answer.proxyHeaders.length < 20) answer.proxyHeaders.push(`${name}: ${value}`);
};

/** Headers that only something in between adds; the same as for an answer that a probe got. */
const PROXY =
  /^(?:proxy-.+|x-cache.*|x-squid.*|x-varnish|x-bluecoat.*|x-via|x-served-by|x-proxy.*|x-forwarded.*|forwarded|age|x-iinfo|cf-ray)$/;
