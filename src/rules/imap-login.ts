import type { EvidenceOf } from '../domain/evidence/index.js';
import { type MailTarget, usesToken } from '../domain/target.js';
import type { Ask, Finding } from '../domain/verdict.js';
import { is2010 } from '../ems/parameter.js';
import { assignThrottlingPolicy } from '../remedies/assign-throttling-policy.js';
import { sessionNeedOf } from '../remedies/session-need.js';
import { byHand, looksOf } from '../remedies/steps.js';
import { useImapTls } from '../remedies/use-imap-tls.js';
import {
  askForConnectionEvents,
  askForCredentials,
  askForDatabase,
  askForImapOfMailbox,
  askForStoppedServices,
  askForThrottling,
  askForUserLimit,
  askMicrosoft,
  either,
  waitOnline,
} from './asks.js';
import { imapLimitOf } from './known-limits.js';
import { causeOfRefusal } from './proven-cause.js';
import { type LoginReading, loginReading, matches, says } from './replies.js';
import { defineRule, healthy, problem, toldBy, unknown } from './rule.js';
import { alike, inOrder, ofLooks, placesOf, quoteOf } from './seen.js';

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
  uses: ['imap-limits', 'imap-select', 'smtp-login', 'exchange-event', 'exchange-mailbox', 'cas-mailbox', 'ad-user'],
  behind: ['exchange-services', 'imap-port', 'imap-greeting', 'tls-version', 'imap-login-offer'],

  judge(all, target, now) {
    const { 'imap-login': seen, 'imap-limits': limits } = all;
    const logins = inOrder(seen);
    const withOutcome = (outcome: Login['outcome']) => logins.filter(login => login.outcome === outcome);
    const accepted = withOutcome('accepted');
    const explained = withOutcome('refused').map(login => ({ login, cause: causeOfRefusal(login, all, target, now) }));
    const [told] = explained;
    if (told?.cause && explained.every(({ cause }) => cause !== null))
      return toldBy(
        told.cause.rule,
        `Exchange refuses the login from ${placesOf(explained.map(({ login }) => login))}, and ${told.cause.words}`,
        ['imap-login'],
      );
    const refused = alike(
      explained.filter(({ cause }) => cause === null).map(({ login }) => login),
      login => `${login.status} ${isUnsent(login)} ${login.text}`,
    );
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
    const [unoffered] = withOutcome('no-mechanism');
    if (unoffered)
      return unknown(
        unoffered.text === null
          ? 'no way to log in is offered, so none was tried: imap-login-offer judges that'
          : `no login was tried: ${unoffered.text}`,
        { missing: ['imap-login'] },
      );
    return unknown(`the login was sent from ${placesOf(logins)} and no answer came in time`, {
      asks: askForStoppedServices(target),
    });
  },
});

/** The server said no to the way of logging in, before there was anything to judge. */
const isUnsent = ({ passwordSent }: Login): boolean => passwordSent === false;

const refusal = (
  first: Login,
  all: readonly Login[],
  accepted: readonly Login[],
  limitBelowNeed: boolean,
  target: MailTarget,
): Body => {
  const said = loginReading(first.text, first.encrypted);
  const reading = isUnsent(first) && BLAMING.has(said) ? 'unsent' : said;
  // What was recorded may be of any time; what a look has just seen tells how the account stands.
  const works = ofLooks(accepted).length > 0;
  const elsewhere = works
    ? `, and accepts the same one from ${placesOf(accepted)}, so the account is neither locked nor disabled`
    : accepted.length > 0
      ? `, and has accepted one from ${placesOf(accepted)}`
      : '';
  const { words, certainty } = READINGS[reading];
  const throttled = reading === 'throttled' && target.exchange.version !== 'online';
  return {
    severity: 'critical',
    certainty,
    says: `Exchange refuses the login of ${target.mailbox.user} from ${placesOf(all)}${elsewhere}; ${words}.`,
    because: [...all, ...accepted].map(login => quoteOf(login, login.text, login.outcome)),
    asks: [...(works ? [samePassword(all, accepted)] : []), ...causesOf(reading, works, limitBelowNeed, target)],
    remedies: throttled ? [assignThrottlingPolicy(target)] : [],
  };
};

/**
 * What the answer says by itself. Nothing here is ever «the password is wrong»: no server says so in a way that excludes everything else.
 * Only where its own words or its code name another cause is that one likely.
 */
const READINGS: Record<LoginReading | 'unsent', { words: string; certainty: Finding['certainty'] }> = {
  throttled: { words: 'the account has used up what its policy allows', certainty: 'likely' },
  'basic-off': { words: 'the server takes no password at all', certainty: 'likely' },
  'failed-logins': {
    words:
      'it speaks of failed logins, so the account or the address may be shut for a while, and nobody should try again before the reason is known',
    certainty: 'possible',
  },
  unsent: {
    words:
      'no password had been sent by then, so it is not what was refused, but this way of logging in or the service',
    certainty: 'possible',
  },
  'encrypt-first': { words: 'the server wants encryption before a login', certainty: 'likely' },
  'encrypt-again': {
    words:
      'the server wants encryption, although the conversation is encrypted: what stands in between may take it off',
    certainty: 'possible',
  },
  'too-often': { words: 'it says that it was asked too often or for too much', certainty: 'likely' },
  'too-many': {
    words: 'it says that there are too many connections, which is not about the password',
    certainty: 'likely',
  },
  expired: { words: 'it says that the password or the account has expired', certainty: 'likely' },
  locked: { words: 'it speaks of a lock or a block', certainty: 'possible' },
  disabled: { words: 'it says that something is disabled: the account, or IMAP for it', certainty: 'possible' },
  'not-allowed': {
    words: 'it says that the account may not do this, which is not about the password',
    certainty: 'likely',
  },
  credentials: { words: 'it says that name and password were not accepted, and not why', certainty: 'possible' },
  unavailable: { words: 'it says that it cannot tell now, which is not about the password', certainty: 'likely' },
  unsaid: { words: 'one refusal does not say why', certainty: 'possible' },
};

/** What blames name, password or account, which nobody can have judged before they were sent. */
const BLAMING: ReadonlySet<LoginReading> = new Set([
  'unsaid',
  'credentials',
  'failed-logins',
  'expired',
  'disabled',
  'locked',
]);

/** What remains after the words of the answer and what else is known, the likeliest first; at most four. */
const causesOf = (reading: LoginReading | 'unsent', works: boolean, belowNeed: boolean, target: MailTarget): Ask[] => {
  const { version } = target.exchange;
  if (version === 'online') return causesOnline(reading, target);
  const account = works ? [] : askForCredentials(target);
  const isLimitLikely = target.desktop === 'cad' || works || belowNeed;
  const limit = isLimitLikely ? othersAtWork(target) : [];
  const backEnd = is2010(version) ? [] : askForStoppedServices(target);
  const imapOff = askForImapOfMailbox(target);
  switch (reading) {
    case 'basic-off':
      return [basicIsOff, imapOff];
    case 'throttled':
      return askForThrottling(target);
    case 'encrypt-first':
      return [encryptFirst(target), ...account];
    case 'encrypt-again':
      return [whoTakesItOff, ...account];
    case 'unsent':
      return [whichWays, ...askForStoppedServices(target), ...othersAtWork(target)];
    case 'too-many':
    case 'too-often':
      return [whoHoldsThem, ...othersAtWork(target), ...askForConnectionEvents(target)];
    case 'disabled':
      return [imapOff, ...account, ...limit];
    case 'not-allowed':
      return [imapOff, ...account];
    case 'failed-logins':
      return [...askForCredentials(target), whoElseLogsIn];
    case 'expired':
    case 'locked':
      return askForCredentials(target);
    case 'credentials':
      return [...account, ...limit, imapOff].slice(0, 4);
    case 'unavailable':
      return [...askForStoppedServices(target), ...askForDatabase(target), ...limit].slice(0, 4);
    case 'unsaid':
      return [
        ...(works || belowNeed ? [...limit, ...account] : [...account, ...limit]),
        ...backEnd,
        imapOff,
        // With Finesse one client is usual, and whoever else is on the account is still not seen from here.
        ...(isLimitLikely ? [] : othersAtWork(target)),
      ].slice(0, 4);
  }
};

const causesOnline = (reading: LoginReading | 'unsent', target: MailTarget): Ask[] => {
  if (reading === 'throttled') return [waitOnline];
  return [usesToken(target.mailbox) ? mayApplicationEnter(target) : basicIsOff, askForImapOfMailbox(target)];
};

/** Entra ID has given a token by then, so the client secret is right. */
const mayApplicationEnter = ({ mailbox: { user } }: MailTarget): Ask => ({
  says:
    `May the application use this mailbox? Entra ID gave it a token, so its secret is right. It needs IMAP.AccessAsApp with the consent of an administrator, ` +
    `a service principal in Exchange (New-ServicePrincipal) and FullAccess to the mailbox, and ${user} must be the address of that mailbox.`,
  steps: [],
});

/** Each site reads the password from its own file. */
const samePassword = (refused: readonly Login[], accepted: readonly Login[]): Ask => ({
  says: `Do ${placesOf(refused)} and ${placesOf(accepted)} hold the same password? Each site keeps its own; if so, it is right.`,
  steps: [],
});

/** Not Exchange's words, so the limit need not be one of Exchange either. */
const whoHoldsThem: Ask = {
  says:
    'Who holds connections of this account, and from which address? The words above are not those of Exchange: if another server ' +
    'answers there, the limit stands in its own settings (in Dovecot mail_max_userip_connections).',
  steps: [],
};

/** An old password in a forgotten client locks an account again and again. */
const whoElseLogsIn: Ask = {
  says: 'Who else logs in to this account, or from this address, and with which password? The log of the server that answered names them.',
  steps: [],
};

const whoTakesItOff: Ask = {
  says: 'Is there a balancer or proxy that ends the encryption and goes on in plain text? Then the server behind it sees a login without.',
  steps: [],
};

const whichWays: Ask = {
  says: 'Which ways of logging in does the server take? Its list of capabilities names them; LoginType of Get-ImapSettings sets them.',
  steps: [],
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
  steps: looksOf(useImapTls(target)),
  ifSo: useImapTls(target),
});

const hungUp = (closed: readonly Login[], accepted: readonly Login[], target: MailTarget): Body => {
  const readings = closed.map(({ text, encrypted }) => loginReading(text, encrypted));
  const reading = readings.find(each => each === 'failed-logins') ?? readings.find(each => each !== 'unsaid');
  const waited = closed.some(({ text }) => matches(says.idleTooLong, text));
  const why = waited
    ? ': it waited too long for words, which a slow network or client explains'
    : reading
      ? `: ${READINGS[reading].words}`
      : '';
  const account = accepted.length > 0 || closed.every(isUnsent) ? [] : askForCredentials(target);
  const service = [...askForStoppedServices(target), ...askForUserLimit(target)];
  return {
    severity: accepted.length > 0 ? 'warning' : 'critical',
    certainty: 'possible',
    says: `Exchange ends the connection from ${placesOf(closed)} in the middle of the login${
      accepted.length > 0 ? `, and accepts it from ${placesOf(accepted)}` : ''
    }${why}.`,
    because: closed.map(login => quoteOf(login, login.text)),
    asks: either(reading && BLAMING.has(reading) ? [...account, ...service] : [...service, ...account], askMicrosoft),
    remedies: [],
  };
};

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
      'Let Exchange do TLS 1.2, or set allowOldTls of this target if the old encryption is meant to carry the password.',
    'not-encrypted': 'Configure «starttls» or «tls» for this target; the password is not sent readable.',
    'no-token': 'See what the identity provider answered, and whether the application may use IMAP in that tenant.',
    'guard-unreachable':
      'Check again when the shared memory of logins can be reached; without it a second refusal could not be ruled out.',
  };
  return withheldFor ? [{ says: ways[withheldFor], steps: [] }] : [];
};
