/*
 * What a server says of failed logins. Probes decide by it whether a password may ever be sent again, rules which cause they may name. It
 * is read before everything else that an answer says: «Too many failed logins, try again later» is neither a crowd nor «not now».
 */
const LOGIN = String.raw`(?:log-?(?:i|o)n|sign-?in|auth\w*|pass(?:word|phrase)?|credential|user(?: ?name| id)?|account)s?`;
const BAD = `(?:invalid|incorrect|wrong|bad|unknown|mismatch(?:ed)?|not (?:accepted|valid|correct|recogni[sz]ed))`;
const FAILED = `(?:fail(?:ed|ures?|ing)?|unsuccessful|denied|reject(?:ed|ions?))`;
const NEAR = '[^.,;:]{0,40}?';

const ahead = (...parts: readonly string[]): RegExp =>
  new RegExp(String.raw`\b(?:${parts.join(String.raw`)\b${NEAR}\b(?:`)})\b`, 'i');

/** Somebody counts: attempts, failures, repeated mistakes. `Connection is closed. 14` is Exchange's word for it. */
const COUNTED: readonly RegExp[] = [
  ahead(
    'too many|repeated(?:ly)?|multiple|several|max(?:imum)?|exceeded|after \\d+',
    `attempts?|tries|fail(?:ed|ures?)|unsuccessful|${BAD}`,
  ),
  ahead(`attempts?|tries|failures|(?:failed|${BAD}) ${LOGIN}`, 'limit|exceeded|reached|maximum'),
  /Connection (?:is )?closed\.? ?14\b/i,
];
/** Name and password themselves are called wrong. A bare «LOGIN failed» is not that: it names no reason. */
const BLAMED: readonly RegExp[] = [
  ahead(
    BAD,
    String.raw`log-?[io]ns?|pass(?:word|phrase)?s?|credentials?|user(?: ?names?)?|auth\w* (?:data|credentials)`,
  ),
  ahead('pass(?:word|phrase)?|credentials?|user ?names?|log-?in', BAD),
  /\buser (?:was |is )?not found\b|\bno such user\b/i,
];
/** A bare refusal. */
const REFUSED: readonly RegExp[] = [ahead(LOGIN, FAILED), ahead(FAILED, LOGIN)];
const SHUT = /\block(?:ed)?(?: ?out)?\b|\b(?:block|bann|suspend|disabl|deactivat|expir)(?:ed)?\b/i;
/** The server's own trouble, which uses the same nouns. */
const OWN_TROUBLE =
  /\b(?:temporar(?:y|ily)|transient|internal)\b(?: \w+){0,3}? (?:failures?|errors?|problems?|failed|unavailable)\b/gi;

const any = (patterns: readonly RegExp[], words: string | null): boolean =>
  words !== null && patterns.some(pattern => pattern.test(words));

/** Logins or tries that failed are counted. */
export const countsFailedLogins = (words: string | null): boolean => any(COUNTED, words);
/** Name or password are called wrong, which is what a server says, not what is so. */
export const blamesCredentials = (words: string | null): boolean => any(BLAMED, words);

/**
 * Whether an answer that has a code for «not now» is no more than that. One that also speaks of failed logins, or of an account or address
 * that is shut, has judged the password, whatever its code.
 */
export const isPlainNotNow = (words: string | null): boolean => {
  const rest = words?.replace(OWN_TROUBLE, '') ?? null;
  return rest === null || !any([...COUNTED, ...BLAMED, ...REFUSED, SHUT], rest);
};
