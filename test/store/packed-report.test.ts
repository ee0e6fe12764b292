import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { Report } from '../../src/domain/report.js';
import { packed, unpacked } from '../../src/store/redis/packed-report.js';
import { WORDS_1 } from '../../src/store/redis/report-words.js';

/** Of a target with other names, servers and addresses than any that the words were taken from. */
const file = new URL('../fixtures/reports/healthy-mail.json', import.meta.url);
const report = Report.parse(JSON.parse(readFileSync(file, 'utf8')));

it('a healthy report takes a kilobyte and a half at most: twelve of them are kept of every target', () => {
  expect(JSON.stringify(report).length).toBeGreaterThan(10_000);
  expect(packed(report).length).toBeLessThan(1_500);
});

it('comes back as it was', () => expect(unpacked(packed(report))).toEqual(report));

it.each([
  ['unpacked', JSON.stringify(report)],
  ['packed without words', deflateRawSync(JSON.stringify(report)).toString('base64')],
])('one of an earlier version is read: %s', (_, text) => expect(unpacked(text)).toEqual(report));

it.each([
  ['cut', packed(report).slice(0, 400)],
  ['of a version that we do not know', packed(report).replace(/^1:/, '2:')],
  ['endless', deflateRawSync(Buffer.alloc(30 * 2 ** 20)).toString('base64')],
])('one that is %s is none', (_, text) => expect(unpacked(text)).toBeNull());

it('the words never change: what was packed with them could not be read any more', () =>
  expect(createHash('sha256').update(WORDS_1).digest('hex')).toBe(
    'ce79c5305a4cec66031f7ddff1f8008909694d495552b710b36742775a31d25d',
  ));
