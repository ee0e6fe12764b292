import { z } from 'zod';
import { UccxDoctorError } from '../../domain/errors.js';
import type { AttachedFile } from '../../intake/ports.js';
import { fetchFile } from '../fetch-file.js';
import type { SlackClient } from './client.js';
import type { SlackConfig } from './config.js';

/** As an event lists it: https://docs.slack.dev/reference/objects/file-object/ */
export const SlackFile = z.object({
  id: z.string().optional(),
  name: z.string().nullish(),
  size: z.int().min(0).optional(),
  url_private_download: z.string().optional(),
});
export type SlackFile = z.infer<typeof SlackFile>;

/** Files of a message, to be fetched with the bot's token, which goes to Slack's own host for files and to no other. */
export const attachedFiles = (
  files: readonly SlackFile[],
  { config: { apiUrl }, client }: { config: Pick<SlackConfig, 'apiUrl'>; client: SlackClient },
): AttachedFile[] =>
  files.map(({ id, name, size, url_private_download: listed }) => ({
    name: name || 'a file without a name',
    bytes: size ?? null,
    open: async function* (signal, most) {
      const address = listed ?? (id === undefined ? undefined : await addressOf(id, client));
      if (!address || !isOfSlack(address, apiUrl)) throw new UccxDoctorError(NOWHERE);
      const headers = { authorization: `Bearer ${client.token ?? ''}` };
      yield* fetchFile(address, { headers, signal, most, refused: SCOPE });
    },
  }));

const SCOPE = 'the Slack app wants the scope files:read, and to be installed anew after it was added';

/** An https address of Slack's or GovSlack's; in a lab that of the lab. */
const isOfSlack = (address: string, apiUrl: string | undefined): boolean => {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, origin, username, port } = new URL(address);
  if (apiUrl && new URL(apiUrl).origin === origin) return true;
  return protocol === 'https:' && port === '' && username === '' && /^files\.slack(?:-gov)?\.com$/.test(hostname);
};

const NOWHERE = 'Slack names no address of its own for it: a file of another organisation or another service';

/** A form remembers only which files it was opened on, and of shared channels some events name no more either. */
const addressOf = async (id: string, client: SlackClient): Promise<string | undefined> => {
  try {
    const { file } = await client.files.info({ file: id });
    return file?.url_private_download;
  } catch (cause) {
    throw new UccxDoctorError(`Slack does not say where it lies: ${SCOPE}`, {}, { cause });
  }
};
