import { dirname, resolve } from 'node:path';
import type { Loaded } from '../config/load.js';
import { UsageError } from '../domain/errors.js';
import type { Given, Option } from './command.js';
import { type Io, line } from './io.js';
import { visible } from './render-text.js';

export const CONFIG_OPTION: Option = {
  type: 'string',
  value: 'FILE',
  says: 'the configuration; where not given, the file named in UCCX_CONFIG',
};

/**
 * The configuration that the words name; its warnings go to `stderr`, those about targets only where these are asked for (`names`; none
 * means all). `folder` is where its relative `file:` begin.
 */
export const configFrom = async (
  given: Given,
  io: Io,
  names: readonly string[] = [],
): Promise<Loaded & { file: string; folder: string }> => {
  const named = given.text('config') ?? io.env.UCCX_CONFIG;
  if (!named) throw new UsageError('Which configuration? Add --config FILE, or set UCCX_CONFIG.');
  const file = resolve(io.cwd, named);
  // Half of all modules, and many commands do without.
  const [{ loadConfig }, { mistakeText }] = await Promise.all([
    import('../config/load.js'),
    import('../config/mistake.js'),
  ]);
  const loaded = await loadConfig({ file, env: io.env });
  const { targets } = loaded.config;
  const isAsked = (index: number) => names.length === 0 || names.includes(targets[index]?.id ?? '');
  for (const warning of loaded.warnings.filter(each => each.targets?.some(isAsked) ?? true))
    io.stderr(line(visible(`Warning: ${mistakeText(named, warning)}`)));
  return { ...loaded, file, folder: dirname(file) };
};
