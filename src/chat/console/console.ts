import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../domain/clock.js';
import { runIdOf } from '../../domain/ids.js';
import type { Requester } from '../../domain/request.js';
import type { Intake, Messenger, Question } from '../../intake/ports.js';
import type { View } from '../../view/view.js';
import type { Log } from '../log.js';
import { CONSOLE, toAddress } from './address.js';
import { hostAndPort, loopbackOf } from './guard.js';
import { makeMessages, type QuestionMessage } from './messages.js';
import { makeConsoleMessenger } from './messenger.js';
import { MAX_READERS, makeRoutes } from './routes.js';
import { type OtherForm, toWire } from './wire.js';

export type ConsoleDeps = {
  clock: Clock;
  log: Log;
  /** An answer as the terminal shows it: the page's «Plain text», and what `wait` gives to programs. */
  asText: (view: View) => string;
  /** Further forms to show an answer in, such as Slack's blocks. */
  alsoAs?: readonly OtherForm[];
  title?: string;
  /** Commands to begin with; a click puts one into the box. */
  suggestions?: readonly string[];
  /** Given where an open page shall outlive this process; else made afresh. At least 128 bits of chance. */
  token?: string;
  limits?: typeof LIMITS;
};

/** Files that are dropped on the page come from this machine; who needs longer for a request holds the line on purpose. */
const LIMITS = { headersMs: 5_000, requestMs: 10_000 };

/** The console before it listens: its messenger goes into the intake, and the intake into `start`. */
export type Console = {
  messenger: Messenger;
  start: (intake: Intake, at: { host: string; port: number }) => Promise<RunningConsole>;
};
export type RunningConsole = {
  /** What a person opens; the token stands behind the `#`, which browsers keep to themselves. */
  url: string;
  /** Ends every open page and wait, and gives back when questions on their way in were taken. */
  stop: () => Promise<void>;
};

/** Everybody who reaches the console is the same person: the user of this machine who holds the token. */
const LOCAL: Requester = { platform: CONSOLE, user: 'local', groups: [], channel: CONSOLE };

/** The local web console: the third platform beside Slack and Teams, for one person on this machine. */
export const makeConsole = (deps: ConsoleDeps): Console => {
  const { clock, log, asText, alsoAs = [], suggestions = [] } = deps;
  const token = deps.token ?? randomBytes(24).toString('base64url');
  const title = deps.title ?? 'uccx-doctor';
  const forms = [{ name: 'Plain text', render: asText }, ...alsoAs];
  const messages = makeMessages({ clock });
  const ending = new AbortController();
  setMaxListeners(MAX_READERS, ending.signal);
  let origin: string | null = null;

  const start: Console['start'] = async (intake, at) => {
    const host = loopbackOf(at.host);
    const onTheirWay = new Set<Promise<void>>();
    const ask = (question: QuestionMessage, files?: Question['files']): Promise<void> => {
      const taken: Promise<void> = intake
        .ask({
          run: runIdOf(CONSOLE, question.id),
          by: LOCAL,
          to: toAddress({ question: question.id, message: null }),
          text: question.text,
          ...(files ? { files } : {}),
        })
        .then(
          () => {},
          error =>
            log.error({ error: traceOf(error), question: question.id }, 'the intake broke its promise never to throw'),
        )
        .finally(() => onTheirWay.delete(taken));
      onTheirWay.add(taken);
      return taken;
    };
    const routes = makeRoutes({
      messages,
      token,
      greeting: { title, suggestions },
      wire: message =>
        toWire(message, forms, (error, form) =>
          log.error({ error: traceOf(error), form }, 'an answer could not be drawn in this form'),
        ),
      asText,
      ask,
      onRefusal: ({ method }, { status, says }) => log.warn({ method, status }, `console request refused: ${says}`),
      signal: ending.signal,
    });
    const { headersMs, requestMs } = deps.limits ?? LIMITS;
    const patience = { headersTimeout: headersMs, requestTimeout: requestMs };
    const checks = { connectionsCheckingInterval: Math.min(1_000, headersMs) };
    const server = createServer({ ...patience, ...checks }, (request, response) => {
      routes(request, response, { host, port: (server.address() as AddressInfo).port }).catch(error => {
        if (!request.destroyed)
          log.error({ error: traceOf(error) }, 'a console request broke off by a fault of our own');
        response.destroy();
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port: at.port }, () => {
        server.off('error', reject);
        resolve();
      });
    });
    origin = `http://${hostAndPort(host, (server.address() as AddressInfo).port)}`;

    return {
      url: `${origin}/#token=${token}`,
      stop: async () => {
        const closed = new Promise<void>(resolve => server.close(() => resolve()));
        await Promise.allSettled([...onTheirWay]);
        ending.abort();
        setImmediate(() => server.closeAllConnections());
        await closed;
      },
    };
  };

  return { messenger: makeConsoleMessenger(messages, () => origin), start };
};

const traceOf = (error: unknown): string => (error instanceof Error && error.stack) || String(error);
