import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT, SETTINGS } from '../src/config.js';
import { ERROR_CODES, type ErrorCode } from '../src/errors.js';
import { SESSION_OPERATIONS, SESSION_PATH } from '../src/http/access/session-routes.js';
import { BACKUP } from '../src/http/backup.js';
import { DAY_MAPS } from '../src/http/day-map.js';
import { DOCUMENT_ROUTES } from '../src/http/documents.js';
import { STATUS } from '../src/http/errors.js';
import { SNAPSHOT_ROUTES } from '../src/http/maps/snapshot-routes.js';
import { OGC_ROUTES } from '../src/http/ogc/router.js';
import { SIGN_IN_ROUTES } from '../src/http/openid/sign-in-routes.js';
import { OPERATION_ROUTES } from '../src/http/operation.js';
import { REPORT_PAGES } from '../src/http/reports/report-pages.js';
import { ROUTES } from '../src/http/routes.js';
import { TILE_JSONS, TILE_ROUTES } from '../src/http/tiles/tile-routes.js';
import { LIVE_UPDATES } from '../src/http/web/live-updates.js';
import { WRITES } from '../src/http/writes.js';
import { inLanguage } from './setup/document-blocks.js';

/*
 * The tables of docs/http.md say what the code says. After a change of the code, UPDATE_GOLDEN=1 writes them anew between
 * their markers: UPDATE_GOLDEN=1 npx vitest run tests/docs.test.ts
 */
const README = join(PROJECT_ROOT, 'README.md');
const HTTP = join(PROJECT_ROOT, 'docs/http.md');

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

const route = (method: string, path: string, summary: string) => [`\`${method} ${path}\``, summary] as const;

const TABLES: Record<string, string> = {
  routes: table(
    ['route', 'what it answers'],
    [
      ...ROUTES.map(({ path, summary }) => route('GET', path, summary)),
      ...[...TILE_ROUTES, ...TILE_JSONS].map(({ path, summary }) => route('GET', path, summary)),
      ...REPORT_PAGES.map(({ path, summary }) => route('GET', path, summary)),
      ...DAY_MAPS.map(({ path, summary }) => route('GET', path, summary)),
      ...SNAPSHOT_ROUTES.map(({ path, summary }) => route('GET', path, summary)),
      ...OGC_ROUTES.map(({ path, summary }) => route('GET', `/ogc${path}`, summary)),
      ...[LIVE_UPDATES, ...OPERATION_ROUTES].map(({ path, summary }) => route('GET', path, summary)),
      ...DOCUMENT_ROUTES.map(({ path, summary }) => route('GET', path, summary)),
      route('GET', '/openapi.json', 'All of this with every parameter: OpenAPI 3.0'),
      ...SIGN_IN_ROUTES.map(({ path, summary }) => route('GET', path, summary)),
      ...SESSION_OPERATIONS.map(({ method, summary }) => route(method, SESSION_PATH, summary)),
      ...[...WRITES, BACKUP].map(({ path, summary }) => route('POST', path, summary)),
    ],
  ),
  settings: table(
    ['setting', 'default', 'meaning'],
    Object.entries(SETTINGS).map(([name, setting]) => [
      `\`${name}\``,
      setting.default && `\`${setting.default}\``,
      setting.meaning,
    ]),
  ),
  errors: table(
    ['code', 'status', 'meaning'],
    Object.entries(ERROR_CODES).map(([code, meaning]) => [`\`${code}\``, String(STATUS[code as ErrorCode]), meaning]),
  ),
};

/** What stands between the markers of a table; null when the page has none. */
function between(text: string, name: string): string | null {
  return new RegExp(`<!-- ${name} -->\\n([^]*?)\\n?<!-- /${name} -->`).exec(text)?.[1] ?? null;
}

describe('docs/http.md', () => {
  it.each(Object.keys(TABLES))('lists the %s of the code', (name) => {
    const expected = TABLES[name] ?? '';
    if (process.env.UPDATE_GOLDEN) {
      const old = readFileSync(HTTP, 'utf8');
      const marked = new RegExp(`(<!-- ${name} -->\\n)[^]*?(<!-- /${name} -->)`);
      writeFileSync(
        HTTP,
        old.replace(marked, (_, open, close) => `${open}${expected}\n${close}`),
      );
    }
    expect(between(readFileSync(HTTP, 'utf8'), name)).toBe(expected);
  });
});

describe('the README', () => {
  it('names the two commands', () => {
    const text = readFileSync(README, 'utf8');
    for (const command of ['npm ci && npm start', 'npm ci && npm test']) expect(text).toContain(command);
  });

  it('links to files that are there', () => {
    const links = [...readFileSync(README, 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(
      (match) => match[1] ?? '',
    );
    expect(links.length).toBeGreaterThan(2);
    for (const link of links) expect(() => readFileSync(join(PROJECT_ROOT, link)), link).not.toThrow();
  });
});

describe('what documents name', () => {
  const files = readdirSync(PROJECT_ROOT, { recursive: false, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .concat(readdirSync(join(PROJECT_ROOT, 'docs'), 'utf8').map((name) => `docs/${name}`))
    .concat([
      'tests/README.md',
      'tests/prove/README.md',
      'tests/bench/README.md',
      'tiles/README.md',
      'geodata/README.md',
    ])
    .filter((file) => file.endsWith('.md') && file !== 'CHANGELOG.md');

  it.each(files)('%s: the files of tests and sources are there', (file) => {
    const named = [
      ...readFileSync(join(PROJECT_ROOT, file), 'utf8').matchAll(/`((?:src|tests|docs)\/[\w./-]+\.(?:ts|mjs|sh|md))`/g),
    ];
    expect(named.map(([, path = '']) => path).filter((path) => !existsSync(join(PROJECT_ROOT, path)))).toEqual([]);
  });

  it('docs/ogc.md: each requirement has tests that are there, by hand those of tests/prove and no other', () => {
    const text = readFileSync(join(PROJECT_ROOT, 'docs/ogc.md'), 'utf8');
    const rows = [...(text.split('| requirement | test |')[1] ?? '').matchAll(/^\| (?!---)(.+) \| (.+) \|$/gm)];
    expect(rows.length).toBeGreaterThan(30);
    for (const [, requirement = '', shown = ''] of rows) {
      let folder = '';
      const tests = [...shown.matchAll(/`([^`]+)`/g)].map(([, name = '']) => {
        // A name without a folder stands beside the one before it.
        const path = name.startsWith('tests') ? name : posix.join(folder, name);
        folder = posix.dirname(path);
        return path;
      });
      expect(tests, requirement).not.toEqual([]);
      expect(
        tests.filter((path) => !existsSync(join(PROJECT_ROOT, path))),
        requirement,
      ).toEqual([]);
      expect(shown.includes('(by hand'), requirement).toBe(tests.some((path) => path.startsWith('tests/prove/')));
    }
  });

  it('docs/desk.md: settings and routes of its blocks are there', () => {
    const lines = inLanguage('')
      .filter(({ file }) => file === 'docs/desk.md')
      .flatMap(({ text }) => text.split('\n'));
    const settings = lines.flatMap((line) => /^(SALIENT_\w+)=/.exec(line)?.[1] ?? []);
    expect(settings.length).toBeGreaterThan(2);
    for (const name of settings) expect(SETTINGS).toHaveProperty(name);
    const routes = lines.flatMap((line) => /^([A-Z]+) +(\/ogc\S+)/.exec(line)?.slice(1).join(' ') ?? []);
    const general = routes.map((one) => one.replace('ours_control', '{id}').replace(/[\d-]+\.\d+$/, '{feature}'));
    const item = '/ogc/collections/{id}/items/{feature}';
    expect(general.sort()).toEqual([
      `DELETE ${item}`,
      `PATCH ${item}`,
      'POST /ogc/collections/{id}/items',
      `PUT ${item}`,
    ]);
  });
});
