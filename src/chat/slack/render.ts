import type { Section, View } from '../../view/view.js';
import { actionsBlock, type Extent, footerBlock, headingBlock, type SlackBlock, sectionBlock } from './blocks.js';
import { clean, cutTo, escapeText, oneLine } from './clean.js';
import { fileOf, type SlackFile } from './file.js';
import { inWords } from './tone.js';

export type SlackMessage = {
  text: string;
  blocks: SlackBlock[];
  /** The whole answer, where the message has no room for it. */
  file: SlackFile | null;
  /** What goes with the answer. */
  attachment: SlackFile | null;
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
  const headline = oneLine(view.headline).trim() || 'No words were given.';
  const footer = oneLine(view.footer).trim();
  const head = headingBlock(view.tone, cutTo(headline, HEADLINE_MAX));
  const foot = footer === '' ? [] : [footerBlock(cutTo(footer, FOOTER_MAX))];

  const buttons = place === 'aside' ? null : actionsBlock(view.actions ?? []);
  const room = { blocks: ROOM.blocks - 4, bytes: ROOM.bytes - bytes([head, buttons, ...foot]) - NOTE_MAX };
  const shown = arrange(view.sections, room);
  const away = view.sections.filter((section, index) => shown[index]?.extent !== fullOf(section));
  const cut = headline.length > HEADLINE_MAX || footer.length > FOOTER_MAX;
  const file = view.tone !== 'running' && (away.length > 0 || cut) ? fileOf(view) : null;
  return {
    text: plainText(view),
    blocks: [
      head,
      ...shown.flatMap(part => (part?.block ? [part.block] : [])),
      ...(file ? [footerBlock(noteOn(away, file, place))] : []),
      ...(buttons ? [buttons] : []),
      ...foot,
      ...(view.attachment && place !== 'thread' ? [footerBlock(attachmentNote(view.attachment.name, place))] : []),
    ],
    file: place === 'nowhere' || place === 'aside' ? null : file,
    attachment: place === 'nowhere' || place === 'aside' ? null : (view.attachment ?? null),
  };
};

type Shown = { extent: Extent; block: SlackBlock | null };

/**
 * Titles of all first, then what they say, then their commands: a later finding is never unseen because an earlier one is long.
 * Details last, each whole or not at all.
 */
const arrange = (sections: readonly Section[], room: { blocks: number; bytes: number }): (Shown | undefined)[] => {
  const shown: (Shown | undefined)[] = sections.map(() => undefined);
  let left = { ...room };
  const place = (index: number, section: Section, extent: Extent): void => {
    const before = shown[index];
    const block = sectionBlock(section, extent);
    const blocks = (block ? 1 : 0) - (before?.block ? 1 : 0);
    const size = bytes([block]) - bytes([before?.block ?? null]);
    if (blocks > left.blocks || size > left.bytes) return;
    left = { blocks: left.blocks - blocks, bytes: left.bytes - size };
    shown[index] = { extent, block };
  };
  for (const extent of ['title', 'lines', 'all'] as const) {
    sections.forEach((section, index) => {
      if (!section.detail && (extent === 'title' || shown[index])) place(index, section, extent);
    });
  }
  left.bytes = Math.min(left.bytes, DETAILS_MAX);
  sections.forEach((section, index) => {
    if (section.detail) place(index, section, 'all');
  });
  return shown.map((part, index) => {
    const section = sections[index];
    return part && section ? { ...part, extent: reached(section, part.extent) } : part;
  });
};

/** A section without commands is whole with its lines, one without lines with its title. */
const fullOf = ({ lines, commands }: Section): Extent =>
  commands.length > 0 ? 'all' : lines.length > 0 ? 'lines' : 'title';
const reached = (section: Section, extent: Extent): Extent => {
  const order: readonly Extent[] = ['title', 'lines', 'all'];
  const full = fullOf(section);
  return order.indexOf(extent) >= order.indexOf(full) ? full : extent;
};

const noteOn = (away: readonly Section[], file: SlackFile, place: FilePlace): string => {
  const titles = away.map(({ title }) => cutTo(oneLine(title).trim(), 80)).filter(Boolean);
  const named = titles.slice(0, 4).join('; ') + (titles.length > 4 ? `; and ${titles.length - 4} more` : '');
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

/** For notifications and wherever blocks are not shown. Quotations are left out: this field is read as markup. */
const plainText = (view: View): string => {
  const lines = [
    inWords(view.tone, oneLine(view.headline).trim() || 'No words were given.'),
    ...view.sections
      .filter(section => !section.detail && section.title.trim() !== '')
      .map(section => `- ${inWords(section.tone, oneLine(section.title))}`),
    ...view.sections
      .filter(section => section.title.trim() === '')
      .flatMap(section => section.lines.flatMap(line => (line.is === 'text' ? [clean(line.text)] : []))),
  ].map(line => escapeText(cutTo(line, 600)));
  const kept: string[] = [];
  for (const line of lines) {
    if (kept.join('\n').length + line.length + 1 > TEXT_MAX && kept.length > 0) break;
    kept.push(line);
  }
  return kept.join('\n');
};

const bytes = (blocks: readonly (SlackBlock | null)[]): number =>
  blocks.reduce((sum, block) => sum + (block ? Buffer.byteLength(JSON.stringify(block)) + 1 : 0), 0);
