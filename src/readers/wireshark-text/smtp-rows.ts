import type { BodyOf } from '../../domain/evidence/index.js';
import type { Reading } from '../reader.js';
import type { Row } from './rows.js';

/** Rows of SMTP: `C:` is what a client said, `S:` the answer. */
export const openSmtpRows = ({ observe, quote }: Reading): ((row: Row, line: number) => void) => {
  const told = new Set<string>();
  let after: BodyOf<'smtp-refusal'>['after'] = 'connect';

  return ({ to, info }, line) => {
    const command = /^C: ([A-Za-z]{4})/.exec(info)?.[1]?.toUpperCase();
    if (command) after = AFTER[command] ?? 'other';
    const [, digits = '', words = ''] = /^S: ([2-5]\d\d)[ -]?(.*)$/.exec(info) ?? [];
    if (digits === '') return;
    const text = `${digits} ${words}`;
    const code = Number(digits);
    const enhanced = /^[245]\.\d{1,3}\.\d{1,3}(?= |$)/.exec(words)?.[0] ?? null;
    const isBanner = code === 220 && after === 'connect';
    if ((code < 400 && !isBanner) || told.has(text) || told.size >= 20) return;
    told.add(text);
    if (isBanner) {
      observe('smtp-banner', { outcome: 'greeted', code, enhanced, text: words, tookMs: 0 }, null, line);
      return;
    }
    quote(line, text);
    observe('smtp-refusal', { after, code, enhanced, text, connector: null, remote: to, times: 1 }, null, line);
  };
};

const AFTER: Readonly<Record<string, BodyOf<'smtp-refusal'>['after']>> = {
  ...{ EHLO: 'ehlo', HELO: 'ehlo', STAR: 'starttls', AUTH: 'auth', MAIL: 'mail-from', RCPT: 'rcpt-to', DATA: 'data' },
};
