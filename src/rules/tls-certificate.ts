import type { EvidenceOf } from '../domain/evidence/index.js';
import type { Target } from '../domain/target.js';
import type { Finding } from '../domain/verdict.js';
import { assignImapCertificate } from '../remedies/assign-imap-certificate.js';
import { assignSmtpCertificate } from '../remedies/assign-smtp-certificate.js';
import { renewCertificate } from '../remedies/renew-certificate.js';
import { isAnythingEncrypted, isOnlyLookedAt, LEG_NAME } from './encrypted-legs.js';
import { defineRule, healthy, notApplicable, problem, unknown } from './rule.js';
import { alike, inOrder, listed, placeOf, placesOf } from './seen.js';

type Tls = EvidenceOf<'tls-session'>;
type Certificate = NonNullable<Tls['certificate']>;
type Shown = Tls & { certificate: Certificate };
type Fault = 'expired' | 'not-yet' | 'runs-out' | 'wrong-name';

const DAY_MS = 86_400_000;
const WARN_DAYS = 30;

export const tlsCertificate = defineRule({
  id: 'tls-certificate',
  for: 'any',
  leg: null,
  asks: 'Are the certificates of Exchange valid, and for the right name?',
  explains:
    `Expired is critical, less than ${WARN_DAYS} days left and a wrong name are warnings. Whether the chain leads to a known authority is said but not ` +
    'blamed: UCCX, CCP and Unity Connection have trust stores of their own, and Exchange ships with a certificate that it signed itself. What HTTPS ' +
    'shows hurts single inbox where Unity Connection checks certificates, and agent email not at all.',
  source: 'https://learn.microsoft.com/powershell/module/exchangepowershell/get-exchangecertificate',
  needs: [],
  uses: ['tls-session'],
  behind: ['imap-port', 'smtp-port', 'web-port', 'tls-version'],

  judge({ 'tls-session': seen }, target) {
    const shown = inOrder(seen).filter((tls): tls is Shown => tls.certificate !== null);
    if (shown.length === 0) {
      return isAnythingEncrypted(target)
        ? unknown('no certificate was shown', { missing: ['tls-session'] })
        : notApplicable(
            target.kind === 'uccx-mail' ? 'neither IMAP nor SMTP is encrypted here' : 'nothing is encrypted here',
          );
    }
    const findings = (['expired', 'not-yet', 'runs-out', 'wrong-name'] as const).flatMap(fault =>
      alike(
        shown.filter(tls => faultsOf(tls).includes(fault)),
        ({ certificate }) => certificate.sha256,
      ).map(({ all }) => findingFor(fault, all as readonly Shown[], target)),
    );
    return findings.length > 0 ? problem(...findings) : healthy(validWords(shown, target));
  },
});

/** The moment of looking stands in for the clock, which no rule has. */
const daysLeft = ({ at, certificate }: Shown): number => (Date.parse(certificate.notAfter) - Date.parse(at)) / DAY_MS;

const faultsOf = (tls: Shown): Fault[] => {
  const left = daysLeft(tls);
  const faults: Fault[] = [];
  if (left <= 0) faults.push('expired');
  else if (left <= WARN_DAYS) faults.push('runs-out');
  if (Date.parse(tls.certificate.notBefore) > Date.parse(tls.at)) faults.push('not-yet');
  if (tls.nameMatches === false) faults.push('wrong-name');
  return faults;
};

const findingFor = (fault: Fault, all: readonly Shown[], target: Target): Omit<Finding, 'rule'> => {
  const [first] = all;
  const day = (time: string | undefined) => time?.slice(0, 10) ?? '';
  const what = `The certificate of ${legsOf(all)}, seen from ${placesOf(all)},`;
  const online = target.exchange.version === 'online';
  const renew = online ? [] : [renewCertificate(target)];
  const shows = (which: 'imap' | 'smtp') => !online && all.some(({ leg }) => leg === which);
  const assign =
    target.kind === 'uccx-mail'
      ? [
          ...(shows('imap') ? [assignImapCertificate(target)] : []),
          ...(shows('smtp') ? [assignSmtpCertificate(target)] : []),
        ]
      : [];
  const words: Record<Fault, { severity: Finding['severity']; says: string; remedies: Finding['remedies'] }> = {
    expired: {
      severity: 'critical',
      says: `${what} expired on ${day(first?.certificate.notAfter)}.`,
      remedies: renew,
    },
    'not-yet': {
      severity: 'critical',
      says: `${what} is not valid before ${day(first?.certificate.notBefore)}; one of the clocks may be wrong.`,
      remedies: [],
    },
    'runs-out': {
      severity: 'warning',
      says: `${what} runs out on ${day(first?.certificate.notAfter)}, in ${Math.ceil(first ? daysLeft(first) : 0)} days.`,
      remedies: renew,
    },
    'wrong-name': {
      severity: 'warning',
      says: `${what} does not hold the name ${listed([...new Set(all.map(({ expectedName }) => expectedName))].sort())}.`,
      remedies: assign,
    },
  };
  const { severity, says, remedies } = words[fault];
  const isRemark = all.every(({ leg }) => isOnlyLookedAt(target, leg));
  return {
    severity: isRemark ? 'notice' : target.kind === 'cuc-single-inbox' ? 'warning' : severity,
    certainty: 'proven',
    says: target.kind === 'cuc-single-inbox' ? `${says} Unity Connection minds where it checks certificates.` : says,
    remedies,
    because: all.map(certificateQuote),
    asks: [],
  };
};

const legsOf = (all: readonly Shown[]): string => listed([...new Set(all.map(({ leg }) => LEG_NAME[leg]))].sort());

const certificateQuote = ({
  source,
  leg,
  certificate: { subject, names, issuer, notBefore, notAfter },
}: Shown): string =>
  `${placeOf(source)}: ${LEG_NAME[leg]} shows «${subject}» for ${names.length > 0 ? listed(names.slice(0, 8)) : 'no other name'}, ` +
  `by «${issuer}», valid from ${notBefore.slice(0, 10)} to ${notAfter.slice(0, 10)}`;

const validWords = (shown: readonly Shown[], target: Target): string => {
  const soonest = [...shown].sort((a, b) => (a.certificate.notAfter < b.certificate.notAfter ? -1 : 1))[0];
  const untrusted = alike(
    shown.filter(({ trusted }) => trusted === false),
    ({ trustProblem }) => trustProblem ?? 'no reason given',
  );
  return [
    `${legsOf(shown)}: valid until ${soonest?.certificate.notAfter.slice(0, 10)} at the earliest, with the right names`,
    ...untrusted.map(
      ({ key, all }) =>
        `its chain is not known at ${placesOf(all)} («${key}»), which says nothing about the trust store of ${target.kind === 'uccx-mail' ? 'UCCX' : 'Unity Connection'}`,
    ),
  ].join('; ');
};
