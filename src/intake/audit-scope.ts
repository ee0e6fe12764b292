import { type AuditEntry, targetsOfEntry } from '../domain/audit.js';
import type { TargetId } from '../domain/ids.js';

/** The targets of whoever reads; `isAll`: there are no others. `about`: the only one that they asked for. */
export type Scope = { mine: readonly TargetId[]; isAll: boolean; about: TargetId | null };

/**
 * What somebody may read of the audit. A run is told whole where all of its targets are theirs; of another one only what was looked at in
 * theirs. What belongs to no target is for those who operate all.
 */
export const entriesFor = (entries: readonly AuditEntry[], { mine, isAll, about }: Scope): AuditEntry[] => {
  const named = new Map<string, Set<TargetId>>();
  for (const entry of entries) {
    const run = runOf(entry);
    if (run) named.set(run, new Set([...(named.get(run) ?? []), ...targetsOfEntry(entry)]));
  }
  const asked = about === null ? mine : mine.filter(id => id === about);
  return entries.flatMap((entry): AuditEntry[] => {
    const targets = [...(named.get(runOf(entry) ?? '') ?? [])];
    if (targets.length === 0) return isAll && about === null ? [entry] : [];
    if (!targets.some(id => asked.includes(id))) return [];
    if (targets.every(id => mine.includes(id))) return [entry];
    if (entry.is === 'looked') return asked.includes(entry.target) ? [entry] : [];
    if (entry.is !== 'ordered') return [];
    const looks = entry.looks.filter(({ target }) => asked.includes(target));
    return looks.length > 0 ? [{ ...entry, looks }] : [];
  });
};

const runOf = (entry: AuditEntry): string | null => ('run' in entry ? entry.run : null);
