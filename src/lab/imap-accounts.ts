/** An account of the lab's Exchange, as a directory and a mailbox server know it. */
export type ImapAccount = {
  user: string;
  password: string;
  /** False: the password is right and the mailbox may not be used over IMAP (`Set-CASMailbox -ImapEnabled`). */
  imapEnabled?: boolean;
  /** Exchange Online: the tokens that let it in; a password never does. */
  accepts?: (token: string) => boolean;
};

/** What somebody shows for being the account: the password, a proof of it, or a token. */
export type Proof = string | { holds: (password: string) => boolean } | { token: string };
/** Whether it is that account's. Every server of the lab asks here. */
export const isProven = ({ password, accepts }: Pick<ImapAccount, 'password' | 'accepts'>, proof: Proof): boolean => {
  if (typeof proof === 'object' && 'token' in proof) return accepts?.(proof.token) ?? false;
  if (accepts) return false;
  return typeof proof === 'string' ? proof === password : proof.holds(password);
};

/** How many live sessions Exchange allows; each may be changed while the server runs. The defaults are those of Exchange 2016. */
export type ImapLimits = {
  perUser: number;
  perAddress: number;
  total: number;
  /** Service sessions of one user in the Information Store: open mailboxes, not logins. */
  storeSessions: number;
  /** Wrong passwords in a row that lock the account in the directory; Infinity: never. */
  lockAfter: number;
};
export const SHIPPED_LIMITS: ImapLimits = {
  perUser: 16,
  perAddress: Infinity,
  total: Infinity,
  storeSessions: 16,
  lockAfter: Infinity,
};

/** What happened to one account. `refused` is the sum of the three reasons, which a client cannot tell apart. */
export type AccountCounts = {
  tried: number;
  accepted: number;
  refused: number;
  wrongPassword: number;
  overLimit: number;
  locked: number;
  openNow: number;
  peak: number;
  /** Mailboxes open now: sessions of the store. */
  mailboxesOpen: number;
  loggedOut: number;
};

export type AccountBook = {
  /** Judges a login. A limit refuses exactly as a wrong password does: the client hears no difference. */
  readonly admit: (user: string, proof: Proof) => ImapSeat | 'refused';
  readonly counts: () => Record<string, AccountCounts>;
};

/** A live session of an account. */
export type ImapSeat = {
  readonly connected: boolean;
  /** False: the store has no session left. */
  readonly openMailbox: () => boolean;
  readonly loggedOut: () => void;
  readonly leave: () => void;
};

export const accountBook = (accounts: readonly ImapAccount[], limits: ImapLimits): AccountBook => {
  const entries = new Map(accounts.map(account => [nameOf(account.user), { account, counts: zero(), wrongInARow: 0 }]));
  const strangers = zero();

  return {
    admit: (user, proof) => {
      const entry = entries.get(nameOf(user));
      const counts = entry?.counts ?? strangers;
      counts.tried += 1;
      const refuse = (why: 'wrongPassword' | 'overLimit' | 'locked') => {
        counts.refused += 1;
        counts[why] += 1;
        return 'refused' as const;
      };
      if (!entry) return refuse('wrongPassword');
      if (entry.wrongInARow >= limits.lockAfter) return refuse('locked');
      if (!isProven(entry.account, proof)) {
        entry.wrongInARow += 1;
        return refuse('wrongPassword');
      }
      entry.wrongInARow = 0;
      if (counts.openNow >= limits.perUser) return refuse('overLimit');
      return seat(counts, entry.account.imapEnabled ?? true, limits);
    },
    counts: () => ({
      ...Object.fromEntries([...entries.values()].map(({ account, counts }) => [account.user, { ...counts }])),
      ...(strangers.tried > 0 ? { '(unknown)': { ...strangers } } : {}),
    }),
  };
};

const seat = (counts: AccountCounts, connected: boolean, limits: ImapLimits): ImapSeat => {
  let mailboxOpen = false;
  let left = false;
  counts.accepted += 1;
  counts.openNow += 1;
  counts.peak = Math.max(counts.peak, counts.openNow);
  return {
    connected,
    openMailbox: () => {
      if (mailboxOpen) return true;
      if (counts.mailboxesOpen >= limits.storeSessions) return false;
      mailboxOpen = true;
      counts.mailboxesOpen += 1;
      return true;
    },
    loggedOut: () => {
      counts.loggedOut += 1;
    },
    leave: () => {
      if (left) return;
      left = true;
      counts.openNow -= 1;
      if (mailboxOpen) counts.mailboxesOpen -= 1;
    },
  };
};

/** Directory names ignore case; CAD wrote the domain with a slash. */
export const nameOf = (user: string): string => user.toLowerCase().replace('/', '\\');

const zero = (): AccountCounts => ({
  tried: 0,
  accepted: 0,
  refused: 0,
  wrongPassword: 0,
  overLimit: 0,
  locked: 0,
  openNow: 0,
  peak: 0,
  mailboxesOpen: 0,
  loggedOut: 0,
});
