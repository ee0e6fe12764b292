import pino from 'pino';
import type { Log } from '../chat/log.js';
import { ConfigError } from '../domain/errors.js';
import { errorFacts } from './error-facts.js';

type Env = Readonly<Record<string, string | undefined>>;

/** Structured lines on stderr (or into `fd`), one JSON object each; stdout stays for answers. Level by `UCCX_LOG` (info). */
export const makeLog = (role: string, env: Env, fd = 2): Log => {
  const level = env.UCCX_LOG ?? 'info';
  if (level !== 'silent' && !(level in pino.levels.values))
    throw new ConfigError(`UCCX_LOG: expected one of ${Object.keys(pino.levels.values).join(', ')}, silent`);
  const logger = pino(
    {
      level,
      base: { role },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { error: error => errorFacts(error) },
    },
    pino.destination({ fd, sync: true }),
  );
  return {
    info: (facts, says) => logger.info(facts, says),
    warn: (facts, says) => logger.warn(facts, says),
    error: (facts, says) => logger.error(facts, says),
  };
};
