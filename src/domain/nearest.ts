/** The known word that somebody most likely meant, or null when none is near: at most a third of its letters differ. */
export const nearest = (word: string, known: Iterable<string>): string | null => {
  let best: { word: string; distance: number } | null = null;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase().slice(0, 80), candidate.toLowerCase().slice(0, 80));
    if (distance <= Math.max(1, Math.ceil(candidate.length / 3)) && (!best || distance < best.distance))
      best = { word: candidate, distance };
  }
  return best?.word ?? null;
};

/** Levenshtein's: insertions, deletions and replacements. */
const editDistance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
};
