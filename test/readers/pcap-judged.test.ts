import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readers } from '../../src/readers/index.js';
import { capturedSessions } from '../../src/rules/captured-sessions.js';
import { imapLogin } from '../../src/rules/imap-login.js';
import { fact, mailTarget } from '../support/build.js';
import { judge } from '../support/rule-table.js';
import { givenTo, readWith } from './read-with.js';

const target = mailTarget({ agents: 6 });
const capture = readFileSync('test/fixtures/captures/loopback.pcap');
const limit = fact('imap-limits', { maxConnectionsPerUser: 3 });

describe('a capture, from the file to the verdict', () => {
  it('proves the limit on sessions of one account, together with the value that was read', async () => {
    const read = await readWith(readers, 'uccx.pcap', capture);
    expect(read.file).toMatchObject({ reader: 'pcap', unread: { first: [], more: 0 } });
    const given = givenTo(read, target.id);
    expect(judge(capturedSessions, target, [...given, limit])).toMatchObject({
      is: 'problem',
      findings: [
        {
          certainty: 'proven',
          says: expect.stringMatching(/refused the 4th session of the account \(from 127\.0\.0\.95\) while 3 worked/),
          because: [
            expect.stringMatching(/^from uccx\.pcap:46: «AUTHENTICATE failed\.» in packet 46 at 2026-11-21T16:18:29/),
          ],
        },
      ],
    });
    // One cause, one rule: this one sees the logins that were accepted, and no refusal.
    expect(judge(imapLogin, target, given).is).toBe('healthy');
  });
  it('and a published list of packets proves nothing by itself', async () => {
    const list = readFileSync('test/fixtures/wireshark/wireshark-authfail-seed.txt');
    const read = await readWith(readers, 'list.txt', list);
    expect(read.file.reader).toBe('wireshark-text');
    const verdict = judge(imapLogin, target, givenTo(read, target.id));
    expect(verdict).toMatchObject({ is: 'problem', findings: [{ certainty: 'possible', remedies: [] }] });
  });
});
