import { text, type View } from '../../view/view.js';

const view = (headline: string, line: string): View => ({
  tone: 'notice',
  headline,
  sections: [{ tone: 'plain', title: '', lines: [text(line)], commands: [], detail: false }],
  footer: '',
  file: 'uccx-answer',
});

/** A guest, somebody anonymous, or somebody of another tenant. */
export const strangerView = view(
  'Only people of the tenant that installed this bot can use it.',
  'Your account is a guest here or belongs to another tenant, so nothing was run. Ask a colleague of that tenant.',
);

/** Teams did not answer when it was asked who this is. */
export const unclearView = view(
  'Teams does not say at the moment who you are.',
  'So nothing was run. Ask again in a minute.',
);

/** Somebody, or something, asks faster than a person. */
export const hurriedView = view(
  'That was too much at once.',
  'The last questions were not taken. Ask again in half a minute.',
);
