import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';

const Value = z.object({
  stringValue: z.string().optional(),
  intValue: z.union([z.number(), z.string()]).optional(),
  doubleValue: z.number().optional(),
  boolValue: z.boolean().optional(),
});
const Attributes = z.array(z.object({ key: z.string(), value: Value })).default([]);
const SpanOnWire = z.object({
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  spanId: z.string().regex(/^[0-9a-f]{16}$/),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.int(),
  startTimeUnixNano: z.string(),
  endTimeUnixNano: z.string(),
  attributes: Attributes,
  events: z.array(z.object({ name: z.string(), attributes: Attributes })).default([]),
  status: z.object({ code: z.int().optional(), message: z.string().optional() }).default({}),
});
/** https://opentelemetry.io/docs/specs/otlp/#otlphttp */
const Export = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: Attributes }),
      scopeSpans: z.array(z.object({ spans: z.array(SpanOnWire) })),
    }),
  ),
});
export type Span = z.infer<typeof SpanOnWire> & { of: Record<string, unknown> };
export type OtlpReceiver = Awaited<ReturnType<typeof otlpReceiver>>;

export const factsOf = (attributes: z.infer<typeof Attributes>): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

/** What a collector is at its door: takes spans over HTTP, and keeps them. */
export const otlpReceiver = async () => {
  const spans: Span[] = [];
  const bodies: string[] = [];
  const headers: Record<string, unknown>[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', part => parts.push(part));
    request.on('end', () => {
      const bytes = Buffer.concat(parts);
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8');
      headers.push(request.headers);
      bodies.push(text);
      for (const { resource, scopeSpans } of Export.parse(JSON.parse(text)).resourceSpans) {
        const of = factsOf(resource.attributes);
        spans.push(...scopeSpans.flatMap(each => each.spans).map(span => ({ ...span, of })));
      }
      response.setHeader('content-type', 'application/json').end('{}');
      for (const look of waiting) look();
    });
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`,
    spans,
    bodies,
    headers,
    /** Waits until what has come is enough; the test's own time is the limit. */
    until: <T>(enough: (spans: readonly Span[]) => T | undefined | false): Promise<T> =>
      new Promise(resolve => {
        const look = () => {
          const found = enough(spans);
          if (!found) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    stop: () =>
      new Promise<void>(done => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
};
