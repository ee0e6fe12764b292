/**
 * Lets so many pieces of work go on at a time; the others wait, first come first served. However much is asked at once, what goes
 * on between two looks at the network stays small, and whoever knocks is heard.
 */
export const turns = (atOnce: number) => {
  const waiting: (() => void)[] = [];
  let going = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (going < atOnce) going += 1;
    else await new Promise<void>(go => void waiting.push(go));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else going -= 1;
    }
  };
};
