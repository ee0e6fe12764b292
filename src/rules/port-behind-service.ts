import type { EvidenceOf } from '../domain/evidence/index.js';
import type { MailTarget } from '../domain/target.js';
import { exchangeServices, type OfServices, serviceFaults, serviceRuns } from './exchange-services.js';
import { type Judgement, toldBy } from './rule.js';

/** A port that refuses everybody because its service was shown as stopped: one cause, told with its proof. Null where that is not so. */
export const portBehindService = (
  seen: OfServices & { readonly 'tcp-connect': readonly EvidenceOf<'tcp-connect'>[] },
  leg: 'imap' | 'smtp',
  target: MailTarget,
): Judgement | null => {
  if (target.exchange.version === 'online') return null;
  const connects = seen['tcp-connect'].filter(connect => connect.leg === leg);
  const isClosed = connects.length > 0 && connects.every(({ outcome }) => outcome === 'refused');
  const stopped = serviceFaults(seen, target).find(
    ({ part, ill, everywhere }) => part === leg && ill === 'stopped' && everywhere,
  );
  return isClosed && stopped
    ? toldBy(exchangeServices.id, 'the port refuses connections, and the service behind it is stopped', ['tcp-connect'])
    : null;
};

/** Whether every server of the target was shown to run the service behind that port, by what was read last. */
export const isShownToRun = (seen: OfServices, leg: 'imap' | 'smtp', target: MailTarget): boolean =>
  target.exchange.servers.every(server => serviceRuns(seen, leg, server, target));
