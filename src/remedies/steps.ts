import { NotInThisVersionError } from '../domain/errors.js';
import type { Remedy, Step } from '../domain/remedy.js';
import type { ShellCommand } from '../domain/shell-command.js';
import type { MailTarget, Target } from '../domain/target.js';
import { piped } from '../ems/cmdlet.js';
import { is2010 } from '../ems/parameter.js';
import { exportClixml, getService, getWinEvent, invokeCommand, restartService } from '../ems/windows-cmdlets.js';

/** A line to paste. `drops` says what stops working meanwhile. */
export const shell = (command: ShellCommand, drops: string | null = null): Step => ({ do: 'shell', command, drops });

export const byHand = (text: string, drops: string | null = null): Step => ({ do: 'by-hand', text, drops });

/** Exchange Online has neither servers nor limits that anybody but Microsoft could set: such a remedy cannot be made for it. */
export const refuseOnline = (target: Target, remedy: string): void => {
  if (target.exchange.version === 'online')
    throw new NotInThisVersionError(`${remedy} does not exist for Exchange Online`, { target: target.id, remedy });
};

/** Runs commands on the named machine: services and registry belong to the machine, not to the Exchange session. */
export const on = (server: string, ...commands: ShellCommand[]): ShellCommand =>
  invokeCommand({ ComputerName: server, ScriptBlock: commands });

/** Keeps what a command shows in a file in the current folder, for the way back. */
export const keep = (command: ShellCommand, file: string): Step => shell(piped(command, exportClixml({ Path: file })));

/** What of its present values shows them. Where nothing is changed yet, nothing has to be kept for the way back. */
export const looksOf = ({ read }: Pick<Remedy, 'read'>): Step[] =>
  read.filter(step => step.do === 'by-hand' || !isKept(step.command));
const isKept = ({ cmdlet, pipe }: ShellCommand): boolean => (pipe ? isKept(pipe) : cmdlet === 'Export-Clixml');

/** `imap-EX01-before.xml`. Other characters than those of a usual server name are written as their code, so no two names meet. */
export const fileFor = (topic: string, name: string): string =>
  `${topic}-${name.replace(/[^A-Za-z0-9.-]/gu, char => `_${char.codePointAt(0)?.toString(16)}_`)}-before.xml`;

/**
 * Before the line that takes a policy off again. A policy read back from a file is an object that need not turn into the name of a
 * policy, so that one is put back by hand; blank, as it nearly always is, stands for the default one.
 */
export const theDefaultPolicyUnless = (file: string, shown: string, whom: string): Step =>
  byHand(
    `Look at ${shown} in what was read first (it is kept in ${file}). Blank: the next line is right, ${whom} had the default policy. ` +
      `A name: put it, in single quotes, where the next line says $null.`,
  );

/** How commands name the mailbox. */
export const mailboxOf = ({ mailbox }: MailTarget): string => mailbox.identity ?? mailbox.user;

/** 2010 has one IMAP service; from 2013 on a front end takes the connection and a back end serves the mailbox. */
export const imapServices = ({ exchange }: Target): readonly string[] =>
  is2010(exchange.version) ? ['MSExchangeIMAP4'] : ['MSExchangeIMAP4', 'MSExchangeIMAP4BE'];

/** Limits of the IMAP service are read when it starts (TechNet bb123712; configure-imap4). */
export const restartImap = (target: Target, server: string): Step =>
  shell(
    on(server, ...imapServices(target).map(service => restartService({ Name: service }))),
    `every IMAP connection to ${server} for some seconds; agents lose the Agent Email tab meanwhile`,
  );

export const readImapServices = (target: Target, server: string): Step =>
  shell(on(server, getService({ Name: imapServices(target) })));

/** The last events of one source and number: the same number means something else from another source. */
export const eventsOf = (server: string, provider: string, ids: readonly number[]): ShellCommand =>
  getWinEvent({
    ComputerName: server,
    LogName: 'Application',
    FilterXPath: `*[System[Provider[@Name="${provider}"] and (${ids.map(id => `EventID=${id}`).join(' or ')})]]`,
    MaxEvents: 20,
  });
