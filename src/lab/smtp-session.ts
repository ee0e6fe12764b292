import { SERVER_NAME } from './certificates.js';
import type { Conversation } from './conversation.js';
import type { SmtpCounts, SmtpOptions } from './exchange-smtp.js';
import { isProven, nameOf } from './imap-accounts.js';
import type { Manner } from './imap-words.js';
import { saslMechanisms } from './sasl-server.js';
import { mailTransactions } from './smtp-mail.js';
import { ehloLines } from './smtp-words.js';

/** What a `Client` connector ships with. */
const USUAL_MECHANISMS = ['GSSAPI', 'NTLM', 'LOGIN'];

type Held = SmtpOptions & { manner: Manner };

/** Answers until the client leaves, says QUIT or sends too much. */
export const holdSmtpSession = async (client: Conversation, options: Held, counts: SmtpCounts) => {
  let loggedIn = false;
  const mail = mailTransactions(client, options, counts);
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
            mechanisms: options.mechanisms ?? USUAL_MECHANISMS,
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
        if ((await mail.from(loggedIn)) === 'ended') return;
        break;
      case 'RCPT':
        await mail.to(line);
        break;
      case 'DATA':
        await mail.data();
        break;
      case 'NOOP':
        await client.say('250 2.0.0 OK\r\n');
        break;
      case 'RSET':
        mail.forget();
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

/** Only what the connector offers; all but the integrated mechanisms want encryption first. */
const authenticate = async (
  client: Conversation,
  [name = '', initial]: string[],
  options: Held,
  counts: SmtpCounts,
): Promise<boolean> => {
  counts.authTried += 1;
  const mechanism = name.toUpperCase();
  const speak = saslMechanisms[mechanism];
  const isOffered = (options.mechanisms ?? USUAL_MECHANISMS).includes(mechanism);
  if (!speak || !isOffered || !(client.encrypted() || mechanism === 'NTLM')) {
    await client.say('504 5.7.4 Unrecognized authentication type\r\n');
    return false;
  }
  const ask = async (challenge: string) => {
    await client.say(`334 ${challenge === '' && mechanism === 'NTLM' ? 'NTLM supported' : challenge}\r\n`);
    return client.line();
  };
  const claim = await speak(ask, initial, client);
  if (claim === 'gone') return false;
  if (claim === 'cancelled' || claim === 'nonsense') {
    await client.say('501 5.7.0 Authentication aborted\r\n');
    return false;
  }
  const { account } = options;
  if (account && nameOf(claim.user) === nameOf(account.user) && isProven(account, claim.proof)) {
    await client.say('235 2.7.0 Authentication successful\r\n');
    return true;
  }
  counts.authRefused += 1;
  await claim.beforeRefusal?.();
  await client.say('535 5.7.3 Authentication unsuccessful\r\n');
  return false;
};
