import { entitiesIn } from '../xml.js';
import { type ObjectsFrom, type OnObject, type OnUnread, type Value, wholeValue } from './object.js';

/** As for JSON: kept until it ends, so bounded. */
const MOST_CHARS = 1_000_000;
const MOST_OBJECTS = 20_000;
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
 * Reads what Export-Clixml writes. Of a property that is an object itself its `ToString` counts, which is what the shell prints.
 * No document type, no entity but the five of XML: nothing in the file can make it grow.
 */
export const fromClixml = (onObject: OnObject, onUnread: OnUnread): ObjectsFrom => {
  const held: string[] = [];
  let chars = 0;
  return {
    line: text => {
      chars += text.length + 1;
      if (chars <= MOST_CHARS) held.push(text);
    },
    end: () => {
      if (chars > MOST_CHARS) {
        onUnread(null, `more than ${MOST_CHARS} characters of CLIXML; export fewer objects`);
        return;
      }
      if (chars > 0) walk(held.join('\n'), onObject, onUnread);
    },
  };
};

const TAG = /<(\/?)([A-Za-z0-9]+)((?:\s+[A-Za-z:]+="[^"<>]*")*)\s*(\/?)>/g;

const walk = (xml: string, onObject: OnObject, onUnread: OnUnread): void => {
  const open: Open[] = [];
  let told = 0;
  let line = 1;
  let from = 0;
  for (const tag of xml.matchAll(TAG)) {
    const between = xml.slice(from, tag.index);
    const inside = open.at(-1);
    if (inside) inside.text += between;
    line += newlines(between);
    from = tag.index + tag[0].length;
    const [, closes, name = '', attributes = '', empty] = tag;
    if (!closes) {
      const named = /\sN="([^"]*)"/.exec(attributes)?.[1] ?? null;
      open.push({ tag: name, name: named === null ? null : decoded(named), text: '', properties: null, shown: null });
      if (open.length > DEEPEST) {
        onUnread(line, `more than ${DEEPEST} objects within one another`);
        return;
      }
    }
    if (closes || empty) close();
    if (told >= MOST_OBJECTS) {
      onUnread(line, `more than ${MOST_OBJECTS} objects`);
      return;
    }
  }
  if (open.length > 0) onUnread(line, 'this CLIXML is not whole');

  function close(): void {
    const done = open.pop();
    if (!done) return;
    const owner = open.findLast(({ tag }) => tag === 'Obj');
    if (done.tag === 'ToString' && owner) {
      owner.shown = decoded(done.text);
      return;
    }
    if (done.tag === 'Obj' && !owner) {
      if (done.properties) onObject({ properties: done.properties, line, asked: null });
      told++;
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

const newlines = (text: string): number => {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
};
