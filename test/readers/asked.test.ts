import { describe, expect, it } from 'vitest';
import { readers } from '../../src/readers/index.js';
import { ANSWERS } from '../support/answers.js';
import { bodiesOf, readWith } from './read-with.js';

/* What the commands that questions name print is read: `ruleTable` holds every question of every rule against this list. */
describe('the output of every command that a question asks for is read', () => {
  it.each(Object.entries(ANSWERS))('%s', async (_, { kind, prints, says }) => {
    for (const [at, text] of prints.entries()) {
      const read = await readWith(readers, `answer-${at}.txt`, text);
      expect(bodiesOf(read, kind)).toEqual(says.map(body => expect.objectContaining(body)));
      expect(read.file.unread.first).toEqual([]);
    }
  });
});
