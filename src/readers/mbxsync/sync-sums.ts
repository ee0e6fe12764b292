import type { BodyOf } from '../../domain/evidence/index.js';
import { copyOf } from '../jetty/access-line.js';
import { causeOf } from './causes.js';
import type { FailedCall, Prefix } from './sync-line.js';

type SyncLog = BodyOf<'sync-log'>;
type Listed = SyncLog['failures'][number];
type Counted<Body> = { body: Body; users: Set<string> };
/** One server as calls name it. */
export type Server = { server: string; failures: number; answered: number };

const MOST = { failures: 40, codes: 30, servers: 20, users: 50_000, usersEach: 5_000 };

/** Adds up what a log of Mailbox Sync tells; whoever hits the same fault again is counted and not listed. */
export const syncSums = (remark: (line: number) => void) => {
  const failures = new Map<string, Counted<Listed>>();
  const codes = new Map<string, Counted<SyncLog['codes'][number]>>();
  const servers = new Map<string, Server>();
  const users = new Set<string>();
  let [otherFailures, answered] = [0, 0];

  return { failed, code, succeeded, succeededAt, names, end };

  function failed(call: FailedCall, who: Prefix | null, line: number): void {
    const cause = causeOf(call.words, call.status);
    const server = serverOf(who);
    if (server) server.failures++;
    const key = `${cause} ${call.status} ${call.url} ${call.host}`;
    const known = failures.get(key);
    if (known) {
      again(known, who);
      return;
    }
    if (failures.size >= MOST.failures) {
      otherFailures++;
      return;
    }
    const body: Listed = {
      cause,
      status: call.status,
      url: call.url,
      host: call.host === null ? null : shown(call.host),
      times: 0,
      users: 0,
      line,
      text: copyOf(call.words.slice(0, 300)),
    };
    const counted = { body, users: new Set<string>() };
    failures.set(copyOf(key), counted);
    again(counted, who);
    remark(line);
  }

  function code(name: string, who: Prefix | null, line: number): void {
    const known = codes.get(name);
    if (known) {
      again(known, who);
      return;
    }
    if (codes.size >= MOST.codes) return;
    const counted = { body: { code: copyOf(name), times: 0, users: 0, line }, users: new Set<string>() };
    codes.set(counted.body.code, counted);
    again(counted, who);
    remark(line);
  }

  function again({ body, users: hit }: Counted<{ times: number; users: number }>, who: Prefix | null): void {
    body.times++;
    if (!who?.user || hit.size >= MOST.usersEach || hit.has(who.user)) return;
    hit.add(copyOf(who.user));
    body.users = hit.size;
  }

  /** Gives the server that the call names, for `succeededAt`. */
  function succeeded(who: Prefix | null): Server | null {
    const server = serverOf(who);
    if (server) succeededAt(server, 1);
    else answered++;
    return server;
  }

  function succeededAt(server: Server, times: number): void {
    answered += times;
    server.answered += times;
  }

  function names(who: Prefix): void {
    if (who.user && users.size < MOST.users && !users.has(who.user)) users.add(copyOf(who.user));
  }

  function serverOf(who: Prefix | null): Server | null {
    if (!who?.server) return null;
    const known = servers.get(who.server);
    if (known) return known;
    if (servers.size >= MOST.servers) return null;
    const own = copyOf(who.server);
    const server = { server: shown(own), failures: 0, answered: 0 };
    servers.set(own, server);
    return server;
  }

  function end() {
    return {
      answered,
      users: users.size,
      servers: [...servers.values()].sort((a, b) => (a.server < b.server ? -1 : 1)),
      failures: [...failures.values()].map(({ body }) => body),
      otherFailures,
      codes: [...codes.values()].map(({ body }) => body),
    };
  }
};

/** A name of a file as it may be shown. */
const shown = (name: string): string => name.replace(/[^A-Za-z0-9._:-]/g, '?').slice(0, 255);
