/** What goes wrong with the next calls of an operation. `times` counts down; without it the fault stays until it is lifted. */
export type TeamsFault =
  | { is: 'status'; status: number; code?: string; times?: number }
  /** 429; null: without a word on when to come back, as Teams often answers. */
  | { is: 'rate-limited'; retryAfterSec: number | null; times?: number }
  /** 307: to be asked of somebody else. */
  | { is: 'elsewhere'; to: string; times?: number }
  | { is: 'slow'; ms: number; times?: number }
  | { is: 'hang'; times?: number }
  | { is: 'reset'; times?: number }
  /** Done as asked, but the connection breaks before the answer. */
  | { is: 'lost'; times?: number };

export type TeamsOperation =
  | 'create'
  | 'send'
  | 'reply'
  | 'update'
  | 'delete'
  | 'members'
  | 'member'
  | 'team'
  | 'token'
  | 'metadata'
  | 'keys'
  | 'upload'
  | 'download';

/** Faults by operation; `*` is every one. */
export const teamsFaults = () => {
  const set = new Map<string, { fault: TeamsFault; left: number }>();
  return {
    set: (operation: TeamsOperation | '*', fault: TeamsFault): void => {
      set.set(operation, { fault, left: fault.times ?? Number.POSITIVE_INFINITY });
    },
    clear: (): void => set.clear(),
    take: (operation: TeamsOperation): TeamsFault | null => {
      const entry = [set.get(operation), set.get('*')].find(known => known && known.left > 0);
      if (!entry) return null;
      entry.left -= 1;
      return entry.fault;
    },
  };
};
export type TeamsFaults = ReturnType<typeof teamsFaults>;

/** The codes and words of https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages, «Status codes». */
const WORDS: Readonly<Record<number, { code: string; message: string }>> = {
  412: { code: 'PreconditionFailed', message: 'Precondition failed, please try again.' },
  413: { code: 'MessageSizeTooBig', message: 'Message size too large.' },
  429: { code: 'Throttled', message: 'Too many requests.' },
  500: { code: 'ServiceError', message: 'Unknown' },
  502: { code: 'ServiceError', message: 'Bad gateway' },
  503: { code: 'ServiceError', message: 'Service unavailable' },
  504: { code: 'ServiceError', message: 'Gateway timeout' },
};

export const serviceError = (status: number, code?: string, message?: string) => {
  const known = WORDS[status] ?? { code: 'ServiceError', message: `lab: status ${status}` };
  return { error: { code: code ?? known.code, message: message ?? known.message } };
};
