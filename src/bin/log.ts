import pino from 'pino';
import type { Log } from '../chat/log.js';

/** Structured lines on stderr, one JSON object each; stdout stays for answers. Level by `UCCX_LOG` (info). */
export const makeLog = (role: string, env: Readonly<Record<string, string | undefined>>): Log => {
  const logger = pino(
    {
      level: env.UCCX_LOG ?? 'info',
      base: { role },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { error: pino.stdSerializers.err },
    },
    pino.destination({ fd: 2, sync: true }),
  );
  return {
    info: (facts, says) => logger.info(facts, says),
    warn: (facts, says) => logger.warn(facts, says),
    error: (facts, says) => logger.error(facts, says),
  };
};
