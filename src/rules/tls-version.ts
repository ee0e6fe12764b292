import type { EvidenceOf } from '../domain/evidence/index.js';
import type { MailTarget } from '../domain/target.js';
import type { Finding } from '../domain/verdict.js';
import { enableTls12 } from '../remedies/enable-tls12.js';
import { defineRule, healthy, notApplicable, problem, unknown } from './rule.js';
import { alike, inOrder, listed, placesOf, quoteOf } from './seen.js';

type Tls = EvidenceOf<'tls-session'>;

const OLD = /^(?:SSLv3|TLSv1(?:\.[01])?)$/;

export const tlsVersion = defineRule({
  id: 'tls-version',
  for: 'uccx-mail',
  leg: null,
  asks: 'Can UCCX and Exchange agree on an encryption that is usual today?',
  explains:
    'It looks at every handshake with IMAP and SMTP. A server that can only do TLS 1.0 or 1.1 (an Exchange without updates) is refused by newer ' +
    'releases of SocialMiner and CCP; any other handshake that fails is reported with the words of the alert. No other rule reports a failed handshake.',
  source: 'https://learn.microsoft.com/exchange/exchange-tls-configuration',
  needs: [],
  uses: ['tls-session'],
  behind: ['imap-port', 'smtp-port'],

  judge({ 'tls-session': seen }, target) {
    const asked = inOrder(seen).filter(({ outcome }) => outcome !== 'not-offered' && outcome !== 'refused');
    if (asked.length === 0) {
      return target.imap.security === 'plain' && target.smtp.security === 'plain'
        ? notApplicable('neither IMAP nor SMTP is encrypted here')
        : unknown('no handshake came about', { missing: ['tls-session'] });
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

const onlyOld = (all: readonly Tls[], target: MailTarget): Omit<Finding, 'rule'> => {
  const leg = all[0]?.leg === 'smtp' ? ('smtp' as const) : ('imap' as const);
  const allowed = target[leg].allowOldTls;
  return {
    severity: allowed ? 'warning' : 'critical',
    certainty: 'proven',
    says:
      `${leg.toUpperCase()} at ${target[leg].host}, seen from ${placesOf(all)}, can only do TLS 1.0 or 1.1: ` +
      `${allowed ? 'it is allowed here, but' : ''} newer releases of SocialMiner and CCP refuse it.`.trimStart(),
    because: all.map(tls => quoteOf(tls, tls.protocol ?? tls.text)),
    asks: [],
    remedies: target.exchange.version === 'online' ? [] : [enableTls12(target)],
  };
};

const handshakeFailed = (all: readonly Tls[], target: MailTarget): Omit<Finding, 'rule'> => {
  const leg = all[0]?.leg === 'smtp' ? ('smtp' as const) : ('imap' as const);
  const { host, port, security } = target[leg];
  return {
    severity: 'critical',
    certainty: 'possible',
    says: `The encryption of ${leg.toUpperCase()} at ${host} port ${port}, seen from ${placesOf(all)}, does not come about.`,
    because: all.map(tls => quoteOf(tls, tls.text, tls.outcome)),
    asks: [
      {
        says:
          security === 'tls'
            ? `Does port ${port} expect encryption from the first byte? 143, 25 and 587 of Exchange do not: they need security: starttls.`
            : 'Which versions and ciphers does the server allow? Something between may answer in its place, too.',
        steps: target.exchange.version === 'online' ? [] : enableTls12(target).read,
      },
    ],
    remedies: [],
  };
};

const summary = (established: readonly Tls[]): string =>
  listed(
    alike(established, ({ leg, protocol }) => `${leg.toUpperCase()} is encrypted with ${protocol ?? 'TLS'}`).map(
      ({ key, all }) => `${key} (${placesOf(all)})`,
    ),
  );
