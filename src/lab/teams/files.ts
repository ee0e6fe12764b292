import { randomUUID } from 'node:crypto';

/** A file that the bot uploaded after consent. */
export type LabUpload = { uniqueId: string; name: string; bytes: Buffer; complete: boolean };
type Answer = { status: number; body?: unknown };

/** OneDrive's side: addresses that need no token, and take none. */
export const teamsFiles = (origin: () => string) => {
  const uploads = new Map<string, LabUpload>();
  const offered = new Map<string, { name: string; bytes: Buffer }>();

  return {
    uploads,
    /** A place to upload one file to, as it comes with a consent. */
    place: (name: string) => {
      const uniqueId = randomUUID();
      uploads.set(uniqueId, { uniqueId, name, bytes: Buffer.alloc(0), complete: false });
      return {
        contentUrl: `${origin()}/files/${encodeURIComponent(name)}`,
        name,
        uploadUrl: `${origin()}/upload/${uniqueId}`,
        uniqueId,
        fileType: name.includes('.') ? (name.split('.').at(-1) ?? '') : '',
      };
    },
    /** A person's file, as the attachment that comes with their message. */
    offer: (name: string, bytes: Buffer | string) => {
      const uniqueId = randomUUID();
      offered.set(uniqueId, { name, bytes: Buffer.from(bytes) });
      return {
        contentType: 'application/vnd.microsoft.teams.file.download.info',
        contentUrl: `${origin()}/files/${encodeURIComponent(name)}`,
        name,
        content: {
          downloadUrl: `${origin()}/download/${uniqueId}`,
          uniqueId,
          fileType: name.includes('.') ? (name.split('.').at(-1) ?? '') : '',
          etag: `"{${uniqueId}},1"`,
        },
      };
    },
    download: (id: string): Buffer | null => offered.get(id)?.bytes ?? null,
    /** One piece, in order: https://learn.microsoft.com/graph/api/driveitem-createuploadsession */
    put: (id: string, range: string | undefined, bytes: Buffer): Answer => {
      const upload = uploads.get(id);
      if (!upload || upload.complete) return fault(404, 'itemNotFound', 'The upload session was not found');
      const [, from, to, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(range ?? '') ?? [];
      if (from === undefined || to === undefined || total === undefined)
        return fault(400, 'invalidRequest', 'The Content-Range header is missing or malformed.');
      if (Number(to) - Number(from) + 1 !== bytes.length)
        return fault(400, 'invalidRequest', 'The Content-Range header length does not match the content.');
      if (Number(from) !== upload.bytes.length)
        return fault(416, 'invalidRange', 'The uploaded fragment does not follow the one before.');
      upload.bytes = Buffer.concat([upload.bytes, bytes]);
      upload.complete = upload.bytes.length === Number(total);
      return upload.complete
        ? { status: 201, body: { id, name: upload.name, size: upload.bytes.length } }
        : { status: 202, body: { nextExpectedRanges: [`${upload.bytes.length}-`] } };
    },
  };
};
export type TeamsFiles = ReturnType<typeof teamsFiles>;

const fault = (status: number, code: string, message: string): Answer => ({
  status,
  body: { error: { code, message } },
});
