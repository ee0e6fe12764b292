import type { Leg } from '../../domain/evidence/evidence.js';
import type { BodyOf } from '../../domain/evidence/index.js';
import { lineSink } from '../lines.js';
import { shown } from '../mask.js';
import { defineReader } from '../reader.js';
import { type FeedLine, feedLine, mayTell, timeIn, whyNot } from './feed-line.js';

/** Logs of UCCX (MIVR), SocialMiner and CCP (CCBU): what their mail clients met at Exchange. Everything else in them is passed over. */
export const feedLog = defineReader({
  id: 'feed-log',
  says: 'a log of UCCX, SocialMiner or CCP',
  recognises: ({ bytes }) => {
    const text = bytes.toString('latin1');
    if (!CISCO.test(text) && !JAVA_MAIL.test(text)) return 0;
    return CISCO.test(text) ? 0.8 : 0.5;
  },
  yields: ['tls-session', 'imap-login', 'tcp-connect', 'smtp-refusal'],
  open: ({ observe, quote }) => {
    const groups = new Map<string, { tell: (times: number) => void; times: number; line: number; text: string }>();
    let waiting: { host: string; port: number; leg: Leg; line: number; at: string | null } | null = null;
    let last: string | null = null;
    const add = (key: string, line: number, text: string, tell: (times: number) => void): void => {
      const known = groups.get(key);
      if (known) known.times++;
      else if (groups.size < MOST) groups.set(key, { tell, times: 1, line, text: text.slice(0, 600) });
    };

    const lines = lineSink(
      (line, number) => {
        if (waiting) {
          const why = whyNot(line);
          if (why || number - waiting.line > 3) unconnected(waiting, why ?? 'failed');
          if (why || number - waiting.line > 3) waiting = null;
        }
        if (!mayTell(line)) return;
        const told = feedLine(line);
        if (!told) return;
        last = timeIn(line) ?? last;
        take(told, line, number, timeIn(line) ?? last);
      },
      { most: 16_384 },
    );
    return {
      ...lines,
      end: () => {
        lines.end();
        if (waiting) unconnected(waiting, 'failed');
        for (const { tell, times, line, text } of groups.values()) {
          quote(line, times > 1 ? `${text} (and ${times - 1} more like it)` : text);
          tell(times);
        }
      },
    };

    function take(told: FeedLine, whole: string, line: number, at: string | null): void {
      if (told.is === 'said') add(told.text, line, whole, () => {});
      else if (told.is === 'tls')
        add(`tls ${told.leg} ${shape(told.text)}`, line, whole, () =>
          observe('tls-session', tlsBody(told.leg, told.old, told.text), at, line),
        );
      else if (told.is === 'login')
        add(`login ${shape(told.text)}`, line, whole, () =>
          observe('imap-login', { ...REFUSED, text: told.text }, at, line),
        );
      else if (told.is === 'reply')
        add(`reply ${told.code} ${told.enhanced} ${shape(told.text)}`, line, whole, times =>
          observe('smtp-refusal', { ...replyBody(told), times }, at, line),
        );
      else {
        const { host, port, leg } = told;
        const why = whyNot(whole.replace(/; timeout -?\d+/, ''));
        if (why) unconnected({ host, port, leg, line, at }, why);
        else waiting = { host, port, leg, line, at };
      }
    }

    function unconnected(to: NonNullable<typeof waiting>, outcome: BodyOf<'tcp-connect'>['outcome']): void {
      const { leg, host, port, line, at } = to;
      add(`connect ${host} ${port} ${outcome}`, line, `no connection to ${host} port ${port}: ${outcome}`, () =>
        observe('tcp-connect', { leg, host, port, outcome, address: null, tried: [], code: null, tookMs: 0 }, at, line),
      );
    }
  },
});

const MOST = 40;
const CISCO = /%(?:MIVR|MADM|CCBU|MCVD)[A-Za-z0-9_.[\]:-]{0,80}-\d-[A-Z0-9_]{3,60}\s{0,4}:/;
const JAVA_MAIL = /javax\.mail\.|com\.sun\.mail\.|SECURE_IMAP_CLIENT_CONNECTION_EXCEPTION/;

/** What is the same in lines that are alike: their numbers differ. */
const shape = (text: string): string => text.slice(0, 120).replaceAll(/\d+/g, '#');

const REFUSED = {
  ...{ outcome: 'refused', mechanism: null, status: 'NO', withheldFor: null, encrypted: true, tookMs: 0 },
} as const satisfies Omit<BodyOf<'imap-login'>, 'text'>;

const replyBody = ({ code, enhanced, text }: Extract<FeedLine, { is: 'reply' }>) => ({
  after: code === 535 ? ('auth' as const) : ('other' as const),
  ...{ code, enhanced, text: shown(text), connector: null, remote: null },
});

const tlsBody = (leg: Leg, old: string | null, text: string): BodyOf<'tls-session'> => ({
  ...{ leg, how: 'tls', outcome: 'failed', protocol: old, cipher: null, onlyOld: old !== null, certificate: null },
  ...{ expectedName: '', nameMatches: null, trusted: null, trustProblem: null, text, tookMs: 0 },
});
