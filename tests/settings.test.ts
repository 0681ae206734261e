import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkSettings } from '../src/check-settings.js';
import { PROJECT_ROOT, readConfig, SETTINGS } from '../src/config.js';
import { makeFolder } from '../src/store/make-folder.js';
import { spawnService, temporaryFolder } from './setup/spawned.js';

/** Values that no service can do anything with. What has none takes any text: tokens, secrets, titles, ids. */
const WRONG: Partial<Record<keyof typeof SETTINGS, readonly string[]>> = {
  HOST: ['', ' '],
  PORT: ['', 'http', '80.5', '-1', '70000', '0x50'],
  SALIENT_DATA: ['', ' '],
  SALIENT_WRITE_TOKEN: ['short'],
  SALIENT_LOG_LEVEL: ['loud'],
  SALIENT_MAX_BODY_MB: ['', '0', 'much'],
  SALIENT_WORKERS: ['0', '1.5', '2'],
  SALIENT_TILE_CACHE_MB: ['0'],
  SALIENT_PUBLIC_HOSTS: ['https://maps.example.org', 'maps.example.org/path', 'a b', 'ok.example.org,*.example.org'],
  SALIENT_ARCHIVE_HOSTS: ['https://tiles.example.org', 'tiles.example.org/a.pmtiles'],
  SALIENT_FRAME_ANCESTORS: ['everybody'],
  SALIENT_PROXIES: ['proxy', '10.0.0.0/8', '10.0.0.1 10.0.0.2', '999.1.1.1'],
  SALIENT_CLIENT_POINTS: ['-1'],
  SALIENT_DRAIN_S: ['soon'],
  SALIENT_REPORT_EVERY_S: ['daily'],
  SALIENT_WEBHOOK_PRIVATE: ['http://127.0.0.1:9000/hook'],
  SALIENT_PULL_HOSTS: ['https://example.org', '*', '*example.org', 'a.*.org'],
  SALIENT_PULL_PRIVATE: ['http://intranet', '*.intranet'],
  SALIENT_PULL_MB: ['0'],
  SALIENT_PULL_TIMEOUT_S: ['0'],
  SALIENT_COPY_MB: ['all'],
  SALIENT_PULL_EVERY_S: ['often'],
  SALIENT_SMTP_URL: ['mail.example.org', 'https://mail.example.org', 'smtp://mail.example.org'],
  SALIENT_MAIL_FROM: ['Maps', 'maps@', 'Maps <maps>'],
  SALIENT_PUBLIC_URL: ['notaurl', 'maps.example.org', 'ftp://maps.example.org', 'https://maps.example.org/?a=b'],
  SALIENT_OPENID_ISSUER: ['http://id.example.org'],
  SALIENT_OPENID_SCOPES: ['email'],
  SALIENT_OPENID_CLAIM: [''],
  SALIENT_BASEMAP: ['file:///style.json', 'ftp://maps.example.org/style.json'],
};

describe('a setting of the wrong form', () => {
  test.each(Object.entries(WRONG))('%s is refused by its name and value', (name, values) => {
    for (const value of values) {
      const refusal = { SALIENT_SMTP_URL: /^SALIENT_(SMTP_URL|MAIL_FROM)=/ }[name] ?? new RegExp(`^${name}=`);
      expect(() => readConfig({ [name]: value }), value).toThrow(refusal);
    }
  });

  test('is none of these', () => {
    const right: Partial<Record<keyof typeof SETTINGS, readonly string[]>> = {
      HOST: ['0.0.0.0', '::', 'localhost'],
      SALIENT_PUBLIC_HOSTS: ['Maps.Example.org, maps.example.org:8443', '[::1]:8080', '127.0.0.1'],
      SALIENT_PROXIES: ['10.0.0.1,::1'],
      SALIENT_WEBHOOK_PRIVATE: ['127.0.0.1:9000', 'hooks'],
      SALIENT_PULL_HOSTS: ['*.example.org,example.org:8443'],
      SALIENT_MAIL_FROM: ['maps@example.org', 'Maps <maps@example.org>', '"Maps, ours" <maps@example.org>'],
      SALIENT_PUBLIC_URL: ['https://example.org/maps/', 'http://10.0.0.1:8080'],
      SALIENT_BASEMAP: ['https://tiles.example.org/style.json', 'style.json'],
    };
    for (const [name, values] of Object.entries(right)) {
      for (const value of values) expect(() => readConfig({ [name]: value }), value).not.toThrow();
    }
    expect(() =>
      readConfig(Object.fromEntries(Object.entries(SETTINGS).map(([name, { default: text }]) => [name, text]))),
    ).not.toThrow();
  });
});

const PROVIDER = { openidIssuer: 'https://id.example.org', openidClient: 'maps' };
const WITH_PROVIDER = { SALIENT_OPENID_ISSUER: PROVIDER.openidIssuer, SALIENT_OPENID_CLIENT: PROVIDER.openidClient };

test('every relative path starts from the working folder, the defaults from the root of the project', () => {
  const paths = (environment: Record<string, string>, working: string) => {
    const { dataFolder, reportsFolder, geodataFolder, openidSecretFile, basemap } = readConfig(environment, working);
    return { dataFolder, reportsFolder, geodataFolder, openidSecretFile, basemap };
  };
  const stated = {
    ...{
      SALIENT_DATA: 'data',
      SALIENT_REPORTS_FOLDER: 'reports',
      SALIENT_GEODATA: '../ours',
      SALIENT_BASEMAP: 'b.json',
    },
    ...{ ...WITH_PROVIDER, SALIENT_OPENID_SECRET_FILE: './secret' },
  };
  expect(paths(stated, '/srv/maps')).toEqual({
    dataFolder: '/srv/maps/data',
    reportsFolder: '/srv/maps/reports',
    geodataFolder: '/srv/ours',
    openidSecretFile: '/srv/maps/secret',
    basemap: '/srv/maps/b.json',
  });
  expect(paths({}, '/srv/maps')).toEqual({
    dataFolder: join(PROJECT_ROOT, '.salient'),
    reportsFolder: null,
    geodataFolder: join(PROJECT_ROOT, 'geodata'),
    openidSecretFile: null,
    basemap: '',
  });
  for (const [name, { meaning }] of Object.entries(SETTINGS).filter(
    ([name]) => name in stated && !/_(ISSUER|CLIENT)$/.test(name),
  ))
    expect([name, meaning]).toEqual([name, expect.stringContaining('a relative path starts from the working folder')]);
});

describe('a setting that names what this machine has not', () => {
  const settings = { ...readConfig({}), geodataFolder: '' };
  const folder = temporaryFolder();
  const file = join(folder, 'file.json');
  writeFileSync(file, '{"not": "a style"}');
  const empty = join(folder, 'empty');
  writeFileSync(empty, '\n');
  const other = join(folder, 'other');
  mkdirSync(join(other, 'no-bundle'), { recursive: true });
  writeFileSync(join(other, 'no-bundle', 'series.json'), '{}');
  const bundle = join(folder, 'bundle');
  mkdirSync(bundle);
  writeFileSync(join(bundle, 'theatre.json'), '{}');

  test.each([
    ['SALIENT_GEODATA', { geodataFolder: '/nope' }, 'it is not there'],
    ['SALIENT_GEODATA', { geodataFolder: file }, 'it is a file, or lies below one'],
    ['SALIENT_GEODATA', { geodataFolder: bundle }, 'it is a bundle: name the folder that bundles lie in'],
    ['SALIENT_GEODATA', { geodataFolder: other }, 'no bundle is in it: expected NAME/theatre.json below it'],
    ['SALIENT_REPORTS_FOLDER', { reportsFolder: '/proc/nope/reports' }, 'no folder can be made there'],
    ['SALIENT_REPORTS_FOLDER', { reportsFolder: file }, 'it is a file, or lies below one'],
    ['SALIENT_REPORTS_FOLDER', { reportsFolder: join(file, 'below') }, 'it is a file, or lies below one'],
    ['SALIENT_BASEMAP', { basemap: '/nope.json' }, 'it is not there'],
    ['SALIENT_BASEMAP', { basemap: folder }, 'it is a folder'],
    ['SALIENT_BASEMAP', { basemap: file }, 'it is no MapLibre style (JSON with layers)'],
    ['SALIENT_OPENID_SECRET_FILE', { openidSecretFile: '/nope', ...PROVIDER }, 'it is not there'],
    ['SALIENT_OPENID_SECRET_FILE', { openidSecretFile: folder, ...PROVIDER }, 'it is a folder'],
    ['SALIENT_OPENID_SECRET_FILE', { openidSecretFile: empty, ...PROVIDER }, 'the file is empty'],
    ['HOST', { host: '999.1.1.1' }, 'it is no address of this machine (ENOTFOUND)'],
    ['HOST', { host: '192.0.2.1' }, 'it is no address of this machine (EADDRNOTAVAIL)'],
  ])('%s is refused: %o', async (name, changed, why) => {
    const [value] = Object.values(changed);
    await expect(checkSettings({ ...settings, ...changed })).rejects.toThrow(`${name}=${value}: ${why}`);
  });

  test('is none of these', async () => {
    const style = join(folder, 'style.json');
    writeFileSync(style, '{"version": 8, "sources": {}, "layers": []}');
    const reportsFolder = join(folder, 'made', 'for', 'reports');
    await checkSettings({ ...readConfig({}), reportsFolder, basemap: style });
    await checkSettings({ ...settings, geodataFolder: folder });
    await checkSettings({ ...settings, host: 'localhost', basemap: 'https://tiles.example.org/style.json' });
    expect(() => makeFolder(reportsFolder)).not.toThrow();
  });

  test.each([
    [{ SALIENT_DATA: '/proc/nope' }, 'SALIENT_DATA=/proc/nope: no folder can be made there'],
    [{ SALIENT_DATA: '/etc/hostname' }, 'SALIENT_DATA=/etc/hostname: it is a file, or lies below one'],
    [{ SALIENT_GEODATA: '/nope' }, 'SALIENT_GEODATA=/nope: it is not there'],
    [{ ...WITH_PROVIDER, SALIENT_OPENID_SECRET_FILE: '/nope' }, 'SALIENT_OPENID_SECRET_FILE=/nope: it is not there'],
    [
      { ...WITH_PROVIDER, SALIENT_OPENID_ROLES: 'bogus' },
      'SALIENT_OPENID_ROLES="bogus": expected claim:value=role@series, the role one of reader, contributor, reviewer, publisher, keeper',
    ],
    [
      { SALIENT_PUBLIC_URL: 'notaurl' },
      'SALIENT_PUBLIC_URL="notaurl": expected an address such as https://maps.example.org',
    ],
  ])(
    'ends the start with one sentence, and no database was made: %o',
    async (environment, sentence) => {
      const data = join(temporaryFolder(), 'data');
      const { code, stderr } = await spawnService({ SALIENT_DATA: data, ...environment }).ended;
      expect([code, stderr]).toEqual([1, `salient: ${sentence}\n`]);
      expect(existsSync(data)).toBe(false);
    },
    60_000,
  );

  test('a provider of identities without SALIENT_PUBLIC_URL is a warning in the log', {
    timeout: 120_000,
  }, async () => {
    const stated = {
      'without the address': WITH_PROVIDER,
      'with it': { ...WITH_PROVIDER, SALIENT_PUBLIC_URL: 'https://maps.example.org' },
    };
    const warned: string[] = [];
    for (const [how, environment] of Object.entries(stated)) {
      const service = spawnService({ SALIENT_GEODATA: '', ...environment });
      await service.address;
      const { stderr } = await service.end('SIGTERM');
      if (stderr.includes('SALIENT_OPENID_ISSUER without SALIENT_PUBLIC_URL')) warned.push(how);
    }
    expect(warned).toEqual(['without the address']);
  });
});
