import type { Attachment } from '../../view/view.js';
import { cutTo, oneLine } from '../clean.js';
import { type CardElement, folded, richText } from './card.js';
import { codeBlock } from './section.js';

/** A longer script would leave no room for what it does. */
const SCRIPT_MAX = 16_000;

/**
 * A script in the card itself, for places to which a bot can bring no file: folded, in one block that copies. Null where it is too long,
 * or would not survive being copied.
 */
export const drawScript = ({ name, content }: Attachment): CardElement[] | null => {
  const script = content.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  if (script.trim() === '' || /[^\P{C}\n\t]/u.test(script)) return null;
  const lines = script.replace(/\n$/, '').split('\n').length;
  const saved = oneLine(name);
  const drawn = folded('script', `Script: ${cutTo(saved, 40)}, ${lines} lines`, `Shows or hides the script ${saved}`, [
    richText(
      /^[\n\t -~]*$/.test(script)
        ? `Copy it into a file of the name ${saved}.`
        : `Copy it into a file of the name ${saved}, saved as UTF-8 with a byte order mark (BOM): it holds letters beyond ASCII.`,
    ),
    codeBlock(script, {
      type: 'Container',
      items: [
        richText(
          'This Teams client shows no code. Open the message on a computer, or ask again in your own chat with the bot.',
        ),
      ],
    }),
  ]);
  return JSON.stringify(drawn).length > SCRIPT_MAX ? null : drawn;
};
