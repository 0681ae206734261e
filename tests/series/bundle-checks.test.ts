import { expect, it } from 'vitest';
import type { SalientError } from '../../src/errors.js';
import { checkBundle, parseBundle } from '../../src/series/bundle/read-bundle.js';
import { valley } from '../setup/valley.js';

const problemsOf = (change: Record<string, (text: string) => string>) => {
  try {
    parseBundle(valley('checked', change));
    return [];
  } catch (error) {
    return (error as SalientError).problems.map(({ at, message }) => `${at}: ${message}`);
  }
};

it('a relation that is stated twice for a day is refused by line, before the database sees it', () => {
  const twice = (from: string, to: string) => (text: string) => `${text}uplanders,north,hostile,${from},${to},press,\n`;
  expect(problemsOf({ 'relations.csv': twice('2021-01-01', '2021-02-01') })).toEqual([
    'relations.csv:4: uplanders to north is stated for some of the same days in line 2',
  ]);
  const until = (text: string) => text.replace('uplanders,north,ally,,', 'uplanders,north,ally,,2021-01-01');
  expect(problemsOf({ 'relations.csv': (text) => twice('2021-01-01', '')(until(text)) })).toEqual([]);
});

it.each([
  ['2020-01-01,2020-01-01,,,,', 'established_source: at least one is needed'],
  ['2020-01-01,2020-01-01,press,2021-01-01,2021-01-01,', 'days of withdrawn and withdrawn_source: both or neither'],
  ['2020-01-01,2020-01-01,press,,,press', 'days of withdrawn and withdrawn_source: both or neither'],
  ['2020-01-01,2020-01-01,press,,2019-01-01,press', 'established and withdrawn: 2020-01-01 is not before 2019-01-01'],
])('a post with the days %s is refused by its line, before the database sees it', (days, message) => {
  const post = (text: string) => `${text}uplanders,2,documented,2,Second post,10.5,50.4,250,${days},2,\n`;
  expect(problemsOf({ 'posts.csv': post })).toEqual([`posts.csv:3: ${message}`]);
});

it('a route of several parts is refused by its place and its name', () => {
  const parts = (text: string) => {
    const collection = JSON.parse(text);
    const [route] = collection.features;
    route.geometry = { type: 'MultiLineString', coordinates: [route.geometry.coordinates] };
    return JSON.stringify(collection);
  };
  expect(problemsOf({ 'routes.geojson': parts })).toEqual([
    'routes.geojson:/features/0/geometry: route "R1" is one LineString, not a MultiLineString: join its parts, or give each an id',
  ]);
});

type Edit = Record<string, (text: string) => string>;
const found = (change: Edit, list: 'problems' | 'warnings' = 'problems') =>
  checkBundle(valley('checked', change))[list].map(({ at, where, message }) => `${at} ${where ?? '-'} ${message}`);
const add = (line: string) => (text: string) => `${text}${line}\n`;
const json = (edit: (value: never) => void) => (text: string) => {
  const value = JSON.parse(text);
  edit(value as never);
  return JSON.stringify(value);
};
const box = (x: number, y: number, width: number, height: number) => [
  [x, y],
  [x + width, y],
  [x + width, y + height],
  [x, y + height],
  [x, y],
];
type Collection = { features: { properties: Record<string, unknown>; geometry: { coordinates: unknown } }[] };
const ring = (nth: number, positions: number[][]) =>
  json(({ features }: Collection) => {
    const [feature] = features.slice(nth);
    if (feature) feature.geometry.coordinates = [positions];
  });

it('the valley keeps its contract without a warning', () => {
  expect(checkBundle(valley('checked'))).toMatchObject({ problems: [], warnings: [] });
});

it('a post, a place and a route outside the theatre are told with file, line and place, all of them at once', () => {
  const outside: Edit = {
    'posts.csv': add('uplanders,2,documented,2,Far post,12.5,50.4,250,2020-01-01,2020-01-01,press,,,,2,'),
    'places.csv': add('elm,Elm,town,10.5,49.9,200,,press,'),
    'initial.csv': add('elm,north,2021-01-01,stated,press,'),
    'routes.geojson': json(({ features: [route] }: { features: [{ geometry: { coordinates: number[][] } }] }) => {
      route.geometry.coordinates.push([10.5, 51.2]);
    }),
  };
  expect(found(outside)).toEqual([
    'routes.geojson:/features/0/geometry/coordinates/2 10.5,51.2 route "R1" leaves the theatre',
    'places.csv:6 10.5,49.9 place "elm" lies outside the theatre',
    'posts.csv:3 12.5,50.4 post uplanders/2 lies outside the theatre',
    expect.stringMatching(/^posts.csv:3 12.5,50.4 post uplanders\/2 is 14\d\.\d km from the nearest place.*r_max_m/),
  ]);
});

it('a bow-tie theatre and areas that overlap are told with the place where they do', () => {
  const bowTie = [[10, 50], [11, 51], [11, 50], [10, 51], [10, 50]]; // biome-ignore format: one line
  expect(found({ 'theatre.geojson': ring(0, bowTie) })).toEqual([
    'theatre.geojson:/features/0/geometry 10.5,50.5 the theatre is no valid polygon: its boundary crosses or touches itself here',
  ]);
  expect(found({ 'theatre.geojson': ring(1, box(10, 50.9, 1, 0.6)) })).toEqual([
    expect.stringMatching(
      /^theatre.geojson:\/features\/1\/geometry 1[01][\d.,]* territory "upland" overlaps the theatre/,
    ),
  ]);
  // Within it, around it and the same: no edge crosses another.
  for (const inner of [box(10.2, 50.2, 0.1, 0.1), box(9, 49, 3, 3), box(10, 50, 1, 1)]) {
    expect(found({ 'theatre.geojson': ring(1, inner) })[0]).toContain('territory "upland" overlaps the theatre');
  }
});

it('a common edge with other vertices is refused where it leaves a sliver, and a warning where it leaves none', () => {
  const with51 = (lat: number) => [[10, 51], [10.4, lat], [11, 51], [11, 51.5], [10, 51.5], [10, 51]]; // biome-ignore format: one line
  expect(found({ 'theatre.geojson': ring(1, with51(51.000002)) })).toEqual([
    'theatre.geojson:/features/1/geometry 10.4,51.000002 the common edge of territory "upland" and the theatre has the same vertices in both: this one is in one of them only, 0.22 m off it',
  ]);
  expect(found({ 'theatre.geojson': ring(1, with51(51)) })).toEqual([]);
  expect(found({ 'theatre.geojson': ring(1, with51(51)) }, 'warnings')[0]).toContain('this one is in one of them only');
});

it('a side without a rear on a day of a post, one that is closed to it, and ground it has no relation to', () => {
  const until = (text: string) => text.replace('upland,,,press', 'upland,,2021-06-01,press');
  expect(found({ 'anchors.csv': until })).toEqual([
    'posts.csv:2 - post uplanders/1: uplanders has no anchor on 2021-06-01: without one nothing can be said of its posts (anchors.csv)',
  ]);
  const closed = (text: string) => text.replace('open', 'closed');
  expect(found({ 'border_policies.csv': closed })).toEqual([]);
  expect(found({ 'border_policies.csv': closed }, 'warnings')[0]).toContain(
    'anchors.csv:2 - upland is the rear of uplanders and closed to it (border_policies.csv has no open)',
  );
  const without = (text: string) => text.split('\n').filter((line) => !line.includes('south')).join('\n'); // biome-ignore format: one line
  expect(found({ 'relations.csv': without }, 'warnings')[0]).toContain('states no relation to south');
});

it.each([
  ['closed for a while', [',2021-03-01', '2021-03-20,'], 'from 2021-03-01 to before 2021-03-20'],
  ['closed at first', ['2021-03-20,'], 'before 2021-03-20'],
  ['closed from a day on', [',2021-03-01'], 'from 2021-03-01 on'],
  ['closed twice', ['2021-06-01,', ',2021-02-01', '2021-03-01,2021-05-01'], 'from 2021-02-01 to before 2021-03-01 and from 2021-05-01 to before 2021-06-01'],
  ['open twice at the same time', [',2021-03-01', '2021-02-01,'], null],
])('a rear %s is told with the days on which it is', (_, open, when) => {
  const policies = (text: string) =>
    `${text.split('\n')[0]}\n${open.map((days) => `uplanders,upland,open,${days},press,\n`).join('')}`;
  expect(found({ 'border_policies.csv': policies }, 'warnings')).toEqual(
    when === null
      ? []
      : [
          `anchors.csv:2 - upland is the rear of uplanders and closed to it ${when} (border_policies.csv has no open): no post of uplanders can reach it then, and no verdict on them is stated`,
        ],
  );
}); // biome-ignore format: a table

it('a rear that ends before it is opened again is closed until it ends', () => {
  const until = (text: string) =>
    text.replace('upland,,,press', 'upland,,2021-02-01,press,\nuplanders,upland,2021-02-01,,press');
  const open = (text: string) =>
    text.replace('open,,,press', 'open,,2021-01-15,press,\nuplanders,upland,open,2021-02-10,,press');
  const rears = found({ 'anchors.csv': until, 'border_policies.csv': open }, 'warnings');
  expect(rears.map((told) => /closed to it (.*) \(border/.exec(told)?.[1])).toEqual([
    'from 2021-01-15 to before 2021-02-01',
    'from 2021-02-01 to before 2021-02-10',
  ]);
});

it('places that are one, by distance or by name; rows that are there twice', () => {
  const twice: Edit = {
    'places.csv': (text) =>
      `${text}ash-2,Ash south,town,10.5,50.201,200,BIRCH,press,\nash,Fir,town,10.6,50.3,200,,press,\n`,
    'initial.csv': add('ash-2,north,2021-01-01,stated,press,'),
  };
  expect(found(twice)).toEqual([
    'places.csv:6 - "birch" is a name of ash-2 and of birch (line 3): qualify both, or leave it out',
    'places.csv:6 10.5,50.201 "ash-2" is 111 m from "ash" (line 2): two places are 300 m or more apart',
    'places.csv:7 - "ash" is there twice: line 2 has it',
  ]);
});

it('parties of the wrong kind, sources that lead nowhere, a plane that is not equal-area, a number that is a text', () => {
  const wrong: Edit = {
    'posts.csv': (text) => text.replace('uplanders,1', 'north,1'),
    'relations.csv': (text) => text.replace(',,,press', ',,,nobody'),
    'theatre.json': json((theatre: { projection: string }) => {
      theatre.projection = '+proj=merc +datum=WGS84 +units=m';
    }),
    'series.json': json(([series]: [{ accuracy_m: unknown }]) => {
      series.accuracy_m = '1000';
    }),
    'claims.csv': (text) => text.replace('2021-03-01,2021-03-01', '2021-03-01,2021-02-30'),
  };
  expect(found(wrong)).toEqual([
    expect.stringContaining('theatre.json:/projection - +proj=merc is not an equal-area projection'),
    'series.json:/0/accuracy_m - a number from 0, not "1000"',
    expect.stringContaining('relations.csv:2 - source "nobody" does not exist'),
    'posts.csv:2 - operator north is a party of kind ground: posts are run by an operator',
    expect.stringContaining('posts.csv:2 - post north/1: north has no anchor'),
    expect.stringContaining('claims.csv:2 - latest: "2021-02-30" is not a calendar day'),
  ]);
});

it('a JSON file that breaks off is told by its line, and hides nothing else', () => {
  const broken: Edit = {
    'series.json': (text) => `${text.slice(0, -1)},\n`,
    'places.csv': (text) => text.replace(',10.5,50.2,', ',999,50.2,'),
  };
  const reported = found(broken);
  expect(reported[0]).toMatch(/^series.json:2 - /);
  expect(reported[1]).toContain('places.csv:2 - lon: "999" is not a number from -180 to 180');
  expect(reported).toHaveLength(2);
});
