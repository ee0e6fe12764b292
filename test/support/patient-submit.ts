import type { Redis } from 'ioredis';
import { makeSubmit } from '../../jobs/submit.js';
import { signingOf } from './signing.js';

/** Lays runs as the bot does, and waits longer for Redis than an asker would. */
export const patientSubmit = (connection: Redis, onError: (error: Error) => void = () => {}) =>
  makeSubmit(connection, onError, signingOf('bot'), { withinMs: 60_000 });
