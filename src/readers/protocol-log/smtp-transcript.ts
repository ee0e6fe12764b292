import { lineSink } from '../lines.js';
import { defineReader } from '../reader.js';
import { phaseOf, refusalIn, refusalTally } from './refusals.js';

/**
 * A conversation that somebody wrote down, each line with who said it (`C: EHLO x`, `S: 421 4.3.2 …`), or that stands in a window of
 * telnet or `openssl s_client`, or in a followed stream, where the form alone tells a server from a client.
 */
export const smtpTranscript = defineReader({
  id: 'smtp-transcript',
  says: 'a recorded SMTP conversation',
  recognises: ({ bytes }) => {
    const text = bytes.toString('utf8');
    if (/^ {0,8}(?:S: {0,8})?\* (?:OK|PREAUTH|BYE|CAPABILITY) /m.test(text)) return 0;
    if (/^ {0,8}S: {0,8}\d{3}[ -]/m.test(text)) return 0.8;
    return BANNER.test(text) || TALK.test(text) || (WINDOW.test(text) && REFUSAL.test(text)) ? 0.7 : 0;
  },
  yields: ['smtp-refusal'],
  open: reading => {
    const tally = refusalTally(reading);
    let after: ReturnType<typeof phaseOf> | 'connect' = 'connect';
    let isMarked = false;
    const lines = lineSink((text, number) => {
      const said = /^\s*([CS]): ?(.*)$/.exec(text.slice(0, 2000));
      isMarked ||= said !== null;
      if (isMarked && !said) return;
      const [who, words] = said ? [said[1], said[2] ?? ''] : [SERVER.test(text) ? 'S' : 'C', text.slice(0, 2000)];
      if (who === 'C') {
        // A window has other lines than those that were typed.
        if (!said && phaseOf(words) === 'other') return;
        // What follows AUTH is no command.
        if (after !== 'auth' || phaseOf(words) !== 'other') after = phaseOf(words);
        return;
      }
      if (/^220[ -]/.test(words)) after = after === 'starttls' ? 'starttls' : 'connect';
      const refusal = refusalIn(words);
      if (refusal) tally.add({ after, ...refusal, connector: null, remote: null }, number, null);
      if (/^235[ -]/.test(words)) after = 'other';
    });
    return {
      ...lines,
      end: () => {
        lines.end();
        tally.end();
      },
    };
  },
});

const SERVER = /^\d{3}(?:[ -]|$)/;
const BANNER = /^220[ -][^\n]{0,300}\bE?SMTP\b/m;
const TALK = /^(?:EHLO|HELO|MAIL FROM:|RCPT TO:|AUTH |STARTTLS)[^\n]{0,300}\r?\n\d{3}[ -]/im;
const WINDOW = /^(?:Escape character is|Connected to |CONNECTED\()/m;
const REFUSAL = /^[45]\d\d[ -][45]\.\d{1,3}\.\d{1,3} /m;
