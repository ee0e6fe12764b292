import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { ConfigError } from '../../domain/errors.js';
import { manifestJudge } from './manifest-faults.js';

/** What the template's places are filled with. */
export type ManifestGiven = {
  /** Of the bot; the app carries the same id, so that an upload is an update. */
  appId: string;
  /** `1.2.3`: Teams offers an update only where it has changed. */
  version: string;
  /** The organisation's own page about the bot, in the place of the template's three links. */
  website?: string;
};

/** Zip has no time zones and begins here: the same input is the same file, byte for byte. */
const NO_TIME = new Date(1980, 0, 1);
const ICONS = { 'color.png': 192, 'outline.png': 32 } as const;

/** The app package that Teams takes for upload, from the files of `folder`. Throws `ConfigError` with every mistake in words. */
export const teamsPackage = async (folder: string, given: ManifestGiven): Promise<Uint8Array> => {
  const template = await readFile(join(folder, 'manifest.json'), 'utf8');
  const schema = JSON.parse(await readFile(join(folder, 'MicrosoftTeams.schema.json'), 'utf8')) as object;
  const judge = await manifestJudge(schema);
  const manifest = filled(template, given);
  const icons = await Promise.all(
    Object.entries(ICONS).map(async ([name, size]) => ({ name, size, bytes: await readFile(join(folder, name)) })),
  );
  const faults = [...judge(manifest), ...icons.flatMap(({ name, size, bytes }) => iconFaults(name, size, bytes))];
  if (faults.length > 0) throw new ConfigError(`Teams would not take this app:\n${faults.join('\n')}`, { faults });
  const files = { 'manifest.json': new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`) };
  for (const { name, bytes } of icons) Object.assign(files, { [name]: new Uint8Array(bytes) });
  return zipSync(files, { level: 9, mtime: NO_TIME });
};

const filled = (template: string, { appId, version, website }: ManifestGiven): Record<string, unknown> => {
  const manifest = JSON.parse(template, (_, value: unknown) => {
    if (value === '{appId}') return appId;
    return value === '{version}' ? plainVersion(version) : value;
  }) as Record<string, unknown>;
  if (website === undefined) return manifest;
  const links = { websiteUrl: website, privacyUrl: website, termsOfUseUrl: website };
  return { ...manifest, developer: { ...(manifest.developer as object), ...links } };
};

/** Teams knows three numbers and nothing behind them. */
const plainVersion = (version: string): string => /^\d+\.\d+\.\d+/.exec(version)?.[0] ?? version;

/** https://learn.microsoft.com/en-us/microsoftteams/platform/concepts/build-and-test/apps-package#app-icons */
const iconFaults = (name: string, size: number, bytes: Buffer): string[] => {
  const isPng = bytes.subarray(0, 8).toString('latin1') === '\x89PNG\r\n\x1a\n';
  const [width, height] = isPng ? [bytes.readUInt32BE(16), bytes.readUInt32BE(20)] : [0, 0];
  return width === size && height === size
    ? []
    : [`${name}: expected a PNG of ${size} × ${size}, found ${width} × ${height}`];
};
