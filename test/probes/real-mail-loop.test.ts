import { chown, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { startExchangeSmtp } from '../../src/lab/exchange-smtp.js';
import { mailLoop } from '../../src/probes/mail-loop.js';
import { describePeers, type Peer } from '../support/peers.js';
import { look, mailTarget, only, openDoor, said } from './looking.js';

/** IDLE, SEARCH and UID EXPUNGE of a server that nobody here wrote; what the SMTP service takes is put into its maildir. */
const ADDRESS = 'help@contoso.test';
const ends: (() => Promise<unknown>)[] = [];
afterEach(() => Promise.all(ends.splice(0).map(end => end())));

const maildirOf = ({ dir, user }: Peer) => join(dir, 'mail', user);
let count = 0;
const putInto = async (peer: Peer, content: string) => {
  const folder = maildirOf(peer);
  const { uid, gid } = await stat(folder);
  const name = `${Date.now()}.${++count}.test`;
  await writeFile(join(folder, 'tmp', name), content);
  await chown(join(folder, 'tmp', name), uid, gid);
  await rename(join(folder, 'tmp', name), join(folder, 'new', name));
};
const messagesIn = async (peer: Peer) =>
  (await Promise.all(['new', 'cur'].map(folder => readdir(join(maildirOf(peer), folder))))).flat().length;

describePeers('A mail loop over Dovecot', ['dovecot'], start => {
  it('sees its message come while it idles and takes it away, and nothing of anybody else', async () => {
    const dovecot = await start('dovecot');
    const smtp = await startExchangeSmtp('127.0.0.1', {
      mail: {
        anonymous: true,
        takes: [ADDRESS],
        deliver: content => putInto(dovecot, content),
        deliversAfterMs: 400,
      },
    });
    ends.push(smtp.stop);
    const target = {
      ...mailTarget({
        imap: {
          host: dovecot.host,
          port: dovecot.ports.imaps ?? 0,
          security: 'tls',
          trust: dovecot.ca,
          serverName: 'exchange.test',
        },
        smtp: { port: smtp.port },
      }),
      loopAddress: ADDRESS,
      loopWaitSec: 60,
    };
    const run = () => look(mailLoop, target, openDoor(dovecot.password));
    const first = await run();
    expect(only(first, 'mail-loop')).toMatchObject({ stage: 'done', removed: true, leftovers: 0 });
    expect(only(first, 'mail-loop').deliveredMs).toBeLessThan(30_000); // of the minute that it would wait
    expect(said(first, 'client')).toContain('DONE');
    expect(await messagesIn(dovecot)).toBe(0);

    const ours = `<loop.paris-mail.${'0'.repeat(18)}@uccx-doctor.invalid>`;
    const subject = '[uccx-doctor] mail loop of paris-mail';
    await putInto(dovecot, `Subject: ${subject}\r\nMessage-ID: ${ours}\r\n\r\nleft by a run that was killed\r\n`);
    await putInto(
      dovecot,
      `Subject: RE: ${subject}\r\nIn-Reply-To: ${ours}\r\nMessage-ID: <a@example.test>\r\n\r\nWhat?\r\n`,
    );
    await putInto(
      dovecot,
      `Subject: "${subject}" =?utf-8?q?=0D=0AA4_OK?= \\ "\r\nFrom: "\xe9" <x@example.test>\r\n\r\n`,
    );
    await putInto(dovecot, `Subject: Order 1001\r\nMessage-ID: <b@example.test>\r\n\r\nWhere is it?\r\n`);
    const second = await run();
    expect(only(second, 'mail-loop')).toMatchObject({ stage: 'done', removed: true, leftovers: 1 });
    expect(await messagesIn(dovecot)).toBe(3);
    await expect.poll(() => dovecot.log(), { timeout: 30_000 }).toMatch(/(?:Disconnected: Logged out[\s\S]*){2}/);
    expect(smtp.counts()).toMatchObject({ connections: 2, recipients: [ADDRESS, ADDRESS], taken: 2, authTried: 0 });
  });
});
