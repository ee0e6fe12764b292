import { mechanismOf, type Secrets } from './secrets.js';
import { type Session, type Talk, type Telling, tookSince } from './session.js';
import { openStreamLines, textIn } from './stream-lines.js';

type Reply = { code: number; enhanced: string | null; text: string; words: readonly string[] };

/** SMTP as it is overheard: banner, what is offered, login, and whatever was refused. Messages are passed over unread. */
export const openSmtpTalk = (session: Session, secrets: Secrets, tell: Telling): Talk => {
  let words: string[] = [];
  let isSecret = false;
  let isMessage = false;
  let askedMs = 0;
  let last: Reply | null = null;

  const server = openStreamLines((bytes, start, end) => {
    // What came in the same packet behind the word that turned encryption on is not a part of it.
    if (session.stage === 'encrypted') return;
    const line = textIn(bytes, start, end);
    const [, code, more, text = ''] = /^([2-5]\d\d)(?:([ -])(.*))?$/.exec(line) ?? [];
    if (!code) {
      if (session.stage === 'greeting') notSmtp(line);
      return;
    }
    if (words.length < MAX_LINES) words.push(text);
    if (more === '-') return;
    const enhanced = /^[245]\.\d{1,3}\.\d{1,3}(?= |$)/.exec(words[0] ?? '')?.[0] ?? null;
    const reply = { code: Number(code), enhanced, text: secrets.shown(words.join(' ')), words };
    words = [];
    last = reply;
    replied(reply);
  });

  const notSmtp = (line: string) => {
    session.stage = 'before-login';
    const tookMs = tookSince(session.askedMs, tell.nowMs());
    tell.fact('smtp-banner', 'not-smtp', {
      outcome: 'not-smtp',
      code: null,
      enhanced: null,
      text: secrets.shown(line),
      tookMs,
    });
  };

  const replied = (reply: Reply) => {
    const { code, enhanced, text } = reply;
    if (session.stage === 'greeting') return banner(reply);
    const command = session.command;
    const tookMs = tookSince(askedMs, tell.nowMs());
    if (command === 'EHLO') return ehlo(reply, tookMs);
    if (command === 'STARTTLS' && code === 220) {
      session.stage = 'encrypted';
      tell.works(session, null);
      return;
    }
    if (command === 'AUTH') {
      isSecret = code === 334;
      if (!isSecret) loggedIn(reply, tookMs);
      return;
    }
    if (command === 'DATA' && code === 354) isMessage = true;
    if (command === 'QUIT') session.farewell = true;
    if (code >= 400) {
      const words = `${code} ${text}`;
      const after = AFTER[command ?? ''] ?? 'other';
      tell.fact('smtp-refusal', `${after} ${words}`, {
        after,
        code,
        enhanced,
        text: words,
        connector: null,
        remote: session.client,
        times: 1,
      });
      tell.refused(session, { stage: 'later', command, text: words, login: null });
    } else if (command === 'MAIL' && enhanced !== null && session.stage === 'before-login') session.stage = 'logged-in';
  };

  const banner = ({ code, enhanced, text }: Reply) => {
    session.stage = 'before-login';
    const tookMs = tookSince(session.askedMs, tell.nowMs());
    const outcome = code < 300 ? 'greeted' : 'rejected';
    tell.fact('smtp-banner', `${outcome} ${code} ${code < 300 ? '' : text}`, { outcome, code, enhanced, text, tookMs });
    if (code < 300) {
      tell.greeted(session, tookMs);
      tell.works(session, null);
      return;
    }
    session.farewell = true;
    tell.refused(session, { stage: 'greeting', command: null, text: `${code} ${text}`, login: null });
  };

  const ehlo = ({ code, enhanced, text, words: lines }: Reply, tookMs: number) => {
    const offered = lines.slice(1, 101).map(line => line.toUpperCase().split(/[ =]/).filter(Boolean));
    const extensions = unique(offered.map(([keyword = '']) => secrets.shown(keyword)));
    const auth = unique(
      offered.flatMap(([keyword, ...rest]) => (keyword === 'AUTH' ? rest.map(secrets.shown) : [])),
    ).slice(0, 50);
    const when = extensions.includes('STARTTLS') ? 'before-tls' : 'plain';
    const isListed = code === 250;
    const outcome = isListed ? 'listed' : 'refused';
    tell.fact('smtp-ehlo', `${outcome} ${isListed ? [...extensions, ...auth].join(' ') : text}`, {
      when,
      outcome,
      code,
      enhanced,
      text: isListed ? null : text,
      extensions: isListed ? extensions : [],
      auth: isListed ? auth : [],
      tookMs,
    });
  };

  const loggedIn = ({ code, enhanced, text }: Reply, tookMs: number) => {
    const login = secrets.marks();
    const body = { mechanism: session.mechanism, code, enhanced, text, withheldFor: null, encrypted: false, tookMs };
    session.stage = code < 300 ? 'logged-in' : 'before-login';
    if (code < 300) {
      tell.fact('smtp-login', `accepted ${session.mechanism}`, { ...body, outcome: 'accepted' });
      tell.works(session, login);
      return;
    }
    session.farewell = true; // Whoever goes now has been told why.
    tell.refused(session, {
      stage: 'login',
      command: 'AUTH',
      text: `${code} ${text}`,
      login,
      alone: () => tell.fact('smtp-login', `refused ${session.mechanism} ${text}`, { ...body, outcome: 'refused' }),
    });
  };

  const client = openStreamLines((bytes, start, end) => {
    if (isMessage) {
      isMessage = !(end === start + 1 && bytes[start] === DOT);
      return;
    }
    const line = textIn(bytes, start, end);
    if (isSecret) {
      isSecret = false;
      secrets.answer(session.mechanism, line);
      return;
    }
    const [, word = '', rest = ''] = /^([A-Za-z]{4,10})(?: (.*))?$/.exec(line) ?? [];
    const command = word.toUpperCase();
    if (!KNOWN.has(command)) return;
    session.command = command;
    askedMs = tell.nowMs();
    session.farewell = command === 'QUIT';
    if (command === 'BDAT') client.skip(Number(/^\d{1,9}/.exec(rest)?.[0] ?? 0));
    if (command !== 'AUTH') return;
    secrets.forget();
    session.stage = 'login';
    const [mechanism = '', first] = rest.split(' ');
    session.mechanism = mechanismOf(mechanism);
    if (first !== undefined) secrets.answer(session.mechanism, first);
  });

  return {
    fromServer: { data: server.take, gap: server.gap },
    fromClient: { data: client.take, gap: client.gap },
    ended: (by, how) => {
      if (session.missingBytes > 0 || by !== 'server') return;
      if (session.stage === 'greeting') {
        const tookMs = tookSince(session.askedMs, tell.nowMs());
        tell.fact('smtp-banner', 'closed', { outcome: 'closed', code: null, enhanced: null, text: null, tookMs });
      }
      // A server that says 421 says farewell.
      if (how === 'closed' && last?.code === 421) session.farewell = true;
    },
  };
};

const unique = (words: string[]) => [...new Set(words)].filter(word => word !== '');
const AFTER: Readonly<Record<string, 'starttls' | 'mail-from' | 'rcpt-to' | 'data'>> = {
  ...{ STARTTLS: 'starttls', MAIL: 'mail-from', RCPT: 'rcpt-to', DATA: 'data', BDAT: 'data' },
};
const MAX_LINES = 128;
const DOT = 0x2e;
const KNOWN: ReadonlySet<string> = new Set([
  'EHLO',
  'HELO',
  'STARTTLS',
  'AUTH',
  'MAIL',
  'RCPT',
  'DATA',
  'BDAT',
  'RSET',
  'NOOP',
  'QUIT',
  'VRFY',
  'EXPN',
  'HELP',
]);
