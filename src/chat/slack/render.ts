import type { Attachment, Picture, Section, View } from '../../view/view.js';
import { arrange } from '../arrange.js';
import { cutTo, oneLine } from '../clean.js';
import { headlineOf, plainWords } from '../plain-words.js';
import { fileOf, namesOf, needsFile, onDemandNote } from '../whole-file.js';
import { actionsBlock, footerBlock, headingBlock, type SlackBlock, sectionBlock } from './blocks.js';
import { escapeText } from './escape.js';

export type SlackMessage = {
  text: string;
  blocks: SlackBlock[];
  /** The whole answer, where the message has no room for it. */
  file: Attachment | null;
  /** What goes with the answer. */
  attachment: Attachment | null;
  /** Shown under the message; nothing is said there alone. */
  picture?: Picture;
};

/**
 * Where the file will lie: under the message, in the asker's own conversation with the bot, nowhere (no right to upload), or
 * it was never to be (`aside`: what one person alone is told carries none).
 */
export type FilePlace = 'thread' | 'direct' | 'nowhere' | 'aside';

/**
 * Slack documents 50 blocks and refuses earlier by size: `msg_blocks_too_long` was met from about 11,300 characters of text on, with
 * markup that nobody documents counted in (https://github.com/slackapi/bolt-js/issues/2867). We count the bytes of the JSON.
 */
export const ROOM = { blocks: 45, bytes: 11_000 };
const HEADLINE_MAX = 500;
const FOOTER_MAX = 500;
/** Kept back for the words on what is in the file. */
const NOTE_MAX = 1_500;
const TEXT_MAX = 3_000;
/** Details that are short stand in the message where everything else has found room; longer ones would bury the verdict. */
const DETAILS_MAX = 1_500;

/**
 * Draws any View as a message that Slack takes. What has no room goes into the file whole, details first and always when they are
 * long; a command is shown entirely or not at all. While a check runs there is no file: the next edit would bring another.
 */
export const renderSlack = (view: View, place: FilePlace = 'thread'): SlackMessage => {
  const headline = headlineOf(view);
  const footer = oneLine(view.footer).trim();
  const head = headingBlock(view, cutTo(headline, HEADLINE_MAX));
  const foot = footer === '' ? [] : [footerBlock(cutTo(footer, FOOTER_MAX))];

  const buttons = place === 'aside' ? null : actionsBlock(view.actions ?? []);
  const { parts, away } = arrange(view.sections, {
    room: { parts: ROOM.blocks - 5, length: ROOM.bytes - bytes([head, buttons, ...foot]) - NOTE_MAX },
    detailsMax: DETAILS_MAX,
    draw: sectionBlock,
    sizeOf: block => ({ parts: 1, length: bytes([block]) }),
  });
  const cut = headline.length > HEADLINE_MAX || footer.length > FOOTER_MAX;
  const file = needsFile(view, away, cut) ? fileOf(view) : null;
  return {
    text: plainWords(view, TEXT_MAX, escapeText),
    blocks: [
      head,
      ...parts,
      ...(file ? [footerBlock(noteOn(away, file, place))] : onDemandNote(view, away).map(footerBlock)),
      ...(buttons ? [buttons] : []),
      ...foot,
      ...(view.attachment && place !== 'thread'
        ? [footerBlock(attachmentNote(oneLine(view.attachment.name), place))]
        : []),
    ],
    file: place === 'nowhere' || place === 'aside' ? null : file,
    attachment: place === 'nowhere' || place === 'aside' ? null : (view.attachment ?? null),
    ...(view.picture && place !== 'nowhere' && place !== 'aside' ? { picture: view.picture } : {}),
  };
};

const noteOn = (away: readonly Section[], file: Attachment, place: FilePlace): string => {
  const named = namesOf(away);
  const what = named === '' ? 'The whole answer' : `The whole answer, with ${named},`;
  switch (place) {
    case 'thread':
      return `${what} is in the file ${file.name} in this thread.`;
    case 'direct':
      return `${what} is in the file ${file.name}, sent to you in a direct message: the bot is no member of this channel.`;
    case 'aside':
      return `Not shown for want of room: ${named || 'the rest'}. uccx-doctor in a terminal shows everything.`;
    case 'nowhere':
      return `Not shown for want of room: ${named || 'the rest'}. The file ${file.name} could not be attached: the log of the bot tells why. uccx-doctor check in a terminal shows everything.`;
  }
};

const attachmentNote = (name: string, place: Exclude<FilePlace, 'thread'>): string =>
  place === 'direct'
    ? `The file ${name} was sent to you in a direct message: the bot is no member of this channel.`
    : `The file ${name} could not be attached. uccx-doctor fix in a terminal writes it.`;

const bytes = (blocks: readonly (SlackBlock | null)[]): number =>
  blocks.reduce((sum, block) => sum + (block ? Buffer.byteLength(JSON.stringify(block)) + 1 : 0), 0);
