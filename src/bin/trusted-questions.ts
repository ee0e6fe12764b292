import type { Log } from '../chat/log.js';
import type { RunId } from '../domain/ids.js';
import { ReplyAddress } from '../domain/request.js';
import type { Inbox, LeftQuestion } from '../intake/ports.js';
import type { Signing } from '../signing/signing.js';

const HEARD = 'question';
const BEGUN = 'question begun';

/**
 * What is kept of a question was let in by the platform's own signature or token once, and is not asked for it again: so only what a bot has
 * signed comes back. Otherwise whoever can write into Redis could ask in anybody's name.
 */
export const trustedQuestions = (inbox: Inbox, signing: Signing, log: Log): Inbox => {
  return {
    ...inbox,
    put: (owner, { run, platform, heard }) =>
      inbox.put(owner, { run, platform, heard: signing.sign({ is: HEARD, id: run }, { platform, heard }) }),
    note: (run, at) => inbox.note(run, { ...at, handle: signing.sign({ is: BEGUN, id: run }, at) }),
    adopt: async owner => {
      const adopted = await Promise.all((await inbox.adopt(owner)).map(left => trusted(owner, left)));
      return adopted.filter(left => left !== null);
    },
  };

  async function trusted(owner: string, { run, platform, heard, at }: LeftQuestion): Promise<LeftQuestion | null> {
    const opened = await signing.open('bot', { is: HEARD, id: run }, heard);
    const body = opened.is === 'good' ? (opened.body as { platform: string; heard: unknown }) : null;
    if (body?.platform === platform) return { run, platform, heard: body.heard, at: at && (await begun(run, at)) };
    log.warn(
      { run },
      `a question that was left is not answered: ${opened.is === 'refused' ? opened.says : 'it was moved'}`,
    );
    await inbox.drop(owner, run);
    return null;
  }

  /** Without it the answer stands in a message of its own. */
  async function begun(run: RunId, at: ReplyAddress): Promise<ReplyAddress | null> {
    const opened = await signing.open('bot', { is: BEGUN, id: run }, at.handle);
    if (opened.is === 'good') return ReplyAddress.parse(opened.body);
    log.warn({ run }, `the message of a question that was left is not written into: ${opened.says}`);
    return null;
  }
};
