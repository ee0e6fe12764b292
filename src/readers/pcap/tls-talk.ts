import { type Session, type Talk, type Telling, tookSince } from './session.js';
import { alertIn, openTlsRecords, TLS, versionIn } from './tls-records.js';

/** The handshake of an encrypted conversation, which is in the clear: which version was settled on, or which alert ended it. */
export const openTlsTalk = (session: Session, how: 'tls' | 'starttls', tell: Telling): Talk => {
  const askedMs = tell.nowMs();
  let protocol: string | null = null;
  let isThrough = false;

  const told = (outcome: 'established' | 'failed' | 'closed', text: string | null) => {
    isThrough = true;
    tell.fact('tls-session', `${session.leg} ${outcome} ${protocol} ${text}`, {
      ...{ leg: session.leg, how, outcome, protocol, cipher: null, onlyOld: false, certificate: null },
      ...{ expectedName: session.server, nameMatches: null, trusted: null, trustProblem: null, text },
      tookMs: tookSince(askedMs, tell.nowMs()),
    });
  };
  const records = (by: 'client' | 'server') =>
    openTlsRecords((type, record) => {
      if (isThrough) return;
      if (type === TLS.handshake && by === 'server') protocol ??= versionIn(record);
      // Whoever sends data has what it needs; only an alert in the clear says that there is no agreement.
      if (type === TLS.data && by === 'client' && protocol !== null) told('established', null);
      const alert = type === TLS.alert ? alertIn(record) : null;
      if (alert !== null) told('failed', `${alert} (sent by the ${by})`);
    });
  const missed = () => {
    isThrough = true;
  };
  const [client, server] = [records('client'), records('server')];
  return {
    fromClient: { data: client.take, gap: missed },
    fromServer: { data: server.take, gap: missed },
    ended: by => {
      if (!isThrough && by === 'server') told('closed', null);
    },
    isDone: () => isThrough,
  };
};
