import { type Section, type Tone, text, type View } from './view.js';

/** A section of words alone. */
export const section = (tone: Tone, title: string, lines: readonly string[] = []): Section => ({
  tone,
  title,
  lines: lines.map(text),
  commands: [],
  detail: false,
});

/** The answer to a command that sets or lists something. */
export const answerView = (headline: string, sections: readonly Section[] = []): View => ({
  tone: 'plain',
  headline,
  sections: [...sections],
  footer: '',
  file: 'uccx-answer',
});
