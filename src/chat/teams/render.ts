import { withoutCode } from '../../view/code-words.js';
import type { Attachment, Section, View } from '../../view/view.js';
import { arrange, type Room } from '../arrange.js';
import { cutTo, oneLine } from '../clean.js';
import { headlineOf, plainWords } from '../plain-words.js';
import { inWords } from '../tone-words.js';
import { fileOf, namesOf, needsFile, onDemandNote } from '../whole-file.js';
import { buttonsOf, refreshOf } from './buttons.js';
import { type Card, type CardElement, richText } from './card.js';
import type { Outgoing } from './engine.js';
import { heading } from './heading.js';
import { withoutMarkdown, withoutMarkup } from './inert.js';
import { waysToDraw } from './picture.js';
import { drawScript } from './script.js';
import { drawSection } from './section.js';
import { styleOf, toned } from './tone.js';

export type TeamsMessage = {
  /** The card, with what notifications and screen readers say of it. */
  activity: Outgoing;
  /** The same without a card, for a place that refuses it: headings only, nothing in it is markup. */
  words: Outgoing;
  /** The whole answer, where the card has no room for it. */
  file: Attachment | null;
  /** What goes with the answer, where the card does not hold it already. */
  attachment: Attachment | null;
};

export type TeamsPlace = {
  /**
   * Where files can lie. Teams lets a bot offer one only in the conversation with one person (`here`, by file consent); elsewhere a
   * script that fits stands in the card itself, and what does not goes to the asker's own conversation with the bot (`direct`), or
   * `nowhere` where there is none. `aside` is what one person alone is told, without files and buttons.
   */
  file: 'here' | 'direct' | 'nowhere' | 'aside';
  /** Whose client (`29:…`) may fetch the card anew by itself, and what it then asks: the asker's while a check runs, nobody's else. */
  refresh?: { for: readonly string[]; command: string };
};

/**
 * Teams refuses a message of about 100 KB in UTF-16 and advises 80; we stay below 60, addresses and what an engine adds counted in
 * (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages). Length is that of the JSON. Nobody
 * documents how many elements a card may have; beyond some hundreds phones are slow to draw it.
 */
export const ROOM = { length: 29_000, parts: 600 };
/** A picture may go beyond that, as far as Teams advises: with it a message stays below 76 KB. */
const PICTURE_ROOM = 9_000;
const HEADLINE_MAX = 500;
const FOOTER_MAX = 500;
const FALLBACK_MAX = 2_000;
const BUTTONS_MAX = 8_000;
/** Kept back for the words on what is in the file. */
const NOTE_MAX = 1_500;

/**
 * Draws any View as a card that Teams takes. What has no room goes into the file whole, details first; a command is shown entirely or
 * not at all. While a check runs there is no file: the next edit would bring another.
 */
export const renderTeams = (view: View, place: TeamsPlace): TeamsMessage => {
  const headline = withoutCode(view, headlineOf(view));
  const footer = oneLine(view.footer).trim();
  const script =
    view.attachment && place.file !== 'here' && place.file !== 'aside' ? drawScript(view.attachment) : null;
  const attachment = script ? null : (view.attachment ?? null);
  const summary = withoutMarkup(cutTo(inWords(view.tone, headline), HEADLINE_MAX));

  const around: Around = {
    head: headOf(view, cutTo(headline, HEADLINE_MAX)),
    picture: [],
    script: script ?? [],
    notes: attachment && place.file !== 'here' ? [attachmentNote(oneLine(attachment.name), place.file)] : [],
    footer: cutTo(footer, FOOTER_MAX),
  };
  const buttons = place.file === 'aside' ? [] : buttonsOf(view.actions ?? [], BUTTONS_MAX);
  const bare: Omit<Card, 'body'> = {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.5',
    lang: 'en',
    fallbackText: plainWords(view, FALLBACK_MAX, words => withoutMarkdown(withoutCode(view, words))),
    speak: summary,
    msteams: { width: 'Full' },
    ...(buttons.length > 0 ? { actions: buttons } : {}),
    ...(place.refresh ? { refresh: refreshOf(place.refresh) } : {}),
  };
  const outside = sizeOf(messageOf({ ...bare, body: bodyOf(around, []) }, summary));
  const left = { parts: ROOM.parts - outside.parts - 2, length: ROOM.length - outside.length - NOTE_MAX };
  const { parts, away } = arrange(view.sections, {
    room: left,
    detailsMax: Number.POSITIVE_INFINITY,
    draw: drawSection,
    sizeOf,
  });
  const ways = view.picture && place.file !== 'aside' ? waysToDraw(view.picture) : [];
  // Words come first: a picture takes what they leave, and says nothing that they do not.
  const rest = parts.reduce((length, part) => length - sizeOf(part).length, left.length);
  const taken = parts.reduce((count, part) => count + sizeOf(part).parts, 0);
  const drawn = ways.find(way => {
    const size = sizeOf(way);
    return size.length <= rest + PICTURE_ROOM && taken + size.parts <= left.parts;
  });
  if (drawn && away.length === 0) around.picture.push(...drawn);
  const isCut = headline.length > HEADLINE_MAX || footer.length > FOOTER_MAX;
  const file = needsFile(view, away, isCut) ? fileOf(view) : null;
  around.notes.unshift(...(file ? [fileNote(away, file.name, place.file)] : onDemandNote(view, away)));
  const isCarried = place.file === 'here' || place.file === 'direct';
  return {
    activity: messageOf({ ...bare, body: bodyOf(around, parts.flat()) }, summary),
    words: {
      type: 'message',
      text: plainWords(view, FALLBACK_MAX, words => withoutCode(view, words)),
      textFormat: 'plain',
      summary,
      speak: summary,
    },
    file: isCarried ? file : null,
    attachment: isCarried ? attachment : null,
  };
};

type Around = { head: CardElement; picture: CardElement[]; script: CardElement[]; notes: string[]; footer: string };

const headOf = ({ tone }: View, headline: string): CardElement => {
  const style = styleOf(tone);
  const items = [heading(toned(tone, headline), 'Large')];
  return { type: 'Container', ...(style ? { style, bleed: true } : {}), items };
};

const bodyOf = ({ head, picture, script, notes, footer }: Around, sections: CardElement[]): CardElement[] => [
  head,
  ...sections,
  ...picture,
  ...script,
  ...notes.map(note => richText(note, { size: 'Small' }, 'Medium')),
  ...(footer === '' ? [] : [richText(footer, { size: 'Small', isSubtle: true }, 'Medium')]),
];

/** No `text`: Teams would show it above the card, which says the same. */
const messageOf = (card: Card, summary: string): Outgoing => ({
  type: 'message',
  summary,
  speak: summary,
  attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: card }],
});

/** Every element, run, cell and action has a type; in the words of others the quotation marks around it are escaped. */
const sizeOf = (part: unknown): Room => {
  const json = JSON.stringify(part);
  let parts = 0;
  for (let at = json.indexOf(TYPE); at >= 0; at = json.indexOf(TYPE, at + TYPE.length)) parts += 1;
  return { length: json.length + 1, parts };
};
const TYPE = '"type":"';

const fileNote = (away: readonly Section[], name: string, where: TeamsPlace['file']): string => {
  const named = namesOf(away);
  const what = named === '' ? 'The whole answer' : `The whole answer, with ${named},`;
  switch (where) {
    case 'here':
      return `${what} is in the file ${name}, which is offered to you below.`;
    case 'direct':
      return `${what} is in the file ${name}, offered to whoever asked in their own chat with the bot: Teams takes files of a bot nowhere else.`;
    case 'aside':
      return `Not shown for want of room: ${named || 'the rest'}. uccx-doctor in a terminal shows everything.`;
    case 'nowhere':
      return `Not shown for want of room: ${named || 'the rest'}. The file ${name} could not be offered: add the app for yourself and ask there. uccx-doctor check in a terminal shows everything.`;
  }
};

const attachmentNote = (name: string, where: Exclude<TeamsPlace['file'], 'here'>): string =>
  where === 'direct'
    ? `The file ${name} was offered to whoever asked in their own chat with the bot: Teams takes files of a bot nowhere else.`
    : `The file ${name} could not be offered: add the app for yourself and ask there. uccx-doctor fix in a terminal writes it.`;
