import type { Quiet, QuietId, WindowMemory } from '../../domain/quiet.js';
import type { Quiets } from '../../intake/ports.js';

export const memoryQuiets = (): Quiets => {
  const quiets = new Map<QuietId, Quiet>();
  const memories = new Map<QuietId, WindowMemory>();
  return {
    put: async quiet => void quiets.set(quiet.id, structuredClone(quiet)),
    drop: async id => {
      memories.delete(id);
      return quiets.delete(id);
    },
    all: async () => structuredClone([...quiets.values()]),
    memory: async id => structuredClone(memories.get(id) ?? null),
    remember: async (id, memory) => void memories.set(id, structuredClone(memory)),
    remembered: async () => [...memories.keys()],
  };
};
