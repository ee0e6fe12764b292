import { lineSink } from '../lines.js';
import { defineReader } from '../reader.js';
import { openImapRows } from './imap-rows.js';
import { openNotifyRows } from './notify-rows.js';
import { rowIn } from './rows.js';
import { openSmtpRows } from './smtp-rows.js';

/** The list of packets as text: the shape in which Cisco's documents show captures, and in which people paste theirs. */
export const wiresharkText = defineReader({
  id: 'wireshark-text',
  says: 'a list of packets as Wireshark shows it',
  recognises: ({ bytes }) => {
    const lines = bytes.subarray(0, LOOKED_AT).toString('latin1').split(/\r?\n/, 200);
    const rows = lines.filter(line => line.length < 2000 && rowIn(line) !== null).length;
    const hasHeader = lines.some(line => HEADER.test(line));
    if (rows > 1 || (rows === 1 && hasHeader)) return 0.9;
    return rows === 1 ? 0.6 : 0;
  },
  yields: ['imap-greeting', 'imap-login', 'smtp-banner', 'smtp-refusal', 'captured-sessions'],
  open: reading => {
    const imap = openImapRows(reading);
    const smtp = openSmtpRows(reading);
    const notify = openNotifyRows(reading);
    const lines = lineSink(
      (line, number, isCut) => {
        const row = rowIn(line);
        if (!row) {
          if (!isCut && /^[ \t|]*(?:$|[-+=|\s]*$)/.test(line)) return;
          if (!HEADER.test(line)) reading.unread(number, 'it is no packet of a list');
          return;
        }
        if (row.protocol === 'IMAP') imap.take(row, number);
        else if (row.protocol === 'SMTP') smtp(row, number);
        else notify.take(row);
      },
      { most: 4096 },
    );
    return {
      push: lines.push,
      breakOff: lines.breakOff,
      lines: lines.lines,
      end: () => {
        lines.end();
        imap.end();
        notify.end();
      },
    };
  },
});

const LOOKED_AT = 16_384;
const HEADER = /\bTime\b.{0,80}\bSource\b.{0,80}\bDestination\b.{0,80}\bProtocol\b/i;
