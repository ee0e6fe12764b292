import type { Duplex } from 'node:stream';
import type { WebAnswer } from '../domain/evidence/web-answer.js';
import type { WebEndpoint } from '../domain/target.js';
import { stopwatch } from '../wire/countdown.js';
import { getOnce, type HttpAnswer, headersNamed, schemesIn } from '../wire/http.js';
import { quote } from '../wire/quote.js';
import { connectAgain, connectTo, share } from './connection.js';
import { encrypt, encryptAgain } from './encryption.js';
import { connectFurther, FURTHER_CONNECTS } from './further-connects.js';
import { type Body, defineProbe, type Look, type ProbeCard } from './probe.js';
import { authorityOf, locationOf, redirectWithin } from './web-redirect.js';

const card = {
  leg: 'web',
  impact: 'touch',
  applies: ({ web }) => web !== undefined,
  includes: [],
  budgetMs: 12_000,
  furtherConnects: FURTHER_CONNECTS,
  yields: ['tcp-connect', 'tls-session', 'web-answer', 'further-connect'],
} as const satisfies Partial<ProbeCard>;

/** Looks at what Exchange answers over HTTPS, without logging in: its build, and whether EWS and Autodiscover ask for a login. */
export const exchangeWeb = defineProbe({
  id: 'exchange-web',
  for: 'uccx-mail',
  from: ['uccx-side'],
  ...card,
  run: look => lookAtWeb(look),
});

/** The same where Unity Connection stands: it calls EWS and Autodiscover for single inbox. */
export const exchangeWebInbox = defineProbe({
  id: 'exchange-web-inbox',
  for: 'cuc-single-inbox',
  from: ['cuc-side'],
  ...card,
  run: look => lookAtWeb(look),
});

type Service = WebAnswer['service'];
/** Only the page of OWA is read: it names the build. */
const SERVICES: readonly { service: Service; path: string; mostBytes: number }[] = [
  { service: 'owa', path: '/owa/', mostBytes: 262_144 },
  { service: 'ews', path: '/EWS/Exchange.asmx', mostBytes: 0 },
  { service: 'autodiscover', path: '/autodiscover/autodiscover.xml', mostBytes: 0 },
];

type Place = { web: WebEndpoint; authority: string; open: () => Promise<Duplex | null> };

const lookAtWeb = async (look: Look): Promise<void> => {
  const { web } = look.target;
  if (!web) return;
  await visitWeb(look, web);
  await connectFurther(look, 'web', web);
};

const visitWeb = async (look: Look, web: WebEndpoint): Promise<void> => {
  const connected = await connectTo(look, 'web', web);
  if (!connected) return;
  const endpoint = { ...web, security: 'tls' } as const;
  const again = () => connectAgain(look, web, 'for TLS 1.0 and 1.1');
  const encryption = await encrypt(look, connected, { leg: 'web', endpoint, how: 'tls', leftover: null, again });
  if (!encryption) return;
  let first: Duplex | null = encryption.stream;
  try {
    const open = async () => {
      const stream = first ?? (await openAgain(look, web, encryption.isOld));
      first = null;
      return stream;
    };
    const place = { web, authority: authorityOf(web), open };
    for (const each of SERVICES) await askService(look, place, each);
  } finally {
    first?.destroy();
  }
};

/** One connection a question: who answers a login may end the connection, and a balancer may choose anew. */
const openAgain = async (look: Look, web: WebEndpoint, old: boolean): Promise<Duplex | null> => {
  const connected = await connectAgain(look, web, 'for the next question');
  if (!connected) return null;
  const secured = await encryptAgain(look, connected, web, { old, ms: share(look, HANDSHAKE_MS) });
  return secured?.stream ?? null;
};

/** Nothing is noted of a question that could not be asked. */
const askService = async (look: Look, place: Place, { service, path, mostBytes }: (typeof SERVICES)[number]) => {
  const tookMs = stopwatch();
  const answer = await ask(look, place, path, mostBytes);
  if (!answer) return;
  const onward = service === 'owa' ? redirectWithin(answer, path, place.web) : null;
  const page = onward ? await ask(look, place, onward, mostBytes) : null;
  const told = page?.outcome === 'answered' ? page : answer;
  const answers = page ? [page, answer] : [answer];
  look.observe('web-answer', {
    service,
    url: quote(`https://${place.authority}${told === page && onward ? onward.split('?')[0] : path}`),
    outcome: told.outcome,
    status: told.status,
    server: shown(told, 'server'),
    via: shown(told, 'via'),
    location: locationOf(told, path, place.web),
    schemes: told.status === 401 ? schemesIn(headersNamed(told, 'www-authenticate')) : [],
    build: firstOf(answers, each => shown(each, 'x-owa-version')) ?? firstOf(answers, buildInPaths),
    frontEnd: firstOf(answers, each => shown(each, 'x-feserver')),
    tookMs: tookMs(),
  } satisfies Body<'web-answer'>);
};

const ask = async (look: Look, { authority, open }: Place, path: string, mostBytes: number) => {
  const stream = await open();
  if (!stream) return null;
  look.transcribe('client', quote(`GET ${path} HTTP/1.1, Host: ${authority}`));
  const options = { authority, path, mostBytes, ms: share(look, ANSWER_MS), signal: look.signal };
  const answer = await getOnce(stream, options);
  look.transcribe('server', answer.status === null ? `(${answer.outcome})` : `HTTP ${answer.status}`);
  for (const [name, value] of answer.headers)
    if (TELLING.test(name)) look.transcribe('server', quote(`${name}: ${value}`));
  return answer;
};
const TELLING = /^(?:server|via|location|www-authenticate|x-owa-version|x-feserver|x-powered-by|retry-after)$/i;

const HANDSHAKE_MS = 3000;
const ANSWER_MS = 4000;

const shown = (answer: HttpAnswer, name: string): string | null => {
  const values = headersNamed(answer, name);
  return values.length === 0 ? null : quote(values.join(', '));
};

const firstOf = (answers: readonly HttpAnswer[], find: (answer: HttpAnswer) => string | null): string | null =>
  answers.map(find).find(found => found !== null) ?? null;

/** The paths of the login page hold the build: `/owa/auth/15.1.2507/themes/…`, in 2010 `/owa/14.3.123.3/themes/…`. */
const buildInPaths = (answer: HttpAnswer): string | null => {
  const text = [...headersNamed(answer, 'location'), answer.body].join('\n');
  return /\/owa\/(?:auth\/|prem\/)?(\d{1,2}\.\d{1,2}\.\d{1,5}(?:\.\d{1,5})?)\//i.exec(text)?.[1] ?? null;
};
