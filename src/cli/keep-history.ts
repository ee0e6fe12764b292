import { stateFolderOf } from '../config/state-folder.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import type { Report } from '../domain/report.js';
import { fileHistory } from '../store/file/history.js';
import { type Io, line } from './io.js';
import { visible } from './render-text.js';

/** Notes what a check has seen, for `history`. What cannot be kept costs the history, never the check. */
export const keepHistory = async (
  reports: readonly Report[],
  targets: readonly ConfiguredTarget[],
  keep: { days: number; problemDays: number },
  io: Io,
): Promise<void> => {
  const say = (says: string) => io.stderr(line(visible(says)));
  const limits = { rowMs: keep.days * DAY, failureRowMs: keep.problemDays * DAY };
  const history = fileHistory({ folder: stateFolderOf(io.env), say, targets }, limits);
  for (const report of reports)
    try {
      await history.put(
        report,
        targets.find(({ id }) => id === report.target),
      );
    } catch (error) {
      say(`Warning: not kept in the history: ${error instanceof Error ? error.message : String(error)}`);
    }
};
const DAY = 86_400_000;
