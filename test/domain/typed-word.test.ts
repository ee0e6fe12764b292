import { expect, it } from 'vitest';
import { typedWord } from '../../src/domain/typed-word.js';

it.each([
  ['prod;ls', 'prod;ls'],
  ['my log.txt', 'my log.txt'],
  ['prod`ls`', 'prod·ls·'],
  ['<!channel>', '·!channel·'],
  ['*prod*', '·prod·'],
  ['https://evil.test/x', 'https·//evil.test/x'],
  ['\u001b[2J', '··2J'],
  ['\u202Egnp', '·gnp'],
  ['C:\\imap.log', 'C:\\imap.log'],
  ['24:00', '24:00'],
  ['größe', 'größe'],
  ['x'.repeat(61), `${'x'.repeat(60)}…`],
])('%j is given back as %j', (typed, shown) => expect(typedWord(typed)).toBe(shown));
