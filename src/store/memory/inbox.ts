import type { Clock } from '../../domain/clock.js';
import type { RunId } from '../../domain/ids.js';
import type { Inbox, LeftQuestion } from '../../intake/ports.js';
import type { Limits } from '../store.js';
import { expiring } from './expiring.js';

export const memoryInbox = (clock: Clock, { inboxMs, ownerGoneMs, inboxTries }: Limits): Inbox => {
  const kept = expiring<{ owner: string; tries: number; left: LeftQuestion }>(clock);
  const owners = expiring<true>(clock);
  const runs = new Set<RunId>();
  const drop = (run: RunId) => {
    kept.delete(run);
    runs.delete(run);
  };
  return {
    put: async (owner, question) => {
      const known = kept.get(question.run);
      if (known) return known.owner === owner;
      kept.set(question.run, { owner, tries: 0, left: { ...structuredClone(question), at: null } }, inboxMs);
      runs.add(question.run);
      return true;
    },
    note: async (run, at) => {
      const known = kept.get(run);
      if (known) known.left.at = at;
    },
    drop: async (owner, run) => {
      if (kept.get(run)?.owner === owner) drop(run);
    },
    adopt: async owner => {
      owners.set(owner, true, ownerGoneMs);
      return [...runs].flatMap(run => {
        const known = kept.get(run);
        if (!known) runs.delete(run);
        if (!known) return [];
        if (known.owner === owner) return [structuredClone(known.left)];
        if (owners.get(known.owner)) return [];
        known.tries += 1;
        known.owner = owner;
        if (known.tries <= inboxTries) return [structuredClone(known.left)];
        drop(run);
        return [];
      });
    },
  };
};
