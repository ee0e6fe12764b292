import type { JobTelemetry } from '../../jobs/telemetry.js';
import type { HttpFront } from '../chat/http.js';
import type { Log } from '../chat/log.js';
import type { Config } from '../config/config.js';
import { noTrace, type Trace } from '../domain/trace.js';
import type { Intake, Messenger, Secrets } from '../intake/ports.js';
import type { Probe } from '../probes/probe.js';

/** What is handed in to be shown as a trace, and how. Without `telemetry` in the configuration each is given back as it is. */
export type Tracers = {
  trace: Trace;
  /** For queues and workers. */
  jobs: { telemetry?: JobTelemetry };
  intake: (intake: Intake) => Intake;
  messenger: (platform: string, messenger: Messenger) => Messenger;
  probes: (probes: readonly Probe[]) => readonly Probe[];
  front: (front: HttpFront) => HttpFront;
  stop: () => Promise<void>;
};

const NOBODY_LOOKS: Tracers = {
  trace: noTrace,
  jobs: {},
  intake: each => each,
  messenger: (_, each) => each,
  probes: each => each,
  front: each => each,
  stop: async () => {},
};

export const tracersOf = async (given: {
  config: Config;
  secrets: Secrets;
  log: Log;
  role: string;
  version: string;
}): Promise<Tracers> => {
  const { config, secrets, log, role, version } = given;
  if (!config.telemetry) return NOBODY_LOOKS;
  // Who shows nothing loads nothing for it.
  const [{ startTracing }, { tracedIntake, tracedMessenger, tracedProbes }, { jobTelemetry }] = await Promise.all([
    import('../telemetry/tracing.js'),
    import('../telemetry/traced.js'),
    import('../../jobs/telemetry.js'),
  ]);
  const { url, sample, headers: named } = config.telemetry;
  const headers: Record<string, string> = {};
  for (const [name, ref] of Object.entries(named)) headers[name] = (await secrets(ref)).trim();
  // Neither the address of the receiver nor what it answers: a header may stand in either.
  const onTrouble = () =>
    log.warn({}, 'traces cannot be sent to the address of telemetry.url; everything else goes on');
  const { trace, spans, stop } = startTracing({ url, headers, sample, role, version, onTrouble });
  return {
    trace,
    jobs: { telemetry: jobTelemetry(spans) },
    intake: each => tracedIntake(each, trace),
    messenger: (platform, each) => tracedMessenger(platform, each, trace),
    probes: each => tracedProbes(each, trace),
    front: each => tracedFront(each, trace),
    stop,
  };
};

/** A turn is from a delivery of the platform until it has its answer; what the delivery asked for goes on below it. */
const tracedFront = (front: HttpFront, trace: Trace): HttpFront => ({
  ...front,
  mount: (path, door) =>
    front.mount(path, (request, response, body) => {
      const taken = trace.step(
        'turn',
        { 'http.route': path },
        step =>
          new Promise<void>(resolve => {
            response.once('close', () => {
              step.tell({ 'http.response.status_code': response.statusCode });
              resolve();
            });
            door(request, response, body);
          }),
        'in',
      );
      taken.catch(() => response.destroy());
    }),
});
