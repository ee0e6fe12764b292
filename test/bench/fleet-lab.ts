import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCertificates, SERVER_NAME } from '../../src/lab/certificates.js';
import { startExchangeImap } from '../../src/lab/exchange-imap.js';
import { startExchangeSmtp } from '../../src/lab/exchange-smtp.js';
import { startUnityNotify } from '../../src/lab/unity-notify.js';

/**
 * The lab's servers for many targets, in a process of their own so that their processor time is theirs: one IMAP server that knows an account
 * of each mail target, one receive connector, one notification port.
 */
type FleetLabOrder = { folder: string; accounts: number };
export type FleetLab = { imap: number; smtp: number; notify: number; serverName: string; caFile: string };

const PASSWORD = 'only-the-lab-knows-it';
export const userOf = (index: number): string => `LAB\\uccx-${index}`;

const HOST = '127.0.0.1';

const start = async ({ folder, accounts }: FleetLabOrder): Promise<FleetLab> => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'password'), PASSWORD, { mode: 0o600 });
  const certificates = await makeCertificates(folder);
  const certificate = certificates.context('good');
  const known = Array.from({ length: accounts }, (_, index) => ({ user: userOf(index), password: PASSWORD }));
  const imap = await startExchangeImap(HOST, { accounts: known, certificate, tls: true });
  const smtp = await startExchangeSmtp(HOST, { certificate, account: null });
  const notify = await startUnityNotify(HOST);
  const { caFile } = certificates;
  return { imap: imap.port, smtp: smtp.port, notify: notify.port, serverName: SERVER_NAME, caFile };
};

if (process.send) {
  process.once('disconnect', () => process.exit());
  process.once('message', async order => {
    process.send?.(await start(order as FleetLabOrder));
  });
}
