import { existsSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LOG_LEVELS } from './log.js';
import {
  addresses,
  addressOrFile,
  asIs,
  filled,
  frameAncestors,
  hostsAndBelow,
  hostsWithPort,
  issuer,
  list,
  mailbox,
  number,
  oneOf,
  orNull,
  publicUrl,
  scopes,
  smtpUrl,
  whole,
  writeToken,
} from './setting-forms.js';

/** Where the project's own files (migrations, tiles, geodata, web assets) are: the package's root. */
export const PROJECT_ROOT = fileURLToPath(new URL('..', import.meta.url));

/** How a path of a setting becomes a value: `base` is the folder that it starts from when it is relative. */
type ReadPath<Value> = (text: string, base: string) => Value;

/**
 * What the defaults start from: in a clone its root, from wherever the service is started; a package that npm installed writes beside
 * whoever runs it, never inside node_modules. What somebody typed starts from the working folder.
 */
const HOME = PROJECT_ROOT.includes(`${sep}node_modules${sep}`) ? process.cwd() : PROJECT_ROOT;
const folder: ReadPath<string> = (text, base) => resolve(base, filled('a folder')(text));
const folderOrNull: ReadPath<string | null> = (text, base) => (text === '' ? null : resolve(base, text));
/** The folder that ships, unless whoever runs the package has one of that name. */
const shippedFolder: ReadPath<string> = (text, base) => {
  if (text === '') return '';
  const [own, ours] = [resolve(base, text), resolve(PROJECT_ROOT, text)];
  return text === SHIPPED && !existsSync(own) ? ours : own;
};
const SHIPPED = 'geodata';
const styleAt: ReadPath<string> = (text, base) => {
  const read = addressOrFile(text);
  return read === '' || URL.canParse(read) ? read : resolve(base, read);
};
/** Said of every setting that takes a path. */
const FROM = 'a relative path starts from the working folder';
const setting = <Name extends string, Value>(name: Name, read: ReadPath<Value>, standard: string, meaning: string) => ({
  name,
  read,
  default: standard,
  meaning,
});

/** Every setting: its name in `Config`, how its text is read, its default and its meaning. The README's table is tested against this one. */
export const SETTINGS = {
  HOST: setting('host', filled('an address of this machine, such as 127.0.0.1'), '127.0.0.1', 'address to listen on'),
  PORT: setting('port', whole(0, 65535), '8080', 'port to listen on; 0 picks a free one'),
  DATABASE_URL: setting('databaseUrl', orNull, '', 'PostgreSQL server to use; empty: the embedded database'),
  SALIENT_DATA: setting(
    'dataFolder',
    folder,
    '.salient',
    `folder of the embedded database; ${FROM}, the default from the root of the project, or of a package from the working folder`,
  ),
  SALIENT_WRITE_TOKEN: setting(
    'writeToken',
    writeToken,
    '',
    'a token with every scope, of 16 characters or more; others are made with `salient token create`',
  ),
  SALIENT_TOKEN: setting(
    'token',
    orNull,
    '',
    'token that the command line shows a running service; empty: SALIENT_WRITE_TOKEN, or the secret of the data folder',
  ),
  SALIENT_LOG_LEVEL: setting(
    'logLevel',
    oneOf(LOG_LEVELS),
    'info',
    `what is logged on stderr: ${LOG_LEVELS.join(', ')}`,
  ),
  SALIENT_MAX_BODY_MB: setting('maxBodyBytes', number(1, 4096, 1e6), '64', 'largest upload accepted, megabytes'),
  SALIENT_WORKERS: setting(
    'workers',
    whole(1, 64),
    '1',
    'processes that answer on the one port, each with a memory of tiles of its own; more than one needs a server',
  ),
  SALIENT_TILE_CACHE_MB: setting('tileCacheBytes', number(1, 65536, 1e6), '128', 'memory for drawn tiles, megabytes'),
  SALIENT_PUBLIC_HOSTS: setting(
    'publicHosts',
    hostsWithPort,
    '',
    'hosts, separated by commas, that a proxy may name in `X-Forwarded-Host`; links are then made for them',
  ),
  SALIENT_ARCHIVE_HOSTS: setting(
    'archiveHosts',
    hostsWithPort,
    '',
    'hosts, with port, separated by commas, of which the page shows tile archives (`?archive=https://…`); its own always',
  ),
  SALIENT_FRAME_ANCESTORS: setting(
    'frameAncestors',
    frameAncestors,
    '*',
    "whose pages may show ours in a frame: `*` (the desk in our own alone), `'none'`, `'self'` or origins separated by blanks",
  ),
  SALIENT_PROXIES: setting(
    'proxies',
    addresses,
    '',
    'addresses, separated by commas, of proxies whose `X-Forwarded-For` names the client',
  ),
  SALIENT_CLIENT_POINTS: setting(
    'clientPoints',
    number(0, 1e9),
    '1200',
    'what one public address may ask for in a minute: a look-up costs 1, an answer 3, a measure or a file 20, a tile or the TileJSON of a day nothing; 0: no limit',
  ),
  SALIENT_DRAIN_S: setting(
    'drainSeconds',
    number(0, 3600),
    '20',
    'seconds that requests under way may take to finish when the service is stopped',
  ),
  SALIENT_REPORT_EVERY_S: setting(
    'reportEverySeconds',
    number(0, 86_400),
    '60',
    'seconds between two looks at which reports are due; 0: none is made',
  ),
  SALIENT_REPORTS_FOLDER: setting(
    'reportsFolder',
    folderOrNull,
    '',
    `folder for the files of reports; ${FROM}; empty: none are written`,
  ),
  SALIENT_WEBHOOK_SECRET: setting(
    'webhookSecret',
    orNull,
    '',
    'key that signs webhooks (HMAC-SHA-256); empty: none is sent',
  ),
  SALIENT_WEBHOOK_PRIVATE: setting(
    'webhookPrivate',
    hostsWithPort,
    '',
    'hosts, separated by commas, that webhooks may call although their address is private',
  ),
  SALIENT_PULL_HOSTS: setting(
    'pullHosts',
    hostsAndBelow,
    '',
    'hosts, separated by commas, that subscriptions may fetch files from, `*.example.org` for those below one; empty: every public one',
  ),
  SALIENT_PULL_PRIVATE: setting(
    'pullPrivate',
    hostsWithPort,
    '',
    'hosts, separated by commas, that subscriptions may fetch from although their address is private',
  ),
  SALIENT_PULL_MB: setting('pullBytes', number(1, 4096, 1e6), '64', 'largest file of a subscription, megabytes'),
  SALIENT_PULL_TIMEOUT_S: setting(
    'pullTimeoutMs',
    number(1, 600, 1000),
    '60',
    'seconds that the file of a subscription may take to come',
  ),
  SALIENT_COPY_MB: setting(
    'copyBytes',
    number(0, 1024, 1e6),
    '0',
    'largest copy of a source of a proposal whose bytes are kept, megabytes; of larger ones, and with 0 of all, the hash is',
  ),
  SALIENT_PULL_CONTACT: setting(
    'pullContact',
    asIs,
    '',
    'address or e-mail that publishers of pulled files are told (`User-Agent`); empty: SALIENT_PUBLIC_URL',
  ),
  SALIENT_PULL_EVERY_S: setting(
    'pullEverySeconds',
    number(0, 3600),
    '15',
    'seconds between two looks at which subscriptions are due; 0: none is pulled by itself',
  ),
  SALIENT_SMTP_URL: setting(
    'smtpUrl',
    smtpUrl,
    '',
    'mail server for reports and alerts, such as `smtp://user:password@host:587`; empty: no e-mail is sent',
  ),
  SALIENT_MAIL_FROM: setting('mailFrom', mailbox, '', 'whom e-mail comes from, such as `Maps <maps@example.org>`'),
  SALIENT_PUBLIC_URL: setting(
    'publicUrl',
    publicUrl,
    '',
    'address of the service as others reach it, for links in feeds, files, webhooks and e-mail',
  ),
  SALIENT_OPENID_ISSUER: setting(
    'openidIssuer',
    issuer,
    '',
    'provider by which people sign in (OpenID Connect), such as `https://id.example.org/realms/maps`; empty: by token only',
  ),
  SALIENT_OPENID_CLIENT: setting('openidClient', orNull, '', 'id under which the provider knows this service'),
  SALIENT_OPENID_SECRET: setting(
    'openidSecret',
    orNull,
    '',
    'secret that goes with the id; empty with no file either: a public client, by PKCE alone',
  ),
  SALIENT_OPENID_SECRET_FILE: setting(
    'openidSecretFile',
    folderOrNull,
    '',
    `file that holds the secret instead; ${FROM}`,
  ),
  SALIENT_OPENID_SCOPES: setting('openidScopes', scopes, 'openid email', 'what the provider is asked for'),
  SALIENT_OPENID_CLAIM: setting(
    'openidClaim',
    filled('the name of a claim'),
    'email',
    'claim that names the person (`person:…`); `email` counts only where the provider says `email_verified`',
  ),
  SALIENT_OPENID_ROLES: setting(
    'openidRoles',
    list,
    '',
    'roles by claim, separated by commas, such as `groups:editors=reviewer@ours`',
  ),
  SALIENT_OPENID_TITLE: setting('openidTitle', asIs, '', 'text of the link that signs in; empty: the name of the host'),
  SALIENT_BASEMAP: setting(
    'basemap',
    styleAt,
    '',
    `address or file of a MapLibre style to draw under the page’s map, such as \`salient basemap\` makes; ${FROM}; empty: the outlines that ship`,
  ),
  SALIENT_GEODATA: setting(
    'geodataFolder',
    shippedFolder,
    SHIPPED,
    `folder of bundles loaded at start; ${FROM}, the default is the one that ships; empty: none`,
  ),
} as const;

type Settings = (typeof SETTINGS)[keyof typeof SETTINGS];

/** Every setting, as the environment states it. This file is the only reader of the environment. */
export type Config = { [One in Settings as One['name']]: ReturnType<One['read']> };

/**
 * Reads the settings.
 * @param working what relative paths of the environment start from
 * @throws Error naming the setting whose value cannot be used
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env, working: string = process.cwd()): Config {
  const config = Object.fromEntries(
    Object.entries(SETTINGS).map(([variable, { name, read, default: standard }]) => {
      try {
        const given = environment[variable];
        return [name, given === undefined ? read(standard, HOME) : read(given, working)];
      } catch (error) {
        throw new Error(`${variable}=${(error as Error).message}`);
      }
    }),
  ) as Config;
  const stated = Object.entries(SETTINGS)
    .filter(
      ([name, { default: standard }]) =>
        name.startsWith('SALIENT_OPENID_') && (environment[name] || standard) !== standard,
    )
    .map(([name]) => name);
  if (config.openidIssuer === null && stated.length > 0) {
    throw new Error(
      `SALIENT_OPENID_ISSUER=: without a provider ${stated.join(', ')} has no effect; set it, or leave the rest out`,
    );
  }
  if (config.openidIssuer !== null && config.openidClient === null) {
    throw new Error('SALIENT_OPENID_CLIENT=: the provider needs the id under which it knows this service');
  }
  if (config.openidSecret !== null && config.openidSecretFile !== null) {
    throw new Error('SALIENT_OPENID_SECRET_FILE=…: the secret is given twice, as text and as a file');
  }
  if (config.smtpUrl !== null && config.mailFrom === '') {
    throw new Error('SALIENT_MAIL_FROM=: with a mail server, whom e-mail comes from must be set too');
  }
  if (config.workers > 1 && config.databaseUrl === null) {
    throw new Error(
      `SALIENT_WORKERS=${config.workers}: the embedded database serves one process; set DATABASE_URL to a server`,
    );
  }
  return config;
}

/** Variables that look like settings of the service and are none: a setting that is misspelt has no effect. */
export function unknownSettings(environment: NodeJS.ProcessEnv = process.env): string[] {
  return Object.keys(environment).filter(
    (name) => /^SALIENT_/i.test(name) && !/^SALIENT_(TEST|CI)_/.test(name) && !(name in SETTINGS),
  );
}
