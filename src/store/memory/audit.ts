import type { AuditHead } from '../../domain/audit.js';
import type { AuditLog } from '../../intake/ports.js';

export const memoryAudit = (): AuditLog => {
  let kept: string[] = [];
  let first = 1;
  let at: AuditHead = { seq: 0, hash: '' };
  return {
    state: async () => ({ head: { ...at }, first: kept.length > 0 ? first : 0 }),
    append: async (behind, lines, head, letGo) => {
      if (behind.seq !== at.seq || behind.hash !== at.hash) return false;
      kept = [...kept, ...lines];
      at = { ...head };
      if (letGo !== null && letGo >= first) {
        kept = kept.slice(letGo - first + 1);
        first = letGo + 1;
      }
      return true;
    },
    lines: async (from, most) => {
      const index = Math.max(0, from - first);
      return kept.slice(index, index + most);
    },
    newest: async (before, most) =>
      kept
        .slice(0, Math.max(0, before - first))
        .slice(-most)
        .reverse(),
  };
};
