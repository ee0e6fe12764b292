import type { Digest, DigestMemory, DigestTold } from '../../domain/digest.js';
import type { DigestId } from '../../domain/digest-when.js';
import type { Digests } from '../../intake/ports.js';

export const memoryDigests = (): Digests => {
  const digests = new Map<DigestId, Digest>();
  const memories = new Map<DigestId, DigestMemory>();
  const tolds = new Map<DigestId, DigestTold>();
  return {
    put: async digest => void digests.set(digest.id, structuredClone(digest)),
    drop: async id => {
      memories.delete(id);
      tolds.delete(id);
      return digests.delete(id);
    },
    all: async () => structuredClone([...digests.values()]),
    memory: async id => structuredClone(memories.get(id) ?? null),
    remember: async (id, memory) => void memories.set(id, structuredClone(memory)),
    told: async id => structuredClone(tolds.get(id) ?? null),
    tell: async (id, told) => void tolds.set(id, structuredClone(told)),
  };
};
