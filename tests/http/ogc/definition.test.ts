import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { allCollections } from '../../../src/features/ask.js';
import { KIND_NAMES } from '../../../src/features/collection-kinds.js';
import { collectionId } from '../../../src/features/collections.js';
import { openSeriesViews } from '../../../src/features/series-views.js';
import { definition as definitionOf } from '../../../src/http/ogc/api.js';
import { OGC_ROUTES } from '../../../src/http/ogc/router.js';
import { onEachDatabase } from '../../setup/databases.js';
import { m5 } from '../../setup/m5.js';
import { serviceOn } from '../../setup/service.js';
import type { Items } from './reading.js';

interface Operation {
  parameters: { name?: string; in?: string }[];
  responses: Record<string, { content?: Record<string, { schema: { $ref?: string } }> }>;
}
interface Definition {
  paths: Record<string, { get: Operation }>;
  components: { schemas: Record<string, object> };
}

/** OpenAPI 3.0 says `nullable` where JSON Schema has a type of its own; `format` is not asserted. */
function asJsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asJsonSchema);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, ...rest } = value as Record<string, unknown>;
  const schema = Object.fromEntries(Object.entries(rest).map(([name, of]) => [name, asJsonSchema(of)]));
  return nullable === true ? { ...schema, type: [schema.type, 'null'] } : schema;
}

onEachDatabase('the definition of the OGC API', (db) => {
  const { get, json } = serviceOn(async () => m5(await db()));
  /** Where there are many series, as of one of them. */
  const definition = async () => {
    const { paths, components } = await json<Definition>('/ogc/api?f=json');
    const ofM5 = Object.entries(paths).map(([path, of]) => [path.replace('{series}', 'm5'), of] as const);
    return { paths: Object.fromEntries(ofM5), components };
  };

  it('has paths that begin with a slash, the landing page too, and each answers as it is written', async () => {
    const { paths } = await definition();
    for (const path of Object.keys(paths)) expect(path).toMatch(/^\//);
    expect((await get('/ogc/')).status).toBe(200);
    const wrong = await get('/ogc/', { method: 'POST' });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('says of every resource what the answer looks like, and that is how it looks', async () => {
    const { paths, components } = await definition();
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: 'api', components: asJsonSchema(components) as object });
    const ids = Object.fromEntries(
      await Promise.all(
        KIND_NAMES.map(async (kind) => {
          const { features } = await json<Items>(`/ogc/collections/m5_${kind}/items?limit=1&f=json`);
          return [kind, features[0]?.id ?? 'none'] as const;
        }),
      ),
    );
    let checked = 0;
    for (const [path, { get: operation }] of Object.entries(paths)) {
      const kind = /m5_(\w+)/.exec(path)?.[1];
      if (path.includes('{tile') || (path.includes('/collections/') && kind === undefined)) continue;
      const [[type, { schema }] = ['', { schema: {} as { $ref?: string } }]] = Object.entries(
        operation.responses['200']?.content ?? {},
      );
      const answer = await get(`/ogc${path.replace('{featureId}', encodeURIComponent(ids[kind ?? ''] ?? ''))}?f=json`);
      expect(answer.headers.get('content-type'), path).toBe(type);
      const valid = ajv.validate({ $ref: `api${schema.$ref}` }, await answer.json());
      expect({ path, errors: valid ? [] : ajv.errors }).toEqual({ path, errors: [] });
      checked++;
    }
    expect(checked).toBeGreaterThan(4 * KIND_NAMES.length);
  });

  it('has one parameter of a name in each place of every operation, of few series and of many, and declares those of each path', async () => {
    const views = openSeriesViews(await db());
    const m5Ones = (await allCollections(views, null)).filter(({ series }) => series === 'm5');
    const many = Array.from({ length: 50 }, (_, n) =>
      m5Ones.map((info) => ({ ...info, series: `s${n}`, id: collectionId(`s${n}`, info.name) })),
    ).flat();
    for (const { paths, components } of [described(m5Ones), described(many)])
      for (const [path, methods] of Object.entries(paths))
        for (const [method, { parameters }] of Object.entries(methods)) {
          const whole = parameters.map((one) => {
            const { $ref } = one as { $ref?: string };
            return ($ref ? components.parameters[$ref.split('/').at(-1) ?? ''] : one) as { name: string; in: string };
          });
          // Names of headers are the same in any letters.
          const keys = whole.map(({ name, in: where }) => `${where} ${where === 'header' ? name.toLowerCase() : name}`);
          const twice = keys.filter((key, nth) => keys.indexOf(key) !== nth);
          expect(twice, `${method} ${path}`).toEqual([]);
          const inPath = whole.filter((one) => one.in === 'path').map(({ name }) => name);
          expect(inPath.sort(), path).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort());
        }
  });

  it('says of a parameter that is a property and a word of saving what it is beside each body', async () => {
    const { paths } = await definition();
    const { parameters = [] } =
      (paths['/collections/m5_control/items'] as unknown as Record<string, Operation>).post ?? {};
    const source = parameters.find(({ name }) => name === 'source') as { description?: string } | undefined;
    expect(source?.description).toMatch(
      /^of a feature: address of the source.*Of a filter: only features with this value/,
    );
  });

  it('every parameter that a tile is said to take, it takes', async () => {
    const { paths } = await definition();
    for (const [path, { get: operation }] of Object.entries(paths).filter(([name]) => name.includes('{tile'))) {
      if (path.includes('/collections/') && !path.includes('m5_')) continue;
      const names = operation.parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
      expect(names).toContain('f');
      const tile = `/ogc${path.replace('{tileMatrix}/{tileRow}/{tileCol}', '0/0/0')}`;
      // The store of the tests holds hundreds of series: all of them in one tile take long on a slow machine.
      const own = names.includes('collections') ? '&collections=m5_control,m5_post' : '';
      expect([200, 204], path).toContain((await get(`${tile}?f=mvt${own}`)).status);
      expect((await get(`${tile}?f=json${own}`)).status, path).toBe(400);
    }
  });

  it('of many series it has a path for each kind, with the series in it, and stays short', async () => {
    const views = openSeriesViews(await db());
    const m5Ones = (await allCollections(views, null)).filter(({ series }) => series === 'm5');
    const many = Array.from({ length: 300 }, (_, n) =>
      m5Ones.map((info) => ({ ...info, series: `s${n}`, id: collectionId(`s${n}`, info.name) })),
    ).flat();
    const whole = described(many);
    expect(JSON.stringify(whole).length).toBeLessThan(400_000);
    expect(whole.components.parameters.series?.schema).toEqual({
      type: 'string',
      enum: Array.from({ length: 300 }, (_, n) => `s${n}`),
    });
    const named = described(m5Ones);
    const asKinds = (paths: object) => Object.keys(paths).map((path) => path.replace(/m5_|\{series\}_/, ''));
    expect(asKinds(whole.paths)).toEqual(asKinds(named.paths));
    const operations = Object.values(whole.paths).flatMap((each) => Object.values(each));
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    const items = whole.paths['/collections/{series}_control/items/{featureId}'] ?? {};
    for (const [method, { parameters }] of Object.entries(items))
      expect(parameters[0], method).toEqual({ $ref: '#/components/parameters/series' });
    // Every reference leads somewhere.
    for (const [, name = ''] of JSON.stringify(whole).matchAll(/"#\/components\/parameters\/([^"]+)"/g))
      expect(whole.components.parameters).toHaveProperty([name]);
  });
});

interface Described {
  paths: Record<string, Record<string, { operationId: string; parameters: object[] }>>;
  components: { parameters: Record<string, { schema?: object }> };
}

const described = (collections: Parameters<typeof definitionOf>[1]) =>
  definitionOf(OGC_ROUTES, collections, 'http://salient.test/ogc').json as unknown as Described;
