import { createConnection } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenConsole, openConsole } from './rig.js';

let console: OpenConsole;
beforeAll(async () => {
  console = await openConsole();
});
afterAll(() => console.stop());

/** A question that would be taken, but for what the case changes. */
const attempt = (changes: Record<string, string | null>, body = '{"text":"/uccx check branch"}', path = '/ask') => {
  const good = { host: `127.0.0.1:${console.port}`, 'content-type': 'application/json', ...console.auth };
  const headers = Object.entries({ ...good, ...changes }).filter((pair): pair is [string, string] => pair[1] !== null);
  return console.raw('POST', path, Object.fromEntries(headers), body);
};

describe('a question is taken', () => {
  it.each([
    ['of a program', () => ({})],
    ['of our own page', () => ({ origin: console.origin })],
    [
      'by the name localhost',
      () => ({ host: `localhost:${console.port}`, origin: `http://localhost:${console.port}` }),
    ],
  ])('%s', async (_name, changes) => {
    const before = console.questions.length;
    expect((await attempt(changes())).status).toBe(202);
    expect(console.questions).toHaveLength(before + 1);
  });
});

describe('refused, and nothing is enqueued', () => {
  const cases: [string, number, () => ReturnType<typeof attempt>][] = [
    ['a foreign name in Host (DNS rebinding)', 403, () => attempt({ host: `evil.example:${console.port}` })],
    ['a Host that begins like ours', 403, () => attempt({ host: `127.0.0.1:${console.port}.evil.example` })],
    ['our address with another port in Host', 403, () => attempt({ host: '127.0.0.1:1' })],
    ['a foreign Origin', 403, () => attempt({ origin: 'https://evil.example' })],
    ['the Origin of another port of this machine', 403, () => attempt({ origin: 'http://127.0.0.1:1' })],
    ['our Origin by another name than Host', 403, () => attempt({ origin: `http://localhost:${console.port}` })],
    ['the Origin of a sandboxed frame', 403, () => attempt({ origin: 'null' })],
    ['no token', 401, () => attempt({ authorization: null })],
    ['an empty token', 401, () => attempt({ authorization: 'Bearer ' })],
    ['another token', 401, () => attempt({ authorization: `Bearer ${'x'.repeat(32)}` })],
    ['part of the token', 401, () => attempt({ authorization: `Bearer ${console.token.slice(0, -1)}` })],
    ['the token in the query', 401, () => attempt({ authorization: null }, undefined, `/ask?token=${console.token}`)],
    ['the token in a cookie', 401, () => attempt({ authorization: null, cookie: `token=${console.token}` })],
    ['a form', 415, () => attempt({ 'content-type': 'application/x-www-form-urlencoded' }, 'text=/uccx+check')],
    ['plain text', 415, () => attempt({ 'content-type': 'text/plain' })],
    ['no JSON', 400, () => attempt({}, '{"text":')],
    ['no text', 400, () => attempt({}, '{}')],
    ['an empty text', 400, () => attempt({}, '{"text":"  "}')],
    ['a text that is none', 400, () => attempt({}, '{"text":["/uccx"]}')],
    ['a text that is longer than any command', 400, () => attempt({}, JSON.stringify({ text: 'x'.repeat(20_501) }))],
    ['more than was asked for', 400, () => attempt({}, '{"text":"x","host":"evil.example"}')],
    ['a body that says it is too long', 413, () => attempt({}, JSON.stringify({ text: 'x'.repeat(130_000) }))],
    [
      'a body that grows too long',
      413,
      () => attempt({ 'transfer-encoding': 'chunked' }, JSON.stringify({ text: 'x'.repeat(130_000) })),
    ],
    ['another method', 405, () => console.raw('GET', '/ask', { ...console.auth })],
    ['another path', 405, () => attempt({}, undefined, '/ask/')],
    ['no path', 404, () => attempt({}, undefined, '//')],
  ];
  it.each(cases)('%s', async (_name, status, send) => {
    const before = console.questions.length;
    const answer = await send();
    expect(answer.status).toBe(status);
    expect(answer.body).not.toContain(console.token);
    expect(console.questions).toHaveLength(before);
    expect(JSON.stringify(console.logged)).not.toContain(console.token);
  });

  it('a request without Host at all', async () => {
    const socket = createConnection({ host: '127.0.0.1', port: console.port });
    socket.end(`GET /messages/x HTTP/1.0\r\nauthorization: Bearer ${console.token}\r\n\r\n`);
    let answer = '';
    for await (const chunk of socket) answer += chunk;
    expect(answer).toMatch(/^HTTP\/1\.[01] 403 /);
  });

  it.each(['/events', '/messages/x-1'])('reading %s without the token, or by a foreign name', async path => {
    expect((await console.raw('GET', path, {})).status).toBe(401);
    expect((await console.raw('GET', path, { ...console.auth, host: 'evil.example' })).status).toBe(403);
  });

  it('even the page, by a foreign name', async () => {
    expect((await console.raw('GET', '/', { host: 'evil.example' })).status).toBe(403);
  });
});

describe('the page', () => {
  it('is the same for everybody and holds neither token nor data', async () => {
    const answer = await console.raw('GET', '/', {});
    expect(answer.status).toBe(200);
    expect(answer.body).not.toContain(console.token);
    expect(answer.body).not.toContain('/uccx check branch');
  });

  it('may load its own two files by nonce, and nothing else', async () => {
    const [one, two] = await Promise.all([console.raw('GET', '/', {}), console.raw('GET', '/', {})]);
    const policy = String(one.headers['content-security-policy']);
    const nonce = /script-src 'nonce-([^']+)'/.exec(policy)?.[1] ?? 'none';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'; trusted-types 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(one.body.match(/<(?:script|style|link rel="stylesheet")[^>]*>/g)).toEqual([
      `<link rel="stylesheet" href="/console.css" nonce="${nonce}">`,
      `<script src="/console.js" nonce="${nonce}" defer>`,
    ]);
    expect(one.body).not.toMatch(/\son\w+=|\sstyle=|https?:/);
    expect(String(two.headers['content-security-policy'])).not.toContain(nonce);
  });

  it.each([
    ['/console.js', 'text/javascript'],
    ['/console.css', 'text/css'],
    ['/icon.svg', 'image/svg+xml'],
  ])('serves %s as %s, not to be guessed at', async (path, type) => {
    const answer = await console.raw('GET', path, {});
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe(`${type}; charset=utf-8`);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  });
});
