import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LOG_LEVELS, type LogLevel } from './log.js';

/** Where the project's own files (migrations, tiles, geodata, web assets) are: the package's root. */
export const PROJECT_ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Every setting, as the environment states it. This file is the only reader of the environment. */
export interface Config {
  host: string;
  port: number;
  databaseUrl: string | null;
  dataFolder: string;
  writeToken: string | null;
  /** With what the command line shows a running service who it is. */
  token: string | null;
  logLevel: LogLevel;
  maxBodyBytes: number;
  /** Processes that answer on the one port. */
  workers: number;
  tileCacheBytes: number;
  geodataFolder: string;
  /** Hosts (with port, where it is not the usual one) for which a proxy's X-Forwarded-* headers are believed. */
  publicHosts: readonly string[];
  /** Addresses of proxies whose X-Forwarded-For names the client. */
  proxies: string[];
  /** What one client may ask for in a minute, in points; 0: no limit. */
  clientPoints: number;
  drainSeconds: number;
  reportEverySeconds: number;
  reportsFolder: string | null;
  webhookSecret: string | null;
  webhookPrivate: string[];
  publicUrl: string;
  smtpUrl: string | null;
  mailFrom: string;
  /** Address of a MapLibre style that lies under the page's map; empty: the world's outlines that ship. */
  basemap: string;
  /** Hosts, with port, of which the page shows archives. */
  archiveHosts: string[];
  /** Who may show our pages in a frame: the value of CSP's frame-ancestors. */
  frameAncestors: string;
}

/** Name, default and meaning of each setting: the README's table is tested against this one. */
export const SETTINGS = {
  HOST: { default: '127.0.0.1', meaning: 'address to listen on' },
  PORT: { default: '8080', meaning: 'port to listen on; 0 picks a free one' },
  DATABASE_URL: { default: '', meaning: 'PostgreSQL server to use; empty: the embedded database' },
  SALIENT_DATA: { default: '.salient', meaning: 'folder of the embedded database' },
  SALIENT_WRITE_TOKEN: {
    default: '',
    meaning: 'a token with every scope, of 16 characters or more; others are made with `salient token create`',
  },
  SALIENT_TOKEN: {
    default: '',
    meaning:
      'token that the command line shows a running service; empty: SALIENT_WRITE_TOKEN, or the secret of the data folder',
  },
  SALIENT_LOG_LEVEL: { default: 'info', meaning: `what is logged on stderr: ${LOG_LEVELS.join(', ')}` },
  SALIENT_MAX_BODY_MB: { default: '64', meaning: 'largest upload accepted, megabytes' },
  SALIENT_WORKERS: {
    default: '1',
    meaning:
      'processes that answer on the one port, each with a memory of tiles of its own; more than one needs a server',
  },
  SALIENT_TILE_CACHE_MB: { default: '128', meaning: 'memory for drawn tiles, megabytes' },
  SALIENT_PUBLIC_HOSTS: {
    default: '',
    meaning: 'hosts, separated by commas, that a proxy may name in `X-Forwarded-Host`; links are then made for them',
  },
  SALIENT_ARCHIVE_HOSTS: {
    default: '',
    meaning:
      'hosts, with port, separated by commas, of which the page shows tile archives (`?archive=https://…`); its own always',
  },
  SALIENT_FRAME_ANCESTORS: {
    default: '*',
    meaning: "whose pages may show ours in a frame: `*`, `'none'`, `'self'` or origins separated by blanks",
  },
  SALIENT_PROXIES: {
    default: '',
    meaning: 'addresses, separated by commas, of proxies whose `X-Forwarded-For` names the client',
  },
  SALIENT_CLIENT_POINTS: {
    default: '1200',
    meaning:
      'what one public address may ask for in a minute: a look-up costs 1, an answer 3, a measure or a file 20, a tile nothing; 0: no limit',
  },
  SALIENT_DRAIN_S: {
    default: '20',
    meaning: 'seconds that requests under way may take to finish when the service is told to end',
  },
  SALIENT_REPORT_EVERY_S: {
    default: '60',
    meaning: 'seconds between two looks at which reports are due; 0: none is made',
  },
  SALIENT_REPORTS_FOLDER: { default: '', meaning: 'folder for the files of reports; empty: none are written' },
  SALIENT_WEBHOOK_SECRET: { default: '', meaning: 'key that signs webhooks (HMAC-SHA-256); empty: none is sent' },
  SALIENT_WEBHOOK_PRIVATE: {
    default: '',
    meaning: 'hosts, separated by commas, that webhooks may call although their address is private',
  },
  SALIENT_SMTP_URL: {
    default: '',
    meaning: 'mail server for reports and alerts, such as `smtp://user:password@host:587`; empty: no e-mail is sent',
  },
  SALIENT_MAIL_FROM: { default: '', meaning: 'whom e-mail comes from, such as `Maps <maps@example.org>`' },
  SALIENT_PUBLIC_URL: {
    default: '',
    meaning: 'address of the service as others reach it, for links in feeds, files, webhooks and e-mail',
  },
  SALIENT_BASEMAP: {
    default: '',
    meaning: 'address of a MapLibre style to draw under the page’s map; empty: the outlines that ship',
  },
  SALIENT_GEODATA: { default: 'geodata', meaning: 'folder of bundles loaded at start; empty: none' },
} as const;

type Setting = keyof typeof SETTINGS;

/**
 * Reads the settings.
 * @throws Error naming the setting whose value cannot be used
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const text = (name: Setting) => environment[name] ?? SETTINGS[name].default;
  const number = (name: Setting, least: number, most: number) => {
    const value = Number(text(name));
    if (text(name).trim() === '' || !Number.isFinite(value) || value < least || value > most) {
      throw new Error(`${name}=${JSON.stringify(text(name))}: expected a number from ${least} to ${most}`);
    }
    return value;
  };
  const oneOf = <Value extends string>(name: Setting, values: readonly Value[]): Value => {
    const found = values.find((value) => value === text(name));
    if (found === undefined)
      throw new Error(`${name}=${JSON.stringify(text(name))}: expected one of ${values.join(', ')}`);
    return found;
  };
  const list = (name: Setting) =>
    text(name)
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  const workers = number('SALIENT_WORKERS', 1, 64);
  if (workers > 1 && text('DATABASE_URL') === '') {
    throw new Error(
      `SALIENT_WORKERS=${workers}: the embedded database serves one process; set DATABASE_URL to a server`,
    );
  }
  const geodata = text('SALIENT_GEODATA');
  return {
    host: text('HOST'),
    port: number('PORT', 0, 65535),
    databaseUrl: text('DATABASE_URL') || null,
    dataFolder: resolve(PROJECT_ROOT, text('SALIENT_DATA')),
    writeToken: writeToken(text('SALIENT_WRITE_TOKEN')),
    token: text('SALIENT_TOKEN') || null,
    logLevel: oneOf('SALIENT_LOG_LEVEL', LOG_LEVELS),
    maxBodyBytes: number('SALIENT_MAX_BODY_MB', 1, 4096) * 1_000_000,
    workers,
    tileCacheBytes: number('SALIENT_TILE_CACHE_MB', 1, 65536) * 1_000_000,
    publicHosts: list('SALIENT_PUBLIC_HOSTS').map((host) => host.toLowerCase()),
    geodataFolder: geodata && resolve(PROJECT_ROOT, geodata),
    proxies: list('SALIENT_PROXIES'),
    clientPoints: number('SALIENT_CLIENT_POINTS', 0, 1e9),
    drainSeconds: number('SALIENT_DRAIN_S', 0, 3600),
    reportEverySeconds: number('SALIENT_REPORT_EVERY_S', 0, 86_400),
    reportsFolder: text('SALIENT_REPORTS_FOLDER') ? resolve(PROJECT_ROOT, text('SALIENT_REPORTS_FOLDER')) : null,
    webhookSecret: text('SALIENT_WEBHOOK_SECRET') || null,
    webhookPrivate: list('SALIENT_WEBHOOK_PRIVATE'),
    basemap: text('SALIENT_BASEMAP'),
    smtpUrl: smtpUrl(text('SALIENT_SMTP_URL')),
    mailFrom: text('SALIENT_MAIL_FROM'),
    archiveHosts: list('SALIENT_ARCHIVE_HOSTS').map((host) => host.toLowerCase()),
    frameAncestors: frameAncestors(text('SALIENT_FRAME_ANCESTORS')),
    publicUrl: text('SALIENT_PUBLIC_URL').replace(/\/+$/, ''),
  };
}

/** Shorter ones are guessed. */
const SHORTEST_TOKEN = 16;

function writeToken(text: string): string | null {
  if (text === '') return null;
  if (text.length < SHORTEST_TOKEN || /[^\x21-\x7e]/.test(text.trim().replaceAll(' ', ''))) {
    throw new Error(
      `SALIENT_WRITE_TOKEN=…: expected ${SHORTEST_TOKEN} characters or more, such as: openssl rand -base64 32`,
    );
  }
  return text;
}

function smtpUrl(text: string): string | null {
  if (text === '') return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '') {
    throw new Error('SALIENT_SMTP_URL=…: expected smtp://host:port or smtps://host:port');
  }
  return text;
}

function frameAncestors(value: string): string {
  if (/^(\*|'none'|('self'|https?:\/\/[\w.*-]+(:\d+)?)( ('self'|https?:\/\/[\w.*-]+(:\d+)?))*)$/.test(value))
    return value;
  throw new Error(
    `SALIENT_FRAME_ANCESTORS=${JSON.stringify(value)}: expected *, 'none', 'self' or origins separated by blanks`,
  );
}
