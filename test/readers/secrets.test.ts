import { expect, it } from 'vitest';
import { readers } from '../../src/readers/index.js';
import { evtxOf } from './evtx-writer.js';
import { readWith } from './read-with.js';

const SECRET = 'Kq7-hidden-Zw4';
const base64 = (words: string) => Buffer.from(words).toString('base64');
/** The second answer of AUTH LOGIN: nothing but its place on a line of its own tells it from a word. */
const ANSWER = base64(SECRET);
/** Shows what it is once it is decoded, which it is no longer when letters of another line stand before it. */
const PLAIN = base64(`\0uccxemail\0${SECRET}`);

const clientLimit = (description: string) =>
  `Log Name:      Application\r\nSource:        MSExchangeIMAP4\r\nEvent ID:      1009\r\nDescription:\r\n${description}\r\nNumber of connections made by user contoso\\uccxemail exceeded maximum (16).\r\n`;
const event = (data: string[]) =>
  evtxOf([{ provider: 'MSExchange Web Services', id: 7, computer: 'MBX01', at: new Date(1e12), data }]);

it.each<[string, string | Buffer, string]>([
  ['in CSV', `"Server","MaxConnectionsPerUser"\r\n"EX\r\n${ANSWER}\r\n01","16"\r\n`, 'imap-limits'],
  [
    'in a list that a console broke',
    `Server                : EX\r\n                        ${PLAIN}\r\nMaxConnectionsPerUser : 16\r\n`,
    'imap-limits',
  ],
  ['in JSON', `[{"Server":"EX\\n${ANSWER}\\n01","MaxConnectionsPerUser":16}]`, 'imap-limits'],
  ['in the words of an event', clientLimit(`C: ${ANSWER}`), 'exchange-event'],
  [
    'behind a label whose place was learnt, which names no secret by itself',
    `Protokollname: Application\nQuelle: MSExchangeIMAP4\nDatum: 21.11.2026 08:00:00\nEreignis-ID: 1009\nA: x\nE: x\nS: x\nB: x\nAuthorization: Basic ${base64(`uccxemail:${SECRET}`)}\nBeschreibung:\nNumber of connections made by user contoso\\uccxemail exceeded maximum (16).\n`,
    'exchange-event',
  ],
  ['in a URL that an event names', event(['x', `http://uccx:${SECRET}@cuc:7080/N`, '5']), 'exchange-event'],
])('a secret between the lines of a value is masked %s', async (_, text, kind) => {
  const told = JSON.stringify(await readWith(readers, 'file', text));
  expect(told).toContain(`"kind":"${kind}"`);
  for (const words of [SECRET, ANSWER, PLAIN, base64(`uccxemail:${SECRET}`)]) expect(told).not.toContain(words);
});
