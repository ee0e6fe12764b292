/** Where an adapter writes what an operator should know: facts first, then the sentence (pino fits). Neither holds a secret. */
export type Log = Readonly<Record<'info' | 'warn' | 'error', (facts: object, says: string) => void>>;
