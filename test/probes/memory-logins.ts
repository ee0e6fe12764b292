import type { LoginMemory, LoginState } from '../../src/intake/ports.js';

/** A memory of logins as the port describes it, for the tests of what asks it. `kept` shows what would lie in Redis. */
export const memoryLogins = (): LoginMemory & { kept: Map<string, { fingerprint: string; state: LoginState }> } => {
  const kept = new Map<string, { fingerprint: string; state: LoginState }>();
  return {
    kept,
    begin: async (account, fingerprint, anyway) => {
      const known = kept.get(account);
      if (known?.state.is === 'running') return known.state;
      if (
        (known?.state.is === 'refused' || known?.state.is === 'unheard') &&
        known.fingerprint === fingerprint &&
        !anyway
      )
        return known.state;
      kept.set(account, { fingerprint, state: { is: 'running' } });
      return { is: 'free' };
    },
    settle: async (account, fingerprint, outcome, at) => {
      if (outcome === 'refused' || outcome === 'unheard')
        kept.set(account, { fingerprint, state: { is: outcome, at } });
      else if (outcome !== 'not-now') kept.delete(account);
    },
  };
};
