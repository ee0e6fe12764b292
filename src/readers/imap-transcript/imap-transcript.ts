import type { ImapCapability } from '../../domain/evidence/imap-capability.js';
import type { BodyOf } from '../../domain/evidence/index.js';
import { lineSink } from '../lines.js';
import { newMark, openSecrets } from '../pcap/secrets.js';
import { defineReader, type Reading } from '../reader.js';
import { openExchange } from './exchange.js';
import { saidIn } from './said.js';

/** An IMAP conversation that somebody wrote down, or that stands in a window of telnet or `openssl s_client`. */
export const imapTranscript = defineReader({
  id: 'imap-transcript',
  says: 'a recorded IMAP conversation',
  recognises: ({ bytes }) => {
    const lines = bytes.toString('latin1', 0, 16_384).split(/\r?\n/, 200);
    const server = lines.flatMap(line => {
      const said = line.length < 2000 ? saidIn(line) : null;
      return said?.by === 'server' ? [said.words] : [];
    });
    if (!server.some(words => /^\* (?:OK|PREAUTH|BYE|CAPABILITY) /i.test(words))) return 0;
    return server.some(words => /IMAP|^\S+ (?:OK|NO|BAD) /i.test(words)) ? 0.8 : 0;
  },
  yields: ['imap-greeting', 'imap-capability', 'imap-login', 'imap-select', 'imap-logout'],
  open: reading => {
    const tell = telling(reading);
    const secrets = openSecrets(newMark());
    const exchange = openExchange(secrets, tell);
    const lines = lineSink(
      (line, number) => {
        if (/^(?:New|Reused), (?:TLS|SSL)v[\d.]+, Cipher is/.test(line)) exchange.encrypted();
        const said = saidIn(line);
        if (said?.by === 'server') exchange.server(said.words, number);
        // Whatever comes behind AUTHENTICATE answers its challenge, in whatever form it was written.
        else if (said || exchange.isAnswering()) exchange.client(said?.words ?? line, number);
      },
      { most: 8192 },
    );
    return {
      push: lines.push,
      breakOff: lines.breakOff,
      lines: lines.lines,
      end: () => {
        lines.end();
        exchange.end();
        tell.end();
      },
    };
  },
});

export type TellImap = ReturnType<typeof telling>;

/** Facts of one record, each kind of answer once; what was refused is quoted with its line. */
const telling = ({ observe, quote }: Reading) => {
  const told = new Set<string>();
  let [accepted, refused] = [0, 0];
  const isNew = (...words: unknown[]): boolean => {
    const key = JSON.stringify(words);
    if (told.has(key) || told.size >= MOST) return false;
    told.add(key);
    return true;
  };
  return {
    greeting: (body: BodyOf<'imap-greeting'>, line: number) => {
      if (isNew('greeting', body.outcome, body.text)) observe('imap-greeting', body, null, line);
    },
    capabilities: (when: ImapCapability['when'], capabilities: string[], line: number) => {
      const body = { when, outcome: 'listed' as const, capabilities, text: null, tookMs: 0 };
      if (isNew('capability', when, capabilities)) observe('imap-capability', body, null, line);
    },
    login: (body: BodyOf<'imap-login'>, line: number) => {
      if (body.outcome === 'accepted') accepted += 1;
      else refused += 1;
      if (isNew('login', body.outcome, body.text)) observe('imap-login', body, null, line);
    },
    select: (body: BodyOf<'imap-select'>, line: number) => {
      if (isNew('select', body.outcome, body.text)) observe('imap-select', body, null, line);
    },
    logout: (body: BodyOf<'imap-logout'>, line: number) => {
      if (isNew('logout', body.bye)) observe('imap-logout', body, null, line);
    },
    quote,
    end: () => {
      if (refused > 1)
        quote(
          null,
          `${refused} logins were refused in this record, and ${accepted === 0 ? 'none' : accepted} accepted: no further try, for it may lock the account`,
        );
    },
  };
};

const MOST = 60;
