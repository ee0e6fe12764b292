import { describe, expect, it } from 'vitest';
import { type AuditKey, auditKey, BEGINNING, seal } from '../../src/audit/chain.js';
import { type Held, makeVerifier } from '../../src/audit/verify.js';
import type { AuditHead, AuditRecord } from '../../src/domain/audit.js';

const AT = '2026-11-21T08:00:00.000Z';
const key = auditKey('a key of more than sixteen signs');
const other = auditKey('another key of more than sixteen');
const began = (version: string): AuditRecord => ({ is: 'bot', did: 'began', version, machine: 'bot-1' });

/** Ten entries, or those that are given, and where the chain stood behind each. */
const chain = (
  records: readonly (AuditRecord | { is: 'end' })[] = [...'0123456789'].map(began),
  signedWith: AuditKey | null = null,
  from: AuditHead = BEGINNING,
) => {
  const heads = [from];
  const lines = records.map(record => {
    const sealed = seal(heads.at(-1) as AuditHead, AT, record, signedWith);
    heads.push(sealed.head);
    return sealed.line;
  });
  return { lines, heads };
};
const whole = chain();
const cutBy = (upTo: number): AuditRecord => ({
  is: 'cut',
  upTo,
  upToHash: whole.heads[upTo]?.hash as string,
  why: 'age',
});
const with10 = (record: AuditRecord | { is: 'end' }) => [
  ...whole.lines,
  ...chain([record], null, whole.heads.at(-1)).lines,
];
const without = (lines: readonly string[], ...numbers: number[]) =>
  lines.filter((_, index) => !numbers.includes(index + 1));
const signed = chain(undefined, key);

const verify = (lines: readonly string[], held: Partial<Held> = {}) => {
  const verifier = makeVerifier({ keys: [], ...held });
  for (const line of lines) verifier.take(line);
  return verifier.end();
};

type Case = { name: string; lines: readonly string[]; held?: Partial<Held> };

describe('a chain is whole', () => {
  const cases: Case[] = [
    { name: 'from its beginning', lines: whole.lines },
    { name: 'when nothing was ever written', lines: [] },
    {
      name: 'held against where it stands and stood',
      lines: whole.lines,
      held: { head: whole.heads[10] as AuditHead, anchors: whole.heads.slice(1) },
    },
    { name: 'when its start was let go and it says so', lines: with10(cutBy(4)).slice(4) },
    { name: 'with its closing line', lines: with10({ is: 'end' }), held: { mustBeClosed: true } },
    { name: 'signed, with the key', lines: signed.lines, held: { keys: [key], mustBeSigned: true } },
    {
      name: 'signed from some entry on',
      lines: [...whole.lines, ...chain([began('x')], key, whole.heads[10]).lines],
      held: { keys: [key] },
    },
    {
      name: 'when the key was changed',
      lines: [...signed.lines, ...chain([began('x')], other, signed.heads[10]).lines],
      held: { keys: [other, key] },
    },
  ];
  it.each(cases)('$name', ({ lines, held }) => {
    expect(verify(lines, held)).toMatchObject({ is: 'whole', fault: null });
  });
});

describe('what was done to a chain shows, by the first entry that does not fit:', () => {
  const forged = chain([...'012345678x'].map(began));
  const swapped = [...whole.lines.slice(0, 3), whole.lines[4], whole.lines[3], ...whole.lines.slice(5)] as string[];
  const edited = whole.lines.map((line, index) => (index === 4 ? line.replace('bot-1', 'bot-2') : line));
  const cases: (Case & { seq: number | null; says: RegExp })[] = [
    { name: 'one word changed', lines: edited, seq: 5, says: /entry 5 is not as it was written/ },
    {
      name: 'a field said twice',
      lines: whole.lines.map((l, i) => (i === 4 ? l.replace('{', '{"at":"x",') : l)),
      seq: 5,
      says: /not as it was written/,
    },
    { name: 'one taken out', lines: without(whole.lines, 5), seq: 6, says: /entry 5 is missing/ },
    { name: 'some taken out', lines: without(whole.lines, 5, 6, 7), seq: 8, says: /entries 5 to 7 are missing/ },
    { name: 'two changed places', lines: swapped, seq: 5, says: /entry 4 is missing/ },
    {
      name: 'one said twice',
      lines: [...whole.lines.slice(0, 5), ...whole.lines.slice(4)],
      seq: 5,
      says: /entry 5 comes behind entry 5/,
    },
    {
      name: 'a line cut in its middle',
      lines: [...whole.lines.slice(0, 9), whole.lines[9]?.slice(0, 40) as string],
      seq: null,
      says: /^what stands there is no entry of an audit, or was cut in its middle/,
    },
    {
      name: 'an entry put in the place of another, hashed anew',
      lines: [
        ...whole.lines.slice(0, 8),
        chain([began('forged')], null, whole.heads[8]).lines[0] as string,
        ...whole.lines.slice(9),
      ],
      seq: 10,
      says: /does not rest on the entry 9 before it/,
    },
    {
      name: 'the start taken away',
      lines: whole.lines.slice(4),
      seq: 1,
      says: /entries 1 to 4 are missing at the start, and no entry says/,
    },
    {
      name: 'more taken from the start than was let go',
      lines: with10(cutBy(4)).slice(6),
      seq: 5,
      says: /entries 5 to 6 are missing at the start/,
    },
    {
      name: 'a cut in the middle that claims to be one at the start',
      lines: without(with10(cutBy(4)), 3, 4),
      seq: 5,
      says: /entries 3 to 4 are missing/,
    },
    {
      name: 'the end cut off, by the head',
      lines: whole.lines.slice(0, 7),
      held: { head: whole.heads[10] as AuditHead },
      seq: 8,
      says: /entries 8 to 10 are missing at the end/,
    },
    {
      name: 'the end cut off with the head, by what the log notes',
      lines: whole.lines.slice(0, 7),
      held: { head: whole.heads[7] as AuditHead, anchors: [whole.heads[9] as AuditHead] },
      seq: 8,
      says: /entries 8 to 9 are missing at the end/,
    },
    {
      name: 'all of it taken away',
      lines: [],
      held: { anchors: [whole.heads[9] as AuditHead] },
      seq: 1,
      says: /entries 1 to 9 are missing at the end/,
    },
    {
      name: 'an export cut at its end',
      lines: whole.lines.slice(0, 7),
      held: { mustBeClosed: true },
      seq: 8,
      says: /closing line is missing/,
    },
    {
      name: 'something put behind the closing line',
      lines: [...with10({ is: 'end' }), whole.lines[0] as string],
      seq: 1,
      says: /^entry \d+ stands behind the closing line/,
    },
    {
      name: 'all of it made anew, by what the log notes',
      lines: forged.lines,
      held: { anchors: [whole.heads[10] as AuditHead] },
      seq: 10,
      says: /not the one that was noted/,
    },
    {
      name: 'made anew without the key',
      lines: forged.lines,
      held: { keys: [key], mustBeSigned: true },
      seq: 10,
      says: /no entry is signed/,
    },
    {
      name: 'continued without the key',
      lines: [...signed.lines, ...chain([began('x')], null, signed.heads[10]).lines],
      held: { keys: [key] },
      seq: 11,
      says: /entry 11 is not signed/,
    },
    {
      name: 'made anew with another key by that name',
      lines: chain(undefined, { ...other, name: key.name }).lines,
      held: { keys: [key] },
      seq: 1,
      says: /entry 1 is not as it was written/,
    },
  ];
  it.each(cases)('$name', ({ lines, held, seq, says }) => {
    const found = verify(lines, held);
    expect(found.is).toBe('broken');
    expect(found.fault).toMatchObject({ seq, says: expect.stringMatching(says) });
  });

  it('any one sign changed anywhere', () => {
    const text = whole.lines.slice(0, 3).join('\n');
    for (let at = 0; at < text.length; at++) {
      const sign = text[at] === 'x' ? 'y' : 'x';
      const lines = `${text.slice(0, at)}${sign}${text.slice(at + 1)}`.split('\n');
      expect(verify(lines).is, `sign ${at}`).toBe('broken');
    }
  });
});

it('says that it cannot tell where the key is not there', () => {
  expect(verify(signed.lines)).toMatchObject({ is: 'unproven', keysMissing: [key.name], fault: null });
});
