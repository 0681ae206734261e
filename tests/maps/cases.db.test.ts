import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CREDENTIAL } from '../setup/credential.js';
import { onEachDatabase } from '../setup/databases.js';
import { serviceOn } from '../setup/service.js';

/** Small files that people exchange, each for a kind of fault; areas and lengths were computed apart from this project. */
const CASES = join(import.meta.dirname, 'cases');
const bytes = (name: string) => readFileSync(join(CASES, name));

interface Sent {
  maps: string[];
  mapping?: string;
  theatre?: string;
  query?: Record<string, string>;
}

onEachDatabase('maps of the trade', (db) => {
  const service = serviceOn(db);
  let made = 0;
  const created = { create: 'true', title: 'T', publisher: 'P', licence: 'L', accuracy: '100', date: '2024-05-01' };

  async function send(series: string, { maps, mapping, theatre, query = {} }: Sent, first = true) {
    const form = new FormData();
    for (const map of maps) form.append('map', new Blob([bytes(map)]), map.split('/').at(-1) as string);
    if (mapping) form.set('mapping', new Blob([bytes(mapping)]));
    if (theatre) form.set('theatre', new Blob([bytes(theatre)]));
    const search = new URLSearchParams({ ...(first ? created : {}), ...query });
    const response = await service.get(`/series/${series}/snapshots?${search}`, {
      method: 'POST',
      body: form,
      headers: CREDENTIAL,
    });
    const body = await response.json();
    return {
      status: response.status,
      notes: (body.snapshots ?? []).flatMap((one: { notes: string[] }) => one.notes),
      body,
    };
  }
  const fresh = () => `case-${process.pid}-${++made}`;
  async function create(sent: Sent) {
    const series = fresh();
    return { series, ...(await send(series, sent)) };
  }
  /** km² of each class, as the change from the day to itself has it. */
  async function areasOf(series: string, date = '2024-05-01') {
    const { matrix } = await service.json<{ matrix: { from: string; to: string; km2: number }[] }>(
      `/change?series=${series}&from=${date}&to=${date}`,
    );
    return Object.fromEntries(matrix.map(({ from, km2 }) => [from, km2]));
  }

  it('00: two parties, the reference', async () => {
    const { series, status } = await create({ maps: ['00-base.geojson'] });
    expect(status).toBe(201);
    const areas = await areasOf(series);
    expect(areas.aland).toBeCloseTo(6090.56, 1);
    expect(areas.borland).toBeCloseTo(5782.04, 1);
  });

  it.each(['04-densified-one-side.geojson', '05b-jitter-1e-9.geojson'])(
    '%s: overlaps thinner than the noding grid are no contradiction',
    async (map) => {
      const { series, status, body } = await create({ maps: [map] });
      expect(body).toMatchObject({ snapshots: [{ result: 'stored' }] });
      expect(status).toBe(201);
      const areas = await areasOf(series);
      expect(areas.aland).toBeCloseTo(6090.56, 1);
      expect(areas.borland).toBeCloseTo(5782.04, 1);
      expect(areas.unassigned ?? 0).toBeLessThan(1e-4);
    },
  );

  it('50: one party drawn, and the rest of the theatre has a holder by a rule of the series', async () => {
    const { series, status, notes } = await create({
      maps: ['50-oneside_20240501.geojson'],
      theatre: '50-theatre.geojson',
      query: { party: 'aland', rest: 'borland' },
    });
    expect(status).toBe(201);
    expect(notes.join()).toMatch(/km² of the theatre in no area: borland, by the rule of the series/);
    const { fronts } = await service.json<{ fronts: { front_km: number }[] }>(
      `/front?series=${series}&date=2024-05-01`,
    );
    expect(fronts.reduce((sum, { front_km }) => sum + front_km, 0)).toBeCloseTo(113.28, 0);
    const again = await send(
      series,
      { maps: ['50-oneside_20240601.geojson'], query: { party: 'aland', date: '2024-06-01' } },
      false,
    );
    expect(again.status).toBe(201);
    const areas = await areasOf(series, '2024-06-01');
    expect(Object.keys(areas).sort()).toEqual(['aland', 'borland']);
    const other = await send(
      series,
      { maps: ['50-oneside_20240601.geojson'], query: { party: 'aland', date: '2024-06-02', rest: 'unknown' } },
      false,
    );
    expect(other).toMatchObject({ status: 400, body: { code: 'invalid_parameter' } });
  });

  it('52c: a map that is cut at 180 degrees is stored and measured', async () => {
    const { series, status, body } = await create({ maps: ['52c-antimer-cut.geojson'] });
    expect({ status, body }).toMatchObject({ status: 201 });
    const areas = await areasOf(series);
    // Two cells of half a degree by one and one of these: geodesic 2 : 1.
    expect((areas.aland as number) / (areas.borland as number)).toBeCloseTo(2, 6);
    expect(areas.unassigned).toBeUndefined();
    const { fronts } = await service.json<{ fronts: { front_km: number }[] }>(
      `/front?series=${series}&date=2024-05-01`,
    );
    expect(fronts.map(({ front_km }) => front_km)).toEqual([expect.closeTo(111.5, 0)]);
    const control = await service.json<{ features: { geometry: { coordinates: number[][][][] } }[] }>(
      `/control?series=${series}&date=2024-05-01`,
    );
    for (const lon of control.features.flatMap(({ geometry }) =>
      geometry.coordinates.flat(2).map(([x]) => x as number),
    )) {
      expect(Math.abs(lon)).toBeGreaterThanOrEqual(179);
    }
  });

  it('59c: one party twice over the same ground is one ground, with a true note', async () => {
    const { series, status, notes } = await create({ maps: ['59c-same-party-overlap.geojson'] });
    expect(status).toBe(201);
    expect((await areasOf(series)).aland).toBeCloseTo(11872.6, 1);
    expect(notes).toContain('1187.26 km² of aland overlapped itself: counted once');
    expect(notes.join()).not.toMatch(/contested/);
    const again = await send(
      series,
      { maps: ['59c-same-party-overlap.geojson'], query: { date: '2024-05-01' } },
      false,
    );
    expect(again.body).toMatchObject({ snapshots: [{ result: 'unchanged' }] });
  });

  it('70: two digitisers a metre apart are told how to settle it, and any rule settles it', async () => {
    const refused = await create({ maps: ['70-dig-1m.geojson'], theatre: '50-theatre.geojson' });
    expect(refused).toMatchObject({ status: 422, body: { code: 'invalid_snapshot' } });
    expect(refused.body.problems[0].message).toMatch(/--overlaps priority, contested or last/);
    const last = await create({
      maps: ['70-dig-1m.geojson'],
      theatre: '50-theatre.geojson',
      query: { overlaps: 'last', gaps: 'fill' },
    });
    expect(last.status).toBe(201);
    const areas = await areasOf(last.series);
    expect(Object.keys(areas).sort()).toEqual(['aland', 'borland']);
    expect(last.notes.join('\n')).toMatch(/overlapped: given to the area drawn last/);
    expect(last.notes.join('\n')).toMatch(/gaps? nowhere wider than 100 m: .* km² given to/);
    const contested = await create({
      maps: ['70-dig-1m.geojson'],
      theatre: '50-theatre.geojson',
      query: { overlaps: 'contested' },
    });
    expect(contested.status).toBe(201);
    const narrow = await create({
      maps: ['70-dig-1m.geojson'],
      theatre: '50-theatre.geojson',
      query: { overlaps: 'last', 'overlap-width': '0.3' },
    });
    expect(narrow).toMatchObject({ status: 422, body: { problems: [{ code: 'overlap' }] } });
    expect(narrow.body.problems[0].message).toMatch(/--overlaps last .*wider than 0\.3 m .*a larger --overlap-width/);
    expect(narrow.body.problems[0].message).not.toMatch(/priority, contested/);
  });

  it('92: an overlap of two parties that the priority does not name is refused, whatever their order', async () => {
    const { status, body } = await create({
      maps: ['92-unranked-bc.geojson'],
      mapping: 'map-prio1.json',
      query: { overlaps: 'priority' },
    });
    expect(status).toBe(422);
    expect(body.problems[0]).toMatchObject({
      code: 'overlap',
      message: expect.stringMatching(/borland.*cland.*share 1187/),
    });
  });

  it.each([
    ['30-party-capital.geojson', 'Government', 'government'],
    ['30d-party-cyr.geojson', null, null],
  ])('%s: party values as people write them are names, and their ids are told', async (map, name, id) => {
    const { series, status, notes } = await create({ maps: [map] });
    expect(status).toBe(201);
    const all = await service.json<{ id: string; parties: { id: string; name: string }[] }[]>('/series');
    const parties = all.find((one) => one.id === series)?.parties ?? [];
    if (name) expect(parties).toContainEqual(expect.objectContaining({ id, name }));
    for (const party of parties) {
      expect(party.id).toMatch(/^[a-z0-9][a-z0-9._-]{0,62}$/);
      expect(notes.filter((note: string) => note.includes(JSON.stringify(party.name)))).toEqual([
        `party ${JSON.stringify(party.name)} is stored as ${party.id}`,
      ]);
    }
    const again = await send(series, { maps: [map], query: { date: '2024-05-02' } }, false);
    expect(again.body).toMatchObject({ snapshots: [{ result: 'stored' }] });
  });

  it('92: a priority may name classes, rules and folders, and an unknown name in it is refused', async () => {
    const mapping = (priority: unknown[], status = 'controlled') => ({
      rules: [
        { when: { property: { party: 'aland' } }, party: 'aland' },
        { when: { property: { party: 'borland' } }, party: 'borland' },
        { when: { property: { party: 'cland' } }, ...(status === 'contested' ? { status } : { party: 'cland' }) },
      ],
      priority,
    });
    const sent = async (priority: unknown[], status?: string) => {
      const series = fresh();
      const form = new FormData();
      form.set('map', new Blob([bytes('92-unranked-bc.geojson')]), 'bc.geojson');
      form.set('mapping', new Blob([JSON.stringify(mapping(priority, status))]));
      const search = new URLSearchParams({ ...created, overlaps: 'priority' });
      const init = { method: 'POST', body: form, headers: CREDENTIAL };
      const response = await service.get(`/series/${series}/snapshots?${search}`, init);
      return { series, status: response.status, body: await response.json() };
    };
    const overlap = 1187.26;
    const first = await sent([{ rule: 3 }, 'borland']);
    expect(first.status).toBe(201);
    const rest = await areasOf(first.series);
    const contested = await sent(['contested', 'aland', 'borland'], 'contested');
    expect(contested.status).toBe(201);
    const won = await areasOf(contested.series);
    expect(won.contested).toBeCloseTo(rest.cland as number, 1);
    const lost = await sent(['borland', 'contested'], 'contested');
    expect((won.contested as number) - ((await areasOf(lost.series)).contested as number)).toBeCloseTo(overlap, 1);
    expect(await sent(['bordland', 'contested'])).toMatchObject({ status: 422, body: { code: 'invalid_mapping' } });
    expect(await sent([{ rule: 9 }])).toMatchObject({ body: { code: 'invalid_mapping' } });
  });

  it('ground outside the theatre is told on import and in the answers, and cut off on request', async () => {
    const theatre = {
      type: 'Polygon',
      coordinates: [
        [
          [40, 15],
          [41, 15],
          [41, 15.98],
          [40, 15.98],
          [40, 15],
        ],
      ],
    };
    const sent = async (query: Record<string, string>) => {
      const series = fresh();
      const form = new FormData();
      form.set('map', new Blob([bytes('00-base.geojson')]), 'base.geojson');
      form.set('theatre', JSON.stringify(theatre));
      const init = { method: 'POST', body: form, headers: CREDENTIAL };
      const response = await service.get(
        `/series/${series}/snapshots?${new URLSearchParams({ ...created, ...query })}`,
        init,
      );
      return { series, notes: (await response.json()).snapshots[0].notes as string[] };
    };
    const answers = async (series: string) => {
      const of = `series=${series}`;
      const control = await service.json<{ outside_km2: number; outside_pieces: number }>(
        `/control?${of}&date=2024-05-01`,
      );
      const change = await service.json<{ outside_km2: object }>(`/change?${of}&from=2024-05-01&to=2024-05-01`);
      return { control: control.outside_km2, pieces: control.outside_pieces, change: change.outside_km2 };
    };
    const kept = await sent({});
    const reported = await answers(kept.series);
    expect(reported.control).toBeCloseTo(0.02 * 11_820, -1);
    expect(reported).toMatchObject({ pieces: 2, change: { from: reported.control, to: reported.control } });
    expect(kept.notes.join()).toMatch(/km² in 2 pieces lie outside the theatre: kept on the map, counted in no figure/);
    const cut = await sent({ outside: 'clip' });
    expect(await answers(cut.series)).toMatchObject({ control: 0, pieces: 0 });
  });

  it('77: one file a party for one day in one run is never the last file alone', async () => {
    const run = 'a run of two files';
    const sent = { mapping: 'map-party.json', query: { run } };
    const first = await create({
      ...sent,
      maps: ['77-per-party/aland_20240501.geojson'],
      theatre: '../cases/50-theatre.geojson',
    });
    expect(first.body).toMatchObject({ snapshots: [{ result: 'stored' }] });
    const query = { ...sent.query, date: '2024-05-01' };
    const second = await send(first.series, { maps: ['77-per-party/borland_20240501.geojson'], query }, false);
    expect(second).toMatchObject({ status: 422, body: { problems: [{ code: 'parts' }] } });
    expect(second.body.message).toMatch(/--parts/);
    expect(Object.keys(await areasOf(first.series))).toContain('aland');
  });

  it('77: one file a party for one day, sent together, is one map', async () => {
    const { series, status } = await create({
      maps: ['77-per-party/aland_20240501.geojson', '77-per-party/borland_20240501.geojson'],
      mapping: 'map-party.json',
    });
    expect(status).toBe(201);
    const areas = await areasOf(series);
    expect(areas.aland).toBeCloseTo(6090.56, 1);
    expect(areas.borland).toBeCloseTo(5782.04, 1);
  });

  it('77: two files that call their parties Side A and side-a are two parties, in whatever order they come', async () => {
    const files = ['Side A', 'side-a'].map((party, index) => {
      const { features } = JSON.parse(bytes('00-base.geojson').toString()) as { features: object[] };
      return JSON.stringify({ ...features[index], properties: { party } });
    });
    for (const order of [files, files.toReversed()]) {
      const series = fresh();
      const form = new FormData();
      for (const [index, file] of order.entries()) form.append('map', new Blob([file]), `part-${index}.geojson`);
      const init = { method: 'POST', body: form, headers: CREDENTIAL };
      const response = await service.get(`/series/${series}/snapshots?${new URLSearchParams(created)}`, init);
      const { snapshots } = (await response.json()) as { snapshots: { notes: string[] }[] };
      expect(snapshots[0]?.notes.join()).toMatch(/kept apart, although their letters make one id/);
      const areas = await areasOf(series);
      expect(areas['side-a']).toBeCloseTo(5782.04, 1);
      expect(areas[Object.keys(areas).find((id) => /^side-a-[0-9a-f]{8}$/.test(id)) ?? '']).toBeCloseTo(6090.56, 1);
    }
  });
});
