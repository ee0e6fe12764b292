import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A part of the built program says from which files it was made, each in a line of its own. */
const LIBRARIES = {
  botbuilder: '// node_modules/botbuilder/',
  'botframework-connector': '// node_modules/botframework-connector/',
  agents: '// node_modules/@microsoft/agents-hosting/',
};

const TELL = `process.on('exit', () => {
  const session = new (require('node:inspector').Session)();
  const files = [];
  session.connect();
  session.on('Debugger.scriptParsed', ({ params }) => params.url.startsWith('file:') && files.push(params.url));
  session.post('Debugger.enable');
  require('node:fs').writeFileSync(__dirname + '/' + process.pid + '.json', JSON.stringify({ role: process.argv[2], files }));
});`;

/** Which libraries for Teams the processes really load: each tells at its end which files it runs. */
export type LoadedLibraries = {
  /** What the processes are started with. */
  env: Record<string, string>;
  /** Of those that have ended in order, by their role. */
  told: () => Promise<Record<string, string[]>>;
  remove: () => Promise<void>;
};

export const loadedLibraries = async (): Promise<LoadedLibraries> => {
  const folder = await mkdtemp(join(tmpdir(), 'uccx-loaded-'));
  await writeFile(join(folder, 'tell.cjs'), TELL);
  const librariesIn = async (files: string[]) => {
    const parts = await Promise.all(files.map(file => readFile(new URL(file), 'utf8')));
    return Object.entries(LIBRARIES)
      .filter(([, line]) => parts.some(part => part.includes(line)))
      .map(([library]) => library);
  };
  return {
    env: { NODE_OPTIONS: `--require ${join(folder, 'tell.cjs')}` },
    told: async () => {
      const names = (await readdir(folder)).filter(name => name.endsWith('.json'));
      const told = await Promise.all(names.map(async name => JSON.parse(await readFile(join(folder, name), 'utf8'))));
      return Object.fromEntries(
        await Promise.all(told.map(async ({ role, files }) => [role, await librariesIn(files)])),
      );
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};
