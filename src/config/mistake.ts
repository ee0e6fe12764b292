/** One thing that is wrong in a file, and where. `says` never holds a value that may be a secret. */
export type Mistake = {
  /** Counted from 1, as editors do. */
  line: number;
  column: number;
  /** `targets[1].imap.port`; empty for the file as a whole. */
  path: string;
  says: string;
  /** Which of the targets it is about, by their place in the file; missing where it is about none of them alone. */
  targets?: readonly number[];
};

export type Path = readonly PropertyKey[];

export const pathText = (path: Path): string =>
  path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${String(step)}`))
    .join('');

/** `file.yaml:12:5 targets[0].agents: expected …`, the form in which editors and CI jump to the line. */
export const mistakeText = (file: string, mistake: Mistake): string =>
  `${file}:${mistake.line}:${mistake.column} ${mistake.path === '' ? '' : `${mistake.path}: `}${mistake.says}`;

/** In the order of the file, each once. */
export const inOrder = (mistakes: readonly Mistake[]): Mistake[] => {
  const seen = new Set<string>();
  return mistakes
    .filter(({ line, column, says }) => {
      const key = `${line}:${column} ${says}`;
      return !seen.has(key) && seen.add(key);
    })
    .sort((a, b) => a.line - b.line || a.column - b.column);
};
