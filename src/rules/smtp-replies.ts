import { countsFailedLogins } from '../domain/login-words.js';
import { matches, says } from './replies.js';

/** The parts of an SMTP answer that its meaning is read from. */
export type SmtpAnswer = { code: number | null; enhanced?: string | null; text: string | null };

/**
 * What a refusal of an SMTP service is about. The code says whether waiting helps (4) or not (5), the enhanced code the topic
 * (RFC 3463, RFC 4954), and only the words the setting: 421 4.3.2 alone is three different things. What other servers than Exchange
 * say (Postfix, sendmail, Exim) is told apart by `crowded-source`, for which Exchange has no remedy.
 */
export type SmtpReading =
  | 'per-source'
  | 'total'
  | 'either'
  | 'crowded-source'
  | 'crowded'
  | 'rate'
  | 'not-available'
  | 'pressure'
  | 'proxy-hop'
  | 'too-many-errors'
  | 'failed-logins'
  | 'account'
  | 'other-password'
  | 'transition'
  | 'encrypt-first'
  | 'mechanism'
  | 'basic-off'
  | 'smtp-auth-off'
  | 'policy'
  | 'directory'
  | 'credentials'
  | 'log-in-first'
  | 'relay'
  | 'send-as'
  | 'no-mailbox'
  | 'size'
  | 'later'
  | 'never';

const WORDS: readonly (readonly [SmtpReading, RegExp])[] = [
  // Exchange, word for word; newest wording first (replies of 2013 and later, then those of 2007 and 2010).
  ['per-source', /concurrent server connections has exceeded a per-source limit/i],
  ['total', /concurrent server connections has exceeded a limit/i],
  ['either', /concurrent connections has exceeded a limit/i],
  ['rate', /submission rate|too many messages|message rate|too much mail/i],
  ['proxy-hop', /\bPRX\d\b/],
  ['pressure', /insufficient system (?:resources|storage)/i],
  ['smtp-auth-off', /SmtpClientAuthentication is disabled/i],
  ['basic-off', /basic authentication is (?:not supported|disabled)/i],
  ['policy', /security defaults|did not meet the criteria|conditional access/i],
  ['too-many-errors', /too many errors/i],
  [
    'crowded-source',
    /too many\b.{0,40}\b(?:connection|session)s?\b.{0,20}\b(?:from|per|for|this (?:ip|host|client))\b|connection rate limit/i,
  ],
  ['crowded', /too many\b.{0,40}\b(?:connection|session)s?|too many open|all server ports are busy/i],
  // Behind the others: sendmail and gateways put it before the reason.
  ['not-available', /service not (?:available|active)/i],
  ['later', /load average/i],
  // RFC 4954 has 534 5.7.9 for a mechanism that is too weak; Google says other things by it.
  ['other-password', /(?:application|app)[- ](?:specific )?password|web browser/i],
  [
    'account',
    /\b(?:account|user)\b.{0,30}\b(?:disabled|suspended|deactivated|locked|blocked|expired)\b|password .{0,12}expired/i,
  ],
];

const ENHANCED: Readonly<Record<string, SmtpReading>> = {
  '4.3.1': 'pressure',
  '4.7.12': 'transition',
  '5.7.13': 'account',
  '5.7.3': 'credentials',
  '5.7.8': 'credentials',
  '5.7.139': 'credentials',
  '5.7.4': 'mechanism',
  '5.7.9': 'mechanism',
  '5.7.11': 'encrypt-first',
  '5.7.0': 'log-in-first',
  '5.7.57': 'log-in-first',
  '5.7.54': 'relay',
  '5.7.60': 'send-as',
  '5.1.1': 'no-mailbox',
  '5.1.10': 'no-mailbox',
  '5.3.4': 'size',
};

export const smtpReading = ({ code, enhanced, text }: SmtpAnswer): SmtpReading => {
  const named = WORDS.find(([, words]) => matches(words, text))?.[0];
  if (countsFailedLogins(text) && named !== 'policy') return 'failed-logins';
  if (named) return named;
  if (matches(says.encryptFirst, text) || /encryption required/i.test(text ?? '') || code === 538)
    return 'encrypt-first';
  // Before 454, by which Postfix says it too.
  if (/unable to relay|relay(?:ing)? (?:access )?denied/i.test(text ?? '')) return 'relay';
  if (code === 454) return 'directory';
  if (/not authenticated|authentication required/i.test(text ?? '')) return 'log-in-first';
  const topic = ENHANCED[enhanced ?? enhancedIn(text) ?? ''];
  // Behind 535 some servers say 5.7.0 or 5.7.1, which is «refused» and no topic.
  if (code === 535 && topic !== 'mechanism' && topic !== 'encrypt-first') return 'credentials';
  // 5.7.0 is «something about security»; only with 530 does it ask for a login.
  if (topic && !(topic === 'log-in-first' && code !== 530)) return topic;
  if (code === 525) return 'account';
  if (code === 432) return 'transition';
  if (code === 504 || code === 534) return 'mechanism';
  if (code === 530) return 'log-in-first';
  return code !== null && code < 500 ? 'later' : 'never';
};

const enhancedIn = (text: string | null): string | null => /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(text ?? '')?.[0] ?? null;
