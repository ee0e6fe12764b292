import type { EvidenceOf } from '../domain/evidence/index.js';
import type { MailTarget } from '../domain/target.js';
import type { Ask, Finding } from '../domain/verdict.js';
import { is2010 } from '../ems/parameter.js';
import { sessionNeedOf } from '../remedies/session-need.js';
import { byHand } from '../remedies/steps.js';
import { useImapTls } from '../remedies/use-imap-tls.js';
import { askForCredentials, askForImapOfMailbox, askForStoppedServices, askForUserLimit } from './asks.js';
import { imapLimitOf } from './known-limits.js';
import { matches, says } from './replies.js';
import { defineRule, healthy, problem, unknown } from './rule.js';
import { alike, inOrder, placesOf, quoteOf } from './seen.js';

type Login = EvidenceOf<'imap-login'>;
type Body = Omit<Finding, 'rule'>;

export const imapLogin = defineRule({
  id: 'imap-login',
  for: 'uccx-mail',
  leg: 'imap',
  asks: 'Does Exchange accept the login of the mailbox account?',
  explains:
    'One login is tried, never a second after a refusal. Over its limit of connections Exchange answers exactly as to a wrong password, so one refusal ' +
    'proves neither: the rule names the causes that remain and the one look that tells each from the others.',
  source:
    'https://www.cisco.com/c/en/us/support/docs/customer-collaboration/unified-contact-center-express/117589-technote-uccx-00.html',
  needs: ['imap-login'],
  uses: ['imap-limits'],
  behind: ['imap-port', 'imap-greeting', 'tls-version', 'imap-login-offer'],

  judge({ 'imap-login': seen, 'imap-limits': limits }, target) {
    const logins = inOrder(seen);
    const withOutcome = (outcome: Login['outcome']) => logins.filter(login => login.outcome === outcome);
    const accepted = withOutcome('accepted');
    const refused = alike(withOutcome('refused'), ({ status, text }) => `${status} ${text}`);
    const limitOf = imapLimitOf(limits);
    const belowNeed =
      target.desktop === 'cad' &&
      target.exchange.servers.some(server => (limitOf(server) ?? Infinity) < sessionNeedOf(target).needed);
    if (refused.length > 0)
      return problem(...refused.map(({ first, all }) => refusal(first, all, accepted, belowNeed, target)));

    const closed = withOutcome('closed');
    if (closed.length > 0) return problem(hungUp(closed, accepted, target));
    if (accepted.length > 0) return healthy(`Exchange accepts the login from ${placesOf(accepted)}`);

    const withheld = withOutcome('withheld')[0];
    if (withheld)
      return unknown(`no login was tried: ${withheld.text ?? withheld.withheldFor}`, {
        missing: explainedElsewhere(withheld) ? ['imap-login'] : [],
        asks: wayOn(withheld, target),
      });
    if (withOutcome('no-mechanism').length > 0)
      return unknown('no way to log in is offered, so none was tried: imap-login-offer judges that', {
        missing: ['imap-login'],
      });
    return unknown(`the login was sent from ${placesOf(logins)} and no answer came in time`, {
      asks: askForStoppedServices(target),
    });
  },
});

const refusal = (
  first: Login,
  all: readonly Login[],
  accepted: readonly Login[],
  limitBelowNeed: boolean,
  target: MailTarget,
): Body => {
  const taken = accepted.length === 0 ? '' : `, and accepts the same one from ${placesOf(accepted)}`;
  return {
    severity: 'critical',
    certainty: 'possible',
    says: `Exchange refuses the login of ${target.mailbox.user} from ${placesOf(all)}${taken}; one refusal does not say why.`,
    because: [...all, ...accepted].map(login => quoteOf(login, login.text, login.outcome)),
    asks: causesOf(first, accepted.length > 0 || limitBelowNeed, target),
    remedies: [],
  };
};

/** What remains after the words of the answer and what else is known, the likeliest first; at most four. */
const causesOf = ({ text, encrypted }: Login, limitFirst: boolean, target: MailTarget): Ask[] => {
  const { version } = target.exchange;
  if (version === 'online' || matches(says.basicDisabled, text)) return [basicIsOff, askForImapOfMailbox(target)];
  const account = askForCredentials(target);
  const limit = target.desktop === 'cad' || limitFirst ? othersAtWork(target) : [];
  if (matches(says.invalidState, text) && !encrypted) return [encryptFirst(target), ...account];
  if (matches(says.accountDisabled, text)) return [askForImapOfMailbox(target), ...account, ...limit];
  const backEnd = is2010(version) ? [] : askForStoppedServices(target);
  return [
    ...(limitFirst ? [...limit, ...account] : [...account, ...limit]),
    ...backEnd,
    askForImapOfMailbox(target),
  ].slice(0, 4);
};

const basicIsOff: Ask = {
  says:
    'Is it the kind of login? Exchange Online has taken no passwords for IMAP since the end of 2022, whatever the password: ' +
    'it needs OAuth, and a release of UCCX that can do it.',
  steps: [byHand('In the sign-in log of the tenant, look for this account and the client «IMAP4» at that minute.')],
};

/** The same refusal while agents work on the account is the limit, not the password. */
const othersAtWork = (target: MailTarget): Ask[] =>
  askForUserLimit(target).map(ask => ({
    ...ask,
    says: `Do others work on this account at that minute? Then the password is right. ${ask.says}`,
  }));

const encryptFirst = (target: MailTarget): Ask => ({
  says: 'Is it the missing encryption? Exchange gives this answer to a login before TLS.',
  steps: useImapTls(target).read,
  ifSo: useImapTls(target),
});

const hungUp = (closed: readonly Login[], accepted: readonly Login[], target: MailTarget): Body => ({
  severity: accepted.length > 0 ? 'warning' : 'critical',
  certainty: 'possible',
  says: `Exchange ends the connection from ${placesOf(closed)} in the middle of the login${
    accepted.length > 0 ? `, and accepts it from ${placesOf(accepted)}` : ''
  }.`,
  because: closed.map(login => quoteOf(login, login.text)),
  asks: [...askForStoppedServices(target), ...askForUserLimit(target)],
  remedies: [],
});

/** Encryption that is missing or old has a rule of its own, behind which this one is folded. */
const explainedElsewhere = ({ withheldFor }: Login): boolean =>
  withheldFor === 'not-encrypted' || withheldFor === 'old-tls';

/** What a person can do about a password that we kept back. */
const wayOn = ({ withheldFor }: Login, target: MailTarget): Ask[] => {
  const anyway = `/uccx check ${target.id} --login-anyway`;
  const ways: Record<NonNullable<Login['withheldFor']>, string> = {
    'refused-before': `Once the reason of the former refusal is found, an operator can have one more login tried: ${anyway}`,
    'attempt-unfinished': 'Check again when the other attempt has ended; two at once could look like an attack.',
    'secret-missing': "Put the password where this target's configuration says, on the machine of that site.",
    'untrusted-server':
      "Have the certificate replaced, or name its authority or fingerprint in `trust` of this target's IMAP; the password goes to no unknown server.",
    'old-tls':
      'Let Exchange do TLS 1.2, or set `allowOldTls` of this target if the old encryption is meant to carry the password.',
    'not-encrypted': 'Configure `starttls` or `tls` for this target; the password is not sent readable.',
    'no-token': 'See what the identity provider answered, and whether the application may use IMAP in that tenant.',
    'guard-unreachable':
      'Check again when the shared memory of logins can be reached; without it a second refusal could not be ruled out.',
  };
  return withheldFor ? [{ says: ways[withheldFor], steps: [] }] : [];
};
