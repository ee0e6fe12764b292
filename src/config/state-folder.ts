import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Env } from './secrets.js';

/** Where this user's uccx-doctor keeps what must outlive a process: `$XDG_STATE_HOME/uccx-doctor` or `~/.local/state/uccx-doctor`. */
export const stateFolderOf = (env: Env): string => {
  const xdg = env.XDG_STATE_HOME;
  // The XDG specification has relative paths ignored.
  return join(xdg && isAbsolute(xdg) ? xdg : join(env.HOME || homedir(), '.local', 'state'), 'uccx-doctor');
};
