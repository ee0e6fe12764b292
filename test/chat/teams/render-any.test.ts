import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ROOM, renderTeams, type TeamsMessage, type TeamsPlace } from '../../../src/chat/teams/render.js';
import type { View } from '../../../src/view/view.js';
import { viewOf } from '../../support/any-view.js';
import { cardOf, copiedFrom, faultsOf, nodesIn } from '../../support/teams-card.js';

/** 100,000 take about two minutes: `UCCX_FUZZ_CARDS=100000 npx vitest run test/chat/teams/render-any.test.ts`. */
const RUNS = Number(process.env.UCCX_FUZZ_CARDS ?? 2_000);
const PLACES: readonly TeamsPlace['file'][] = ['here', 'direct', 'nowhere', 'aside'];

const isCarried = (file: TeamsPlace['file']): boolean => file === 'here' || file === 'direct';
/** As Teams counts: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages */
const sizeOf = (part: unknown): number => Buffer.byteLength(JSON.stringify(part), 'utf16le');

const isDrawn = (card: unknown): boolean => nodesIn(card).some(({ type }) => type === 'Image');

const lostCommands = (view: View, message: TeamsMessage): string[] => {
  const shown = new Set(copiedFrom(cardOf(message)));
  const filed = new Set(message.file?.content.split('\n'));
  return view.sections
    .filter(({ detail }) => !detail || view.onDemand === undefined)
    .flatMap(({ commands }) => commands)
    .filter(({ lines }) => !lines.every(line => shown.has(line)) && !lines.every(line => filed.has(line)))
    .map(({ lines }) => `lost: ${lines[0]}`);
};

it(`any of ${RUNS} views becomes a card that Teams takes, with every command whole in it or in its file`, {
  timeout: 1_200_000,
}, () => {
  fc.assert(
    fc.property(fc.noShrink(fc.integer()), seed => {
      const view = viewOf(seed);
      const file = PLACES[Math.abs(seed) % PLACES.length] ?? 'here';
      const refresh = seed % 3 === 0 ? { refresh: { for: ['29:ann'], command: 'refresh' } } : {};
      const message = renderTeams(view, { file, ...refresh });
      const card = cardOf(message);

      const says = [
        ...faultsOf(card),
        ...(sizeOf(message.activity) > (isDrawn(card) ? 76 : 60) * 1024 ? [`${sizeOf(message.activity)} bytes`] : []),
        ...(sizeOf(message.words) > 20 * 1024 ? ['too many words'] : []),
        ...(nodesIn(card).length > ROOM.parts ? [`${nodesIn(card).length} nodes`] : []),
        ...(message.file && !/^[A-Za-z0-9_-]{1,80}\.txt$/.test(message.file.name) ? ['name of the file'] : []),
        ...(message.file && (!isCarried(file) || view.tone === 'running') ? ['a file that cannot be'] : []),
        ...(isCarried(file) && view.tone !== 'running' ? lostCommands(view, message) : []),
      ];
      expect(says).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});
