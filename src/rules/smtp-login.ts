import type { EvidenceOf } from '../domain/evidence/index.js';
import { isPlainNotNow } from '../domain/login-words.js';
import type { Remedy } from '../domain/remedy.js';
import type { MailTarget } from '../domain/target.js';
import type { Ask, Finding } from '../domain/verdict.js';
import { enableSmtpAuthForMailbox, useOauth } from '../remedies/exchange-online.js';
import { useSmtpTls } from '../remedies/use-smtp-tls.js';
import { askForCredentials, askMicrosoft, either } from './asks.js';
import { askForConnectors, askForSmtpLogins, askForTransport, askForTransportEvents } from './asks-smtp.js';
import { defineRule, healthy, notApplicable, problem, unknown } from './rule.js';
import { alike, inOrder, placesOf, quoteOf } from './seen.js';
import { type SmtpReading, smtpReading } from './smtp-replies.js';

type Login = EvidenceOf<'smtp-login'>;
type Body = Omit<Finding, 'rule'>;
type Said = { words: string; certainty: Finding['certainty']; asks: Ask[]; remedies?: Remedy[] };

export const smtpLogin = defineRule({
  id: 'smtp-login',
  for: 'uccx-mail',
  leg: 'smtp',
  asks: 'Does Exchange accept the login of the account that sends replies?',
  explains:
    'One login is tried, never a second after a refusal. The code of the answer tells credentials (535) from the way of logging in (504, 534, 538) and from ' +
    'a directory that does not answer (454). Where IMAP takes the same account at the same time, the password is not what is wrong. ' +
    'An accepted login says nothing about the right to send: only a message tells (--loop).',
  source: 'RFC 4954, 4 and 6; https://learn.microsoft.com/exchange/mail-flow/connectors/receive-connectors',
  needs: [],
  uses: ['smtp-login', 'imap-login'],
  behind: ['smtp-port', 'smtp-banner', 'tls-version', 'smtp-login-offer', 'imap-login'],

  judge({ 'smtp-login': seen, 'imap-login': imap }, target) {
    const logins = inOrder(seen);
    if (logins.length === 0) return notApplicable('no login was tried at the SMTP service');
    const withOutcome = (outcome: Login['outcome']) => logins.filter(login => login.outcome === outcome);
    const accepted = withOutcome('accepted');
    const refused = withOutcome('refused');
    const imapSays = (outcome: Login['outcome']) => imap.some(login => login.outcome === outcome);
    if (refused.length > 0 && refused.every(isAboutCredentials) && imapSays('refused'))
      return unknown('IMAP refuses the same account: imap-login judges that', { missing: ['smtp-login'] });
    if (refused.length > 0)
      return problem(
        ...alike(refused, readingOf).map(({ key, all }) =>
          refusal(key as Reading, all, accepted, imapSays('accepted'), target),
        ),
      );
    const closed = withOutcome('closed');
    if (closed.length > 0) return problem(hungUp(closed, target));
    if (accepted.length > 0)
      return healthy(
        `the SMTP server accepts the login from ${placesOf(accepted)}; whether it may send, only a message shows`,
      );
    const [withheld] = withOutcome('withheld');
    if (withheld)
      return unknown(`no SMTP login was tried: ${withheld.text ?? withheld.withheldFor}`, { missing: ['smtp-login'] });
    const [unoffered] = withOutcome('no-mechanism');
    if (unoffered)
      return unknown(
        unoffered.text === null
          ? 'no way to log in is offered, so none was tried: smtp-login-offer judges that'
          : `no SMTP login was tried: ${unoffered.text}`,
        { missing: ['smtp-login'] },
      );
    return unknown(`the SMTP login was sent from ${placesOf(logins)} and no answer came in time`, {
      asks: askForTransport(target),
    });
  },
});

/** `unsent`: nothing had been sent that could be judged. `encrypt-again`: it wants what it has. */
type Reading = SmtpReading | 'unsent' | 'encrypt-again';

/** What the answer is about, as an answer to a login. */
const readingOf = (login: Login): Reading => {
  const reading = smtpReading(login);
  if (login.passwordSent === false && login.code === 503) return 'mechanism';
  if (login.passwordSent === false && BLAMING.has(reading)) return 'unsent';
  if (NOT_NOW.has(reading) && !isPlainNotNow(login.text)) return 'credentials';
  return reading === 'encrypt-first' && login.encrypted ? 'encrypt-again' : reading;
};
const BLAMING: ReadonlySet<SmtpReading> = new Set(['credentials', 'failed-logins', 'account', 'never']);
const NOT_NOW: ReadonlySet<SmtpReading> = new Set(['directory', 'later', 'not-available']);

const isAboutCredentials = (login: Login): boolean => readingOf(login) === 'credentials';

const refusal = (
  reading: Reading,
  all: readonly Login[],
  accepted: readonly Login[],
  imapAccepts: boolean,
  target: MailTarget,
): Body => {
  const { words, certainty, asks, remedies = [] } = saidOf(reading, all, imapAccepts, target);
  const elsewhere = accepted.length > 0 ? `, and accepts it from ${placesOf(accepted)}` : '';
  return {
    severity: 'critical',
    certainty,
    says: `${target.smtp.host} port ${target.smtp.port} refuses the SMTP login of ${target.mailbox.user} from ${placesOf(all)}${elsewhere}: ${words}.`,
    because: all.map(login => quoteOf(login, answerOf(login))),
    asks: either(asks, askMicrosoft),
    remedies,
  };
};

/** The wire gives the words behind the code apart from it. */
const answerOf = ({ code, text }: Login): string | null => [code, text].filter(part => part !== null).join(' ') || null;

const saidOf = (reading: Reading, all: readonly Login[], imapAccepts: boolean, target: MailTarget): Said => {
  const online = target.exchange.version === 'online';
  const connectors = [...askForSmtpLogins(target), ...askForConnectors(target)];
  const isOpen = target.smtp.security === 'plain' && all.every(({ encrypted }) => !encrypted);
  switch (reading) {
    case 'credentials':
      return imapAccepts
        ? {
            words:
              'IMAP takes the same account, so it is the form of the name or the right to log in on this connector',
            certainty: 'likely',
            asks: connectors,
          }
        : {
            words: 'name and password were not accepted, or the connector does not let this account in',
            certainty: 'possible',
            asks: [...askForCredentials(target), ...connectors],
          };
    case 'mechanism':
      return {
        words: `the way of logging in is not taken here${isOpen ? '; before encryption Exchange offers only NTLM and GSSAPI' : ''}`,
        certainty: 'likely',
        asks: askForConnectors(target),
        remedies: isOpen && !online ? [useSmtpTls(target)] : [],
      };
    case 'unsent':
      return {
        words:
          'no password had been sent by then, so it is not what was refused, but this way of logging in or the connector',
        certainty: 'possible',
        asks: connectors,
      };
    case 'encrypt-again':
      return {
        words: 'it wants encryption, although the conversation is encrypted: what stands in between may take it off',
        certainty: 'possible',
        asks: askForConnectors(target),
      };
    case 'log-in-first':
      return {
        words: 'it answers as if nobody had tried to log in, so something in between may have kept the login to itself',
        certainty: 'possible',
        asks: connectors,
      };
    case 'failed-logins':
      return {
        words:
          'it speaks of failed logins, so the account or the address may be shut for a while, and nobody should try again before the reason is known',
        certainty: 'possible',
        asks: [...askForCredentials(target), ...connectors],
      };
    case 'account':
      return {
        words: 'it says that the account is disabled, locked or expired',
        certainty: 'possible',
        asks: [...askForCredentials(target), ...connectors],
      };
    case 'other-password':
      return {
        words:
          'it takes no ordinary password of this account: it wants one made for programs, or a person at a browser first',
        certainty: 'likely',
        asks: [{ says: 'Which kinds of login does whoever runs that server allow for this account?', steps: [] }],
      };
    case 'transition':
      return {
        words:
          'it wants the account to change over to this way of logging in first (RFC 4954), by one login with PLAIN',
        certainty: 'likely',
        asks: connectors,
      };
    case 'encrypt-first':
      return {
        words: 'it wants encryption before a login',
        certainty: 'likely',
        asks: askForConnectors(target),
        remedies: isOpen && !online ? [useSmtpTls(target)] : [],
      };
    case 'directory':
      return {
        words: 'it cannot ask its directory now, which is not about the password',
        certainty: 'likely',
        asks: askForSmtpLogins(target),
      };
    case 'smtp-auth-off':
      return {
        words: 'SMTP logins are turned off, for this mailbox or for all',
        certainty: 'likely',
        asks: [{ says: 'Is it turned off for the mailbox or for the whole organisation?', steps: [] }],
        remedies: online ? [enableSmtpAuthForMailbox(target)] : [],
      };
    case 'basic-off':
      return {
        words: 'logins with a password are turned off',
        certainty: 'likely',
        asks: [
          {
            says: 'Does UCCX log in with a password here? What takes none takes a token (OAuth).',
            steps: [],
            ...(online ? { ifSo: useOauth(target) } : {}),
          },
        ],
      };
    case 'policy':
      return {
        words:
          'a policy of the organisation (security defaults, conditional access) does not let it in, whatever the password',
        certainty: 'likely',
        asks: [
          {
            says: 'Which policy is it? The sign-in log of the tenant names it, for this account and the client «SMTP» at that minute.',
            steps: [],
          },
        ],
      };
    case 'too-many-errors':
      return {
        words:
          'it has counted too many failures on this connection; nobody should try again before the reason is known',
        certainty: 'possible',
        asks: [...askForCredentials(target), ...connectors],
      };
    case 'rate':
    case 'per-source':
    case 'crowded-source':
    case 'either':
    case 'total':
    case 'crowded':
      return {
        ...(all.some(({ code }) => code === 535)
          ? { words: 'it speaks of too many connections, by the code for name and password', certainty: 'possible' }
          : { words: 'a limit of the connector stands in the way, not the password', certainty: 'likely' }),
        asks: [...askForTransportEvents(target), ...askForConnectors(target)],
      };
    case 'pressure':
    case 'proxy-hop':
    case 'not-available':
    case 'later':
      return {
        words: 'it cannot serve it now, which is not about the password',
        certainty: 'likely',
        asks: askForTransport(target),
      };
    default:
      return { words: 'its answer does not say why', certainty: 'possible', asks: connectors };
  }
};

const hungUp = (closed: readonly Login[], target: MailTarget): Body => ({
  severity: 'critical',
  certainty: 'possible',
  says: `${target.smtp.host} port ${target.smtp.port} ends the connection from ${placesOf(closed)} in the middle of the SMTP login.`,
  because: closed.map(login => quoteOf(login, login.text)),
  asks: either([...askForSmtpLogins(target), ...askForTransport(target), ...askForCredentials(target)], askMicrosoft),
  remedies: [],
});
