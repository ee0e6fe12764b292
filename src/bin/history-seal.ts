import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Signing } from '../signing/signing.js';
import { jsonAs } from '../store/redis/json-as.js';
import type { Seal } from '../store/redis/reach.js';

const IS = 'kept report';

/**
 * A report is kept for weeks and shown again with its commands (`/uccx last`), so it counts only as a bot has signed it. Signed is its
 * hash: the report itself stands above the line once.
 */
export const historySeal = (signing: Signing): Seal => ({
  under: (text, place) => JSON.stringify(signing.sign({ is: IS, id: place }, hashOf(text))),
  fits: async (line, text, place) => {
    const opened = await signing.open('bot', { is: IS, id: place }, jsonAs(z.unknown(), line));
    return opened.is === 'good' && opened.body === hashOf(text);
  },
});

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64');
