import { entitiesIn } from '../xml.js';
import { MOST_VALUE, type ObjectsFrom, type OnPrinted, type OnUnread, type Value, wholeValue } from './object.js';

/** Of one object, and of what stands between two tags. */
const MOST_CHARS = 1_000_000;
/** Export-Clixml begins a line for every property; a longer one is taken at once and would keep everybody waiting. */
const MOST_LINE = 100_000;
/** Objects within objects; Exchange goes four deep. */
const DEEPEST = 60;

/** An open element of the file, and where it stands in the object that it belongs to. */
type Open = {
  tag: string;
  name: string | null;
  text: string;
  properties: Map<string, Value> | null;
  shown: string | null;
};

/**
 * Reads what Export-Clixml writes, tag by tag as its lines come. Of a property that is an object itself its `ToString` counts, which is what
 * the shell prints. No document type, no entity but the five of XML: nothing in the file can make it grow.
 */
export const fromClixml = (onObject: OnPrinted, onUnread: OnUnread): ObjectsFrom => {
  const open: Open[] = [];
  /** What has not seen its `>` yet. */
  let held = '';
  /** Of the object that is open. */
  let chars = 0;
  let line = 1;
  let isOver = false;
  let isClosed = false;
  return {
    line: (text, number) => {
      if (isOver) return;
      line = number;
      chars += text.length + 1;
      if (text.length > MOST_LINE) return giveUp(`a line of more than ${MOST_LINE} characters of CLIXML`);
      if (chars > MOST_CHARS) return giveUp(`more than ${MOST_CHARS} characters of CLIXML in one object`);
      const end = text.lastIndexOf('>') + 1;
      if (end > 0) walk(held + text.slice(0, end));
      held = `${end > 0 ? '' : held}${text.slice(end)}\n`;
    },
    end: () => {
      if (!isOver && open.length > 0) onUnread(line, 'this CLIXML is not whole');
    },
    isWhole: () => !isOver && isClosed && open.length === 0,
  };

  function giveUp(why: string): void {
    onUnread(line, why);
    isOver = true;
  }

  function walk(xml: string): void {
    let from = 0;
    for (const tag of xml.matchAll(TAG)) {
      add(xml.slice(from, tag.index));
      from = tag.index + tag[0].length;
      const [, closes, name = '', attributes = '', empty] = tag;
      if (!closes) {
        const named = /\sN="([^"]*)"/.exec(attributes)?.[1] ?? null;
        open.push({ tag: name, name: named === null ? null : decoded(named), text: '', properties: null, shown: null });
        if (open.length > DEEPEST) {
          giveUp(`more than ${DEEPEST} objects within one another`);
          return;
        }
      }
      if (closes || empty) close();
    }
    add(xml.slice(from));
  }

  function add(text: string): void {
    const inside = open.at(-1);
    if (inside && inside.text.length < MOST_VALUE) inside.text += text.slice(0, MOST_VALUE);
  }

  function close(): void {
    const done = open.pop();
    if (!done) return;
    isClosed ||= done.tag === 'Objs';
    const owner = open.findLast(({ tag }) => tag === 'Obj');
    if (done.tag === 'ToString' && owner) {
      owner.shown = decoded(done.text);
      return;
    }
    if (done.tag === 'Obj' && !owner) {
      if (done.properties) onObject({ properties: done.properties, line });
      chars = 0;
      return;
    }
    const isList = open.some(({ tag }) => tag === 'LST' || tag === 'DCT' || tag === 'STK' || tag === 'QUE');
    if (isList && owner && done.name === null && SCALARS.has(done.tag)) {
      owner.shown = `${owner.shown === null ? '' : `${owner.shown}, `}${decoded(done.text)}`;
      return;
    }
    if (done.name === null || !owner) return;
    const text =
      done.tag === 'Obj' ? done.shown : done.tag === 'Nil' ? '' : SCALARS.has(done.tag) ? scalar(done) : null;
    if (text === null) return;
    owner.properties ??= new Map();
    owner.properties.set(done.name.toLowerCase(), wholeValue(text, line));
  }
};

const TAG = /<(\/?)([A-Za-z0-9]+)((?:\s+[A-Za-z:]+="[^"<>]*")*)\s*(\/?)>/g;

const SCALARS = new Set([
  'S',
  'I32',
  'I64',
  'U32',
  'U64',
  'I16',
  'U16',
  'By',
  'SB',
  'B',
  'DT',
  'G',
  'URI',
  'Version',
  'Db',
  'TS',
  'C',
]);

const scalar = ({ tag, text }: Open): string =>
  tag === 'B' ? (text.trim() === 'true' ? 'True' : 'False') : decoded(text);

/** `_x000D_` stands for a sign that XML cannot have or that the shell did not trust. */
const decoded = (text: string): string =>
  entitiesIn(text).replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
