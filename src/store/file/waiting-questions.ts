import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Clock, IsoTime, isoNow } from '../../domain/clock.js';
import { StoreDownError } from '../../domain/errors.js';
import { RunId } from '../../domain/ids.js';
import { ReplyAddress } from '../../domain/request.js';
import type { Inbox } from '../../intake/ports.js';
import type { Limits } from '../store.js';

export type WaitingQuestions = {
  /** Of this user; made where it is needed. */
  folder: string;
  clock: Clock;
  /** Told of what was left out. */
  say: (line: string) => void;
};

/** As the inbox has it: what is `heard`, and the handle of `at`, a bot has signed. */
const Waiting = z.object({
  schema: z.literal(1),
  since: IsoTime,
  run: RunId,
  platform: z.string(),
  heard: z.unknown(),
  at: ReplyAddress.nullable(),
});
type Waiting = z.infer<typeof Waiting>;

/** `<run>.<owner>.json`; neither part can hold a dot. */
const NAME = /^([a-z][\w-]{5,63})\.([\w-]{1,60})\.json$/;
/** While Redis is away each answer is «it is away»: people stop asking long before. */
const MOST = 1_000;

/**
 * An inbox whose questions wait in files where it does not take them, each on the disk before it counts as kept, and go on into it as soon as
 * it does. An owner touches its files whenever it calls `adopt`; the files of one that is gone belong to whoever renames them first.
 */
export const waitingQuestions = (
  inbox: Inbox,
  { folder, clock, say }: WaitingQuestions,
  { inboxMs, ownerGoneMs }: Pick<Limits, 'inboxMs' | 'ownerGoneMs'>,
): Inbox => {
  /** What this process has in files. */
  const ours = new Map<RunId, { file: string; waiting: Waiting }>();
  /** Where messages stand of which the inbox could not be told. */
  const unnoted = new Map<RunId, ReplyAddress>();
  const inTurn = oneByOne();
  const said = new Set<string>();
  return {
    put: async (owner, question) => {
      try {
        return await inbox.put(owner, question);
      } catch (error) {
        if (!(error instanceof StoreDownError) || ours.size >= MOST) throw error;
        return inTurn(question.run, async () => {
          if (!ours.has(question.run)) await write(owner, { schema: 1, since: isoNow(clock), ...question, at: null });
          return true;
        });
      }
    },
    note: async (run, at) => {
      if (!ours.has(run)) return noteThere(run, at);
      await inTurn(run, async () => {
        const own = ours.get(run);
        if (own) await write(ownerIn(own.file), { ...own.waiting, at });
        else await noteThere(run, at);
      });
    },
    drop: async (owner, run) => {
      unnoted.delete(run);
      if (ours.has(run)) await inTurn(run, () => remove(run));
      await inbox.drop(owner, run); // it may be there too: that Redis was not heard does not mean that it took nothing
    },
    adopt: async owner => {
      await takeOver(owner).catch(sayOnce);
      for (const run of [...ours.keys()]) await inTurn(run, () => bring(owner, run));
      for (const [run, at] of unnoted) await noteThere(run, at);
      return inbox.adopt(owner);
    },
  };

  /** Where Redis went away in between, the message is noted when it is back: whoever goes on writes into that one. */
  async function noteThere(run: RunId, at: ReplyAddress): Promise<void> {
    unnoted.set(run, at);
    await inbox.note(run, at);
    unnoted.delete(run);
  }

  /** What is in Redis comes all the same. */
  function sayOnce({ message }: Error): void {
    if (!said.has(message)) say(`questions that may wait in ${folder} cannot be looked for: ${message}`);
    said.add(message);
  }

  async function write(owner: string, waiting: Waiting): Promise<void> {
    const file = join(folder, `${waiting.run}.${owner}.json`);
    const temporary = `${file}.${randomUUID()}`;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeOut(temporary, JSON.stringify(waiting));
      await rename(temporary, file);
    } catch (cause) {
      await unlink(temporary).catch(() => {}); // why it could not be written says more
      throw new StoreDownError(`a question can be kept neither in Redis nor in ${folder}`, { folder }, { cause });
    }
    ours.set(waiting.run, { file, waiting });
  }

  async function remove(run: RunId): Promise<void> {
    const own = ours.get(run);
    ours.delete(run);
    if (own) await unlink(own.file).catch(ignoreMissing);
  }

  /** Whoever has it there already keeps it; where its message stands is told them too. */
  async function bring(owner: string, run: RunId): Promise<void> {
    const own = ours.get(run);
    if (!own) return;
    const { platform, heard, at } = own.waiting;
    await inbox.put(owner, { run, platform, heard });
    if (at) await inbox.note(run, at);
    await remove(run);
  }

  async function takeOver(owner: string): Promise<void> {
    const names = (await readdir(folder).catch(ignoreMissing)) ?? [];
    for (const name of names) {
      const file = join(folder, name);
      const [, , of] = NAME.exec(name) ?? [];
      const now = new Date(clock.now());
      if (of === owner) await utimes(file, now, now).catch(ignoreMissing);
      else if (await isLeft(file)) await takeOne(file, of ? owner : null);
    }
  }

  async function isLeft(file: string): Promise<boolean> {
    const found = await stat(file).catch(ignoreMissing);
    return found !== undefined && clock.now() - found.mtimeMs > ownerGoneMs;
  }

  /** Touched first: nobody takes from us what we are about to take. What a killed process was writing is no file of anybody. */
  async function takeOne(file: string, owner: string | null): Promise<void> {
    try {
      if (!owner) return await unlink(file);
      const [, run] = NAME.exec(file.slice(folder.length + 1)) ?? [];
      const mine = join(folder, `${run}.${owner}.json`);
      const now = new Date(clock.now());
      await utimes(file, now, now);
      await rename(file, mine);
      const waiting = readable(await readFile(mine, 'utf8'));
      if (waiting && waiting.run === run) ours.set(waiting.run, { file: mine, waiting });
      else await unlink(mine);
    } catch (error) {
      ignoreMissing(error as NodeJS.ErrnoException); // somebody was faster
    }
  }

  function readable(text: string): Waiting | null {
    try {
      const waiting = Waiting.parse(JSON.parse(text));
      if (clock.now() - Date.parse(waiting.since) < inboxMs) return waiting;
      say(`question ${waiting.run} waited for too long and is answered by nobody`);
    } catch {
      say(`a question that waited in ${folder} could not be read and was left out`);
    }
    return null;
  }
};

const ownerIn = (file: string): string => file.split('.').at(-2) ?? '';

/** On the disk when it is done, for this user only. */
const writeOut = async (path: string, text: string): Promise<void> => {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
};

/** What is done about one question is done one after another. */
const oneByOne = () => {
  const last = new Map<RunId, Promise<unknown>>();
  return <T>(run: RunId, work: () => Promise<T>): Promise<T> => {
    const now = (last.get(run) ?? Promise.resolve()).then(work, work);
    last.set(run, now);
    const end = () => {
      if (last.get(run) === now) last.delete(run);
    };
    now.then(end, end);
    return now;
  };
};

const ignoreMissing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
};
