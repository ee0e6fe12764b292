import { GET_SYNC_LOGS, onUnityConnection } from '../../remedies/platform-cli.js';
import { lineSink } from '../lines.js';
import { defineReader } from '../reader.js';

const LINE = /^(\d{1,2}) ([A-Z][a-z]{2}),(\d{4}) (\d\d):(\d\d):(\d\d)\s{1,40}([\d,]{1,20})\s{1,10}(\S{1,200})\s*$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * `file list activelog … detail reverse` of a Cisco platform: no fact about mail, but which files there are, how far back they reach and
 * how fast they are written over, which says what to fetch before it is gone.
 */
export const fileList = defineReader({
  id: 'file-list',
  says: 'a list of log files (file list activelog)',
  recognises: ({ bytes }) => {
    const lines = bytes.toString('latin1', 0, 16_384).split(/\r?\n/, 100);
    if (lines.some(line => /\bfile\s+list\s+activelog\s/i.test(line.slice(0, 300)))) return 0.9;
    return lines.filter(line => LINE.test(line.slice(0, 400))).length > 1 ? 0.8 : 0;
  },
  yields: [],
  open: ({ quote, unread, ask }) => {
    const times: number[] = [];
    let [files, bytes] = [0, 0];
    let isMailboxSync = false;
    const lines = lineSink((line, number, isCut) => {
      const [, day, month = '', year, hour, minute, second, size = '', name = ''] = isCut
        ? []
        : (LINE.exec(line.slice(0, 400)) ?? []);
      if (day === undefined) {
        if (!isFrame(line)) unread(number, 'no line of a list of files');
        return;
      }
      files++;
      bytes += Number(size.replaceAll(',', '')) || 0;
      if (/^diag_CuMbxSync/i.test(name)) isMailboxSync = true;
      const at = Date.UTC(
        Number(year),
        MONTHS.indexOf(month),
        Number(day),
        Number(hour),
        Number(minute),
        Number(second),
      );
      if (times.length < MOST_TIMES) times.push(at);
    });
    return {
      ...lines,
      end: () => {
        lines.end();
        if (files === 0) return;
        const sorted = times.sort((a, b) => a - b);
        const [first = 0, last = 0] = [sorted[0], sorted.at(-1)];
        const gaps = sorted.slice(1).map((at, index) => at - (sorted[index] as number));
        const median = gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)];
        const words = [`${files} files of ${Math.round(bytes / 1000)} kB reach over ${spanOf(last - first)}`];
        if (median !== undefined && median > 0) words.push(`a new one begins about every ${spanOf(median)}`);
        if (median !== undefined && median < BUSY_MS)
          words.push('busy, or much is traced: fetch them before they are written over');
        quote(null, words.join('; '));
        if (isMailboxSync)
          ask({
            says: 'What stands in these files? The list alone does not tell.',
            steps: [onUnityConnection(GET_SYNC_LOGS)],
          });
      },
    };
  },
});

const MOST_TIMES = 5000;
/** Written over within the hour, with the usual number of files. */
const BUSY_MS = 120_000;
const isFrame = (line: string): boolean =>
  line.trim() === '' || /^(?:admin:|dir count\s*=|<dir>|\s*$)/i.test(line.trim());
const spanOf = (ms: number): string =>
  ms < 180_000
    ? `${Math.round(ms / 1000)} s`
    : ms < 10_800_000
      ? `${Math.round(ms / 60_000)} min`
      : `${Math.round(ms / 3_600_000)} h`;
