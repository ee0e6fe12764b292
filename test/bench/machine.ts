import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, platform, totalmem } from 'node:os';

/** What the figures are measured on, without its name, and how busy others keep it: ask before the bench itself keeps it busy. */
export const machine = (): string =>
  [
    `${availableParallelism()} cores (${cpus()[0]?.model.trim() || 'unknown'})`,
    `${(totalmem() / 2 ** 30).toFixed(0)} GiB memory`,
    `Node ${process.version}`,
    platform(),
    `load average ${(loadavg()[0] ?? 0).toFixed(1)} at the start`,
  ].join(', ');

/** Resident memory of a process in MB; null where the system does not tell. https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
export const residentMb = (pid: number): Promise<number | null> => statusMb(pid, 'VmRSS');

/** The most that it has had so far. */
export const peakResidentMb = (pid: number): Promise<number | null> => statusMb(pid, 'VmHWM');

const statusMb = async (pid: number, name: string): Promise<number | null> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kb = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  return kb === undefined ? null : Math.round(Number(kb) / 1024);
};

/** Processor time of a process so far, in milliseconds; Linux counts in hundredths of a second. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
export const cpuMs = async (pid: number): Promise<number> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return ((user ?? Number.NaN) + (system ?? Number.NaN)) * 10;
};
