import { lineSink } from '../lines.js';
import { defineReader } from '../reader.js';
import { phaseOf, refusalIn, refusalTally } from './refusals.js';

/** A conversation that somebody wrote down, each line with who said it: `C: EHLO x`, `S: 421 4.3.2 …`. */
export const smtpTranscript = defineReader({
  id: 'smtp-transcript',
  says: 'a recorded SMTP conversation',
  recognises: ({ bytes }) => {
    const text = bytes.toString('utf8');
    const said = text.match(/^ {0,8}S: {0,8}\d{3}[ -]/gm)?.length ?? 0;
    return said === 0 || /^ {0,8}S: {0,8}\* /m.test(text) ? 0 : 0.8;
  },
  yields: ['smtp-refusal'],
  open: reading => {
    const tally = refusalTally(reading);
    let after: ReturnType<typeof phaseOf> | 'connect' = 'connect';
    const lines = lineSink((text, number) => {
      const said = /^\s*([CS]): ?(.*)$/.exec(text.slice(0, 2000));
      if (!said) return;
      const [, who, words = ''] = said;
      if (who === 'C') {
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
