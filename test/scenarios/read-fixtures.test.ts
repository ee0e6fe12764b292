import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { httpFront } from '../../src/chat/http.js';
import { slackAdapter } from '../../src/chat/slack/adapter.js';
import { SlackConfig } from '../../src/chat/slack/config.js';
import { Grant } from '../../src/domain/access.js';
import { Site } from '../../src/domain/target.js';
import { makeIntake } from '../../src/intake/intake.js';
import { type LabSlack, seenIn, startSlack } from '../../src/lab/slack/start-slack.js';
import { probes } from '../../src/probes/index.js';
import { rules } from '../../src/rules/index.js';
import { memoryStore } from '../../src/store/memory/memory-store.js';
import { inboxTarget, mailTarget } from '../support/build.js';
import { freePort } from '../support/free-port.js';

/*
 * Every published artifact, dropped into Slack as people drop it: sent by an event, fetched over HTTP with the bot's token, read, judged
 * and answered in the message. One bot without a queue, since reading needs none.
 */
const clock = { now: Date.now };
const { exchange, ...usual } = inboxTarget({ id: 'inbox', version: '2010-sp3', servers: ['EX-CAS01'] });
const targets = [
  mailTarget({ id: 'of2010', version: '2010-sp1', servers: ['CAS01'], smtp: { connector: 'Client CAS01' } }),
  mailTarget({ id: 'of2016', servers: ['EX16'], smtp: { connector: 'Client Frontend EX16' } }),
  mailTarget({ id: 'quoted', version: '2010-sp3', servers: ['CAS01'], user: 'contoso\\E-mailUser' }),
  mailTarget({ id: 'guid', version: '2010-sp3', servers: ['CAS01'], user: 'contoso\\UCCX EmailQ686' }),
  { ...usual, exchange: { ...exchange, addresses: ['173.37.183.83'] } },
  inboxTarget({ id: 'other-inbox', version: '2010-sp3', servers: ['CAS01'], cuc: { host: '10.93.132.92' } }),
];

let slack: LabSlack;
let stop: () => Promise<void>;
beforeAll(async () => {
  slack = await startSlack();
  slack.addUser('U0RUN');
  const config = SlackConfig.parse({
    mode: 'http',
    botToken: 'env:BOT',
    signingSecret: 'env:SIGN',
    apiUrl: slack.apiUrl,
  });
  const port = await freePort();
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const http = httpFront({ host: '127.0.0.1', port, ailing: () => null, log });
  await http.start();
  const store = memoryStore(clock);
  const adapter = slackAdapter({
    config,
    secrets: async ref => (String(ref) === 'env:BOT' ? slack.botToken : slack.signingSecret),
    groups: [],
    clock,
    log,
    http,
    intake: makeIntake({
      ...store,
      clock,
      targets,
      sites: [Site.parse({ id: 'hq', vantages: ['uccx-side'] })],
      grants: [Grant.parse({ role: 'runner', platform: 'slack', users: ['U0RUN'] })],
      cards: probes,
      rules,
      deadlineMs: 25_000,
      messenger: () => adapter.messenger,
      submit: () => Promise.reject(new Error('nothing is looked at')),
      follow: () => {},
      onTrouble: error => {
        throw error;
      },
    }),
  });
  await adapter.start();
  slack.deliver.to({ is: 'http', url: `http://127.0.0.1:${port}/slack/events` });
  stop = async () => {
    await adapter.stop();
    await http.stop();
    await slack.stop();
  };
});
afterAll(() => stop?.());

const NOTHING_WRONG = /no problem, and do not prove that there is none|shows nothing wrong/;
const LIMIT_16 = /shared account 16 sessions in the IMAP service/;
const STORE_16 = /limit \(16 sessions in the Information Store\)/;

const FINDINGS: readonly [string, string, RegExp][] = [
  ['exchange/get-imapsettings-2010.txt', 'of2010', LIMIT_16],
  ['exchange/get-imapsettings-2016.txt', 'of2016', LIMIT_16],
  ['exchange/get-receiveconnector-2010.txt', 'of2010', /Client CAS01 takes 5 messages a minute of one account/],
  ['exchange/get-receiveconnector-2016.txt', 'of2016', /Client Frontend EX16 takes 5 messages/],
  [
    'exchange/get-throttlingpolicy-2010sp1-default.txt',
    'of2010',
    /no limit on IMAP that is below the need, and RCAMax/,
  ],
  ['exchange/get-throttlingpolicy-2010sp1-uccx.txt', 'of2010', /UCCXEmail was read, and neither whether the mailbox/],
  ['exchange/get-throttlingpolicy-2016-global.txt', 'of2016', NOTHING_WRONG],
  ['exchange/get-throttlingpolicyassociation-default.txt', 'of2016', /no policy of its own, so the default one counts/],
  ['exchange/get-throttlingpolicyassociation-uccx.txt', 'of2016', /the policy UCCXEmail, and that was not read/],
  [
    'exchange/set-throttlingpolicy-2016-bad-parameter.txt',
    'of2016',
    /was of Exchange 2010: IMAPPercentTimeInAD is gone/,
  ],
  ['eventlog/9646-quoted.fl.txt', 'quoted', STORE_16],
  ['eventlog/9646.xml', 'quoted', STORE_16],
  ['eventlog/9646-guid-prefixed.fl.txt', 'guid', STORE_16],
  ['eventlog/9646-clienttype-2013plus.fl.txt', 'of2016', STORE_16],
  ['eventlog/1009-imap4.fl.txt', 'of2016', /limit \(16 connections in the IMAP service\)/],
  ['eventlog/application.csv', 'quoted', STORE_16],
  [
    'eventlog/webservices-5-6-7.fl.txt',
    'other-inbox',
    /direction Exchange to Unity Connection[\s\S]*no connection came about/,
  ],
  ['smtp/transcript-421-per-source.txt', 'of2010', /one address or all together hold too many \(after connecting\)/],
  ['smtp/transcript-421-rate.txt', 'of2010', /too much in a minute \(after MAIL FROM\)/],
  ['jetty/jetty-access-healthy.txt', 'inbox', NOTHING_WRONG],
  ['jetty/jetty-access-healthy-jetty8-spacing.txt', 'inbox', NOTHING_WRONG],
  ['jetty/jetty-access-healthy-two-subs.txt', 'inbox', NOTHING_WRONG],
  ['jetty/jetty-access-gap.txt', 'inbox', /late, not cut off: 1 subscription fell silent/],
  ['jetty/jetty-access-proxy.txt', 'inbox', /come from 10\.93\.140\.25, which is none of the addresses of Exchange/],
  ['jetty/jetty-access-unsubscribe.txt', 'inbox', /352/],
  ['jetty/jetty-access-errors.txt', 'inbox', /50[03]/],
  ['cuc/tbl_exsubscription-healthy.txt', 'inbox', /fresh if the table was asked for before 2014-06-29 16:15:45 UTC/],
  ['cuc/tbl_exsubscription-stale.txt', 'inbox', /4 of 10 subscriptions had no notification for over 15 minutes/],
  ['cuc/tbl_exsubscription-empty.txt', 'inbox', /not one push subscription: single inbox is not in use/],
  ['cuc/show-open-ports-7080-listening.txt', 'inbox', NOTHING_WRONG],
  ['cuc/show-open-ports-7080-established.txt', 'inbox', NOTHING_WRONG],
  ['cuc/show-open-ports-7080-notlistening.txt', 'inbox', /nothing listens on port 7080 of Unity Connection/],
  ['cuc/netstat-7080-root.txt', 'inbox', NOTHING_WRONG],
  ['cuc/diag_CuMbxSync_healthy.uc', 'inbox', NOTHING_WRONG],
  ['cuc/diag_CuMbxSync_webdav-real.uc', 'inbox', /WebDAV \(Exchange 2003\) breaks off with HTTP 500/],
  ['cuc/diag_CuMbxSync_http-failures.uc', 'inbox', /HTTP 401|401/],
  ['wireshark/wireshark-7080-notifications.txt', 'inbox', NOTHING_WRONG],
  ['wireshark/wireshark-7080-one-keepalive.txt', 'inbox', NOTHING_WRONG],
  ['wireshark/wireshark-authfail-seed.txt', 'of2010', /refuse/],
  ['wireshark/wireshark-authfail-both-directions.txt', 'of2010', /refuse/],
  ['ews/sendnotification-statusevent.request.http', 'inbox', /keep-alive|no problem/],
  ['ews/sendnotification-ok.response.http', 'inbox', /no problem|nothing wrong/],
  [
    'ews/sendnotification-unsubscribe.response.http',
    'inbox',
    /answered with Unsubscribe, so Exchange ends that subscription/,
  ],
  ['ews/sendnotification-modifiedevent.request.http', 'inbox', /no problem|nothing wrong/],
  ['ews/sendnotification-proxy-error.response.http', 'inbox', /HTTP 503, Server: squid/],
  ['ews/subscribe-push.request.xml', 'inbox', /no problem|nothing wrong/],
  ['ews/subscribe-push.response.xml', 'inbox', /no problem|nothing wrong/],
];

it('has every one of them', () => {
  const files = ['cuc', 'eventlog', 'ews', 'exchange', 'jetty', 'smtp', 'wireshark'].flatMap(folder =>
    readdirSync(`test/fixtures/${folder}`).map(name => `${folder}/${name}`),
  );
  const known = FINDINGS.map(([path]) => path);
  // The list of files is about no target: nothing is judged.
  const beside = /README\.md$|cmdlet-reference\.json$|file-list-activelog\.txt$/;
  expect(files.filter(path => !known.includes(path) && !beside.test(path))).toEqual([]);
});

it.each(FINDINGS)('%s', async (path, target, finding) => {
  const place = slack.directOf('U0RUN');
  // The file of a long answer is a message, too, and comes after it.
  const answers = () => slack.messages(place).filter(({ file }) => file === null);
  const before = answers().length;
  const files = [slack.file(path.split('/').at(-1) ?? path, readFileSync(`test/fixtures/${path}`))];
  await slack.deliver.direct({ user: 'U0RUN', text: `read ${target}`, more: { subtype: 'file_share', files } });
  const answer = await slack.until(() => {
    const message = answers()[before];
    return message && message.versions.length > 1 && message;
  });
  const words = seenIn(answer);
  expect(words).toMatch(new RegExp(`^.*By files alone: ${target}`));
  expect(words).toMatch(finding);
  expect(words).not.toMatch(/Not read, or not to the end/);
});
