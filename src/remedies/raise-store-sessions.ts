import type { Remedy, Step } from '../domain/remedy.js';
import type { ShellCommand, ShellValue } from '../domain/shell-command.js';
import type { MailTarget } from '../domain/target.js';
import { memberOf, piped } from '../ems/cmdlet.js';
import { getMailboxDatabase } from '../ems/exchange-cmdlets.js';
import {
  formatList,
  formatTable,
  getItemProperty,
  importClixml,
  invokeCommand,
  newItemProperty,
  removeItemProperty,
  restartService,
} from '../ems/windows-cmdlets.js';
import { card } from './card.js';
import type { Present, SessionNeed } from './session-need.js';
import { byHand, fileFor, keep, on, refuseOnline, shell } from './steps.js';

/** `MSEExchangeIS` in Cisco's checklist is a misprint in every language of it: following it changes nothing. */
const KEY = 'HKLM:\\SYSTEM\\CurrentControlSet\\Services\\MSExchangeIS\\ParametersSystem';

/** For services such as IMAP; `Maximum Allowed Sessions Per User` without «Service» is for Outlook. */
const VALUE = 'Maximum Allowed Service Sessions Per User';

/** What counts where the value does not exist (KB 980049; managed-store-limits). */
export const SHIPPED_STORE_SESSIONS = 16;

/** Lets one account hold more sessions in the Information Store, POP and IMAP together. Null where no server stands below it. */
export const raiseStoreSessions = (target: MailTarget, need: SessionNeed, present: Present): Remedy | null => {
  refuseOnline(target, 'raise-store-sessions');
  const { servers, version } = target.exchange;
  const below = servers.filter(server => (present(server) ?? 0) < need.proposed);
  if (below.length === 0) return null;

  const databases = (server: string) =>
    shell(
      piped(
        getMailboxDatabase(version, { Server: server, Status: true }),
        formatTable({ Property: ['Name', 'Mounted', 'MountedOnServer'], AutoSize: true }),
      ),
    );

  return card({
    id: 'raise-store-sessions',
    title: `Let one account hold ${need.proposed} sessions in the Information Store of ${below.join(', ')}`,
    scope: 'server',
    formula: need.formula,
    settings: below.map(server => ({
      on: server,
      name: VALUE,
      now: present(server)?.toString() ?? null,
      to: String(need.proposed),
    })),
    read: below.flatMap(server => [keep(readKey(server), fileFor('store', server)), readStoreSessions(server)]),
    apply: [
      ...below.flatMap(server => [shell(on(server, write(need.proposed))), restartStore(server)]),
      byHand(
        'Where other machines hold copies of the mailbox database (Mailbox role of 2010, members of the availability group), ' +
          'set the same value there, or the fault is back after the next move.',
      ),
    ],
    verify: below.flatMap(server => [readStoreSessions(server), databases(server)]),
    undo: below.flatMap(server => [shell(putBack(server, present(server))), restartStore(server)]),
    risk:
      'It counts for every account of these servers, and the restart takes every mailbox of a server away for some minutes: ' +
      'one server at a time, in a maintenance window, with the active copies moved away first. ' +
      `A list without «${VALUE}» means that the value does not exist and ${SHIPPED_STORE_SESSIONS} counts.`,
    source:
      'https://learn.microsoft.com/exchange/troubleshoot/client-connectivity/cannot-connect-to-mailbox-via-owa (KB 980049)',
  });
};

/** The whole key: asking for the one value would fail where it does not exist, and then nothing would be kept. */
const readKey = (server: string): ShellCommand => on(server, getItemProperty({ Path: KEY }));

/** How to read the limit, for a question. */
export const readStoreSessions = (server: string): Step =>
  shell(piped(readKey(server), formatList({ Property: ['PSComputerName', VALUE] })));

const write = (sessions: number | Extract<ShellValue, { is: 'argument' }>): ShellCommand =>
  newItemProperty({ Path: KEY, Name: VALUE, PropertyType: 'DWord', Value: sessions, Force: true });

/**
 * 16 may be a value of 16 or no value at all, so the kept file decides: what it holds is written back, else the value goes.
 * The number comes back from the file as a number, and `Stop` ends the line before it does anything if the file is not there.
 */
const putBack = (server: string, present: number | null): ShellCommand => {
  if (present !== null && present !== SHIPPED_STORE_SESSIONS) return on(server, write(present));
  return invokeCommand({
    ComputerName: server,
    ScriptBlock: {
      is: 'choice',
      if: { is: 'argument' },
      yes: [write({ is: 'argument' })],
      no: [removeItemProperty({ Path: KEY, Name: VALUE })],
    },
    ArgumentList: memberOf(importClixml({ Path: fileFor('store', server), ErrorAction: 'Stop' }), VALUE),
  });
};

const restartStore = (server: string): Step =>
  shell(
    on(server, restartService({ Name: 'MSExchangeIS' })),
    `every mailbox on ${server}, for all clients, until its databases are mounted again (some minutes)`,
  );
