import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { fetchToken } from '../../src/wire/oauth-token.js';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  }
});
const serve = async (answer: RequestListener): Promise<string> => {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
const SECRET = 's3cret~value';
const ask = (authority: string, ms = 30_000) =>
  fetchToken({ authority, tenant: 'contoso.test', clientId: 'an-application' }, SECRET, ms);
const json =
  (status: number, body: unknown): RequestListener =>
  (_, response) => {
    response.statusCode = status;
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

it('asks as client credentials are asked for', async () => {
  let asked = '';
  const authority = await serve(async (request, response) => {
    asked = `${request.method} ${request.url} `;
    for await (const chunk of request) asked += String(chunk);
    response.end('{"access_token":"eyJ0.a-b_c.d","token_type":"Bearer"}');
  });
  expect(await ask(authority)).toEqual({ is: 'token', token: 'eyJ0.a-b_c.d' });
  expect(asked).toBe(
    'POST /contoso.test/oauth2/v2.0/token grant_type=client_credentials&client_id=an-application&client_secret=s3cret%7Evalue' +
      '&scope=https%3A%2F%2Foutlook.office365.com%2F.default',
  );
});

it.each([
  {
    name: 'an expired secret',
    answer: json(401, {
      error: 'invalid_client',
      error_description: 'AADSTS7000222: The provided client secret keys for app are expired.',
    }),
    says: 'Entra ID gave no token: AADSTS7000222 invalid_client: the client secret has expired',
  },
  {
    name: 'a code that we do not know, with the secret in its words and signs that draw',
    answer: json(400, { error: 'invalid_grant', error_description: `AADSTS9999999: no \u202e ${SECRET}` }),
    says: 'Entra ID gave no token: AADSTS9999999 invalid_grant: AADSTS9999999: no \\u{202e} ****',
  },
  { name: 'an error without a description', answer: json(400, { error: 'x' }), says: 'Entra ID gave no token: x' },
])('a refusal is one: $name', async ({ answer, says }) => {
  expect(await ask(await serve(answer))).toEqual({ is: 'refused', says });
});

it.each([
  {
    name: 'a redirect',
    answer: ((_, r) => r.writeHead(307, { location: 'http://127.0.0.1:9/' }).end()) as RequestListener,
    says: /it sends to another address$/,
  },
  {
    name: 'a fault of the server',
    answer: json(503, { error: 'temporarily_unavailable' }),
    says: /HTTP 503 and no token$/,
  },
  { name: 'too many questions', answer: json(429, { error: 'throttled' }), says: /HTTP 429 and no token$/ },
  { name: 'a page of a proxy', answer: json(200, '<html>log in</html>'), says: /HTTP 200 and no token$/ },
  {
    name: 'a token that would break a line',
    answer: json(200, { access_token: 'a\r\nA3 DELETE' }),
    says: /HTTP 200 and no token$/,
  },
  { name: 'a flood', answer: json(200, 'x'.repeat(70_000)), says: /larger than 65536 bytes$/ },
  { name: 'silence', answer: (() => {}) as RequestListener, says: /it did not answer in time$/ },
  {
    name: 'a closed connection',
    answer: (request => request.socket.destroy()) as RequestListener,
    says: /gave no token: /,
  },
])('$name says nothing about the secret', async ({ name, answer, says }) => {
  const told = await ask(await serve(answer), name === 'silence' ? 600 : undefined);
  expect(told).toEqual({ is: 'no-answer', says: expect.stringMatching(says) });
  expect(JSON.stringify(told)).not.toContain(SECRET);
});
