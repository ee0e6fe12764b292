import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PRESSED, type Stops } from '../../src/intake/ports.js';
import { type Certificates, makeCertificates, SERVER_NAME } from '../../src/lab/certificates.js';
import { type ImapOptions, startExchangeImap } from '../../src/lab/exchange-imap.js';
import { type SmtpOptions, startExchangeSmtp } from '../../src/lab/exchange-smtp.js';
import { uid } from '../../src/lab/imap-messages.js';
import type { ImapHandler } from '../../src/lab/imap-session.js';
import { type Inbox, openInbox } from '../../src/lab/inbox.js';
import type { MailManners } from '../../src/lab/smtp-mail.js';
import { mailLoop } from '../../src/probes/mail-loop.js';
import { temporaryFolders } from '../lab/folder.js';
import { all, look, mailTarget, only, openDoor, said } from './looking.js';

/** One message through an Exchange of the lab, counted there: what was sent, to whom, and what lies in the mailbox afterwards. */
const ADDRESS = 'help@contoso.test';
const account = { user: 'CONTOSO\\uccx', password: 'Ag3nt-Mail' };
const newFolder = temporaryFolders();
const ends: (() => Promise<unknown>)[] = [];
let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates(await newFolder());
});
afterEach(() => Promise.all(ends.splice(0).map(end => end())));

type Given = {
  imap?: Partial<ImapOptions>;
  smtp?: Partial<SmtpOptions>;
  mail?: Partial<MailManners>;
  inbox?: Inbox;
  waitSec?: number;
};
const exchange = async ({
  imap: imapOptions,
  smtp: smtpOptions,
  mail,
  inbox = openInbox(3),
  waitSec = 60,
}: Given = {}) => {
  const certificate = certificates.context('good');
  const imap = await startExchangeImap('127.0.0.1', { accounts: [account], certificate, inbox, ...imapOptions });
  const smtp = await startExchangeSmtp('127.0.0.1', {
    certificate,
    account,
    mail: { takes: [ADDRESS], deliver: inbox.deliver, ...mail },
    ...smtpOptions,
  });
  ends.push(imap.stop, smtp.stop);
  const place = { security: 'starttls', serverName: SERVER_NAME, trust: `ca:${certificates.caFile}` } as const;
  const target = {
    ...mailTarget({
      imap: { ...place, port: imap.port },
      smtp: { ...place, port: smtp.port, login: true },
      user: account.user,
    }),
    loopAddress: ADDRESS,
    loopWaitSec: waitSec,
  };
  const door = openDoor(account.password, account.user);
  const run = (more: Parameters<typeof look>[2] = {}) => look(mailLoop, target, { ...door, ...more });
  const subjects = () => inbox.messages().map(({ header }) => header('subject'));
  return { imap, smtp, inbox, target, door, run, subjects };
};
const CUSTOMERS = ['Order 1001', 'Order 1002', 'Order 1003'];
const loopMessage = (id: string, hex = 'a'.repeat(18)) =>
  [`Subject: [uccx-doctor] mail loop of ${id}`, `Message-ID: <loop.${id}.${hex}@uccx-doctor.invalid>`, '', ''].join(
    '\r\n',
  );

describe('a healthy mail loop', () => {
  it('sends one message to the one address, sees it arrive while it idles, and takes it away', async () => {
    const { imap, smtp, run, subjects, door } = await exchange({ mail: { deliversAfterMs: 300 } });
    const seen = await run();
    const loop = only(seen, 'mail-loop');
    expect(loop).toMatchObject({ stage: 'done', code: 250, removed: true, leftovers: 0 });
    expect(loop.deliveredMs).toBeGreaterThanOrEqual(290);
    expect(loop.deliveredMs).toBeLessThan(60_000);
    expect(said(seen, 'client')).toContain('DONE');
    expect(subjects()).toEqual(CUSTOMERS);
    expect(smtp.counts()).toMatchObject({
      connections: 1,
      mailFrom: 1,
      recipients: [ADDRESS],
      taken: 1,
      authTried: 1,
      quits: 1,
    });
    await expect.poll(() => [imap.counts().openNow, smtp.counts().openNow], { interval: 10 }).toEqual([0, 0]);
    expect(imap.counts().connections).toBe(1);
    expect(Object.values(imap.counts().accounts)).toMatchObject([{ tried: 1, accepted: 1, loggedOut: 1 }]);
    expect(door.told).toEqual(['asked', 'accepted', 'asked', 'accepted']);
    expect(seen.cut).toBe(false);
    expect(JSON.stringify(seen)).not.toContain(account.password);
  });

  it('says what it is, and asks nobody for an automatic answer', async () => {
    const letters: string[] = [];
    const inbox = openInbox(0);
    const { run } = await exchange({
      inbox,
      mail: { deliver: content => letters.push(content) && inbox.deliver(content) },
    });
    const loop = only(await run(), 'mail-loop');
    expect(letters).toHaveLength(1);
    const [head = '', body] = (letters[0] as string).split('\r\n\r\n');
    const [date, ...rest] = head.split('\r\n');
    expect(date).toMatch(/^Date: \w{3}, \d{2} \w{3} \d{4} \d\d:\d\d:\d\d \+0000$/);
    expect(rest).toEqual([
      `From: <${ADDRESS}>`,
      `To: <${ADDRESS}>`,
      'Subject: [uccx-doctor] mail loop of paris-mail',
      `Message-ID: ${loop.messageId}`,
      'Auto-Submitted: auto-generated',
      'X-Auto-Response-Suppress: All',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=us-ascii',
    ]);
    expect(body).toMatch(/^uccx-doctor sent this to itself because an operator asked for it/);
  });

  it('sees a message that came before it began to wait', async () => {
    const { run, subjects } = await exchange();
    expect(only(await run(), 'mail-loop')).toMatchObject({ stage: 'done', removed: true });
    expect(subjects()).toEqual(CUSTOMERS);
  });

  it('sees a message of which the server tells between the search and IDLE', async () => {
    const inbox = openInbox(3);
    let letter = '';
    const { run, subjects } = await exchange({
      inbox,
      mail: { deliver: content => (letter = content) },
      imap: {
        script: {
          IDLE: async (session, command) => {
            inbox.deliver(letter);
            await session.tellNews();
            await session.client.say('+ idling\r\n');
            if ((await session.client.line()) !== null) await session.answer(command, 'OK IDLE completed.');
          },
        },
      },
    });
    const loop = only(await run(), 'mail-loop');
    expect(loop).toMatchObject({ stage: 'done', removed: true });
    expect(loop.deliveredMs).not.toBeNull();
    expect(subjects()).toEqual(CUSTOMERS);
  });

  it('looks from time to time where the server cannot idle', async () => {
    const { run, subjects } = await exchange({
      mail: { deliversAfterMs: 200 },
      imap: { script: { IDLE: (session, command) => session.answer(command, 'BAD Command Error. 12') } },
    });
    const seen = await run();
    expect(only(seen, 'mail-loop')).toMatchObject({ stage: 'done', removed: true });
    expect(said(seen, 'client').filter(line => / UID SEARCH /.test(line)).length).toBeLessThan(8);
    expect(subjects()).toEqual(CUSTOMERS);
  });
});

describe('what was refused', () => {
  it.each([
    { name: 'the login', smtp: { account: null }, stage: 'not-begun', code: null, told: 'refused' },
    { name: 'the rate', smtp: { messages: 0 }, stage: 'mail-from', code: 421 },
    { name: 'resources', mail: { refuses: 'pressure' }, stage: 'mail-from', code: 452 },
    { name: 'relaying', mail: { refuses: 'relay' }, stage: 'rcpt-to', code: 550 },
    { name: 'another mailbox', mail: { takes: ['other@contoso.test'] }, stage: 'rcpt-to', code: 550 },
    { name: 'send as', mail: { refuses: 'send-as' }, stage: 'data', code: 550 },
    { name: 'the hop behind', mail: { refuses: 'proxy-hop' }, stage: 'data', code: 451 },
  ] as const)('($name) ends the loop with the answer at once, and nothing is sent', async given => {
    const { smtp, run, subjects, door } = await exchange(given as Given);
    const seen = await run();
    expect(only(seen, 'mail-loop')).toMatchObject({ stage: given.stage, code: given.code, removed: false });
    expect(seen.tookMs).toBeLessThan(30_000); // of the minute that it would wait
    expect(smtp.counts()).toMatchObject({ taken: 0, connections: 1 });
    expect(subjects()).toEqual(CUSTOMERS);
    expect(door.told.at(-1)).toBe('told' in given ? given.told : 'accepted');
  });

  it('in IMAP lets nothing go out: no inbox, no loop', async () => {
    const refusing = { storeSessions: 0 };
    const { smtp, run } = await exchange({ imap: { limits: refusing } });
    expect(only(await run(), 'mail-loop')).toMatchObject({ stage: 'not-begun', text: expect.stringMatching(/inbox/) });
    expect(smtp.counts().connections).toBe(0);
  });

  it.each([
    { name: 'cannot be searched', imap: { script: { UID: (s, c) => s.answer(c, 'NO Server Unavailable. 15') } } },
    { name: 'opens for reading only', imap: { readOnly: true } },
    {
      name: 'is on a server without UIDPLUS',
      imap: {
        script: {
          CAPABILITY: async (s, c) => {
            const more = s.client.encrypted() ? 'AUTH=PLAIN' : 'LOGINDISABLED STARTTLS';
            await s.client.say(`* CAPABILITY IMAP4rev1 ${more} IDLE\r\n`);
            await s.answer(c, 'OK CAPABILITY completed.');
          },
        },
      },
    },
  ] as { name: string; imap: Partial<ImapOptions> }[])('nothing is sent where the inbox $name', async ({ imap }) => {
    const { smtp, run } = await exchange({ imap });
    expect(only(await run(), 'mail-loop')).toMatchObject({ stage: 'not-begun', code: null });
    expect(smtp.counts().connections).toBe(0);
  });
});

describe('what lies in the mailbox', () => {
  it('of an earlier run is removed first, and nothing of anybody else, whatever is marked or quoted', async () => {
    const { inbox, run, subjects } = await exchange();
    inbox.deliver(loopMessage('paris-mail'));
    inbox.deliver(loopMessage('paris-mail', 'b'.repeat(18)));
    inbox.deliver(loopMessage('paris-mail-2'));
    const answer = [
      'Subject: RE: [uccx-doctor] mail loop of paris-mail',
      `In-Reply-To: <loop.paris-mail.${'a'.repeat(18)}@uccx-doctor.invalid>`,
      'Message-ID: <CAF123@example.test>',
      '',
      'What is this?',
    ];
    inbox.deliver(answer.join('\r\n')).flags.add('\\Deleted');
    (inbox.messages()[0] as { flags: Set<string> }).flags.add('\\Deleted');
    expect(only(await run(), 'mail-loop')).toMatchObject({ stage: 'done', leftovers: 2, removed: true });
    expect(subjects()).toEqual([
      ...CUSTOMERS,
      '[uccx-doctor] mail loop of paris-mail-2',
      'RE: [uccx-doctor] mail loop of paris-mail',
    ]);
  });

  it('of a stranger who writes what our envelope would hold is not taken for ours, and not shown', async () => {
    const { inbox, run, subjects } = await exchange();
    const fake = `UID 1 "<loop.paris-mail.${'a'.repeat(18)}@uccx-doctor.invalid>")`;
    const subject = '[uccx-doctor] mail loop of paris-mail';
    inbox.deliver(
      `Subject: "${subject} ${fake}\r\nFrom: <angry.customer@example.test>\r\nMessage-ID: <x@example.test>\r\n\r\n`,
    );
    inbox.deliver(
      `Subject: ${subject} UID 1 A5 OK\r\nIn-Reply-To: <loop.paris-mail.${'a'.repeat(18)}@uccx-doctor.invalid>\r\n\r\n`,
    );
    const before = subjects();
    const seen = await run();
    expect(only(seen, 'mail-loop')).toMatchObject({ stage: 'done', leftovers: 0 });
    expect(subjects()).toEqual(before);
    expect(JSON.stringify(seen)).not.toMatch(/angry|fetch \(.*ENVELOPE/i);
  });

  it('stays the newest of many that quote it', async () => {
    const inbox = openInbox(0);
    for (let at = 0; at < 120; at += 1)
      inbox.deliver(`Subject: RE: [uccx-doctor] mail loop of paris-mail\r\nMessage-ID: <${at}@example.test>\r\n\r\n`);
    const { run } = await exchange({ inbox });
    expect(only(await run(), 'mail-loop')).toMatchObject({ stage: 'done', removed: true });
    expect(inbox.messages()).toHaveLength(120);
  });

  it('and cannot be removed is told, and the next run sends no other', async () => {
    const refusing = {
      UID: ((s, c) => (c.args[0] === 'EXPUNGE' ? s.answer(c, 'NO denied') : uid(s, c))) as ImapHandler,
    };
    const { smtp, run, subjects } = await exchange({ imap: { script: refusing } });
    expect(only(await run(), 'mail-loop')).toMatchObject({ stage: 'removal', removed: false });
    const next = only(await run(), 'mail-loop');
    expect(next).toMatchObject({ stage: 'not-begun', text: expect.stringMatching(/cannot be removed, so no other/) });
    expect(smtp.counts().taken).toBe(1);
    expect(subjects()).toEqual([...CUSTOMERS, '[uccx-doctor] mail loop of paris-mail']);
  });

  it('is not called removed because the server says so, and goes with the next run', async () => {
    const inbox = openInbox(3);
    let lies = 1;
    const lying = {
      ...inbox,
      remove: (which: Parameters<Inbox['remove']>[0]) => lies-- <= 0 && inbox.remove(which),
    } as Inbox;
    const { run, subjects } = await exchange({ inbox: lying });
    expect(only(await run(), 'mail-loop')).toMatchObject({ stage: 'removal', removed: false });
    expect(only(await run(), 'mail-loop')).toMatchObject({ stage: 'done', leftovers: 1, removed: true });
    expect(subjects()).toEqual(CUSTOMERS);
  });
});

const stopsWhen = (): Stops & { press: (run?: never) => Promise<void> } => {
  let told = (_: string) => {};
  return {
    press: async () => told(PRESSED),
    watch: (_, onStop) => {
      told = onStop;
      return () => {};
    },
  };
};

describe('what is left undone', () => {
  it('is told with the time that it was watched: taken, and never seen', async () => {
    const { smtp, run, subjects } = await exchange({ mail: { deliver: null }, waitSec: 1 });
    const loop = only(await run(), 'mail-loop');
    expect(loop).toMatchObject({ stage: 'delivery', code: 250, deliveredMs: null, removed: false });
    expect(loop.watchedMs).toBeGreaterThanOrEqual(950);
    expect(smtp.counts().taken).toBe(1);
    expect(subjects()).toEqual(CUSTOMERS);
  });

  it('takes away what arrives although its answer was lost', async () => {
    const { run, subjects } = await exchange({ mail: { saysNothing: true } });
    const cutting = new AbortController();
    const looking = run({ signal: cutting.signal, onProgress: () => {} });
    await expect.poll(() => subjects().length, { interval: 10, timeout: 30_000 }).toBe(4);
    cutting.abort(new Error('cut'));
    const seen = await looking;
    expect(only(seen, 'mail-loop')).toMatchObject({ stage: 'done', code: null, submittedMs: null, removed: true });
    expect(seen.cut).toBe(true);
    expect(subjects()).toEqual(CUSTOMERS);
  });

  it.each(['cut off', 'stopped'] as const)('when %s in mid-wait: DONE, one last look, LOGOUT', async how => {
    const { imap, run, subjects } = await exchange({ mail: { deliver: null }, waitSec: 60 });
    const stops = stopsWhen();
    const cutting = new AbortController();
    let began = 0;
    const seen = await run({
      stops,
      signal: cutting.signal,
      onProgress: () => {
        began = performance.now();
        setTimeout(() => (how === 'stopped' ? stops.press() : cutting.abort(new Error('cut'))), 100);
      },
    });
    expect(performance.now() - began).toBeLessThan(30_000); // of the minute that it would wait
    expect(only(seen, 'mail-loop')).toMatchObject({ stage: 'delivery', deliveredMs: null });
    expect(only(seen, 'imap-logout')).toMatchObject({ clean: true });
    const words = said(seen, 'client').map(line => line.replace(/^A\d+ /, ''));
    expect(words.slice(-3)).toEqual(['DONE', 'UID SEARCH SUBJECT "[uccx-doctor] mail loop of paris-mail"', 'LOGOUT']);
    expect(Object.values(imap.counts().accounts)).toMatchObject([{ tried: 1, openNow: 0, loggedOut: 1 }]);
    expect(subjects()).toEqual(CUSTOMERS);
  });

  it('when the server ends the session in mid-wait: not seen is not «not delivered»', async () => {
    const { run } = await exchange({
      mail: { deliver: null },
      imap: { script: { IDLE: session => session.hangUp('* BYE Connection is closed. 13\r\n') } },
    });
    const loop = only(await run(), 'mail-loop');
    expect(loop.stage).toBe('delivery');
    expect(loop.watchedMs).toBeLessThan(30_000); // of the minute that it would wait
  });

  it('when somebody stopped it before: nothing is sent', async () => {
    const { smtp, run } = await exchange();
    const stops: Stops = {
      press: async () => {},
      watch: (_, onStop) => {
        onStop(PRESSED);
        return () => {};
      },
    };
    const seen = await run({ stops });
    expect(only(seen, 'mail-loop')).toMatchObject({ stage: 'not-begun', text: 'stopped before a message was sent' });
    expect(all(seen, 'smtp-banner')).toEqual([]);
    expect(smtp.counts().connections).toBe(0);
  });
});
