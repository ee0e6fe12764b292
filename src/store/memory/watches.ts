import type { Board } from '../../domain/incident.js';
import type { WatchId } from '../../domain/watch-slots.js';
import type { Watch, WatchMemory } from '../../domain/watching.js';
import type { Watches } from '../../intake/ports.js';

export const memoryWatches = (): Watches => {
  const watches = new Map<WatchId, Watch>();
  const memories = new Map<string, WatchMemory>();
  const boards = new Map<string, Board>();
  const swap = <T extends { version: number }>(kept: Map<string, T>, key: string, value: T): boolean => {
    if (value.version !== (kept.get(key)?.version ?? 0) + 1) return false;
    kept.set(key, structuredClone(value));
    return true;
  };
  return {
    put: async watch => void watches.set(watch.id, structuredClone(watch)),
    drop: async id => {
      memories.delete(id);
      return watches.delete(id);
    },
    all: async () => structuredClone([...watches.values()]),
    memory: async id => structuredClone(memories.get(id) ?? null),
    remember: async (id, memory) => swap(memories, id, memory),
    board: async place => structuredClone(boards.get(place) ?? { place, version: 0, incidents: [] }),
    boards: async () => structuredClone([...boards.values()]),
    pin: async board => {
      const isPinned = swap(boards, board.place, board);
      if (isPinned && board.incidents.length === 0) boards.delete(board.place);
      return isPinned;
    },
  };
};
