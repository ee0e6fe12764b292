import { SERVER_NAME } from './certificates.js';
import type { MailTargetDraft } from './scenario.js';
import type { Stage } from './stage.js';

/** Where a scenario's mail target differs from the usual one: STARTTLS on IMAP and SMTP, Exchange 2016, Finesse. */
type Differences = Partial<Omit<MailTargetDraft, 'imap' | 'smtp' | 'mailbox' | 'kind' | 'id'>> & {
  imap: Partial<MailTargetDraft['imap']> & { port: number };
  smtp?: Partial<MailTargetDraft['smtp']> & { port: number };
  /** What UCCX has as its password, where it is not the right one. */
  password?: string;
};

/** Writes the target of a scenario as an administrator would; without `smtp` it stands a healthy connector up for it. */
export const mailTarget = async (stage: Stage, title: string, differences: Differences): Promise<MailTargetDraft> => {
  const { imap, smtp, password, ...rest } = differences;
  const { account, certificates, host } = stage;
  const endpoint = { host, serverName: SERVER_NAME, trust: `ca:${certificates.caFile}`, security: 'starttls' as const };
  return {
    kind: 'uccx-mail',
    id: stage.id,
    title,
    desktop: 'finesse',
    agents: 10,
    exchange: { servers: ['EX01'], version: '2016' },
    mailbox: {
      user: account.user,
      identity: account.identity,
      password: await stage.secret(password ?? account.password),
    },
    imap: { ...endpoint, ...imap },
    smtp: { ...endpoint, connector: 'Client Frontend EX01', ...(smtp ?? { port: (await stage.smtp()).port }) },
    ...rest,
  };
};

/** The usual target with the way around for one message: UCCX sends with a login. */
export const loopTarget = (
  stage: Stage,
  title: string,
  { imap, smtp }: { imap: { port: number }; smtp: { port: number } },
): Promise<MailTargetDraft> =>
  mailTarget(stage, title, {
    imap: { port: imap.port },
    smtp: { port: smtp.port, login: true },
    loopAddress: stage.account.identity,
  });

/** The day on which the lab's administrators read the limits that its targets state. */
export const READ_ON = '2026-11-20';
