import type { ConfiguredMailTarget } from '../domain/configured-target.js';
import { stopwatch } from '../wire/countdown.js';
import { logInSmtp } from '../wire/smtp-login.js';
import { FURTHER_CONNECTS } from './further-connects.js';
import { smtpMechanism } from './login-mechanism.js';
import { logInOnce } from './one-login.js';
import { defineProbe, type Look } from './probe.js';
import { meetSmtpElsewhere } from './smtp-meeting.js';
import { smtpService } from './smtp-service.js';
import { type SmtpVisit, visitSmtp } from './smtp-visit.js';

/**
 * Looks at the SMTP service and logs in once, as UCCX does before it sends. Only where the configuration says that it does
 * (`smtp.login`), and never in a run that logs in to the same account over IMAP. It sends no mail.
 */
export const smtpLogin = defineProbe({
  id: 'smtp-login',
  for: 'uccx-mail',
  leg: 'smtp',
  from: smtpService.from,
  impact: 'login',
  applies: target => target.kind === 'uccx-mail' && target.smtp.login === true,
  includes: ['smtp-service'],
  budgetMs: 12_000,
  furtherConnects: FURTHER_CONNECTS,
  yields: [...smtpService.yields, 'smtp-login'],
  run: async look => {
    await visitSmtp(look, async visit => {
      if (visit.offers) await logIn(look, visit, visit.offers.auth);
    });
    await meetSmtpElsewhere(look);
  },
});

/** Gets ready to send as UCCX does, with a login where the configuration says so. False where that did not come about. */
export const enterSmtp = async (look: Look<ConfiguredMailTarget>, visit: SmtpVisit): Promise<boolean> => {
  if (!visit.offers) return false;
  return look.target.smtp.login === true ? logIn(look, visit, visit.offers.auth) : true;
};

const logIn = (
  look: Look<ConfiguredMailTarget>,
  { lines, encryption, mayQuit }: SmtpVisit,
  auth: readonly string[],
): Promise<boolean> => {
  const blank = {
    mechanism: null,
    code: null,
    enhanced: null,
    text: null,
    withheldFor: null,
    encrypted: encryption !== null,
    passwordSent: false,
    tookMs: 0,
  };
  return logInOnce(look, {
    endpoint: look.target.smtp,
    encryption,
    choose: (way, account) => smtpMechanism(auth, way, account),
    withheld: (why, says) =>
      look.observe('smtp-login', { ...blank, outcome: 'withheld', withheldFor: why, text: says }),
    noMechanism: says => look.observe('smtp-login', { ...blank, outcome: 'no-mechanism', text: says }),
    send: async (login, ms) => {
      const tookMs = stopwatch();
      mayQuit(false);
      const answer = await logInSmtp(lines, login, ms);
      mayQuit(answer.outcome !== 'silent');
      look.observe('smtp-login', { ...blank, ...answer, mechanism: login.mechanism, tookMs: tookMs() });
      return answer;
    },
  });
};
