import { beforeAll, describe, expect, it } from 'vitest';
import { loadBundle } from '../../src/series/bundle/load-bundle.js';
import { checkBundle, parseBundle } from '../../src/series/bundle/read-bundle.js';
import { deriveSeries } from '../../src/series/derivation/derive.js';
import { onEachDatabase } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { serviceOn } from '../setup/service.js';
import { valley } from '../setup/valley.js';

/** What JSON can write with an escape (`\ud800`, `\u0000`) and no text of the store can hold. */
const BROKEN: Record<string, string> = { 'half a character': '\ud800', 'its other half': '\udc00', 'a NUL': '\0' };
const source = { url: 'https://example.org/', publisher: 'A paper' };
const polygon = { type: 'Polygon', coordinates: [box(10.1, 50.1, 10.2, 50.2)] };
const row = (properties: object, geometry: object | null = null) => ({
  type: 'FeatureCollection',
  features: [{ type: 'Feature', properties, geometry }],
});

onEachDatabase('a text of JSON that no store can hold', (db) => {
  const service = serviceOn(db);
  const [derived, imported] = [`half-derived-${process.pid}`, `half-imported-${process.pid}`];
  const proposal = { date: '2021-02-05', why: 'so', sources: [source] };
  /** Bodies with `X` where the text goes: in a text, and as the name of a member where a contract lets people name members. */
  const BODIES: Record<string, [path: string, body: object]> = {
    'title of a report': ['/reports', { id: 'half', title: 'aX', series: [derived] }],
    'region of a report': ['/reports', { id: 'half', title: 'a', series: [derived], region: { kind: 'polygon', name: 'aX', polygon } }], // biome-ignore format: one case
    'member of a region': ['/reports', { id: 'half', title: 'a', series: [derived], region: { kind: 'polygon', name: 'a', polygon: { ...polygon, aX: 1 } } }], // biome-ignore format: one case
    'webhook of a report': ['/reports', { id: 'half', title: 'a', series: [derived], recipients: { webhooks: ['https://example.org/aX'], emails: [], folder: null } }], // biome-ignore format: one case
    'title of an alert rule': ['/alerts', { id: 'half', title: 'aX', series: derived, when: { kind: 'held' } }],
    'place of an alert rule': ['/alerts', { id: 'half', title: 'a', series: derived, when: { kind: 'place', place: 'aX' } }], // biome-ignore format: one case
    'reason of a proposal': [`/series/${derived}/proposals`, { ...proposal, why: 'aX', kind: 'claim', claim: { kind: 'captured', place: 'ash', party: 'north' } }], // biome-ignore format: one case
    'source of a proposal': [`/series/${derived}/proposals`, { ...proposal, sources: [{ ...source, publisher: 'aX' }], kind: 'claim', claim: { kind: 'captured', place: 'ash', party: 'north' } }], // biome-ignore format: one case
    'location of a claim': [`/series/${derived}/proposals`, { ...proposal, kind: 'claim', claim: { kind: 'captured', location: 'aX', place: 'ash', party: 'north' } }], // biome-ignore format: one case
    'records of a proposal': [`/series/${imported}/proposals`, { ...proposal, kind: 'places', records: row({ name: 'aX', lon: 10.5, lat: 50.5 }) }], // biome-ignore format: one case
    'member of a record': [`/series/${imported}/proposals`, { ...proposal, kind: 'places', records: row({ name: 'a', aX: 'b', lon: 10.5, lat: 50.5 }) }], // biome-ignore format: one case
    'publisher of a subscription': [`/series/${imported}/subscriptions`, { address: 'https://example.org/x.geojson', publisher: 'aX' }], // biome-ignore format: one case
    'mapping of a series': [`/series/${imported}/mapping`, { rules: [{ when: { property: { side: 'aX' } }, party: 'north' }] }], // biome-ignore format: one case
    'property of a mapping': [`/series/${imported}/mapping`, { rules: [{ when: { property: { aX: 'a' } }, party: 'north' }] }], // biome-ignore format: one case
    'name of a place': [`/series/${imported}/places?source=s`, row({ name: 'aX', lon: 10.5, lat: 50.5 })],
    'name of a party': [`/series/${imported}/parties?source=s`, row({ name: 'aX' })],
    'source of a route': [`/series/${imported}/routes`, row({ name: 'a', source: 'aX', error_m: 5 }, { type: 'LineString', coordinates: [[10.1, 50.1], [10.2, 50.2]] })], // biome-ignore format: one case
    'party of a map': [`/series/${imported}/snapshots?date=2021-02-09&source=s`, row({ party: 'aX' }, polygon)],
  };

  beforeAll(async () => {
    await loadBundle(await db(), parseBundle(valley(derived)), () => {});
    await deriveSeries(await db(), derived, {}, () => {});
    const area = (party: string, west: number) =>
      row({ party }, { type: 'Polygon', coordinates: [box(west, 50, west + 1, 51)] }).features[0];
    const { status } = await service.post(
      `/series/${imported}/snapshots?create=true&title=T&publisher=P&licence=L&accuracy=100&date=2021-02-05&source=s`,
      { type: 'FeatureCollection', features: [area('north', 10), area('south', 11)] },
    );
    expect(status).toBe(201);
  });

  describe.each(Object.entries(BROKEN))('%s', (_, broken) => {
    it.each(Object.keys(BODIES))('in the %s is refused at its place', async (name) => {
      const [path, body] = BODIES[name] as (typeof BODIES)[string];
      const escaped = JSON.stringify(`a${broken}`).slice(1, -1);
      const answer = await service.post(path, JSON.stringify(body).replace('aX', escaped));
      expect(answer).toMatchObject({
        status: expect.toBeOneOf([400, 422]),
        body: { code: expect.not.stringMatching(/^(internal|invalid_input)$/), problems: [{ at: expect.stringMatching(/^\/./) }] }, // biome-ignore format: one line
      });
      expect(JSON.stringify(answer.body.problems)).toContain(JSON.stringify(escaped).slice(1, -1));
    });

    it('in a bundle is refused at its place', () => {
      const { problems } = checkBundle(
        valley(`half-${process.pid}`, {
          'series.json': (text) => text.replace(/"method": *"/, (found) => found + JSON.stringify(broken).slice(1, -1)),
        }),
      );
      expect(problems).toMatchObject([{ at: 'series.json:/0/method' }]);
    });
  });
});
