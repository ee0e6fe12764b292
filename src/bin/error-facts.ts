import { UccxDoctorError } from '../domain/errors.js';

/** Causes of causes end somewhere, also where one points back at another. */
const MAX_CAUSES = 5;

/**
 * An error as the log may show it: what it is, what it says, where it happened, and our own facts. Nothing else that hangs on it:
 * ioredis puts the whole command there, and that of a refused login is `HELLO 3 AUTH user password`.
 */
export const errorFacts = (error: unknown, depth = 0): unknown => {
  if (!(error instanceof Error)) return typeof error === 'object' ? 'something that is no error was thrown' : error;
  const { code } = error as NodeJS.ErrnoException;
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...(typeof code === 'string' ? { code } : {}),
    ...(error instanceof UccxDoctorError ? { facts: error.facts } : {}),
    ...(error.cause !== undefined && depth < MAX_CAUSES ? { cause: errorFacts(error.cause, depth + 1) } : {}),
  };
};
