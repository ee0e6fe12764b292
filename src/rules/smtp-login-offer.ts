import type { EvidenceOf } from '../domain/evidence/index.js';
import { type MailTarget, usesToken } from '../domain/target.js';
import type { Finding } from '../domain/verdict.js';
import { askForConnectors } from './asks-smtp.js';
import { defineRule, healthy, problem, unknown } from './rule.js';
import { alike, inOrder, listed, onLeg, placesOf, quoteOf } from './seen.js';
import { isItInspected, isMasked } from './smtp-servers.js';

type Ehlo = EvidenceOf<'smtp-ehlo'>;
type Tls = EvidenceOf<'tls-session'>;
type Body = Omit<Finding, 'rule'>;

export const smtpLoginOffer = defineRule({
  id: 'smtp-login-offer',
  for: 'uccx-mail',
  leg: 'smtp',
  asks: 'Does Exchange offer encryption and a login to whoever sends a reply?',
  explains:
    'Which receive connector answers depends on port and address, and each has its own list. STARTTLS missing where it is configured keeps replies back; ' +
    'a login missing does so unless the connector takes mail from the address of UCCX without one.',
  source: 'https://learn.microsoft.com/exchange/mail-flow/connectors/receive-connectors',
  needs: ['smtp-ehlo'],
  uses: ['tls-session'],
  behind: ['smtp-port', 'smtp-banner', 'tls-version'],

  judge({ 'smtp-ehlo': seen, 'tls-session': sessions }, target) {
    const answers = inOrder(seen);
    const tls = onLeg(sessions, 'smtp');
    const counts = answers.filter(carriesLogin(target));
    const findings = [
      ...withoutStarttls(answers, tls, target),
      ...withoutAnswer(answers, target),
      ...withoutLogin(
        counts.filter(answer => !canLogin(answer, target)),
        target,
      ),
    ];
    if (findings.length > 0) return problem(...findings);
    if (counts.length === 0)
      return unknown('the offer after encryption was not seen: tls-version judges the encryption', {
        missing: ['smtp-ehlo'],
      });
    const readable =
      target.smtp.security === 'plain' ? '; without encryption the password crosses the network readable' : '';
    return healthy(`a login is offered at ${placesOf(counts)}${readable}`);
  },
});

const carriesLogin =
  (target: MailTarget) =>
  ({ when, outcome }: Ehlo): boolean =>
    outcome === 'listed' && (target.smtp.security === 'plain' ? when !== 'after-tls' : when === 'after-tls');

const canLogin = ({ auth }: Ehlo, { mailbox }: MailTarget): boolean =>
  usesToken(mailbox) ? auth.includes('XOAUTH2') : auth.includes('LOGIN') || auth.includes('PLAIN');

const withoutStarttls = (answers: readonly Ehlo[], tls: readonly Tls[], target: MailTarget): Body[] => {
  if (target.smtp.security !== 'starttls') return [];
  const answered = tls.filter(({ outcome }) => outcome === 'not-offered' || outcome === 'refused');
  const unoffered = answers.filter(
    ({ when, outcome, extensions }) =>
      when === 'before-tls' && outcome === 'listed' && !extensions.includes('STARTTLS'),
  );
  const groups =
    answered.length > 0 ? alike(answered, ({ outcome }) => outcome) : alike<Tls | Ehlo>(unoffered, () => 'not-offered');
  const masked = answers.some(({ extensions }) => isMasked(extensions));
  return groups.map(({ key, all }) => ({
    severity: 'critical',
    certainty: 'proven',
    says:
      `${target.smtp.host} port ${target.smtp.port} ${key === 'refused' ? 'refuses' : 'does not offer'} STARTTLS to ${placesOf(all)}, which is configured here: ` +
      (masked
        ? 'a firewall that inspects SMTP has masked parts of what is offered.'
        : 'the connector that answers has no Tls in AuthMechanism, SMTP has no certificate, or something in between takes it out.'),
    because: [
      ...all.map(item => quoteOf(item, item.text, `STARTTLS ${key}`)),
      ...unoffered.map(item => quoteOf(item, item.extensions.join(' '), 'EHLO names no extension')),
    ],
    asks: masked ? [isItInspected] : askForConnectors(target),
    remedies: [],
  }));
};

const withoutAnswer = (answers: readonly Ehlo[], target: MailTarget): Body[] =>
  alike(
    answers.filter(({ outcome }) => outcome !== 'listed'),
    ({ outcome, text }) => `${outcome} ${text}`,
  ).map(({ first, all }) => ({
    severity: 'critical',
    certainty: 'possible',
    says: `${target.smtp.host} port ${target.smtp.port} greets ${placesOf(all)} and then does not answer EHLO with a list.`,
    because: all.map(item => quoteOf(item, item.text, `EHLO: ${first.outcome}`)),
    asks: [
      { says: 'Is it Exchange that answers there, or a filter in between?', steps: [] },
      ...askForConnectors(target),
    ],
    remedies: [],
  }));

const withoutLogin = (answers: readonly Ehlo[], target: MailTarget): Body[] =>
  alike(answers, ({ auth }) => [...auth].sort().join(' ')).map(({ first, all }) => ({
    severity: 'warning',
    certainty: 'proven',
    says:
      `${target.smtp.host} port ${target.smtp.port} offers ${placesOf(all)} ${first.auth.length === 0 ? 'no login' : `only ${listed(first.auth)} for a login`}` +
      `${target.smtp.security === 'plain' ? ' without encryption' : ''}: if UCCX sends with a ${usesToken(target.mailbox) ? 'token' : 'password'} here, its replies stay.`,
    because: all.map(item => quoteOf(item, item.extensions.join(' '), 'EHLO names no extension')),
    asks: all.some(({ extensions }) => isMasked(extensions)) ? [isItInspected] : askForConnectors(target),
    remedies: [],
  }));
