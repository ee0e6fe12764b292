import type { IsoTime } from '../domain/clock.js';
import type { WithRead } from '../domain/report.js';
import type { Upload } from '../domain/upload.js';
import { size } from './read.js';
import { quote, type Section, text, type View } from './view.js';
import { withReadSections } from './with-read.js';
import { count, list, moment } from './words.js';

const MOST = 15;

/** Who had which files read, the latest first. */
export const uploadsView = (uploads: readonly Upload[], target: string | null): View => ({
  tone: 'plain',
  headline:
    uploads.length === 0
      ? `Nobody has had anything read${target === null ? '' : ` for ${target}`}, as far as the record goes.`
      : `${count(uploads.length, 'reading')}${target === null ? '' : ` for ${target}`} on record${uploads.length > MOST ? `, the latest ${MOST} of them here` : ''}.`,
  sections: uploads.slice(0, MOST).map(uploadSection),
  footer: 'Of a file its name, size and SHA-256 are kept, never what stands in it. The log of the bot has the same.',
  file: 'uccx-reads',
});

const uploadSection = ({ run, at, by, targets, files }: Upload): Section => ({
  tone: 'plain',
  title: `${moment(at)}: ${by.user} on ${by.platform}${by.channel ? ` in ${by.channel}` : ''}, ${
    targets.length > 0 ? `for ${list(targets)}` : 'judged for no target'
  }`,
  lines: [
    ...files.map(({ name, bytes, sha256, readAs }) =>
      quote(
        `${name}, ${size(bytes)}, ${readAs.length > 0 ? `read as ${list(readAs)}` : 'not recognised'}, ${
          sha256 === null ? 'not read to its end' : `SHA-256 ${sha256}`
        }`,
      ),
    ),
    text(`Run ${run}.`),
  ],
  commands: [],
  detail: false,
});

/** What no longer counts in checks. */
export const forgottenView = (target: string, withRead: WithRead, at: IsoTime): View => ({
  tone: 'plain',
  headline:
    withRead.length === 0
      ? `Nothing that was read for ${target} is kept.`
      : `What was read for ${target} no longer counts: the next check tells what it sees itself.`,
  sections: withReadSections(withRead, at).map(section => ({
    ...section,
    title: section.title.replace(/^With w/, 'W'),
  })),
  footer: '',
  file: 'uccx-answer',
});
