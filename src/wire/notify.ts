import { isIPv6 } from 'node:net';
import { countdown } from './countdown.js';
import type { LineSession } from './line-session.js';

export type NotifyFacts = {
  outcome: 'answered' | 'silent' | 'closed' | 'not-http' | 'too-much';
  status: number | null;
  server: string | null;
  via: string | null;
  proxyHeaders: string[];
  products?: string[];
  text: string | null;
};

/**
 * Asks `GET /` of whoever listens on the notification port of Unity Connection and reads the head of the answer.
 * Never a POST: with a live subscription id it would refresh that subscription and hide the fault. Plain lines and not an
 * HTTP library, so that a TLS alert, an SMTP banner or noise can be told and shown.
 */
export const askNotify = async (
  lines: LineSession,
  { host, port }: { host: string; port: number },
  ms: number,
): Promise<NotifyFacts> => {
  const leftMs = countdown(ms);
  const unasked = await lines.read(Math.min(FIRST_WORD_MS, leftMs()));
  if (unasked.is === 'silent' && unasked.partial === null) {
    lines.send('GET / HTTP/1.1');
    lines.send(`Host: ${isIPv6(host) ? `[${host}]` : host}:${port}`);
    lines.send('User-Agent: uccx-doctor');
    lines.send('Accept: */*');
    lines.send('Connection: close');
    lines.send('');
  }

  const first = unasked.is === 'silent' ? await lines.read(leftMs()) : unasked;
  if (first.is !== 'line') {
    const strange = first.partial !== null && !'HTTP/'.startsWith(first.partial.slice(0, 5)) && first.is !== 'too-much';
    return { ...NOTHING, outcome: strange ? 'not-http' : first.is, text: first.partial };
  }
  const status = /^HTTP\/\d\.\d (\d{3})(?: |$)/.exec(first.line)?.[1];
  if (!status) return { ...NOTHING, outcome: 'not-http', text: lines.quote(first.line) };

  const { headers, tooMuch } = await readHeaders(lines, leftMs);
  const shown = (name: string) => {
    const values = headers.filter(([header]) => header.toLowerCase() === name).map(([, value]) => value);
    return values.length === 0 ? null : lines.quote(values.join(', '));
  };
  const products = headers.filter(isProduct).map(([name, value]) => lines.quote(`${name}: ${value}`));
  return {
    ...(products.length > 0 ? { products: products.slice(0, 10) } : {}),
    outcome: tooMuch ? 'too-much' : 'answered',
    status: Number(status),
    server: shown('server'),
    via: shown('via'),
    proxyHeaders: headers
      .filter(isBetween)
      .slice(0, 20)
      .map(([name, value]) => lines.quote(`${name}: ${/^set-cookie$/i.test(name) ? value.split('=')[0] : value}`)),
    text: null,
  };
};

/**
 * HTTP waits to be asked. Whoever speaks first is something else, and is heard out: a server that hangs up on our words resets the
 * connection, and with it what it had said.
 */
const FIRST_WORD_MS = 150;

const NOTHING = { status: null, server: null, via: null, proxyHeaders: [], text: null };
type Header = readonly [name: string, value: string];

const isBetween = ([name, value]: Header): boolean =>
  BETWEEN.test(name) ||
  (/^set-cookie$/i.test(name) && BALANCER.test(value)) ||
  (/^x-powered-by$/i.test(name) && ROUTING.test(value));
/** Of IIS that passes on to others: Application Request Routing. */
const ROUTING = /^ARR\//i;

/** What a web application calls itself. Jetty and what runs in it may say so of themselves, which tells of no other product. */
const isProduct = (header: Header): boolean =>
  PRODUCT.test(header[0]) && !isBetween(header) && !/\b(?:jetty|servlet|jsp|axis)/i.test(header[1]);
const PRODUCT =
  /^(?:x-jenkins|x-hudson|x-powered-by|x-aspnet(?:mvc)?-version|x-generator|x-drupal-.+|x-confluence-.+|x-arequestid|x-artifactory-.+|x-nexus-.+|x-influxdb-version|x-gitlab-.+|x-owa-version|x-feserver)$/i;

/** Headers that proxies, caches and balancers add, and that Jetty itself does not send. */
const BETWEEN =
  /^(?:proxy-.+|x-cache.*|x-squid.*|x-varnish|x-bluecoat.*|x-via|x-served-by|x-proxy.*|x-forwarded.*|forwarded|age|x-iinfo|cf-ray)$/i;
/** Cookies by which a balancer finds its server again; of one only the name is kept. */
const BALANCER = /^(?:BIGipServer|NSC_|citrix_ns_id|incap_ses|AWSALB|SERVERID|visid_incap)[^=]*=/i;

/** Up to the blank line, or as far as they came: what the first ones say holds also when the last ones fail to come. */
const readHeaders = async (lines: LineSession, leftMs: () => number) => {
  const headers: [name: string, value: string][] = [];
  for (let count = 0; count < 200; count += 1) {
    const got = await lines.read(leftMs());
    if (got.is !== 'line') return { headers, tooMuch: got.is === 'too-much' };
    if (got.line === '') return { headers, tooMuch: false };
    const [, name, value = ''] = /^([!-9;-~]{1,100}):[ \t]*(.*)$/.exec(got.line) ?? [];
    if (name) headers.push([name, value.trimEnd()]);
  }
  return { headers, tooMuch: true };
};
