import { subscriptionTable } from './dbquery/subscription-table.js';
import { eventCsv } from './eventlog/event-csv.js';
import { eventText } from './eventlog/event-text.js';
import { eventXml } from './eventlog/event-xml.js';
import { evtx } from './eventlog/evtx.js';
import { pushMessage } from './ews/push-message.js';
import { feedLog } from './feed-log/feed-log.js';
import { fileList } from './file-list/file-list.js';
import { imapTranscript } from './imap-transcript/imap-transcript.js';
import { jettyLog } from './jetty/jetty-log.js';
import { ladderTable } from './ladder/ladder-table.js';
import { syncLog } from './mbxsync/sync-log.js';
import { pcap } from './pcap/pcap.js';
import { cliSession } from './platform-cli/cli-session.js';
import { openPorts } from './ports/open-ports.js';
import { imapLog } from './protocol-log/imap-log.js';
import { smtpReceiveLog } from './protocol-log/smtp-receive-log.js';
import { smtpTranscript } from './protocol-log/smtp-transcript.js';
import type { Reader } from './reader.js';
import { shellOutput } from './shell/shell-output.js';
import { wiresharkText } from './wireshark-text/wireshark-text.js';

/** Every format that can be read. The surest one takes a file; among equals, the first of the list. */
export const readers: readonly Reader[] = [
  shellOutput,
  eventText,
  eventCsv,
  eventXml,
  evtx,
  imapLog,
  smtpReceiveLog,
  smtpTranscript,
  imapTranscript,
  ladderTable,
  jettyLog,
  syncLog,
  openPorts,
  subscriptionTable,
  pushMessage,
  pcap,
  wiresharkText,
  feedLog,
  fileList,
  cliSession,
];
