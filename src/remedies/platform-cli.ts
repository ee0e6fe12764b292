import type { Step } from '../domain/remedy.js';

/*
 * Lines for the command line that UCCX and Unity Connection share. It is reached over SSH as the administrator of the platform, and is no
 * PowerShell. They are those of Cisco's documents: 118883 and 116001 (single inbox), 212078 (logs of UCCX), and the CLI reference.
 */
const typedAt = (at: string) => {
  const typed = (line: string): Step => waiting(line, null);
  const waiting = (line: string, until: string | null): Step => ({
    do: 'by-hand',
    text: `On ${at}: ${line}${until === null ? '' : ` (${until})`}`,
    drops: null,
    typed: { at, line, until },
  });
  return Object.assign(typed, { waiting });
};

export const onUnityConnection = typedAt('the command line of Unity Connection, over SSH');
export const onUccxOrUnityConnection = typedAt('the command line of UCCX or Unity Connection, over SSH');
export const onLinux = typedAt('a Linux machine that sees these packets');
export const onWindows = typedAt('the Windows machine, in a command prompt');
export const onEachExchange = typedAt('each Exchange server, in a command prompt');

/** A line with jetty and LISTEN is the listener. */
export const showOpenPorts = (port: number): string => `show open ports regexp ${port}`;

/** Every subscription with the time of its last notification, and the clock of the machine to compare them with. */
export const SUBSCRIPTION_TABLE = [
  'utils ntp status',
  'run cuc dbquery unitydyndb select subscriptionid, timestamputc, subscriberexternalservicemapobjectid from tbl_exsubscription',
] as const;

export const LIST_SYNC_LOGS = 'file list activelog /cuc/diag_CuMbxSync* detail reverse';
export const GET_SYNC_LOGS = 'file get activelog /cuc/diag_CuMbxSync*';

/** Takes whole packets, and then sends them to an SFTP server that it asks for. Pasted along, the second line would end up in the first. */
export const takeCapture = (on: ReturnType<typeof typedAt>, name: string, port: number): Step[] => [
  on.waiting(
    `utils network capture file ${name} count 100000 size ALL port ${port}`,
    'Ctrl-C ends it, once the fault has been seen; only then the next line',
  ),
  on(`file get activelog /platform/cli/${name}.cap`),
];

/** The same on Windows, without any installation. */
export const takeTrace = (on: ReturnType<typeof typedAt>): Step[] => [
  on.waiting(
    'netsh trace start capture=yes tracefile=C:\\mail.etl maxsize=512',
    'It goes on by itself: the next lines once the fault has been seen',
  ),
  on('netsh trace stop'),
  on('etl2pcapng.exe C:\\mail.etl C:\\mail.pcapng'),
];

/** Null where the name is none that could be pasted: it may come from a log. */
export const lookUp = (host: string): string | null =>
  /^[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,252})$/.test(host) ? `utils network host ${host}` : null;
