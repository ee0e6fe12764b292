import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { LabTeams } from '../../src/lab/teams/start-teams.js';

/**
 * Microsoft's own test client for bots, the Agents Playground. Its licence is one for trying out, so it is fetched beside the project and
 * never a dependency: `npm i --ignore-scripts --prefix "$UCCX_PLAYGROUND" @microsoft/m365agentsplayground@0.2.28`
 */
const PLAYGROUND_FOLDER =
  process.env.UCCX_PLAYGROUND ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'uccx-doctor', 'agents-playground');
const PROGRAM = join(PLAYGROUND_FOLDER, 'node_modules', '@microsoft', 'm365agentsplayground', 'cli.js');
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Why the test client cannot run here; null where it can. */
export const playgroundMissing = (): string | null => {
  if (!existsSync(PROGRAM)) return `Agents Playground is not in ${PLAYGROUND_FOLDER}`;
  return existsSync(CHROMIUM) ? null : `there is no Chromium at ${CHROMIUM}`;
};

/** Who there is in the test client's tenant; it wants five colleagues. */
export const ALEX = { name: 'Alex Wilber', objectId: '33333333-3333-4333-8333-333333333330' };
const CHAT = 'a:alex-and-the-bot';

/** Starts the test client as `npx agentsplayground` would, on a free port, talking to `endpoint`. */
export const startPlayground = async (given: {
  folder: string;
  port: number;
  endpoint: string;
  appId: string;
  tenant: string;
}): Promise<{ url: string; stop: () => Promise<void> }> => {
  const { folder, port, endpoint } = given;
  await mkdir(folder, { recursive: true });
  const config = join(folder, 'playground.yml');
  await writeFile(config, stringify(worldOf(given)));
  const options = ['-e', endpoint, '-c', 'msteams', '-p', String(port), '--service-url', serviceUrlOf(port), '--dt'];
  const child = spawn(process.execPath, [PROGRAM, 'start', ...options], {
    cwd: folder,
    // It would open a browser window of its own where there is a desktop.
    env: { PATH: process.env.PATH, BROWSER: 'true', HOME: folder, M365_AGENTS_PLAYGROUND_CONFIG_PATH: config },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise(resolve => child.once('exit', resolve));
  await listening(child);
  return {
    url: `http://127.0.0.1:${port}/`,
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
};

export const serviceUrlOf = (port: number): string => `http://127.0.0.1:${port}/_connector`;

/** The Bot Framework's part: the test client signs nothing, and the bot hears nobody unsigned. Hands each activity on with a good token. */
export const startSigner = async (
  teams: LabTeams,
  bot: string,
): Promise<{ url: string; stop: () => Promise<void> }> => {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    if (request.method !== 'POST') return response.writeHead(405).end();
    const body = Buffer.concat(parts).toString('utf8');
    const { serviceUrl } = JSON.parse(body) as { serviceUrl: string };
    const authorization = String(await teams.identity.headerFor(serviceUrl));
    const headers = { 'content-type': 'application/json', authorization };
    const answer = await fetch(bot, { method: 'POST', headers, body }).catch(() => null);
    if (!answer) return response.writeHead(502).end();
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
    response.end(await answer.text());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/messages`,
    stop: () =>
      new Promise(resolve => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
};

const listening = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = '';
    const hear = (part: Buffer) => {
      said += part.toString('utf8');
      if (said.includes('Listening on')) resolve();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', code => reject(new Error(`Agents Playground ended with ${code}: ${said.slice(0, 1_000)}`)));
  });

const worldOf = ({ appId, tenant }: { appId: string; tenant: string }) => ({
  version: '0.1.1',
  tenantId: tenant,
  bot: { id: `28:${appId}`, name: 'UCCX Doctor' },
  currentUser: personOf('29:alex', ALEX.name, ALEX.objectId),
  users: [1, 2, 3, 4, 5].map(nth =>
    personOf(`29:${nth}`, `Colleague ${nth}`, `33333333-3333-4333-8333-33333333333${nth}`),
  ),
  personalChat: { id: CHAT },
  groupChat: { id: '19:group@thread.v2', name: 'Group' },
  team: {
    id: '19:team@thread.tacv2',
    name: 'Contact centre',
    aadGroupId: '33333333-3333-4333-8333-333333333340',
    channels: [{ id: '19:uccx@thread.tacv2', name: 'uccx' }],
  },
});

const personOf = (id: string, name: string, aadObjectId: string) => {
  const [givenName = name, surname = name] = name.split(' ');
  const mail = `${givenName.toLowerCase()}@contoso.example`;
  return { id, name, userPrincipleName: mail, aadObjectId, givenName, surname, email: mail };
};
