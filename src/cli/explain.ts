import { UsageError } from '../domain/errors.js';
import { nearest } from '../domain/nearest.js';
import { typedWord } from '../domain/typed-word.js';
import { rules } from '../rules/index.js';
import { explainView } from '../view/answers.js';
import type { Command } from './command.js';
import { EXIT } from './io.js';
import { print } from './output.js';

/** Says what one rule asks, how it decides and on what it rests. */
export const explainCommand: Command = {
  name: 'explain',
  takes: 'RULE',
  summary: 'Say what a rule asks, how it decides, and on which source it rests.',
  options: {},
  run: async (given, io) => {
    const ids = rules.map(({ id }) => id);
    const [word, ...more] = given.words;
    if (!word || more.length > 0) throw new UsageError(`explain wants one rule: ${ids.join(', ')}.`);
    const rule = rules.find(({ id }) => id === word.toLowerCase());
    if (!rule) {
      const near = nearest(word, ids);
      const hint = near ? ` Did you mean ${near}?` : '';
      throw new UsageError(`There is no rule ${typedWord(word)}.${hint} The rules are ${ids.join(', ')}.`);
    }
    print(explainView(rule), io);
    return EXIT.healthy;
  },
};
