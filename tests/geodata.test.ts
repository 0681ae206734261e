import { readdirSync, readFileSync } from 'node:fs';
import { booleanPointInPolygon, distance, featureCollection, intersect, kinks, area as turfArea } from '@turf/turf';
import { parse } from 'csv-parse/sync';
import type { Feature, FeatureCollection, LineString, Polygon } from 'geojson';
import { describe, expect, it } from 'vitest';
import { parseReportDefinition } from '../src/reports/definition.js';

type Row = Record<string, string>;

const folder = new URL('../geodata/m5/', import.meta.url);
const text = (name: string) => readFileSync(new URL(name, folder), 'utf8');
const json = <T>(name: string) => JSON.parse(text(name)) as T;
const list = (field: string | undefined) => (field ? field.split(';') : []);
const get = (row: Row, column: string) => {
  const value = row[column];
  if (value === undefined) throw new Error(`no column ${column}`);
  return value;
};

const headers = {
  'parties.csv': 'id,name,colour,kind,note',
  'relations.csv': 'side,party,stance,from,to,source,note',
  'border_policies.csv': 'side,territory,policy,from,to,source,note',
  'anchors.csv': 'side,territory,from,to,source,note',
  'places.csv': 'id,name,kind,lon,lat,error_m,aliases,source,note',
  'posts.csv':
    'operator,number,number_source,number_text,name,lon,lat,error_m,established_earliest,established_latest,established_source,withdrawn_earliest,withdrawn_latest,withdrawn_source,chrono_no,note',
  'sources.csv': 'id,publisher,title,url,published_on,published_on_inferred,stance,favours,via,note',
  'initial.csv': 'place,party,as_of,basis,source,note',
  'claims.csv':
    'id,kind,relation,place,post,location,party,earliest,latest,published_on,sources,facts,withdrawn_on,withdrawn_why,dates_inferred,note',
  'events.csv':
    'id,kind,earliest,latest,relation,place,location,actor,sources,facts,part_of,withdrawn_on,withdrawn_why,dates_inferred,note',
  'counts.csv': 'event,measure,value,qualifier,wording,period_from,period_to,part_of,fact',
};
const others = ['reports.json', 'routes.geojson', 'series.json', 'theatre.geojson', 'theatre.json'];

const table = (name: keyof typeof headers) => parse(text(name), { columns: true }) as Row[];
const parties = table('parties.csv');
const places = table('places.csv');
const posts = table('posts.csv');
const sources = table('sources.csv');
const initial = table('initial.csv');
const claims = table('claims.csv');
const events = table('events.csv');
const counts = table('counts.csv');

const ids = (rows: Row[]) => new Set(rows.map((row) => get(row, 'id')));
const placeIds = ids(places);
const sourceIds = ids(sources);
const partyIds = ids(parties);
const postIds = new Set(posts.map((row) => `${row.operator}/${row.number}`));
const point = (row: Row): [number, number] => [Number(row.lon), Number(row.lat)];
const claim = (id: string) => {
  const found = claims.find((row) => row.id === id);
  if (!found) throw new Error(`no claim ${id}`);
  return found;
};
/** Values that `rows` name in `column` (a list) and that `known` does not hold. */
const dangling = (rows: Row[], column: string, known: Set<string>) =>
  rows.flatMap((row) => list(row[column])).filter((id) => !known.has(id));
const repeated = (values: string[]) => values.filter((value, at) => values.indexOf(value) !== at);

const shapes = json<FeatureCollection<Polygon, Row>>('theatre.geojson').features;
const withRole = (role: string) => shapes.filter((shape) => shape.properties.role === role);
const theatres = withRole('theatre');
const territories = withRole('territory');
const theatre = theatres[0] as Feature<Polygon, Row>;
const route = json<FeatureCollection<LineString, Row>>('routes.geojson').features[0] as Feature<LineString, Row>;
type Series = {
  first_date: string;
  complete_until: string;
  parties: string[];
  r_max_m: number;
  accuracy_m: number;
  spacing_m: number;
};
const series = json<Series[]>('series.json')[0] as Series;

describe('files', () => {
  it('are all known and all read here', () => {
    expect(readdirSync(folder).sort()).toEqual([...Object.keys(headers), ...others].sort());
    expect(json<Row>('theatre.json')).toMatchObject({ id: 'm5', time_zone: 'Asia/Damascus' });
  });

  it('define a weekly report of the series', () => {
    const reports = json<unknown[]>('reports.json').map(parseReportDefinition);
    expect(reports.map(({ id, series: of, period }) => [id, of, period.every])).toEqual([
      ['m5-weekly', ['m5'], 'week'],
    ]);
  });

  it.each(Object.entries(headers))('%s has its header, in order, and no stray blanks', (name, header) => {
    expect(text(name).split('\n')[0]).toBe(header);
    const cells = (parse(text(name)) as string[][]).flat();
    expect(cells.filter((cell) => cell !== cell.trim() || cell !== cell.normalize('NFC'))).toEqual([]);
    expect(text(name)).not.toMatch(/[\r\uFEFF]/);
  });

  it('are all named in the contract, with every column', () => {
    const contract = readFileSync(new URL('../README.md', folder), 'utf8');
    expect(contract).toContain(
      `${places.length} places, ${posts.length} posts, ${claims.length} claims, ${events.length} events, ${sources.length} sources`,
    );
    for (const name of [...Object.keys(headers), ...others]) expect(contract).toContain(name);
    for (const column of Object.values(headers).flatMap((header) => header.split(',')))
      expect(contract).toContain(`\`${column}\``);
  });
});

describe('ids and references', () => {
  it.each([
    ['parties', parties],
    ['places', places],
    ['sources', sources],
    ['claims', claims],
    ['events', events],
  ])('%s have unique slugs', (_name, rows) => {
    const all = rows.map((row) => get(row, 'id'));
    expect(repeated(all)).toEqual([]);
    expect(all.filter((id) => id.length > 63 || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))).toEqual([]);
  });

  it('give no name or alias to two places', () => {
    const names = places.flatMap((row) => [...new Set([get(row, 'name'), ...list(row.aliases)].map(fold))]);
    expect(repeated(names)).toEqual([]);
  });

  it('resolve', () => {
    const territoryIds = new Set(territories.map((shape) => get(shape.properties, 'id')));
    for (const name of ['relations.csv', 'border_policies.csv', 'anchors.csv'] as const) {
      const rows = table(name);
      expect(rows.length).toBeGreaterThan(0);
      expect(dangling(rows, 'side', partyIds)).toEqual([]);
      expect(dangling(rows, 'party', partyIds)).toEqual([]);
      expect(dangling(rows, 'territory', territoryIds)).toEqual([]);
      expect(dangling(rows, 'source', sourceIds)).toEqual([]);
    }
    expect(dangling(places, 'source', sourceIds)).toEqual([]);
    expect(dangling(posts, 'operator', partyIds)).toEqual([]);
    expect(dangling(posts, 'established_source', sourceIds)).toEqual([]);
    expect(dangling(posts, 'withdrawn_source', sourceIds)).toEqual([]);
    expect(dangling(sources, 'favours', partyIds)).toEqual([]);
    expect(dangling(initial, 'place', placeIds)).toEqual([]);
    expect(dangling(initial, 'party', new Set(series.parties))).toEqual([]);
    expect(dangling(initial, 'source', sourceIds)).toEqual([]);
    expect(dangling(claims, 'place', placeIds)).toEqual([]);
    expect(dangling(claims, 'post', postIds)).toEqual([]);
    expect(dangling(claims, 'party', new Set(series.parties))).toEqual([]);
    expect(dangling(events, 'place', placeIds)).toEqual([]);
    expect(dangling(events, 'part_of', ids(events))).toEqual([]);
    expect(dangling(counts, 'event', ids(events))).toEqual([]);
    const drawn = [...shapes, route].map((shape) => shape.properties);
    expect(dangling(drawn, 'source', sourceIds)).toEqual([]);
    expect(drawn.filter((properties) => !properties.source)).toEqual([]);
    for (const row of [...claims, ...events]) expect(list(row.sources), row.id).not.toEqual([]);
    expect(dangling([...claims, ...events], 'sources', sourceIds)).toEqual([]);
    for (const row of counts.filter((row) => row.part_of))
      expect(counts.some((whole) => whole.event === row.event && whole.measure === row.part_of)).toBe(true);
    expect(repeated(counts.map((row) => `${row.event} ${row.measure}`))).toEqual([]);
  });

  it('leave no source unused', () => {
    const rows = [
      ...claims,
      ...events,
      ...posts,
      ...places,
      ...initial,
      ...[...shapes, route].map((s) => s.properties),
    ];
    const columns = ['sources', 'source', 'established_source', 'withdrawn_source'];
    const used = new Set(rows.flatMap((row) => columns.flatMap((column) => list((row as Row)[column]))));
    expect([...sourceIds].filter((id) => !used.has(id))).toEqual([]);
  });
});

describe('dates and words', () => {
  const dateColumns = /^(from|to|as_of|published_on|withdrawn_on|period_from|period_to|.*earliest|.*latest)$/;
  const real = (day: string) => new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10) === day;

  it('are calendar days', () => {
    for (const name of Object.keys(headers) as (keyof typeof headers)[])
      for (const row of table(name))
        for (const [column, value] of Object.entries(row))
          if (dateColumns.test(column) && value) expect(real(value), `${name} ${column} ${value}`).toBe(true);
  });

  it('are in order', () => {
    const ordered = (a = '', b = '') => !a || !b || a <= b;
    for (const row of [...claims, ...events]) expect(ordered(row.earliest, row.latest), row.id).toBe(true);
    for (const row of counts) expect(ordered(row.period_from, row.period_to), row.event).toBe(true);
    for (const row of posts) {
      expect(ordered(row.established_earliest, row.established_latest), row.name).toBe(true);
      expect(ordered(row.established_latest, row.withdrawn_earliest), row.name).toBe(true);
      expect(ordered(row.withdrawn_earliest, row.withdrawn_latest), row.name).toBe(true);
    }
    expect(series.first_date < series.complete_until).toBe(true);
  });

  it('leave a window open only where that moves nothing', () => {
    const open = claims.filter((row) => !row.earliest || !row.latest);
    expect(open.filter((row) => !['expected', 'held', 'denied', 'access'].includes(get(row, 'kind')))).toEqual([]);
    for (const row of events) expect(Boolean(row.earliest), row.id).toBe(Boolean(row.latest));
  });

  it('publish a claim on the first known day of its sources', () => {
    for (const row of claims) {
      const cited = sources.filter((source) => list(row.sources).includes(get(source, 'id')));
      const days = cited.map((source) => get(source, 'published_on')).filter(Boolean);
      expect(row.published_on, row.id).toBe(days.sort()[0] ?? '');
    }
  });

  it('fit on the days of the series when they move control', () => {
    const moving = claims.filter((row) => row.relation === 'at' && row.place && row.kind === 'captured');
    expect(moving.length).toBeGreaterThan(60);
    for (const row of moving) {
      expect(get(row, 'earliest') >= series.first_date, row.id).toBe(true);
      expect(get(row, 'latest') <= series.complete_until, row.id).toBe(true);
    }
  });

  const words: [Row[], string, string][] = [
    [parties, 'kind', 'ground|operator'],
    [table('relations.csv'), 'stance', 'own|ally|hostile|neutral'],
    [table('border_policies.csv'), 'policy', 'open|closed'],
    [places, 'kind', 'city|town|village|suburb|base|hill|crossing'],
    [posts, 'number_source', 'documented|inferred|project'],
    [sources, 'stance', 'independent|press|partisan|general'],
    [sources, 'published_on_inferred', 'true|false'],
    [initial, 'basis', 'stated|inferred'],
    [claims, 'kind', 'captured|lost|held|contested|expected|denied|besieged|access'],
    [claims, 'relation', 'at|near'],
    [claims, 'dates_inferred', 'true|false'],
    [events, 'kind', 'strike|attack|displacement|casualties|statement|population'],
    [events, 'relation', 'at|near|'],
    [events, 'dates_inferred', 'true|false'],
    [counts, 'qualifier', 'exact|at_least|more_than|about|nearly|claimed'],
  ];
  it.each(words)('come from the list (%#)', (rows, column, allowed) => {
    expect(rows.map((row) => get(row, column)).filter((word) => !allowed.split('|').includes(word))).toEqual([]);
  });

  it('say where a claim is, and why a row was withdrawn', () => {
    for (const row of claims) expect(Boolean(row.place || row.post || row.location), row.id).toBe(true);
    for (const row of [...claims, ...events])
      expect(Boolean(row.withdrawn_on), row.id).toBe(Boolean(row.withdrawn_why));
    for (const row of events) expect(Boolean(row.relation), row.id).toBe(Boolean(row.place));
    for (const row of counts) {
      expect(Boolean(row.value || row.wording), row.event).toBe(true);
      if (row.value) expect(Number.isFinite(Number(row.value)), row.event).toBe(true);
    }
  });
});

describe('coverage of the facts', () => {
  const covered = [
    ...claims.flatMap((row) => list(row.facts)),
    ...events.flatMap((row) => list(row.facts)),
    ...counts.flatMap((row) => list(row.fact)),
  ].sort();
  const rows = (table: string, n: number) => Array.from({ length: n }, (_, at) => `${table}:${at + 1}`);

  it('reaches all 63 seed rows and all 68 and 4 capture rows exactly once', () => {
    expect(covered).toEqual([...rows('seed', 63), ...rows('captures', 68), ...rows('captures-2', 4)].sort());
  });

  it('gives every place one party on the first day', () => {
    expect(initial.map((row) => get(row, 'place')).sort()).toEqual([...placeIds].sort());
    expect(new Set(initial.map((row) => row.as_of))).toEqual(new Set([series.first_date]));
  });
});

describe('contradictions', () => {
  it('keep 25 dead beside places that make 22', () => {
    const total = 'idlib-strikes-2019-12-17';
    const parts = new Set(events.filter((row) => row.part_of === total).map((row) => row.id));
    const value = (row: Row) => Number(row.value);
    const dead = counts.filter((row) => !row.part_of && get(row, 'measure').startsWith('killed'));
    expect(dead.filter((row) => row.event === total).map(value)).toEqual([25]);
    const named = dead.filter((row) => parts.has(row.event)).map(value);
    expect(named.reduce((sum, n) => sum + n, 0)).toBe(22);
    expect(parts.size).toBe(6);
  });

  it('have Khan Shaykhun taken and only expected on the same day', () => {
    const day = claims.filter((row) => row.place === 'khan-shaykhun' && row.earliest === '2019-08-21');
    expect(day.map((row) => [row.kind, row.sources])).toEqual([
      ['captured', 'seed-001-trt'],
      ['expected', 'seed-004-reuters'],
    ]);
  });

  it('do not take Hish with the ground near it', () => {
    expect(claim('near-hish-captured-2019-12-24-a000')).toMatchObject({ relation: 'near', place: 'hish' });
    expect(claim('hish-captured-2020-01-31')).toMatchObject({ relation: 'at', earliest: '2020-01-31' });
  });

  it('besiege posts, not villages, and tell of access to posts alone', () => {
    const beside = claims.filter((row) => ['besieged', 'access', 'denied'].includes(get(row, 'kind')));
    expect(
      beside
        .map(({ post, relation }) => `${relation} ${post}`)
        .filter((reported) => !/^near turkey.[3589]$/.test(reported)),
    ).toEqual([]);
    expect(beside.length).toBeGreaterThanOrEqual(6);
  });

  it('give al-Kanayes no position', () => {
    const row = events.find((event) => event.location === 'al-Kanayes');
    expect(row).toMatchObject({ place: '', relation: '' });
  });

  it('leave Afis contested at the end, and with nobody new', () => {
    const afis = claims
      .filter((row) => row.place === 'afis')
      .sort((a, b) => (get(a, 'latest') < get(b, 'latest') ? -1 : 1));
    expect(afis.map((row) => `${row.kind} ${row.party} ${row.latest}`)).toEqual([
      'captured government 2020-02-06',
      'captured opposition 2020-02-26',
      `contested government ${series.complete_until}`,
    ]);
  });
});

describe('ground', () => {
  it('is one valid theatre, with valid territories that do not overlap it', () => {
    expect(theatres).toHaveLength(1);
    expect(territories.map((shape) => shape.properties.id)).toEqual(['turkiye-state']);
    for (const shape of shapes) {
      expect(shape.geometry.type).toBe('Polygon');
      expect(kinks(shape).features).toEqual([]);
      const ring = shape.geometry.coordinates[0] ?? [];
      expect(ring[0]).toEqual(ring.at(-1));
      for (const [lon = Number.NaN, lat = Number.NaN] of ring) {
        expect(Math.abs(lon * 1e7 - Math.round(lon * 1e7))).toBeLessThan(1e-4);
        expect(Math.abs(lat * 1e7 - Math.round(lat * 1e7))).toBeLessThan(1e-4);
      }
    }
    for (const territory of territories) {
      const overlap = intersect(featureCollection([theatre, territory]));
      expect(overlap ? turfArea(overlap) : 0).toBeLessThan(1);
    }
    expect(turfArea(theatre) / 1e6).toBeGreaterThan(10_000);
    expect(turfArea(theatre) / 1e6).toBeLessThan(15_000);
  });

  it('shares every border vertex, in one unbroken run', () => {
    const ring = (theatre.geometry.coordinates[0] ?? []).slice(0, -1).map(String);
    const foreign = new Set(territories.flatMap((shape) => shape.geometry.coordinates.flat().map(String)));
    const common = ring.map((vertex) => foreign.has(vertex));
    const starts = common.filter((is, at) => is && !common.at(at - 1));
    expect(starts).toHaveLength(1);
    expect(common.filter(Boolean)).toHaveLength(47);
  });

  it('holds every place, post and vertex of the route', () => {
    const inside = (at: number[]) => booleanPointInPolygon(at, theatre, { ignoreBoundary: true });
    expect([...places, ...posts].filter((row) => !inside(point(row))).map((row) => row.name)).toEqual([]);
    expect(route.geometry.coordinates.filter((at) => !inside(at))).toEqual([]);
    for (const row of [...places, ...posts]) expect(Number(row.error_m), row.name).toBeGreaterThan(0);
  });

  it('has no place twice within 300 m', () => {
    const close = places.flatMap((a, at) =>
      places
        .slice(at + 1)
        .filter((b) => distance(point(a), point(b), { units: 'meters' }) < 300)
        .map((b) => `${a.id} ${b.id}`),
    );
    expect(close).toEqual([]);
  });

  it('runs the M5 from Hama to Aleppo', () => {
    const at = (id: string) => point(places.find((row) => row.id === id) ?? {});
    expect(route.properties.id).toBe('M5');
    expect(route.geometry.coordinates[0]).toEqual(at('hama'));
    expect(route.geometry.coordinates.at(-1)).toEqual(at('aleppo'));
  });

  it('leaves no kilometre of the route and no post beyond R_max of a place', () => {
    const nearest = (from: number[]) =>
      Math.min(...places.map((row) => distance(from, point(row), { units: 'meters' })));
    const line = route.geometry.coordinates;
    const samples = line.slice(1).flatMap(([x = 0, y = 0], at) => {
      const [x0 = 0, y0 = 0] = line[at] ?? [];
      return Array.from({ length: 50 }, (_, k) => [x0 + ((x - x0) * k) / 50, y0 + ((y - y0) * k) / 50]);
    });
    expect(Math.max(...[...samples, ...posts.map(point)].map(nearest))).toBeLessThan(series.r_max_m);
  });
});

describe('accuracy', () => {
  it('is a third of the mean distance between neighbouring places with a report, to the nearest 100 m', () => {
    const ran = claims.filter((row) => row.kind === 'captured' && row.relation === 'at' && row.place);
    const moved = places.filter((row) => ran.some((move) => move.place === row.id)).map(point);
    const nearest = moved.map((at) =>
      Math.min(...moved.filter((other) => other !== at).map((other) => distance(at, other, { units: 'meters' }))),
    );
    const spacing = nearest.reduce((sum, metres) => sum + metres, 0) / nearest.length;
    const off = (stated: number, computed: number) => Math.abs(stated / computed - 1);
    expect(off(series.spacing_m, spacing)).toBeLessThan(0.01);
    expect(series.accuracy_m).toBe(Math.round((0.33 * series.spacing_m) / 100) * 100);
  });
});

describe('posts', () => {
  it('are the twelve, numbered once, of which 8, 9 and 10 are documented', () => {
    const number = (row: Row) => Number(row.number);
    expect(posts.map(number).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(posts.map((row) => Number(row.chrono_no)).sort((a, b) => a - b)).toHaveLength(12);
    const documented = posts.filter((row) => row.number_source === 'documented');
    expect(documented.map((row) => `${row.number} ${row.name}`)).toEqual(['8 Surman', '9 Morek', '10 Shir Maghar']);
    expect(posts.filter((row) => row.number_source === 'project').map(number)).toEqual([11, 12]);
  });
});

function fold(name: string): string {
  return name.toLocaleLowerCase('en');
}
