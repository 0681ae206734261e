import { expect, it } from 'vitest';
import { DAY_MAPS } from '../../src/http/day-map.js';
import { SNAPSHOT_ROUTES } from '../../src/http/maps/snapshot-routes.js';
import { ROUTES } from '../../src/http/routes.js';
import { CREDENTIAL } from '../setup/credential.js';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

interface Parameter {
  name: string;
  in: string;
  required: boolean;
  schema: { type: string };
}
interface Operation {
  operationId: string;
  summary: string;
  parameters: Parameter[];
  responses: Record<string, object>;
}
interface Description {
  openapi: string;
  info: { title: string; version: string };
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
}

/** The routes of the pinned api.md. */
const PINNED = [
  '/health',
  '/series',
  '/control',
  '/places',
  '/change',
  '/encirclement',
  '/posts/{number}/encirclement',
  '/routes/{id}',
  '/claims',
  '/events',
  '/tiles/{series}/{z}/{x}/{y}.mvt',
  '/tiles/{series}/@{state}/{z}/{x}/{y}.mvt',
  '/tiles/{series}.json',
  '/series/{id}/snapshots',
];

onEachDatabase('the description of the API', (db) => {
  const service = serviceOn(async () => m5(await db()));
  const { get, json } = service;
  const operations = async () =>
    Object.entries((await json<Description>('/openapi.json')).paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
    );

  it('is OpenAPI 3.0, by its media type too, and names the address it was asked at', async () => {
    const response = await get('/openapi.json');
    expect(response.headers.get('content-type')).toBe('application/vnd.oai.openapi+json;version=3.0');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    const { openapi, info, servers } = (await response.json()) as Description;
    expect(openapi).toMatch(/^3\.0\.\d$/);
    expect(info).toMatchObject({ title: 'Salient', version: expect.any(String) });
    expect(servers).toEqual([{ url: service.base }]);
  });

  it('lists every pinned route and every route there is', async () => {
    const { paths } = await json<Description>('/openapi.json');
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([...PINNED, ...[...ROUTES, ...DAY_MAPS, ...SNAPSHOT_ROUTES].map((route) => route.path)]),
    );
  });

  it('declares every parameter in a path, once, with a type, and gives each operation a name of its own', async () => {
    const all = await operations();
    for (const { path, parameters, summary, responses } of all) {
      const inPath = parameters.filter((parameter) => parameter.in === 'path');
      expect(inPath.map(({ name }) => name)).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
      expect(inPath.every(({ required }) => required)).toBe(true);
      expect(new Set(parameters.map(({ name, in: where }) => `${where} ${name}`)).size).toBe(parameters.length);
      for (const { schema } of parameters) expect(['string', 'number', 'integer', 'boolean']).toContain(schema.type);
      expect(summary).not.toBe('');
      expect(Object.keys(responses)).toContain('default');
    }
    const names = all.map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-zA-Z]+$/);
  });

  it('has no reference that leads nowhere', async () => {
    const text = await (await get('/openapi.json')).text();
    const description = JSON.parse(text);
    for (const [, pointer = ''] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const found = pointer.split('/').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], description);
      expect(found).toBeTypeOf('object');
    }
  });

  it('says truly which query parameters a route needs and that it takes no others', async () => {
    const gets = (await operations()).filter(({ method, path }) => method === 'get' && path !== '/openapi.json');
    const sample: Record<string, string> = {
      number: '9',
      id: 'm5',
      series: 'm5',
      z: '8',
      x: '154',
      y: '100',
      state: 'r1',
      date: '2020-01-29',
      form: 'geojson',
    };
    for (const { path, parameters } of gets) {
      const at = path.replace(/\{(\w+)\}/g, (_, name: string) => sample[name] ?? name);
      const [stranger, bare] = [await get(`${at}?zzz=1`, { headers: CREDENTIAL }), await get(at)];
      // Where a provider of identities sends browsers back to, it says what it likes besides (RFC 6749, 4.1.2).
      const code = path === '/session/openid/callback' ? 'not_found' : 'unknown_parameter';
      const status = code === 'not_found' ? 404 : 400;
      expect([path, stranger.status, await stranger.json()]).toMatchObject([path, status, { code }]);
      const needed = parameters.filter(({ in: where, required }) => where === 'query' && required);
      const refused = bare.headers.get('content-type')?.startsWith('application/json') ? await bare.json() : {};
      expect([path, refused.code === 'missing_parameter']).toEqual([path, needed.length > 0]);
    }
  });
});
