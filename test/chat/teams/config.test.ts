import { describe, expect, it } from 'vitest';
import { authorityOf, mayUploadTo } from '../../../src/chat/teams/clouds.js';
import { TeamsConfig } from '../../../src/chat/teams/config.js';

const APP = '8F7A0C52-5e0a-4d8e-9f61-0f1c3c1f2a77';
const TENANT = '3b0d1c7e-6a52-4a0e-8c5d-2f4f5b1f9e10';
const good = { appId: APP, tenant: TENANT, password: 'env:TEAMS_SECRET' };
const lab = (serviceUrl: string) => ({
  ...good,
  lab: { loginUrl: 'http://127.0.0.1:1', openIdUrl: 'http://127.0.0.1:1/keys', serviceUrl },
});
const told = (config: unknown): string[] =>
  (TeamsConfig.safeParse(config).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('the configuration of Teams', () => {
  it('has the public cloud and botbuilder unless told, and ids in one spelling', () => {
    expect(TeamsConfig.parse(good)).toEqual({
      ...good,
      appId: APP.toLowerCase(),
      cloud: 'public',
      engine: 'botbuilder',
    });
  });

  it.each([
    ['a managed identity', { appId: APP, tenant: TENANT, managedIdentity: true }],
    ['a lab on this machine', lab('http://127.0.0.1:3978/emea/')],
    ['a lab on this machine by name', lab('http://localhost:3978/')],
    ['a lab elsewhere over TLS', lab('https://lab.contoso.example/')],
  ])('takes %s', (_, config) => expect(told(config)).toEqual([]));

  it.each([
    ['neither secret nor identity', { appId: APP, tenant: TENANT }, /^password: expected either password/],
    ['both', { ...good, managedIdentity: true }, /^password: expected either password/],
    ['the secret itself', { ...good, password: 'abc~secret' }, /^password: .*never the secret itself/],
    ['a tenant by its domain', { ...good, tenant: 'contoso.onmicrosoft.com' }, /^tenant: expected an id like/],
    ['many tenants', { ...good, tenant: 'common' }, /^tenant: expected an id like/],
    ['a cloud that is none', { ...good, cloud: 'dod' }, /^cloud: /],
    ['a lab elsewhere without TLS', lab('http://lab.contoso.example/'), /^lab\.serviceUrl: expected https/],
    [
      'a lab that only looks like this machine',
      lab('http://127.0.0.1.evil.example/'),
      /^lab\.serviceUrl: expected https/,
    ],
    ['a lab with a login', lab('http://me:pw@127.0.0.1/'), /^lab\.serviceUrl: expected https/],
    ['keys without their service', { ...good, lab: { openIdUrl: 'http://127.0.0.1/' } }, /^lab\./],
  ])('refuses %s', (_, config, says) => expect(told(config)[0]).toMatch(says));
});

describe('a cloud', () => {
  const all = (['public', 'gcc', 'gcch', 'china'] as const).map(cloud => TeamsConfig.parse({ ...good, cloud }));

  it('shares no service address with another', () => {
    const hosts = all.flatMap(config => authorityOf(config).serviceHosts);
    expect(hosts).toHaveLength(new Set(hosts).size);
    for (const host of hosts) expect(host).toMatch(/^[a-z0-9.-]+\.(?:net|com|us|cn)$/);
  });

  it('is asked over TLS', () => {
    for (const { loginUrl, openIdUrl, issuer, scope } of all.map(authorityOf))
      for (const url of [loginUrl, openIdUrl, issuer, scope]) expect(new URL(url).protocol).toBe('https:');
  });

  it.each([
    ['public', 'https://contoso-my.sharepoint.com/personal/ann/file', true],
    ['gcch', 'https://contoso-my.sharepoint.us/personal/ann/file', true],
    ['public', 'https://contoso-my.sharepoint.us/personal/ann/file', false],
    ['public', 'http://contoso-my.sharepoint.com/personal/ann/file', false],
    ['public', 'https://sharepoint.com.evil.example/file', false],
    ['public', 'https://evilsharepoint.com/file', false],
    ['public', 'https://user@contoso-my.sharepoint.com/file', false],
    ['public', 'https://:secret@contoso-my.sharepoint.com/file', false],
    ['public', 'https://contoso-my.sharepoint.com:8443/file', false],
    ['public', 'https://contoso-my.sharepoint.com./file', false],
    ['public', 'https://[::1]/.sharepoint.com', false],
    ['public', 'javascript:alert(1)//.sharepoint.com', false],
    ['public', 'http://127.0.0.1:6379/', false],
    ['public', 'nonsense', false],
  ] as const)('%s: a file of ours may go to %s: %s', (cloud, url, may) => {
    expect(mayUploadTo(TeamsConfig.parse({ ...good, cloud }), url)).toBe(may);
  });

  it('of the lab is the lab alone', () => {
    const config = TeamsConfig.parse(lab('http://127.0.0.1:3978/emea/'));
    expect(authorityOf(config).serviceHosts).toEqual(['127.0.0.1:3978']);
    expect(mayUploadTo(config, 'https://contoso-my.sharepoint.com/file')).toBe(false);
    expect(mayUploadTo(config, 'http://127.0.0.1:3978/upload')).toBe(true);
  });
});
