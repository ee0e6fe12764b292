import type { Leg } from '../domain/evidence/evidence.js';
import type { EvidenceOf } from '../domain/evidence/index.js';
import type { Target } from '../domain/target.js';
import type { Finding } from '../domain/verdict.js';
import { enableTls12 } from '../remedies/enable-tls12.js';
import { looksOf } from '../remedies/steps.js';
import { encryptedAt, isAnythingEncrypted, isOnlyLookedAt, LEG_NAME } from './encrypted-legs.js';
import { defineRule, healthy, notApplicable, problem, unknown } from './rule.js';
import { alike, inOrder, listed, placesOf, quoteOf } from './seen.js';

type Tls = EvidenceOf<'tls-session'>;

const OLD = /^(?:SSLv3|TLSv1(?:\.[01])?)$/;

export const tlsVersion = defineRule({
  id: 'tls-version',
  for: 'any',
  leg: null,
  asks: 'Can the other end and Exchange agree on an encryption that is usual today?',
  explains:
    'It looks at every handshake with IMAP, SMTP and HTTPS. A server that can only do TLS 1.0 or 1.1 (an Exchange without updates) is refused by newer ' +
    'releases of SocialMiner and CCP; any other handshake that fails is reported with the words of the alert. No other rule reports a failed handshake.',
  source: 'https://learn.microsoft.com/exchange/exchange-tls-configuration',
  needs: [],
  uses: ['tls-session'],
  behind: ['imap-port', 'smtp-port', 'web-port'],

  judge({ 'tls-session': seen }, target) {
    const asked = inOrder(seen).filter(({ outcome }) => outcome !== 'not-offered' && outcome !== 'refused');
    if (asked.length === 0) {
      return isAnythingEncrypted(target)
        ? unknown('no handshake came about', { missing: ['tls-session'] })
        : notApplicable(
            target.kind === 'uccx-mail' ? 'neither IMAP nor SMTP is encrypted here' : 'nothing is encrypted here',
          );
    }
    const old = asked.filter(isOld);
    const failed = asked.filter(tls => !isOld(tls) && tls.outcome !== 'established');
    if (old.length + failed.length === 0) return healthy(`${summary(asked)}`);
    return problem(
      ...alike(old, ({ leg }) => leg).map(({ all }) => onlyOld(all, target)),
      ...alike(failed, ({ leg, outcome, text }) => `${leg} ${outcome} ${text}`).map(({ all }) =>
        handshakeFailed(all, target),
      ),
    );
  },
});

const isOld = ({ onlyOld, outcome, protocol }: Tls): boolean =>
  onlyOld || (outcome === 'established' && OLD.test(protocol ?? ''));

const onlyOld = (all: readonly Tls[], target: Target): Omit<Finding, 'rule'> => {
  const leg = all[0]?.leg ?? 'imap';
  const place = encryptedAt(target, leg);
  const isMinded = target.kind === 'uccx-mail' && !place?.allowOldTls;
  return {
    severity: isOnlyLookedAt(target, leg) ? 'notice' : isMinded ? 'critical' : 'warning',
    certainty: 'proven',
    says: `${LEG_NAME[leg]} at ${place?.host}, seen from ${placesOf(all)}, can only do TLS 1.0 or 1.1: ${whatOfOldTls(target, leg)}.`,
    because: all.map(tls => quoteOf(tls, tls.protocol ?? tls.text)),
    asks: [],
    remedies: target.exchange.version === 'online' ? [] : [enableTls12(target)],
  };
};

const whatOfOldTls = (target: Target, leg: Leg): string => {
  if (isOnlyLookedAt(target, leg))
    return 'nothing of agent email goes there, but the other services of that server may be as old';
  const allowed = encryptedAt(target, leg)?.allowOldTls ? 'it is allowed here, but ' : '';
  return target.kind === 'uccx-mail'
    ? `${allowed}newer releases of SocialMiner and CCP refuse it`
    : `${allowed}Unity Connection refuses it where its least version for clients is TLS 1.2`;
};

const handshakeFailed = (all: readonly Tls[], target: Target): Omit<Finding, 'rule'> => {
  const leg = all[0]?.leg ?? 'imap';
  const place = encryptedAt(target, leg);
  return {
    severity: isOnlyLookedAt(target, leg) ? 'notice' : 'critical',
    certainty: 'possible',
    says: `The encryption of ${LEG_NAME[leg]} at ${place?.host} port ${place?.port}, seen from ${placesOf(all)}, does not come about.`,
    because: all.map(tls => quoteOf(tls, tls.text, tls.outcome)),
    asks: [
      {
        says:
          place?.security === 'tls' && leg !== 'web'
            ? `Does port ${place.port} expect encryption from the first byte? 143, 25 and 587 of Exchange do not: they need security: starttls.`
            : 'Which versions and ciphers does the server allow? Something between may answer in its place, too.',
        steps: target.exchange.version === 'online' ? [] : looksOf(enableTls12(target)),
      },
    ],
    remedies: [],
  };
};

const summary = (established: readonly Tls[]): string =>
  listed(
    alike(established, ({ leg, protocol }) => `${LEG_NAME[leg]} is encrypted with ${protocol ?? 'TLS'}`)
      .map(({ key, all }) => `${key} (${placesOf(all)})`)
      .sort(), // which of them was first is chance
  );
