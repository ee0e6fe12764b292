import { rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command, Given } from '../cli/command.js';
import { configFrom } from '../cli/config-file.js';
import { EXIT, line } from '../cli/io.js';
import {
  acceptKey,
  createKey,
  ensureKey,
  forgetKey,
  keyFile,
  nextFile,
  publicFile,
  readKeyFile,
  readPublicFile,
} from '../config/key-folder.js';
import { keyFolderOf, openKeyRing } from '../config/key-ring.js';
import { secretsFrom } from '../config/secrets.js';
import { UsageError } from '../domain/errors.js';
import { type Party, partyWords, siteParty } from '../signing/signed.js';

type World = { folder: string; parties: readonly Party[]; only: Party | null; say: (says: string) => void };

/** Keys with which bots and workers sign, as files; what the configuration names by reference is only shown. */
export const runKeys: Command['run'] = async (given, io) => {
  const [word = 'show', ...more] = given.words;
  const { config, folder: beside } = await configFrom(given, io);
  const named = given.text('folder');
  const folder = named ? resolve(io.cwd, named) : keyFolderOf(config, io.env, io.cwd);
  const parties: Party[] = ['bot', ...config.sites.map(({ id }) => siteParty(id))];
  const world = { folder, parties, only: onlyOf(given, parties), say: (says: string) => io.stdout(line(says)) };
  switch (more.length > 0 && word !== 'forget' ? '' : word) {
    case 'create':
      return create(world, given.text('out') ? resolve(io.cwd, given.text('out') ?? '') : null);
    case 'show':
      return show();
    case 'next':
      return next(world);
    case 'switch':
      return switchTo(world);
    case 'forget':
      return forget(world, more);
    default:
      throw new UsageError('keys knows create, show, next, switch and forget.');
  }

  async function show(): Promise<number> {
    const secrets = secretsFrom(io.env, { folder: beside, warn: says => io.stderr(line(says)) });
    const ring = await openKeyRing({ config, secrets, folder, signs: parties, isReader: true });
    world.say(`Keys in ${folder}`);
    for (const party of parties) {
      const own = ring.own(party);
      const accepted = ring.accepted(party);
      const ids = accepted.map(({ id }) => id).join(', ') || 'none: nothing that it says counts here';
      world.say(`${party}: ${own ? `signs here with ${own.id}` : 'its private key is not here'}; accepted: ${ids}`);
      for (const { id, text } of accepted) world.say(`  ${text} ${id}`);
    }
    return parties.every(party => ring.accepted(party).length > 0) ? EXIT.healthy : EXIT.problem;
  }
};

const onlyOf = (given: Given, parties: readonly Party[]): Party | null => {
  const name = given.text('for');
  if (name === undefined) return null;
  const party = parties.find(each => each === name || each === `site-${name}`);
  if (party) return party;
  throw new UsageError(`--for wants bot or a site of the configuration: ${parties.slice(1).map(siteName).join(', ')}.`);
};
const siteName = (party: Party): string => party.slice('site-'.length);
const theOne = ({ only }: World): Party => {
  if (only) return only;
  throw new UsageError('Whose key? Add --for bot, or --for SITE.');
};

/** Makes what is missing. With `out` a folder for each party, which holds what that party needs and nothing of others. */
const create = async ({ folder, parties, only, say }: World, out: string | null): Promise<number> => {
  const folderOf = (party: Party) => (out ? join(out, party) : folder);
  for (const party of only ? [only] : parties) {
    const { key, isNew } = await ensureKey(folderOf(party), party);
    say(`${party}: ${isNew ? 'made' : 'there already'}, ${key.id}, ${keyFile(folderOf(party), party)}`);
  }
  if (!out) return EXIT.healthy;
  for (const party of parties) {
    const known = party === 'bot' ? parties.slice(1) : (['bot'] as const);
    for (const other of known)
      for (const key of (await readPublicFile(publicFile(folderOf(other), other))).reverse())
        await acceptKey(folderOf(party), other, key);
  }
  say(
    `Give ${join(out, 'bot')} to the bot and ${join(out, 'site-…')} to the workers of that site, as UCCX_KEYS or signing.folder.`,
  );
  return EXIT.healthy;
};

/** A second key that counts and does not sign yet. */
const next = async (world: World): Promise<number> => {
  const { folder, say } = world;
  const party = theOne(world);
  const file = nextFile(folder, party);
  const isNew = await createKey(file);
  const key = await readKeyFile(file);
  if (!key) throw new UsageError(`${file} is gone again.`);
  await acceptKey(folder, party, key);
  say(`${isNew ? 'Made' : 'There already is'} the next key of ${partyWords(party)}, ${key.id}. It does not sign yet.`);
  const whose = party === 'bot' ? 'every site' : 'the bot';
  say(`1. Add this line to ${party}.pub of ${whose}, above the old one, which stays; it counts within half a minute:`);
  say(`   ${key.text} ${key.id}`);
  say(`2. Here: uccx-doctor keys switch --for ${party === 'bot' ? 'bot' : siteName(party)}`);
  say('3. When all that was signed with the old one is over (a day for a bot), keys forget it, here and there.');
  return EXIT.healthy;
};

const switchTo = async (world: World): Promise<number> => {
  const { folder, say } = world;
  const party = theOne(world);
  const key = await readKeyFile(nextFile(folder, party));
  if (!key)
    throw new UsageError(`There is no next key of ${partyWords(party)} in ${folder}: uccx-doctor keys next makes one.`);
  await acceptKey(folder, party, key);
  await rename(nextFile(folder, party), keyFile(folder, party));
  say(`${party} signs with ${key.id}, within a minute also where it runs now.`);
  return EXIT.healthy;
};

const forget = async (world: World, ids: readonly string[]): Promise<number> => {
  const { folder, say } = world;
  const party = theOne(world);
  const [id, ...more] = ids;
  if (id === undefined || more.length > 0) throw new UsageError('keys forget wants the name of one key.');
  const own = await readKeyFile(keyFile(folder, party));
  if (own?.id === id) throw new UsageError(`${party} signs with ${id}: switch to another one first.`);
  if (!(await forgetKey(folder, party, id))) throw new UsageError(`${party}.pub in ${folder} holds no key ${id}.`);
  say(`${id} does not count for ${partyWords(party)} any more.`);
  return EXIT.healthy;
};
