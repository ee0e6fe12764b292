import { join } from 'node:path';
import type { Log } from '../chat/log.js';
import type { Env } from '../config/secrets.js';
import { stateFolderOf } from '../config/state-folder.js';
import type { Clock } from '../domain/clock.js';
import type { Inbox } from '../intake/ports.js';
import { waitingQuestions } from '../store/file/waiting-questions.js';
import { LIMITS } from '../store/store.js';

/** What Redis does not take is kept beside the bot until it does; a bot that was killed leaves it to the next one of this machine or pod. */
export const questionsOnDisk = (inbox: Inbox, { env, clock, log }: { env: Env; clock: Clock; log: Log }): Inbox =>
  waitingQuestions(
    inbox,
    { folder: join(stateFolderOf(env), 'questions'), clock, say: line => log.warn({}, line) },
    LIMITS,
  );
