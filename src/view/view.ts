import { z } from 'zod';
import { State } from '../domain/report.js';
import { Chart } from './chart.js';
import { Form } from './form.js';

/** How a message or a part of it sounds. Renderers add a shape or a word to it, never colour alone. */
export const Tone = z.enum(['healthy', 'critical', 'warning', 'notice', 'unknown', 'running', 'plain']);
export type Tone = z.infer<typeof Tone>;

/** One sentence of ours, or the words of somebody else, which are shown as a quotation and never as formatting. */
export const Line = z.discriminatedUnion('is', [
  z.object({ is: z.literal('text'), text: z.string() }),
  z.object({ is: z.literal('quote'), text: z.string() }),
]);
export type Line = z.infer<typeof Line>;

/** Commands that belong together, each one line that pastes and runs. A renderer shows all of a block or none of it. */
export const CommandBlock = z.object({
  label: z.string(),
  lines: z.array(z.string()).min(1),
  note: z.string().nullable(),
  /** No PowerShell, so it is not shown as such. */
  other: z.literal(true).optional(),
});
export type CommandBlock = z.infer<typeof CommandBlock>;

/** Rows that are read across; the first column says what a row is about. A renderer without tables aligns them. */
export const Table = z.object({
  caption: z.string(),
  columns: z.array(z.string()).min(2).max(8),
  rows: z.array(z.array(z.string())).max(60),
});
export type Table = z.infer<typeof Table>;

export const Section = z.object({
  tone: Tone,
  title: z.string(),
  lines: z.array(Line),
  commands: z.array(CommandBlock),
  /** Stands between the lines and the commands. */
  table: Table.optional(),
  /** Details that may be folded away or moved into a file; the message says so. */
  detail: z.boolean(),
});
export type Section = z.infer<typeof Section>;

/** A file that goes with the words, byte for byte. */
export const Attachment = z.object({ name: z.string().min(1).max(120), content: z.string() });
export type Attachment = z.infer<typeof Attachment>;

/**
 * What the words tell, drawn: for platforms that show pictures. `alt` says the same to who does not see it; `spark` shows it in letters of
 * one width. Never the only place where something is said.
 */
export const Picture = z.object({
  name: z.string().min(1).max(120),
  /** In base64; some fifteen kilobytes. */
  png: z.base64(),
  alt: z.string().min(1).max(2000),
  spark: z.array(z.string()).max(6),
  /** The same as numbers, for platforms that draw charts; where one of their clients cannot, the picture stands in. */
  charts: z.array(Chart).max(5).optional(),
});
export type Picture = z.infer<typeof Picture>;

/** What a reader may want next: a button where the platform has any. `command` is what the intake then gets, as if it had been typed. */
export const Action = z.object({
  id: z.string().min(1).max(100),
  label: z.string().min(1).max(75),
  command: z.string().min(1).max(500),
  /** What must be told before; `command` then only says what about. */
  form: Form.optional(),
  /** Wanted now and then: stands in a menu behind the others where a platform has one. */
  rare: z.literal(true).optional(),
});
export type Action = z.infer<typeof Action>;

/**
 * What we say, once, for every platform. `headline` is the verdict and stands alone as a notification;
 * a renderer that has no room moves whole sections into a file, details first, and never cuts a command.
 */
export const View = z.object({
  tone: Tone,
  /** For programs that ask, where the tone is not the verdict. */
  state: State.optional(),
  headline: z.string(),
  /** What stands between backticks in the headline is a name or a command, and is drawn as such. */
  coded: z.literal(true).optional(),
  sections: z.array(Section),
  footer: z.string(),
  /** Name for the file that holds what does not fit, without its ending. */
  file: z.string(),
  /** Details have no file of their own unasked: this sentence says how to ask. Missing where they are worth one. */
  onDemand: z.string().optional(),
  attachment: Attachment.optional(),
  picture: Picture.optional(),
  actions: z.array(Action).max(12).optional(),
});
export type View = z.infer<typeof View>;

export const text = (words: string): Line => ({ is: 'text', text: words });
export const quote = (words: string): Line => ({ is: 'quote', text: words });
