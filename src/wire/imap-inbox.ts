import { countdown } from './countdown.js';
import type { Imap } from './imap.js';

/*
 * The few things that a look does to messages of its own in an open INBOX. What a message is goes by the Message-ID in its envelope:
 * words of the subject may stand in an answer that a person wrote.
 */

export type Found = { uid: number; messageId: string };
export type Search = {
  /** Messages of our own. */
  found: Found[];
  /** The inbox grew meanwhile, so that it may hold more by now than was searched. */
  grew: boolean;
};

/**
 * Messages whose subject holds `subject` and whose Message-ID is one of `mine`; null where the server would not search.
 * `others` remembers whose are not, so that nobody's envelope is asked for twice.
 */
export const findOwn = async (
  imap: Imap,
  { subject, mine, others }: { subject: string; mine: (messageId: string) => boolean; others: Set<string> },
  ms: number,
): Promise<Search | null> => {
  const leftMs = countdown(ms);
  imap.lines.readsMail();
  const searched = await imap.command(`UID SEARCH SUBJECT "${subject}"`, leftMs());
  if (searched.is !== 'answered' || searched.status !== 'OK') return null;
  const grew = searched.untagged.some(isNews);
  const uids = searched.untagged
    .filter(line => /^SEARCH\b/i.test(line))
    .flatMap(line => line.split(' ').slice(1))
    .filter(word => isUid(word) && !others.has(word))
    .slice(-MOST); // the newest stand last, and ours may be among them
  if (uids.length === 0) return { found: [], grew };
  const fetched = await imap.command(`UID FETCH ${uids.join(',')} (ENVELOPE)`, leftMs());
  if (fetched.is !== 'answered' || fetched.status !== 'OK') return null;
  const found = fetched.untagged.flatMap(line => {
    const own = ownIn(line);
    return own && uids.includes(String(own.uid)) && mine(own.messageId) ? [own] : [];
  });
  for (const uid of uids) if (!found.some(own => String(own.uid) === uid)) others.add(uid);
  return { found, grew: grew || fetched.untagged.some(isNews) };
};
const MOST = 50;
const isUid = (word: string) => /^[1-9]\d{0,9}$/.test(word);
const isNews = (line: string) => /^\d{1,10} EXISTS$/i.test(line);

/**
 * The UID and the Message-ID, which is the last string of an envelope: nothing but other items may follow. Ours has no literal in it and no
 * quote within a string, so whatever has one is somebody else's; and the UID is looked for where a stranger can have written nothing.
 */
const ownIn = (line: string): Found | null => {
  if (!/^\d{1,10} FETCH \(/i.test(line) || line.includes('{}') || line.includes('\\')) return null;
  const [, messageId = ''] =
    / "(<[^"\s]{1,200}>)"\)(?:\)| UID \d{1,10}| FLAGS \([^()"]*\)| MODSEQ \(\d+\))*$/i.exec(line) ?? [];
  const [, uid = ''] = /\bUID (\d{1,10})\b/i.exec(line.replace(/"[^"]*"/g, '""')) ?? [];
  return isUid(uid) ? { uid: Number(uid), messageId } : null;
};

/**
 * Takes messages away for good: by their UIDs only (UIDPLUS, RFC 4315), never with an EXPUNGE that would take what others have marked.
 * True when the server says that they are gone.
 */
export const removeOwn = async (imap: Imap, uids: readonly number[], ms: number): Promise<boolean> => {
  const leftMs = countdown(ms);
  const marked = await imap.command(`UID STORE ${uids.join(',')} +FLAGS.SILENT (\\Seen \\Deleted)`, leftMs());
  if (marked.is !== 'answered' || marked.status !== 'OK') return false;
  const gone = await imap.command(`UID EXPUNGE ${uids.join(',')}`, leftMs());
  return gone.is === 'answered' && gone.status === 'OK';
};

/**
 * Waits until the inbox grows, with IDLE (RFC 2177) where the server has it and a while between two looks where not. Also over when `stop`
 * is aborted or the time is; the conversation is ready for the next command in every case, also when it throws because it was cut off.
 */
export const awaitNews = async (imap: Imap, ms: number, stop: AbortSignal): Promise<void> => {
  const leftMs = countdown(ms);
  let idles = false;
  try {
    const begun = await imap.command('IDLE', ANSWER_MS);
    idles = begun.is === 'continue';
    if (begun.is === 'continue' && begun.untagged.some(isNews)) return;
    await quietly(imap, idles ? leftMs : countdown(Math.min(leftMs(), BETWEEN_MS)), stop);
  } catch (cutOff) {
    imap.lines.linger();
    idles ||= (await imap.await(ANSWER_MS)).is === 'continue';
    throw cutOff;
  } finally {
    if (idles) await imap.goOn('DONE', ANSWER_MS);
  }
};

/** Listens until a line tells that there is something new. Short waits, for a «stop» shall not have to wait for the server. */
const quietly = async (imap: Imap, leftMs: () => number, stop: AbortSignal): Promise<void> => {
  while (leftMs() > 0 && !stop.aborted) {
    const got = await imap.lines.read(Math.min(HEARING_MS, leftMs()));
    if (got.is === 'silent') continue;
    if (got.is !== 'line' || (got.line.startsWith('* ') && isNews(got.line.slice(2)))) return;
  }
};
const HEARING_MS = 200;
const ANSWER_MS = 3000;
const BETWEEN_MS = 1000;
