import { z } from 'zod';
import { UccxDoctorError } from '../../domain/errors.js';
import type { AttachedFile } from '../../intake/ports.js';
import { fetchFile } from '../fetch-file.js';
import { mayUploadTo } from './clouds.js';
import type { TeamsConfig } from './config.js';

/** A file that a person sent: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4#receive-files-in-personal-chat */
const SentFile = z.object({
  contentType: z.literal('application/vnd.microsoft.teams.file.download.info'),
  name: z.string().nullish(),
  content: z.object({ downloadUrl: z.string() }),
});

/** What is sent in a channel or group lies where the bot has no way to: Teams names no address there that would do without rights to all files. */
const Elsewhere = z.object({ contentType: z.literal('reference') });

/** The files of a message's attachments. The address of each is the permission; it goes to the cloud's own host for files and to no other. */
export const attachedFiles = (attachments: readonly unknown[], config: TeamsConfig): AttachedFile[] =>
  attachments.flatMap((raw): AttachedFile[] => {
    if (Elsewhere.safeParse(raw).success) return [{ name: 'a file', bytes: null, open: () => unreachable(ELSEWHERE) }];
    const sent = SentFile.safeParse(raw);
    if (!sent.success) return [];
    const { name, content } = sent.data;
    const isOurs = mayUploadTo(config, content.downloadUrl);
    return [
      {
        name: name || 'a file without a name',
        bytes: null,
        open: (signal, most) =>
          isOurs ? fetchFile(content.downloadUrl, { signal, most, refused: AGED }) : unreachable(STRANGE),
      },
    ];
  });

const AGED = 'its address is good for some minutes; send it again';
const STRANGE = 'Teams names no address of its own for it';
const ELSEWHERE = 'Teams hands files to a bot in the personal chat alone: send it to me there, or paste its text';

// biome-ignore lint/correctness/useYield: it throws when it is read, as a file that cannot be fetched does.
async function* unreachable(why: string): AsyncGenerator<Buffer> {
  throw new UccxDoctorError(why);
}
