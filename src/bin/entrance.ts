import { get } from 'node:http';
import type { CheckedThing } from '../chat/teams/engine.js';
import type { Config } from '../config/config.js';

const LIMIT_MS = 3_000;

/** Whether the running bot answers at its own listener. Whether the world reaches it, only the world can tell. */
export const checkEntrance = async ({ host, port }: Config['listen'], path: string): Promise<CheckedThing> => {
  const name = 'entrance';
  const url = nearUrl(host, port);
  const answer = await ask(url);
  if (answer.is === 'silent')
    return {
      name,
      is: 'ill',
      says: `${url} does not answer (${answer.code}).`,
      causes: [
        'The bot is not running: uccx-doctor start, or bot; its log says why it ended.',
        'It runs on another machine, or in a container, with the same configuration: check there.',
        'listen names another address or port than the running bot had when it was started.',
      ],
    };
  if (answer.status === 200)
    return {
      name,
      is: 'well',
      says: `The bot answers at ${url}. The proxy has to hand POST ${path} to it.`,
      causes: [],
    };
  const causes =
    answer.status === 503
      ? ['That is the bot’s own word: its log has the rest.']
      : ['Another program listens there: change listen.port.'];
  return { name, is: 'ill', says: `${url} answers ${answer.status}: ${answer.text}`, causes };
};

/** Whether the running process answers where Prometheus and the kubelet ask. */
export const checkMetrics = async ({ host, port }: Config['listen'], who: 'bot' | 'worker'): Promise<CheckedThing> => {
  const name = 'metrics';
  const url = nearUrl(host, port);
  const answer = await ask(url);
  if (answer.is === 'silent')
    return {
      name,
      is: 'ill',
      says: `${url} does not answer (${answer.code}).`,
      causes: [
        `The ${who} is not running, or on another machine; its log says why it ended.`,
        'The port was taken when it started: its log says «the metrics cannot be shown at this address».',
      ],
    };
  if (answer.status === 200) return { name, is: 'well', says: `The ${who} answers at ${url}.`, causes: [] };
  const causes =
    answer.status === 503
      ? ['That is its own word: its log has the rest.']
      : [`Another program listens there: ss -ltnp 'sport = :${port}'; change the port under metrics.`];
  return { name, is: 'ill', says: `${url} answers ${answer.status}: ${answer.text}`, causes };
};

const nearUrl = (host: string, port: number): string => {
  const near = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${near.includes(':') ? `[${near}]` : near}:${port}/healthz`;
};

type Answer = { is: 'answered'; status: number; text: string } | { is: 'silent'; code: string };

const ask = (url: string): Promise<Answer> =>
  new Promise(resolve => {
    const asked = get(url, { timeout: LIMIT_MS }, response => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => void (parts.length < 20 && parts.push(part)));
      response.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8').trim().slice(0, 200);
        resolve({ is: 'answered', status: response.statusCode ?? 0, text });
      });
    });
    asked.on('timeout', () => asked.destroy(Object.assign(new Error('no answer'), { code: 'no answer in time' })));
    asked.on('error', (error: NodeJS.ErrnoException) => resolve({ is: 'silent', code: error.code ?? error.message }));
  });
