import type { Section } from '../view/view.js';

/** How much of a section is shown; whatever is not shown is in the file, whole. */
export type Extent = (typeof EXTENTS)[number];
const EXTENTS = ['title', 'lines', 'table', 'all'] as const;

/** Whether so much of a section holds that part of it. */
export const holds = (extent: Extent, part: Extent): boolean => EXTENTS.indexOf(extent) >= EXTENTS.indexOf(part);

/** Room as a platform counts it: parts of a message, and the length of their JSON in its own unit. */
export type Room = { parts: number; length: number };

type Ways<Part> = {
  room: Room;
  /** Room for all details together: beyond it they would bury the verdict. */
  detailsMax: number;
  /** Null where nothing of it is to be shown. */
  draw: (section: Section, extent: Extent, index: number) => Part | null;
  sizeOf: (part: Part) => Room;
};

type Drawn<Part> = { extent: Extent; part: Part | null; size: Room };

export type Arranged<Part> = {
  parts: Part[];
  /** Sections that are not shown, or not entirely. */
  away: Section[];
};

/**
 * Fits sections into a message. Titles of all first, then what they say, then their tables and commands: a later finding is never
 * unseen because an earlier one is long. Details last, each whole or not at all.
 */
export const arrange = <Part>(sections: readonly Section[], ways: Ways<Part>): Arranged<Part> => {
  const wholes = sections.map((section, index) => drawn(section, wholeOf(section), index));
  const shown: (Drawn<Part> | undefined)[] = sections.map(() => undefined);
  let left = ways.room;

  const mainOnes = wholes.filter((_, index) => !sections[index]?.detail);
  if (fits(mainOnes.reduce((rest, { size }) => minus(rest, size), left))) {
    sections.forEach(({ detail }, index) => {
      if (!detail) place(index, wholes[index] as Drawn<Part>);
    });
  } else {
    for (const extent of EXTENTS) {
      sections.forEach((section, index) => {
        const isDue = extent === 'title' || (shown[index] && has(section, extent));
        if (!section.detail && isDue)
          place(index, extent === wholes[index]?.extent ? wholes[index] : drawn(section, extent, index));
      });
    }
  }
  left = { ...left, length: Math.min(left.length, ways.detailsMax) };
  sections.forEach(({ detail }, index) => {
    if (detail) place(index, wholes[index] as Drawn<Part>);
  });
  return {
    parts: shown.flatMap(each => (each?.part ? [each.part] : [])),
    away: sections.filter((_, index) => shown[index]?.extent !== wholes[index]?.extent),
  };

  function drawn(section: Section, extent: Extent, index: number): Drawn<Part> {
    const part = ways.draw(section, extent, index);
    return { extent, part, size: part === null ? NOTHING : ways.sizeOf(part) };
  }

  function place(index: number, next: Drawn<Part>): void {
    const before = shown[index]?.size ?? NOTHING;
    const rest = minus({ parts: left.parts + before.parts, length: left.length + before.length }, next.size);
    if (!fits(rest)) return;
    left = rest;
    shown[index] = next;
  }
};

const NOTHING: Room = { parts: 0, length: 0 };
const minus = (room: Room, size: Room): Room => ({
  parts: room.parts - size.parts,
  length: room.length - size.length,
});
const fits = ({ parts, length }: Room): boolean => parts >= 0 && length >= 0;

const has = (section: Section, extent: Extent): boolean =>
  extent === 'title' ||
  (extent === 'lines' && section.lines.length > 0) ||
  (extent === 'table' && section.table !== undefined) ||
  (extent === 'all' && section.commands.length > 0);

/** A section without commands is whole with its table, one without a table with its lines, one without lines with its title. */
const wholeOf = (section: Section): Extent => EXTENTS.findLast(extent => has(section, extent)) ?? 'title';
