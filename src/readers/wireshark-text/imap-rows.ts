import { withoutTime } from '../../domain/evidence/imap-greeting.js';
import type { Mechanism } from '../../domain/evidence/imap-login.js';
import type { Reading } from '../reader.js';
import type { Row } from './rows.js';

type Asked = { mechanism: Mechanism | null; atMs: number };

/**
 * Rows of IMAP. Sessions of one client cannot be told apart, for the list has no ports, and Wireshark cuts long lines: so neither
 * capabilities nor the number of sessions are taken from it. What a client said is looked at and never kept.
 */
export const openImapRows = ({ observe, quote }: Reading) => {
  const told = new Set<string>();
  const asked = new Map<string, Asked>();
  let [accepted, refused] = [0, 0];
  const isNew = (key: string): boolean => {
    if (told.has(key) || told.size >= MOST) return false;
    told.add(key);
    return true;
  };

  return {
    take: ({ atMs, from, to, info }: Row, line: number): void => {
      const said = /^Request: \S{1,64} (AUTHENTICATE|LOGIN)\b ?(\S{0,20})/i.exec(info);
      if (said && to && asked.size < MOST_CLIENTS) {
        const mechanism = /^login$/i.test(said[1] ?? '')
          ? 'LOGIN'
          : (MECHANISMS[(said[2] ?? '').toUpperCase()] ?? null);
        asked.set(`${to} ${from}`, { mechanism, atMs });
      }
      if (!info.startsWith('Response: ')) return;
      const words = info.slice('Response: '.length);
      const [, greeting = '', ready = ''] = /^\* (OK|PREAUTH) (.*)$/i.exec(words) ?? [];
      if (greeting !== '' && isNew(`greeting ${withoutTime(ready)}`))
        observe(
          'imap-greeting',
          { outcome: greeting.toUpperCase() === 'OK' ? 'ok' : 'preauth', text: ready, tookMs: 0 },
          null,
          line,
        );

      const [, status = '', text = ''] = /^\S{1,64} (OK|NO|BAD) (.*\b(?:AUTHENTICATE|LOGIN)\b.*)$/i.exec(words) ?? [];
      if (status === '' || words.startsWith('* ')) return;
      const before = asked.get(`${from} ${to}`) ?? null;
      const outcome = status.toUpperCase() === 'OK' ? 'accepted' : 'refused';
      if (outcome === 'accepted') accepted += 1;
      else refused += 1;
      if (!isNew(`login ${outcome} ${text}`)) return;
      if (outcome === 'refused') quote(line, words);
      observe(
        'imap-login',
        {
          outcome,
          mechanism: before?.mechanism ?? null,
          status: status.toUpperCase() as 'OK' | 'NO' | 'BAD',
          text,
          withheldFor: null,
          encrypted: false,
          tookMs: before ? Math.max(0, Math.round(atMs - before.atMs)) : 0,
        },
        null,
        line,
      );
    },
    end: (): void => {
      if (refused > 1)
        quote(null, `${refused} logins were refused in this list, and ${accepted === 0 ? 'none' : accepted} accepted`);
    },
  };
};

const MECHANISMS: Readonly<Record<string, Mechanism>> = {
  ...{ PLAIN: 'PLAIN', LOGIN: 'SASL-LOGIN', NTLM: 'NTLM', XOAUTH2: 'XOAUTH2' },
};
const MOST = 20;
const MOST_CLIENTS = 1000;
