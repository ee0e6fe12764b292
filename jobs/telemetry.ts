import {
  type Context,
  type Span as OtelSpan,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { Telemetry } from 'bullmq';

export type JobTelemetry = Telemetry<Context>;
type Span = ReturnType<Telemetry<Context>['tracer']['startSpan']>;
type Contexts = { active: () => Context; with: <Got>(context: Context, work: () => Got) => Got };

/**
 * Carries a trace through the queue: whoever lays a run is one step, each job that is worked on another one below it, in whichever
 * process. Of the many things that BullMQ would tell, these two; and never a job's data or result, which it tells by itself.
 */
export const jobTelemetry = ({ tracer, contexts }: { tracer: Tracer; contexts: Contexts }): JobTelemetry => ({
  tracer: {
    startSpan: (name, _options, context = contexts.active()) => {
      if (name.startsWith('addBulkFlows'))
        return shown(tracer.startSpan('enqueue', { kind: SpanKind.PRODUCER }, context));
      const [, queue] = /^process (.+)$/.exec(name) ?? [];
      return queue ? shown(tracer.startSpan(`job ${queue}`, { kind: SpanKind.CONSUMER }, context)) : UNSHOWN;
    },
  },
  contextManager: {
    with: (context, work) => contexts.with(context, () => work()),
    active: contexts.active,
    root: () => ROOT_CONTEXT,
    getMetadata: context => {
      const above = trace.getSpanContext(context);
      return above ? `00-${above.traceId}-${above.spanId}-0${above.traceFlags & 1}` : '';
    },
    fromMetadata: (context, metadata) => {
      const [, traceId, spanId, flags] = TRACE_PARENT.exec(String(metadata)) ?? [];
      if (!traceId || !spanId) return context; // somebody else wrote it
      return trace.setSpanContext(context, { traceId, spanId, traceFlags: Number(flags), isRemote: true });
    },
  },
});

/** https://www.w3.org/TR/trace-context/#traceparent-header */
const TRACE_PARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-0([01])$/;

const TOLD: Readonly<Record<string, string>> = {
  'bullmq.queue.name': 'uccx.queue',
  'bullmq.job.id': 'uccx.job',
  'bullmq.job.attempts.made': 'uccx.attempts',
  'bullmq.job.bulk.count': 'uccx.trees',
};

const shown = (span: OtelSpan): Span => {
  const tell = (key: string, value: unknown): void => {
    const name = TOLD[key];
    if (!name || (typeof value !== 'string' && typeof value !== 'number') || value === '') return;
    span.setAttribute(name, value);
    // The id of a job begins with that of its run.
    if (name === 'uccx.job') span.setAttribute('uccx.run', String(value).split('.')[0] ?? '');
  };
  return {
    setSpanOnContext: (context: Context) => trace.setSpan(context, span),
    setAttribute: tell,
    setAttributes: attributes => {
      for (const [key, value] of Object.entries(attributes)) tell(key, value);
    },
    addEvent: name => void span.addEvent(name),
    recordException: () => void span.setStatus({ code: SpanStatusCode.ERROR }),
    end: () => span.end(),
  };
};

const UNSHOWN: Span = {
  setSpanOnContext: (context: Context) => context,
  setAttribute: () => {},
  setAttributes: () => {},
  addEvent: () => {},
  recordException: () => {},
  end: () => {},
};
