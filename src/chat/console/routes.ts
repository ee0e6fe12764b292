import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Question } from '../../intake/ports.js';
import type { View } from '../../view/view.js';
import { readAsk } from './body.js';
import { type Greeting, streamEvents } from './events.js';
import { type Refusal, refuseForeign, refuseWithoutToken } from './guard.js';
import type { Message, Messages, QuestionMessage } from './messages.js';
import { outcomeOf } from './outcome.js';
import { page } from './page.js';
import { icon } from './page-icon.js';
import { script } from './page-script.js';
import { style } from './page-style.js';
import { type Reply, replyTo } from './reply.js';
import { readUpload } from './upload.js';
import type { WireMessage } from './wire.js';

export type Routes = {
  messages: Messages;
  token: string;
  greeting: Greeting;
  wire: (message: Message) => WireMessage;
  asText: (view: View) => string;
  /** Hands a question in; settles when it was understood and laid, never rejects. */
  ask: (question: QuestionMessage, files?: Question['files']) => Promise<void>;
  /** Told of each refused request, for the log. */
  onRefusal: (request: IncomingMessage, refusal: Refusal) => void;
  /** Ends what waits. */
  signal: AbortSignal;
};

/** Requests that stay open: event streams and waits together. */
export const MAX_READERS = 100;
/** Past any deadline of a check; a client's own patience may be shorter. */
const MAX_WAIT_MS = 270_000;

type Call = { url: URL; request: IncomingMessage; response: ServerResponse; reply: Reply };

/** Who may, then what: the page and its files are the same for everybody and tell nothing; all else needs the token. */
export const makeRoutes = (deps: Routes) => {
  const { messages, token, greeting, wire, asText, ask, onRefusal, signal } = deps;
  let readers = 0;

  return async (
    request: IncomingMessage,
    response: ServerResponse,
    at: { host: string; port: number },
  ): Promise<void> => {
    const reply = replyTo(request, response, onRefusal);
    const foreign = refuseForeign(request, at);
    if (foreign) return reply.refuse(foreign);
    if (!URL.canParse(request.url ?? '', 'http://console')) return reply.refuse(NOTHING_HERE);
    const url = new URL(request.url ?? '', 'http://console');

    const method = ['/ask', '/read'].includes(url.pathname) ? 'POST' : 'GET';
    if (request.method !== method) {
      return reply.refuse({ status: 405, says: `this takes ${method} only` }, { allow: method });
    }
    const file = FILES.get(url.pathname);
    if (file) return reply.file(file.type, file.body);
    const tokenless = refuseWithoutToken(request, token);
    if (tokenless) return reply.refuse(tokenless, { 'www-authenticate': 'Bearer' });

    const call = { url, request, response, reply };
    if (url.pathname === '/ask') return takeQuestion(call);
    if (url.pathname === '/read') return takeFiles(call);
    if (url.pathname === '/events') return follow(call);
    return showMessage(call);
  };

  async function takeQuestion({ url, request, response, reply }: Call): Promise<void> {
    const body = await readAsk(request);
    if ('status' in body) return reply.refuse(body);
    const wait = url.searchParams.get('wait') === '1';
    if (wait && !stays(response)) return reply.refuse(TOO_MANY);
    const question = messages.ask(body.text);
    const taken = ask(question);
    if (!wait) return reply.json(202, { id: question.id });

    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const until = AbortSignal.any([signal, gone.signal, AbortSignal.timeout(MAX_WAIT_MS)]);
    const answer = await outcomeOf(messages, question.id, taken, until);
    if (gone.signal.aborted) return;
    const { id } = question;
    if (answer) return reply.json(200, { id, message: answer.id, view: answer.view, text: asText(answer.view) });
    if (signal.aborted) return reply.json(503, { id, error: 'the console was stopped before the answer' });
    reply.json(504, { id, error: 'no answer was given in time' });
  }

  /** Answered when everything was taken: a browser gives up an upload that is answered before. */
  async function takeFiles({ url, request, reply }: Call): Promise<void> {
    const upload = readUpload(request, url);
    if ('status' in upload) return reply.refuse(upload);
    const question = messages.ask(upload.shown);
    await ask({ ...question, text: upload.text }, upload.files);
    request.resume(); // what nobody wanted to read
    reply.json(202, { id: question.id });
  }

  function follow({ request, response, reply }: Call) {
    if (!stays(response)) return reply.refuse(TOO_MANY);
    reply.stream();
    const last = request.headers['last-event-id'];
    streamEvents(response, typeof last === 'string' ? last : null, { messages, greeting, wire, signal });
  }

  function showMessage({ url, reply }: Call) {
    const message = messages.find(/^\/messages\/([\w-]{1,64})$/.exec(url.pathname)?.[1] ?? '');
    if (!message) return reply.refuse(NOTHING_HERE);
    if (message.is === 'answer') return reply.json(200, wire(message));
    reply.json(200, { ...wire(message), answers: messages.answersTo(message.id).map(({ id }) => id) });
  }

  /** Holds one of the few places for requests that stay open; false when all are taken. */
  function stays(response: ServerResponse): boolean {
    if (readers >= MAX_READERS) return false;
    readers++;
    response.once('close', () => readers--);
    return true;
  }
};

const FILES: ReadonlyMap<string, { type: string; body: (nonce: string) => string }> = new Map([
  ['/', { type: 'text/html', body: page }],
  ['/console.js', { type: 'text/javascript', body: () => script }],
  ['/console.css', { type: 'text/css', body: () => style }],
  ['/icon.svg', { type: 'image/svg+xml', body: () => icon }],
]);

const NOTHING_HERE: Refusal = { status: 404, says: 'there is nothing here' };
const TOO_MANY: Refusal = { status: 503, says: `expected at most ${MAX_READERS} readers at once` };
