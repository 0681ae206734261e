import { addDays, type IsoDate, parseDate } from '../../src/model/dates.js';

/*
 * An archive of one publisher, with the habits of a real one (929 periods of a newspaper's map of a long war): each day a wrapped
 * document, the ground of one side as what it held and what it gained, and all that goes wrong over the years.
 */

type Position = [number, number];

export interface ArchiveMap {
  date: IsoDate;
  file: string;
  document: object;
  /** km² of the side's ground in the theatre, computed apart from the project; straight edges in lon, lat, WGS 84. */
  km2: number;
  habits: ('flat ring' | 'overlap' | 'outside' | 'other country' | 'silent loss' | 'redefinition')[];
}

export const ARCHIVE_THEATRE: readonly [west: number, south: number, east: number, north: number] = [30, 46, 36, 50];
const [WEST, SOUTH, , NORTH] = ARCHIVE_THEATRE;
const STEP = 0.01;
const ROWS = Math.round((NORTH - SOUTH) / STEP);
/** Degrees of longitude that a definition of later days leaves out in the west. */
const REDEFINED = 0.4;

/** Deterministic: the same archive each time. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const round = (degrees: number) => Number(degrees.toFixed(6));
const latitudes = Array.from({ length: ROWS + 1 }, (_, row) => round(SOUTH + row * STEP));

/** @param maps at least 100 */
export function* archive(maps: number): Generator<ArchiveMap> {
  const next = random(2022);
  const front = latitudes.map((_, row) => 33.6 + 0.3 * Math.sin(row / 37) + 0.05 * Math.sin(row / 5));
  const [lossOn, redefinedOn, strangerOn] = [Math.round(maps / 2), maps - 30, Math.round(maps / 3)];
  for (let day = 0; day < maps; day++) {
    // The war goes on in one sector at a time, and now and then the other way.
    const sector = Math.floor(next() * (ROWS - 60));
    const held = front.map(round);
    for (let row = 0; row < 60; row++) {
      front[sector + row] =
        (front[sector + row] as number) + 0.004 * Math.sin((Math.PI * row) / 60) * (next() < 0.8 ? 1 : -0.5);
    }
    const reached = front.map((lon, row) => Math.max(round(lon), held[row] as number));
    const habits: ArchiveMap['habits'] = [];
    if (next() < 0.42) habits.push('overlap');
    if (next() < 0.08) habits.push('flat ring');
    if (next() < 0.05) habits.push('outside');
    if (day === lossOn) habits.push('silent loss');
    if (day >= redefinedOn) habits.push('redefinition');
    if (day === strangerOn) habits.push('other country');
    const has = (habit: ArchiveMap['habits'][number]) => habits.includes(habit);
    const west = has('redefinition') ? WEST + REDEFINED : WEST;
    // Its other edge is drawn some kilometres beyond the theatre now and then.
    const drawnTo = has('outside') && !has('redefinition') ? WEST - 0.03 : west;
    const east = has('silent loss') ? held.map((lon) => Math.min(lon, 33.2)) : held;
    // What is gained overlaps what was held by a few metres, as two editors draw it.
    const back = has('overlap') ? held.map((lon) => round(lon - 4e-5)) : held;
    const features = [
      feature(
        'held',
        between(
          latitudes.map(() => drawnTo),
          east,
        ),
      ),
      ...(has('silent loss')
        ? []
        : [
            feature(
              'gains',
              between(
                back,
                reached.map((lon, row) => Math.max(lon, (held[row] as number) + 1e-5)),
              ),
            ),
          ]),
      ...(has('flat ring') ? [feature('gains', flat(33, round(46.5 + next())))] : []),
      ...(has('other country') ? [feature('held', rectangle(66, 33, 67, 34))] : []),
    ];
    const date = addDays(parseDate('2022-02-24'), day);
    const line = has('silent loss') ? east : reached.map((lon, row) => Math.max(lon, (held[row] as number) + 1e-5));
    const document = { status: 'ok', value: { type: 'FeatureCollection', features } };
    yield { date, file: `state_${date}.json`, document, km2: areaKm2(west, line), habits };
  }
}

const feature = (kind: string, ring: Position[]) => {
  return { type: 'Feature', properties: { kind }, geometry: { type: 'Polygon', coordinates: [ring] } };
};

function between(west: readonly number[], east: readonly number[]): Position[] {
  const up = latitudes.map((lat, row): Position => [east[row] as number, lat]);
  const down = latitudes.map((lat, row): Position => [west[row] as number, lat]).reverse();
  return [...down.slice(-1), ...up, ...down];
}

const rectangle = (west: number, south: number, east: number, north: number): Position[] => {
  return [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
};

const flat = (lon: number, lat: number): Position[] => [
  [lon, lat],
  [lon + 0.01, lat],
  [lon + 0.02, lat],
  [lon, lat],
];

/** km² between a meridian and a line, by Simpson's rule in each row on the ellipsoid. */
function areaKm2(west: number, line: readonly number[]): number {
  let sum = 0;
  for (let row = 0; row < ROWS; row++) {
    const [a, b] = [latitudes[row] as number, latitudes[row + 1] as number];
    const [wide, wider] = [(line[row] as number) - west, (line[row + 1] as number) - west];
    sum += ((b - a) / 6) * (wide * perDegree(a) + 2 * (wide + wider) * perDegree((a + b) / 2) + wider * perDegree(b));
  }
  return sum;
}

/** km² of a square degree at a latitude, WGS 84. */
function perDegree(lat: number): number {
  const [axis, e2, radians] = [6378.137, 0.0066943799901413165, Math.PI / 180];
  const w = 1 - e2 * Math.sin(lat * radians) ** 2;
  return ((axis ** 2 * (1 - e2) * Math.cos(lat * radians)) / w ** 2) * radians ** 2;
}
