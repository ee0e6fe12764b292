/** Remembers the latest few of many ids. `add` is true for one that is new. */
export const latest = (most: number) => {
  const known = new Set<string>();
  return {
    add: (id: string): boolean => {
      if (known.has(id)) return false;
      known.add(id);
      for (const oldest of known) {
        if (known.size <= most) break;
        known.delete(oldest);
      }
      return true;
    },
    forget: (id: string): void => {
      known.delete(id);
    },
  };
};
