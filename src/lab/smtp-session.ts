import { SERVER_NAME } from './certificates.js';
import type { Conversation } from './conversation.js';
import type { SmtpCounts, SmtpOptions } from './exchange-smtp.js';
import type { Manner } from './imap-words.js';
import { ehloLines, RATE_EXCEEDED } from './smtp-words.js';

type Held = SmtpOptions & { manner: Manner };

/** Answers until the client leaves, says QUIT or sends too much. */
export const holdSmtpSession = async (client: Conversation, options: Held, counts: SmtpCounts) => {
  let loggedIn = false;
  for (;;) {
    const line = await client.line();
    if (line === null) return;
    const [verb = '', ...rest] = line.trim().split(/\s+/);
    switch (verb.toUpperCase()) {
      case 'HELO':
        await client.say(`250 ${SERVER_NAME} Hello [${client.address}]\r\n`);
        break;
      case 'EHLO':
        await client.say(
          ehloLines({
            manner: options.manner,
            name: SERVER_NAME,
            address: client.address,
            encrypted: client.encrypted(),
            offersStarttls: Boolean(options.certificate),
          }),
        );
        break;
      case 'STARTTLS':
        if (!options.certificate || client.encrypted()) {
          await client.say('500 5.3.3 Unrecognized command\r\n');
          break;
        }
        await client.say('220 2.0.0 SMTP server ready\r\n');
        if (!(await client.secure(options.certificate))) return;
        loggedIn = false;
        break;
      case 'AUTH':
        loggedIn = (await authenticate(client, rest, options, counts)) || loggedIn;
        break;
      case 'MAIL':
        counts.mailFrom += 1;
        if (counts.mailFrom > (options.messages ?? Infinity)) {
          await client.say(RATE_EXCEEDED);
          client.end();
          return;
        }
        await client.say(loggedIn ? '250 2.1.0 Sender OK\r\n' : '530 5.7.1 Client was not authenticated\r\n');
        break;
      case 'RCPT':
        await client.say('550 5.7.1 Unable to relay\r\n');
        break;
      case 'NOOP':
        await client.say('250 2.0.0 OK\r\n');
        break;
      case 'RSET':
        await client.say('250 2.0.0 Resetting\r\n');
        break;
      case 'QUIT':
        counts.quits += 1;
        await client.say('221 2.0.0 Service closing transmission channel\r\n');
        client.end();
        return;
      default:
        await client.say('500 5.3.3 Unrecognized command\r\n');
    }
  }
};

/** AUTH LOGIN, the one password mechanism of a receive connector; it wants encryption first. */
const authenticate = async (
  client: Conversation,
  [mechanism = '', initial]: string[],
  options: Held,
  counts: SmtpCounts,
): Promise<boolean> => {
  counts.authTried += 1;
  if (mechanism.toUpperCase() !== 'LOGIN' || !client.encrypted()) {
    await client.say('504 5.7.4 Unrecognized authentication type\r\n');
    return false;
  }
  if (initial === undefined) await client.say('334 VXNlcm5hbWU6\r\n');
  const user = decode(initial ?? (await client.line()));
  await client.say('334 UGFzc3dvcmQ6\r\n');
  const password = decode(await client.line());
  const { account } = options;
  if (account && user.toLowerCase() === account.user.toLowerCase() && password === account.password) {
    await client.say('235 2.7.0 Authentication successful\r\n');
    return true;
  }
  counts.authRefused += 1;
  await client.say('535 5.7.3 Authentication unsuccessful\r\n');
  return false;
};

const decode = (line: string | null): string => Buffer.from(line ?? '', 'base64').toString('utf8');
