import { SERVER_NAME } from './certificates.js';
import type { TargetDraft } from './scenario.js';
import type { Stage } from './stage.js';

type Web = NonNullable<TargetDraft['web']>;

/** Where a scenario's Exchange answers HTTPS, as an administrator would write it. */
export const webOf = ({ host, certificates }: Stage, port: number): Web => ({
  host,
  port,
  serverName: SERVER_NAME,
  trust: `ca:${certificates.caFile}`,
});

/** A target of single inbox whose notifications are well, with Exchange's web services on that port. */
export const inboxTarget = async (stage: Stage, title: string, port: number): Promise<TargetDraft> => ({
  kind: 'cuc-single-inbox',
  id: stage.id,
  title,
  exchange: { servers: ['EX01'], version: '2016' },
  web: webOf(stage, port),
  cuc: { host: stage.host, notifyPort: (await stage.notify()).port },
});
