import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inflateSync } from 'node:zlib';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { teamsPackage } from '../../../src/chat/teams/manifest.js';
import { manifestJudge } from '../../../src/chat/teams/manifest-faults.js';
import { parseCommand } from '../../../src/intake/command.js';

const FOLDER = join(import.meta.dirname, '../../../manifests/teams');
const APP = '8f7a0c52-5e0a-4d8e-9f61-0f1c3c1f2a77';
const given = { appId: APP, version: '1.2.3' };

const readManifest = async (zip: Uint8Array | Promise<Uint8Array>) =>
  JSON.parse(strFromU8(unzipSync(await zip)['manifest.json'] as Uint8Array));

let zip: Uint8Array;
let judge: Awaited<ReturnType<typeof manifestJudge>>;
beforeAll(async () => {
  zip = await teamsPackage(FOLDER, given);
  judge = await manifestJudge(JSON.parse(await readFile(join(FOLDER, 'MicrosoftTeams.schema.json'), 'utf8')));
});

describe('the app package for Teams', () => {
  it('holds the manifest and two icons, and nothing else', async () => {
    const files = unzipSync(zip);
    expect(Object.keys(files).sort()).toEqual(['color.png', 'manifest.json', 'outline.png']);
  });

  it('names the bot and the version, in every scope, with files and shared channels', async () => {
    const manifest = await readManifest(teamsPackage(FOLDER, { ...given, version: '1.2.3-rc.1' }));
    expect(manifest).toMatchObject({
      id: APP,
      version: '1.2.3',
      manifestVersion: '1.25',
      supportsChannelFeatures: 'tier1',
    });
    expect(manifest.bots).toHaveLength(1);
    expect(manifest.bots[0]).toMatchObject({
      botId: APP,
      scopes: ['personal', 'team', 'groupChat'],
      supportsFiles: true,
      isNotificationOnly: false,
    });
    expect(JSON.stringify(manifest)).not.toMatch(/[{]\w+[}]/);
  });

  it('is the same file from the same input, and another from another', async () => {
    const [same, other] = await Promise.all([
      teamsPackage(FOLDER, given),
      teamsPackage(FOLDER, { ...given, version: '1.2.4' }),
    ]);
    expect(Buffer.from(same).equals(zip)).toBe(true);
    expect(Buffer.from(other).equals(zip)).toBe(false);
  });

  it.each(['Pacific/Auckland', 'America/Los_Angeles'])('is the same file in %s', async zone => {
    const code = `import('${new URL('../../../dist/src/chat/teams/manifest.js', import.meta.url).href}').then(async m => process.stdout.write(require('node:crypto').createHash('sha256').update(await m.teamsPackage(${JSON.stringify(FOLDER)}, ${JSON.stringify(given)})).digest('hex')))`;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', code], { env: { ...process.env, TZ: zone } });
    expect(stdout).toBe(
      createHash('sha256')
        .update(await teamsPackage(FOLDER, given))
        .digest('hex'),
    );
  });

  it('carries the page of the organisation', async () => {
    const website = 'https://intranet.contoso.example/uccx';
    const { developer } = await readManifest(teamsPackage(FOLDER, { ...given, website }));
    expect(developer).toMatchObject({ websiteUrl: website, privacyUrl: website, termsOfUseUrl: website });
  });

  it('lists commands that the bot understands', async () => {
    const { bots } = await readManifest(zip);
    const lists = bots[0].commandLists as { scopes: string[]; commands: { title: string; description: string }[] }[];
    expect(lists.flatMap(({ scopes }) => scopes).sort()).toEqual(['groupChat', 'personal', 'team']);
    const titles = lists.flatMap(({ commands }) => commands.map(({ title }) => title));
    expect(titles).toContain('check');
    for (const title of titles) {
      const parsed = parseCommand(title, { targets: [], rules: ['imap-login'] });
      expect(parsed.is === 'mistake' ? parsed.says : '', title).not.toMatch(/There is no command/);
    }
  });
});

describe('the icons', () => {
  it('are of the sizes that Teams wants', async () => {
    expect(await pixels('color.png')).toMatchObject({ width: 192, height: 192 });
    expect(await pixels('outline.png')).toMatchObject({ width: 32, height: 32 });
  });

  it('outline: white on nothing', async () => {
    const { rgba } = await pixels('outline.png');
    const drawn = rgba.filter(([, , , alpha]) => alpha > 0);
    expect(drawn.length).toBeGreaterThan(50);
    expect(drawn.length).toBeLessThan(rgba.length / 2);
    expect(drawn.filter(([red, green, blue]) => red < 250 || green < 250 || blue < 250)).toEqual([]);
  });

  it('colour: filled to the edge', async () => {
    const { rgba } = await pixels('color.png');
    expect(rgba.filter(([, , , alpha]) => alpha < 255)).toEqual([]);
  });
});

describe('a template that was edited', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'uccx-manifest-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const long = 'x'.repeat(200);
  const cases: readonly [string, (manifest: Manifest) => void, RegExp][] = [
    [
      'a key that Teams does not know',
      m => Object.assign(m, { colour: 'red' }),
      /manifest\.json: Teams knows no «colour» here/,
    ],
    ['no name', m => Reflect.deleteProperty(m, 'name'), /manifest\.json: name is missing/],
    ['a name too long', m => Object.assign(m.name, { short: long }), /name\.short: expected at most 30 characters/],
    [
      'a link without TLS … or none',
      m => Object.assign(m.developer, { privacyUrl: 'intranet' }),
      /developer\.privacyUrl: expected an address that begins with https:/,
    ],
    [
      'a scope that there is not',
      m => m.bots[0]?.scopes.push('meeting'),
      /bots\[0\]\.scopes\[3\]: expected one of team, personal, groupChat, copilot/,
    ],
    [
      'thirteen commands',
      m => {
        const list = m.bots[0]?.commandLists[0];
        if (list) list.commands = Array.from({ length: 13 }, () => ({ title: 'x', description: 'y' }));
      },
      /commandLists\[0\]\.commands: expected at most 12/,
    ],
    [
      'a command too long for the menu',
      m => m.bots[0]?.commandLists[0]?.commands.splice(0, 1, { title: long, description: long }),
      /commands\[0\]\.title: expected at most 32 characters[\s\S]*commands\[0\]\.description: expected at most 128/,
    ],
    ['a colour by name', m => Object.assign(m, { accentColor: 'teal' }), /accentColor: expected a colour like #0F5C7A/],
  ];
  it.each(cases)('%s is told in words', async (_, spoil, says) => {
    const manifest = (await readManifest(zip)) as Manifest;
    expect(judge(manifest)).toEqual([]);
    spoil(manifest);
    expect(judge(manifest).join('\n')).toMatch(says);
  });

  it('stops the package, every fault told at once', async () => {
    await cp(FOLDER, folder, { recursive: true });
    const manifest = JSON.parse(await readFile(join(FOLDER, 'manifest.json'), 'utf8')) as Manifest;
    await writeFile(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, accentColor: 'teal', odd: true }));
    await expect(teamsPackage(folder, given)).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(/no «odd» here\naccentColor: /),
    });
  });

  it('an icon of another size, or none, is told in words', async () => {
    await cp(FOLDER, folder, { recursive: true });
    await cp(join(FOLDER, 'color.png'), join(folder, 'outline.png'));
    await writeFile(join(folder, 'color.png'), 'no picture');
    await expect(teamsPackage(folder, given)).rejects.toThrow(
      /color\.png: expected a PNG of 192 × 192, found 0 × 0\noutline\.png: expected a PNG of 32 × 32, found 192 × 192/,
    );
  });

  it('an app id that is none is told in words', async () => {
    await expect(teamsPackage(FOLDER, { ...given, appId: 'uccx' })).rejects.toThrow(/id: expected an id like/);
  });
});

describe("Microsoft's schema", () => {
  it('is the file that its origin names', async () => {
    const [schema, origin] = await Promise.all(
      ['MicrosoftTeams.schema.json', 'README.md'].map(name => readFile(join(FOLDER, name))),
    );
    expect(origin?.toString()).toContain(
      createHash('sha256')
        .update(schema as Buffer)
        .digest('hex'),
    );
  });

  it('judges: an empty manifest has every fault', () => {
    const faults = judge({});
    for (const key of ['manifestVersion', 'version', 'id', 'developer', 'name', 'description', 'icons', 'accentColor'])
      expect(faults).toContain(`manifest.json: ${key} is missing`);
  });
});

type Manifest = {
  name: object;
  developer: object;
  bots: { scopes: string[]; commandLists: { commands: { title: string; description: string }[] }[] }[];
};
type Pixel = [red: number, green: number, blue: number, alpha: number];

/** The pixels of a PNG of eight bits a channel: https://www.w3.org/TR/png-3/#9Filter-types */
const pixels = async (name: string): Promise<{ width: number; height: number; rgba: Pixel[] }> => {
  const bytes = await readFile(join(FOLDER, name));
  const [width, height, depth, colours] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20), bytes[24], bytes[25]];
  expect(depth).toBe(8);
  const channels = colours === 6 ? 4 : 3;
  const parts: Buffer[] = [];
  for (let at = 8; at < bytes.length; at += bytes.readUInt32BE(at) + 12)
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)));
  const raw = inflateSync(Buffer.concat(parts));
  const stride = width * channels;
  const out = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < stride; x += 1) {
      const left = x >= channels ? (out[y * stride + x - channels] as number) : 0;
      const up = y > 0 ? (out[(y - 1) * stride + x] as number) : 0;
      const corner = y > 0 && x >= channels ? (out[(y - 1) * stride + x - channels] as number) : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][raw[y * (stride + 1)] as number] as number;
      out[y * stride + x] = ((raw[y * (stride + 1) + 1 + x] as number) + guess) & 255;
    }
  const rgba = Array.from({ length: width * height }, (_, index): Pixel => {
    const [red = 0, green = 0, blue = 0, alpha = 255] = out.subarray(index * channels, (index + 1) * channels);
    return [red, green, blue, alpha];
  });
  return { width, height, rgba };
};

const paeth = (left: number, up: number, corner: number): number => {
  const sum = left + up - corner;
  const [a, b, c] = [Math.abs(sum - left), Math.abs(sum - up), Math.abs(sum - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
};
