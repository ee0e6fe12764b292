import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, ROOT_CONTEXT, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { StepSide, Trace } from '../domain/trace.js';

export type Tracing = {
  trace: Trace;
  /** For the queue, which carries a step from one process into another. */
  spans: { tracer: Tracer; contexts: Contexts };
  /** Sends what is left, for two seconds at most. */
  stop: () => Promise<void>;
};
type Contexts = {
  active: () => Context;
  with: <Got>(context: Context, work: () => Got) => Got;
};

/** Short, so that whoever looks sees a check some seconds after it; bounded, so that a collector that is away costs no memory. */
const BATCH = { scheduledDelayMillis: 1_000, maxQueueSize: 4_096, maxExportBatchSize: 512, exportTimeoutMillis: 5_000 };
const STOP_MS = 2_000;
const KIND: Record<StepSide, SpanKind> = { in: SpanKind.SERVER, out: SpanKind.CLIENT, own: SpanKind.INTERNAL };

/**
 * Spans to an OTLP receiver over HTTP. Nothing is registered globally: what libraries would tell of themselves by the same road, with
 * words of people in it, goes nowhere.
 */
export const startTracing = (given: {
  url: string;
  headers: Readonly<Record<string, string>>;
  /** The share of wholes that is kept, 0 to 1; what one process keeps, the others keep. */
  sample: number;
  role: string;
  version: string;
  onTrouble: (error: unknown) => void;
}): Tracing => {
  const above = new AsyncLocalStorage<Context>();
  const contexts: Contexts = {
    active: () => above.getStore() ?? ROOT_CONTEXT,
    with: (context, work) => above.run(context, work),
  };
  const exporter = new OTLPTraceExporter({ url: given.url, headers: { ...given.headers }, timeoutMillis: 5_000 });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'uccx-doctor',
      'service.version': given.version,
      'uccx.role': given.role,
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(given.sample) }),
    spanProcessors: [new BatchSpanProcessor({ exporter: telling(exporter, given.onTrouble), ...BATCH })],
  });
  const tracer = provider.getTracer('uccx-doctor', given.version);

  const step: Trace['step'] = async (name, facts, work, side = 'own') => {
    const context = contexts.active();
    const span = tracer.startSpan(name, { kind: KIND[side], attributes: facts }, context);
    const note = (event: string, more = {}) => void span.addEvent(event, more);
    try {
      return await contexts.with(trace.setSpan(context, span), () =>
        work({ note, tell: more => void span.setAttributes(more) }),
      );
    } catch (error) {
      // Its name alone: in its words a server or a platform may have spoken.
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'unknown' });
      throw error;
    } finally {
      span.end();
    }
  };
  return {
    trace: { step, isUnderWay: () => trace.getSpan(contexts.active()) !== undefined },
    spans: { tracer, contexts },
    stop: async () => {
      let timer: NodeJS.Timeout | undefined;
      const tired = new Promise<void>(resolve => {
        timer = setTimeout(resolve, STOP_MS);
      });
      await Promise.race([provider.shutdown().catch(given.onTrouble), tired]);
      clearTimeout(timer);
    },
  };
};

/** Says of a receiver that is away what it would otherwise say only to a logger that nobody reads: once, until it answers again. */
const telling = (exporter: SpanExporter, onTrouble: (error: unknown) => void): SpanExporter => {
  let isIll = false;
  return {
    export: (spans, done) =>
      exporter.export(spans, result => {
        if (result.error && !isIll) onTrouble(result.error);
        isIll = result.error !== undefined;
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    ...(exporter.forceFlush ? { forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve() } : {}),
  };
};
