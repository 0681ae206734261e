import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../../src/errors.js';
import { seededRandom } from '../../coverage/random.js';
import { credentialOf } from '../../setup/credential.js';
import { freshDatabase, SERVER_URL } from '../../setup/databases.js';
import { spawnService, temporaryFolder } from '../../setup/spawned.js';

/*
 * Requests made from what /openapi.json says of itself: every operation, its parameters sometimes as they should be and sometimes
 * not. FUZZ (20000) is how many. No answer is a defect, and each refusal has one of the closed codes.
 */
const COUNT = Number(process.env.FUZZ ?? 20_000);
const AT_ONCE = 8;

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema?: { type?: string; enum?: unknown[]; format?: string; default?: unknown };
}
interface Operation {
  parameters?: Parameter[];
}

const GOOD: Readonly<Record<string, readonly string[]>> = {
  ...{
    series: ['m5'],
    id: ['m5', 'M5'],
    with: ['m5'],
    date: ['2020-01-28', '2019-08-24'],
    from: ['2019-08-01', '2020-01-01'],
  },
  ...{
    to: ['2020-02-15', '2020-01-02'],
    party: ['opposition', 'government'],
    number: ['9', '7'],
    form: ['csv', 'fgb', 'geojson'],
  },
  ...{
    z: ['8', '5'],
    x: ['154', '19'],
    y: ['100', '12'],
    collectionId: ['m5_control', 'm5_posts', 'm5_places'],
    operator: ['turkey'],
  },
  ...{
    tileMatrixSetId: ['WebMercatorQuad', 'WorldCRS84Quad'],
    place: ['saraqib'],
    filter: ['true', "party='opposition'"],
    limit: ['1', '10'],
  },
  ...{
    bbox: ['36,35,37,36'],
    datetime: ['2020-01-28', '../..', '2020-01-01/2020-02-01'],
    'known-at': ['2026-01-01T00:00:00Z'],
  },
  ...{
    crs: ['http://www.opengis.net/def/crs/EPSG/0/3857'],
    f: ['json', 'html', 'geojson', 'csv'],
    layers: ['control', 'front'],
  },
};
const ODD = [
  ...[
    '',
    ' ',
    '0',
    '-1',
    '1e308',
    'NaN',
    'Infinity',
    '99999999999999999999',
    '1.5',
    'true',
    'null',
    'undefined',
    '%00',
    '%FF',
    '%',
  ],
  ...[
    "'",
    '"',
    ';drop table series',
    '../../etc/passwd',
    '..%2f..',
    '<script>',
    '{{x}}',
    '\u202e',
    '😀',
    '٢٠٢٠-٠١-٢٨',
    'ａ',
  ],
  ...[
    '0000-00-00',
    '2020-02-30',
    '9999-12-31',
    '-2020-01-01',
    '2020-01-01T00:00:00',
    '275760-09-13',
    '0001-01-01',
    '[]',
    '{}',
    '[[[]]]',
  ],
  ...[
    'NaN,NaN,NaN,NaN',
    '180,90,-180,-90',
    '1,2,3',
    '1,2,3,4,5,6',
    'a=1',
    'not',
    '((((',
    "a LIKE '%'",
    '../..',
    '/',
    '../2020-01-01',
    'x'.repeat(3000),
  ],
];

for (const engine of ['server', 'embedded'] as const) {
  describe.skipIf(engine === 'server' && !SERVER_URL)(
    `requests made of the API's own description, on the ${engine}`,
    () => {
      it('are answered, or refused with a closed code', async () => {
        const folder = temporaryFolder();
        const home = { SALIENT_DATA: folder, SALIENT_LOG_LEVEL: 'error' };
        const service = spawnService(
          engine === 'server' ? { ...home, DATABASE_URL: await freshDatabase(SERVER_URL) } : home,
        );
        const base = await service.address;
        const description = (await (await fetch(`${base}/openapi.json`)).json()) as {
          paths: Record<string, Record<string, Operation>>;
        };
        const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
          Object.entries(methods)
            .filter(([method]) => ['get', 'post'].includes(method))
            .filter(() => !path.endsWith('/updates'))
            .map(([method, { parameters = [] }]) => ({ path, method, parameters })),
        );
        expect(operations.length).toBeGreaterThan(80);
        const random = seededRandom(20260101);
        const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
        const madeUp = ({ name, schema }: Parameter, isWrite: boolean): string => {
          if (random() < 0.25) return pick(ODD);
          if (schema?.enum && random() < 0.8) return String(pick(schema.enum));
          // What is written goes to a series that is not there: the others must find theirs.
          if (isWrite && (name === 'id' || name === 'series')) return 'fuzzed';
          const good = GOOD[name];
          if (good) return pick(good);
          return schema?.type === 'integer' || schema?.type === 'number'
            ? String(Math.floor(random() * 5000))
            : pick(ODD);
        };
        const statuses: Record<string, number> = {};
        const defects: string[] = [];
        const slow: string[] = [];
        let made = 0;
        const one = async () => {
          const { path, method, parameters } = pick(operations);
          const isWrite = method === 'post';
          let address = path;
          const query: string[] = [];
          for (const parameter of parameters) {
            const value = madeUp(parameter, isWrite);
            if (parameter.in === 'path') {
              address = address.replace(
                `{${parameter.name}}`,
                value.includes('%') ? value : encodeURIComponent(value) || 'x',
              );
            } else if (parameter.in === 'query' && (parameter.required ? random() < 0.95 : random() < 0.3)) {
              query.push(`${parameter.name}=${value.includes('%') ? value : encodeURIComponent(value)}`);
            }
          }
          if (random() < 0.03) query.push(`${pick(ODD).slice(0, 20).replace(/[&#]/g, '')}=1`);
          const url = `${base}${address}?${query.join('&')}`;
          const headers = isWrite && random() < 0.8 ? credentialOf(folder) : {};
          const type = pick([
            'application/geo+json',
            'application/json',
            'text/csv',
            'application/octet-stream',
            'multipart/form-data; boundary=x',
          ]);
          const init = isWrite
            ? { method: 'POST', headers: { ...headers, 'content-type': type }, body: pick(ODD) }
            : { headers };
          const began = performance.now();
          const answer = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(120_000) }).catch(
            (error: Error) => error,
          );
          const words = `${method} ${url.slice(base.length, 400)}`;
          if (answer instanceof Error) {
            // What is no URL is not sent at all.
            if (!/parse|Invalid URL/.test(String(answer))) defects.push(`${words}: ${answer.name} ${answer.message}`);
            return;
          }
          const body = await answer.text();
          if (performance.now() - began > 20_000) slow.push(words);
          statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
          if (answer.status < 400) return;
          const isJson = answer.headers.get('content-type')?.includes('json');
          const code = isJson ? ((JSON.parse(body) as { code?: string }).code ?? '') : '';
          const isClosed = !isJson || code in ERROR_CODES || /^(InvalidParameterValue|NotFound)$/.test(code);
          if (answer.status === 500 || !isClosed || /\bat .*\.[jt]s:\d+/.test(body)) {
            defects.push(`${words}: ${answer.status} ${body.slice(0, 300)}`);
          }
        };
        await Promise.all(
          Array.from({ length: AT_ONCE }, async () => {
            while (made++ < COUNT) await one();
          }),
        );
        process.stdout.write(`${engine}: ${COUNT} requests, ${JSON.stringify(statuses)}, over 20 s: ${slow.length}\n`);
        expect((await fetch(`${base}/ready`)).status).toBe(200);
        expect(defects).toEqual([]);
        expect((await service.end('SIGTERM')).code).toBe(0);
      });
    },
  );
}
