import type { MailTarget } from '../domain/target.js';

/** Each login of an agent on CAD opens two IMAP connections (Cisco, UCCX Email Integration with Exchange 2010, "IMAP"). */
const SESSIONS_PER_AGENT = 2;

/** How many IMAP sessions the shared account must be able to hold at once, and what to set for it. */
export type SessionNeed = {
  needed: number;
  /** A quarter more: after a mass login dead sessions still count until they time out. */
  proposed: number;
  formula: string;
};

/** With CAD every agent counts; with Finesse only the sessions of the server do, since no agent opens any. */
export const sessionNeedOf = ({ agents, desktop, serverSessions }: MailTarget): SessionNeed => {
  const ofAgents = desktop === 'cad' ? SESSIONS_PER_AGENT * agents : 0;
  const needed = ofAgents + serverSessions;
  const proposed = Math.max(1, Math.ceil((needed * 5) / 4));
  const parts = desktop === 'cad' ? `${SESSIONS_PER_AGENT} × ${agents} agents + ` : '';
  return { needed, proposed, formula: `${parts}${serverSessions} sessions = ${needed}, + 25 % = ${proposed}` };
};

/** How many agents a limit carries. */
export const agentsWithin = (limit: number, { serverSessions }: MailTarget): number =>
  Math.max(0, Math.floor((limit - serverSessions) / SESSIONS_PER_AGENT));

/** A limit as it stands on one server now; null: nobody read it. */
export type Present = (server: string) => number | null;
