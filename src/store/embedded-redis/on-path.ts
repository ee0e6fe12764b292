import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** The first program of that name on the PATH, null where there is none. Empty and relative parts of the PATH are left out. */
export const onPath = async (name: string, env: NodeJS.ProcessEnv): Promise<string | null> => {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    if (!folder.startsWith('/')) continue;
    const path = join(folder, name);
    const usable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return path;
  }
  return null;
};
