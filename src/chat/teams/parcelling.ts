import { createHash } from 'node:crypto';
import { patiently, patientlyOnce } from '../../intake/patiently.js';
import { MessengerRefusedError, type Parcels } from '../../intake/ports.js';
import type { Attachment } from '../../view/view.js';
import type { Log } from '../log.js';
import { placeOf, type TeamsHandle } from './address.js';
import { mayUploadTo } from './clouds.js';
import type { TeamsConfig } from './config.js';
import type { Outgoing, TeamsEngine } from './engine.js';
import type { Consent } from './incoming.js';

export type Parcelling = {
  /** Offers a file in the conversation with one person. The same file of the same answer is offered once. */
  offer: (there: TeamsHandle, file: Attachment, answer: string) => Promise<void>;
  /** Brings the file, or puts it away; the offer says how it went. */
  settle: (consent: Consent) => Promise<void>;
};

const UPLOAD_MS = 20_000;
const MOST = 1_000;

/**
 * Files by consent: offered with their name and size, put into the reader's OneDrive once they agree, forgotten after an hour.
 * https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4
 */
export const parcelling = (deps: {
  config: TeamsConfig;
  engine: () => Promise<TeamsEngine>;
  parcels: Parcels;
  log: Log;
}): Parcelling => {
  const { config, engine, parcels, log } = deps;
  /** Files on their way, and those that have arrived: with what their message is still to show, and to whom. */
  const brought = new Map<string, Brought>();
  return { offer, settle };

  async function offer(there: TeamsHandle, { name, content }: Attachment, answer: string): Promise<void> {
    const id = createHash('sha256')
      .update(JSON.stringify([answer, name, content]))
      .digest('base64url')
      .slice(0, 22);
    if (await parcels.get(id)) return; // the answer is told again; its file was offered
    await parcels.put(id, { name, content, user: there.user ?? '' });
    const card = {
      contentType: 'application/vnd.microsoft.teams.card.file.consent',
      name,
      content: {
        description: 'The whole answer; kept for an hour.',
        sizeInBytes: Buffer.byteLength(content, 'utf8'),
        acceptContext: { parcel: id },
        declineContext: { parcel: id },
      },
    };
    try {
      await (await engine()).send(placeOf({ ...there, message: null }), { type: 'message', attachments: [card] });
    } catch (error) {
      await parcels.drop(id);
      throw error;
    }
  }

  async function settle(consent: Consent): Promise<void> {
    const { handle, parcel } = consent;
    const known = brought.get(parcel);
    if (known) return known.user === handle.user ? show(handle, known) : undefined; // a second click
    const one: Brought = { user: handle.user, untold: null };
    brought.set(parcel, one);
    const arrived = await bring(consent).catch(async error => {
      log.error({ error: String(error) }, 'what was answered to the offer of a file came to nothing');
      await say(handle, words('The file could not be brought now. Ask again, and it is offered anew.')).catch(failure =>
        log.warn({ error: String(failure) }, 'nor could its message say so'),
      );
      return null;
    });
    if (!arrived) return void brought.delete(parcel);
    for (const oldest of brought.keys()) {
      if (brought.size <= MOST) break;
      brought.delete(oldest);
    }
    await parcels.drop(parcel).catch(() => {}); // it goes by itself within the hour
    one.untold = arrived;
    await show(handle, one);
  }

  async function show(handle: TeamsHandle, file: Brought): Promise<void> {
    const { untold } = file;
    if (!untold) return; // the message shows it, or will in a moment
    file.untold = null;
    await say(handle, untold).catch(error => {
      file.untold = untold;
      log.warn({ error: String(error) }, 'a file lies in OneDrive, and its message could not say so');
    });
  }

  /** What its message shows of a file that has arrived; null where none has, which the message says. */
  async function bring({ handle, parcel: id, upload }: Consent): Promise<Outgoing | null> {
    const parcel = await parcels.get(id);
    if (!parcel || parcel.user !== handle.user) {
      await say(handle, words('This file is no longer kept. Ask again, and it is offered anew.'));
      return null;
    }
    if (!upload) {
      await parcels.drop(id);
      await say(handle, words(`${parcel.name} was not sent. Ask again, and it is offered anew.`));
      return null;
    }
    try {
      await put(upload.url, parcel.content);
    } catch (error) {
      log.error(
        { error: String(error), cause: String((error as Error).cause ?? '') },
        'a file could not be put into OneDrive',
      );
      await say(
        handle,
        words(`${parcel.name} could not be put into your OneDrive. Ask again, and it is offered anew.`),
      );
      return null;
    }
    return mayUploadTo(config, upload.contentUrl) ? info(upload) : words(`${parcel.name} is in your OneDrive.`);
  }

  /** In place of the offer, which is done with. */
  async function say(handle: TeamsHandle, activity: Outgoing): Promise<void> {
    const { message } = handle;
    const port = await engine();
    if (message !== null) await patiently(() => port.update({ ...placeOf(handle), activity: message }, activity));
    else await patientlyOnce(() => port.send(placeOf(handle), activity));
  }

  /** Without a token: the address is the permission. */
  async function put(url: string, content: string): Promise<void> {
    if (!mayUploadTo(config, url))
      throw new MessengerRefusedError('the upload leads outside of the configured cloud', { host: hostOf(url) });
    const bytes = Buffer.from(content, 'utf8');
    const response = await fetch(url, {
      method: 'PUT',
      headers: {
        'content-type': 'application/octet-stream',
        'content-range': `bytes 0-${bytes.length - 1}/${bytes.length}`,
      },
      body: bytes,
      redirect: 'error',
      signal: AbortSignal.timeout(UPLOAD_MS),
    });
    await response.body?.cancel();
    if (!response.ok)
      throw new MessengerRefusedError(`the upload was answered ${response.status}`, { status: response.status });
  }
};

type Brought = { user: string | null; untold: Outgoing | null };

const words = (text: string): Outgoing => ({ type: 'message', text, textFormat: 'plain' });

const info = ({ name, contentUrl, id, type }: NonNullable<Consent['upload']>): Outgoing => ({
  type: 'message',
  attachments: [
    {
      contentType: 'application/vnd.microsoft.teams.card.file.info',
      name,
      contentUrl,
      content: { uniqueId: id, fileType: type },
    },
  ],
});

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : '');
