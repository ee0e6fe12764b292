import { z } from 'zod';
import { UccxDoctorError } from '../../domain/errors.js';
import type { AttachedFile } from '../../intake/ports.js';
import { fetchFile } from '../fetch-file.js';
import type { SlackConfig } from './config.js';

/** As an event lists it: https://docs.slack.dev/reference/objects/file-object/ */
export const SlackFile = z.object({
  name: z.string().nullish(),
  size: z.int().min(0).optional(),
  url_private_download: z.string().optional(),
});
export type SlackFile = z.infer<typeof SlackFile>;

/** Files of a message, to be fetched with the bot's token, which goes to Slack's own host for files and to no other. */
export const attachedFiles = (
  files: readonly SlackFile[],
  { config: { apiUrl }, token }: { config: Pick<SlackConfig, 'apiUrl'>; token: string },
): AttachedFile[] =>
  files.map(({ name, size, url_private_download: address }) => ({
    name: name || 'a file without a name',
    bytes: size ?? null,
    open: (signal, most) => {
      if (!address || !isOfSlack(address, apiUrl)) return nowhere();
      return fetchFile(address, { headers: { authorization: `Bearer ${token}` }, signal, most, refused: SCOPE });
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

// biome-ignore lint/correctness/useYield: it throws when it is read, as a file that cannot be fetched does.
async function* nowhere(): AsyncGenerator<Buffer> {
  throw new UccxDoctorError(
    'Slack names no address of its own for it: a file of another organisation or another service',
  );
}
