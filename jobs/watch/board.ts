import { UccxDoctorError } from '../../src/domain/errors.js';
import { type Board, isUntold } from '../../src/domain/incident.js';
import type { Watches } from '../../src/intake/ports.js';
import type { Tree } from '../define.js';
import { watchTellJob } from './job.js';

/** Others write on the same board all the time. */
class BoardBusyError extends UccxDoctorError {}

const MOST_TRIES = 50;

/** Changes what stands on a board, whoever else writes there at the same time. A change that gives back the board itself writes nothing. */
export const changeBoard = async (
  watches: Pick<Watches, 'board' | 'pin'>,
  place: string,
  change: (board: Board) => Board,
): Promise<Board> => {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const board = await watches.board(place);
    const { incidents } = change(board);
    if (JSON.stringify(incidents) === JSON.stringify(board.incidents)) return board;
    const changed = { place, version: board.version + 1, incidents };
    if (await watches.pin(changed)) return changed;
  }
  throw new BoardBusyError('the incidents of a place could not be written', { place });
};

/** What is still to be told there. Laid twice it is told once. */
export const tellsOf = ({ place, incidents }: Board): Tree[] =>
  incidents.filter(isUntold).map(({ id: incident, revision }) => watchTellJob.node({ place, incident, revision }));
