import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { teamsPackage } from '../chat/teams/manifest.js';
import type { Command } from '../cli/command.js';
import { configFrom } from '../cli/config-file.js';
import { EXIT, line } from '../cli/io.js';
import { whyUnwritten } from '../cli/output.js';
import { ConfigError, UsageError } from '../domain/errors.js';

/** Writes what the platform wants to be given to install the bot. */
export const runManifest: Command['run'] = async (given, io) => {
  const [platform, ...more] = given.words;
  if (platform !== 'teams' || more.length > 0)
    throw new UsageError(
      'manifest wants a platform: manifest teams. (That of Slack is manifests/slack.yaml, as it is.)',
    );
  const website = given.text('website');
  if (website !== undefined && !(URL.canParse(website) && new URL(website).protocol === 'https:'))
    throw new UsageError('--website wants an address that begins with https://.');
  const { config, file } = await configFrom(given, io);
  if (!config.teams) throw new ConfigError(`${file} has no section «teams», so there is no app id to write down.`);
  const { appId } = config.teams;
  const bytes = await teamsPackage(templateFolder(), { appId, version: io.version, ...(website ? { website } : {}) });
  const out = resolve(io.cwd, given.text('out') ?? 'uccx-doctor-teams.zip');
  await writeFile(out, bytes).catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError(`${out} cannot be written: ${whyUnwritten(error)}`, { out, code: error.code });
  });
  io.stdout(line(out));
  io.stderr(
    line(
      'Upload it in Teams: Apps → Manage your apps → Upload an app; or in the admin center for everybody (docs/teams.md).',
    ),
  );
  return EXIT.healthy;
};

/** Beside the sources and beside the built program alike. */
const templateFolder = (): string => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'manifests', 'teams', 'manifest.json')) && dirname(folder) !== folder)
    folder = dirname(folder);
  return join(folder, 'manifests', 'teams');
};
