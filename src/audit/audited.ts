import { createHash } from 'node:crypto';
import type { AuditRecord } from '../domain/audit.js';
import type { RunId } from '../domain/ids.js';
import type { ReplyAddress } from '../domain/request.js';
import type { Messenger } from '../intake/ports.js';
import { shown } from '../readers/mask.js';
import type { View } from '../view/view.js';

type Shown = Extract<AuditRecord, { is: 'shown' }>;

/**
 * A messenger that writes down what people were shown. That somebody is waiting (`running`) is no answer; every word that a message
 * finally has is.
 */
export const auditedMessenger = (
  messenger: Messenger,
  /** Must not throw: what was shown was shown. */
  note: (shown: Shown) => Promise<void>,
  run: RunId | null,
): Messenger => {
  const after =
    <Got>(how: Shown['how'], send: (to: ReplyAddress, view: View) => Promise<Got>) =>
    async (to: ReplyAddress, view: View): Promise<Got> => {
      const got = await send(to, view);
      if (how === 'tell' || view.tone !== 'running') await note(shownRecord(how, to, view, run));
      return got;
    };
  return {
    ...messenger,
    post: after('post', messenger.post),
    edit: after('edit', messenger.edit),
    tell: after('tell', messenger.tell),
  };
};

const shownRecord = (how: Shown['how'], { platform, handle }: ReplyAddress, view: View, run: RunId | null): Shown => ({
  is: 'shown',
  run,
  how,
  platform,
  place: placeIn(handle),
  tone: view.tone,
  headline: shown(view.headline, 300),
  sha256: createHash('sha256').update(JSON.stringify(view)).digest('hex'),
});

/** A handle is its platform's own and holds more than anybody needs to know, also what lets one write there; the conversation is named. */
const placeIn = (handle: ReplyAddress['handle']): string => {
  if (typeof handle !== 'object' || handle === null || Array.isArray(handle)) return '';
  const { channel, conversation } = handle;
  return (
    [channel, conversation]
      .find(each => typeof each === 'string')
      ?.toString()
      .slice(0, 200) ?? ''
  );
};
