import type { EvidenceOf } from '../domain/evidence/index.js';
import { type MailTarget, usesToken } from '../domain/target.js';
import type { Finding } from '../domain/verdict.js';
import { assignImapCertificate } from '../remedies/assign-imap-certificate.js';
import { useImapTls } from '../remedies/use-imap-tls.js';
import { defineRule, healthy, problem, unknown } from './rule.js';
import { alike, inOrder, listed, onLeg, placesOf, quoteOf } from './seen.js';

type Capability = EvidenceOf<'imap-capability'>;
type Tls = EvidenceOf<'tls-session'>;
type Login = EvidenceOf<'imap-login'>;
type Body = Omit<Finding, 'rule'>;

export const imapLoginOffer = defineRule({
  id: 'imap-login-offer',
  for: 'uccx-mail',
  leg: 'imap',
  asks: 'Does Exchange offer a way to log in that UCCX can use?',
  explains:
    'Exchange as shipped forbids logins before encryption (LOGINDISABLED). UCCX needs the LOGIN command or AUTH=PLAIN; a server that only offers ' +
    'NTLM and GSSAPI, or no STARTTLS where it is configured, lets nobody in, whatever the password.',
  source:
    'RFC 9051, 6.2.1 and 6.2.3; https://learn.microsoft.com/powershell/module/exchangepowershell/set-imapsettings',
  needs: ['imap-capability'],
  uses: ['tls-session', 'imap-login'],
  behind: ['imap-port', 'imap-greeting', 'tls-version'],

  judge({ 'imap-capability': seen, 'tls-session': sessions, 'imap-login': logins }, target) {
    const capabilities = inOrder(seen);
    const tls = onLeg(sessions, 'imap');
    const ntlm = inOrder(logins).filter(({ outcome, mechanism }) => outcome === 'accepted' && mechanism === 'NTLM');
    const findings = [
      ...withoutStarttls(capabilities, tls, target),
      ...withoutAnswer(capabilities, target),
      ...withoutMechanism(capabilities.filter(carriesLogin(target)), ntlm, target),
    ];
    if (findings.length > 0) return problem(...findings);
    if (tls.some(({ outcome }) => outcome === 'failed' || outcome === 'closed' || outcome === 'silent'))
      return unknown(
        'the encryption did not come about, so the offer behind it was not seen: tls-version judges that',
        {
          missing: ['imap-capability'],
        },
      );

    const offers = capabilities.filter(capability => carriesLogin(target)(capability) && canLogin(target)(capability));
    if (offers.length === 0)
      return unknown('the offer after encryption was not seen', { missing: ['imap-capability'] });
    const readable =
      target.imap.security === 'plain' ? '; without encryption the password crosses the network readable' : '';
    return healthy(`a login is offered at ${placesOf(offers)}${readable}`);
  },
});

/** The capability list that stands when the login is sent. */
const carriesLogin =
  (target: MailTarget) =>
  ({ when, outcome }: Capability): boolean =>
    outcome === 'listed' && (target.imap.security === 'plain' ? when !== 'after-tls' : when === 'after-tls');

const mechanismsOf = ({ capabilities }: Capability): string[] =>
  capabilities.filter(word => word.startsWith('AUTH=')).map(word => word.slice('AUTH='.length));

/** LOGIN is a command of its own and needs no AUTH= word; only LOGINDISABLED forbids it. A token needs XOAUTH2. */
const canLogin =
  (target: MailTarget) =>
  (capability: Capability): boolean =>
    usesToken(target.mailbox)
      ? mechanismsOf(capability).includes('XOAUTH2')
      : !capability.capabilities.includes('LOGINDISABLED') ||
        mechanismsOf(capability).some(mechanism => mechanism === 'PLAIN' || mechanism === 'LOGIN');

const withoutStarttls = (capabilities: readonly Capability[], tls: readonly Tls[], target: MailTarget): Body[] => {
  if (target.imap.security !== 'starttls') return [];
  const online = target.exchange.version === 'online';
  const answers = alike(
    tls.filter(({ outcome }) => outcome === 'not-offered' || outcome === 'refused'),
    ({ outcome }) => outcome,
  );
  const unoffered = capabilities.filter(
    ({ when, outcome, capabilities: words }) =>
      when === 'before-tls' && outcome === 'listed' && !words.includes('STARTTLS'),
  );
  const seen = answers.length > 0 ? answers : alike<Tls | Capability>(unoffered, () => 'not-offered');
  return seen.map(({ key, all }) => ({
    severity: 'critical',
    certainty: 'proven',
    says:
      `${target.imap.host} ${key === 'refused' ? 'refuses' : 'does not offer'} STARTTLS to ${placesOf(all)}, which is configured here: ` +
      'IMAP has no certificate that it can use, or the setting for TLS was turned off.',
    because: [
      ...all.map(item => quoteOf(item, item.text, `STARTTLS ${key}`)),
      ...unoffered.map(item => quoteOf(item, item.capabilities.join(' '))),
    ],
    asks: [],
    remedies: online ? [] : [assignImapCertificate(target)],
  }));
};

const withoutAnswer = (capabilities: readonly Capability[], target: MailTarget): Body[] =>
  alike(
    capabilities.filter(({ outcome }) => outcome !== 'listed'),
    ({ outcome, when }) => `${outcome} ${when}`,
  ).map(({ first, all }) => ({
    severity: 'critical',
    certainty: 'possible',
    says: `${target.imap.host} greets ${placesOf(all)} and then gives no list of what it can do.`,
    because: all.map(item => quoteOf(item, item.text, `CAPABILITY: ${first.outcome}`)),
    asks: [{ says: 'Is it Exchange that answers there, or a balancer or filter in between?', steps: [] }],
    remedies: [],
  }));

const withoutMechanism = (capabilities: readonly Capability[], ntlm: readonly Login[], target: MailTarget): Body[] =>
  alike(
    capabilities.filter(capability => !canLogin(target)(capability)),
    capability => mechanismsOf(capability).sort().join(' '),
  ).map(({ first, all }) => {
    const token = usesToken(target.mailbox);
    const plain = target.imap.security === 'plain' && !token;
    const online = target.exchange.version === 'online';
    const offered = mechanismsOf(first).length === 0 ? 'nothing' : listed(mechanismsOf(first));
    return {
      severity: 'critical',
      certainty: 'proven',
      says: plain
        ? `${target.imap.host} forbids logins before encryption, and this target is configured without any (seen from ${placesOf(all)}).`
        : `${target.imap.host} offers ${offered} for a login ${target.imap.security === 'plain' ? 'without' : 'after'} encryption: nothing ${token ? 'that takes a token' : 'with which a password can be sent'} (seen from ${placesOf(all)}).`,
      because: all.map(item => quoteOf(item, item.capabilities.join(' '))),
      asks: [
        ...(mechanismsOf(first).includes('XOAUTH2')
          ? [
              {
                says: 'Is this Exchange Online? It takes OAuth (XOAUTH2) only; UCCX needs a release that can do it.',
                steps: [],
              },
            ]
          : []),
        ...(ntlm.length > 0
          ? [
              {
                says:
                  `NTLM let ${placesOf(ntlm)} in, so name and password are right. Can this release of UCCX do NTLM? ` +
                  'Else the owner of Exchange decides about LoginType, and encryption comes first.',
                steps: [],
              },
            ]
          : []),
      ],
      remedies: online ? [] : [useImapTls(target)].filter(() => plain),
    };
  });
