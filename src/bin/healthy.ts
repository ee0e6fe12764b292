import { get } from 'node:http';

/**
 * For the health check of a container, a program of its own since it runs every half minute: 0 where `UCCX_HEALTH_URL` answers 200, 1
 * where it does not, with what it said. Without that variable nothing is asked: a process that runs counts as well.
 */
const url = process.env.UCCX_HEALTH_URL;
const LIMIT_MS = 4_000;

if (url) {
  const asked = get(url, { timeout: LIMIT_MS }, answer => {
    process.exitCode = answer.statusCode === 200 ? 0 : 1;
    answer.pipe(process.stdout);
  });
  asked.on('timeout', () => asked.destroy(new Error(`${url} does not answer`)));
  asked.on('error', ({ message }) => {
    process.exitCode = 1;
    console.error(message);
  });
}
