import { createRequire } from 'node:module';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import type { Polygon } from '../../geometry/geojson-geometry.js';
import type { Position, Ring } from '../../geometry/geojson-ring.js';

/** A country as Natural Earth draws it. */
export interface Country {
  name: string;
  /** CRS84, vertices on a grid of 0.0036 by 0.0017 degrees; what lies across 180° goes on beyond it, as `validBoundary` takes it. */
  boundary: { type: 'MultiPolygon'; coordinates: Polygon[] };
}

/** What a reader of a theatre has to know of its source. */
export const COUNTRY_SOURCE = 'Natural Earth 1:10 million, borders as administered, vertices to about 250 m';

/** Languages in which people name countries here; any other name is taken as English or as ISO 3166 codes have it. */
const LANGUAGES = ['en', 'ar', 'de', 'es', 'fa', 'fr', 'he', 'it', 'ru', 'tr', 'uk', 'zh'];

/** What countries are called beside that, by their ISO 3166-1 code. */
const ALSO_CALLED: Readonly<Record<string, readonly string[]>> = {
  AE: ['UAE'],
  BA: ['Bosnia'],
  CD: ['DR Congo', 'DRC', 'Congo-Kinshasa', 'Zaire'],
  CG: ['Republic of the Congo', 'Congo-Brazzaville'],
  CI: ['Ivory Coast'],
  CV: ['Cape Verde'],
  CZ: ['Czech Republic'],
  GB: ['UK', 'Great Britain'],
  KP: ['DPRK'],
  KR: ['Republic of Korea'],
  MK: ['Macedonia'],
  MM: ['Burma'],
  NL: ['Holland'],
  PS: ['State of Palestine'],
  RU: ['Russian Federation'],
  SD: ['Republic of the Sudan'],
  SY: ['Syrian Arab Republic'],
  SZ: ['Swaziland'],
  TL: ['East Timor'],
  TR: ['Turkey'],
  US: ['USA', 'United States of America'],
};

type Countries = Topology<{ countries: GeometryCollection<{ name: string }> }>;
interface Named {
  name: string;
  names: Set<string>;
  geometry: Countries['objects']['countries']['geometries'][number];
}

let read: { topology: Countries; all: Named[] } | null = null;

/** Natural Earth 1:10m by way of npm world-atlas: 3.7 MB, which most processes never need. */
function countries() {
  if (read) return read;
  const topology = createRequire(import.meta.url)('world-atlas/countries-10m.json') as Countries;
  const displays = LANGUAGES.map((language) => new Intl.DisplayNames(language, { type: 'region' }));
  const all = topology.objects.countries.geometries.map((geometry): Named => {
    const { name } = { name: '', ...geometry.properties };
    // CLDR knows the letters for the number, and what the country is called where it is spoken of.
    const code = geometry.id === undefined ? undefined : new Intl.Locale(`und-${geometry.id}`).region;
    const called = code
      ? [code, ...displays.map((display) => display.of(code) ?? code), ...(ALSO_CALLED[code] ?? [])]
      : [];
    return { name, names: new Set([name, ...called].map(plain)), geometry };
  });
  read = { topology, all };
  return read;
}

/** Letters and digits without case, marks and signs: `Côte d'Ivoire` is `cote divoire`. */
const plain = (name: string) =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s-]/gu, '')
    .replace(/[\s-]+/g, ' ')
    .trim();

/** The country of a name (in one of `LANGUAGES`, or Natural Earth's own) or of an ISO 3166-1 alpha-2 code; null when there is none. */
export function countryNamed(name: string): Country | null {
  const { topology, all } = countries();
  const wanted = plain(name);
  const found = all.find((one) => plain(one.name) === wanted) ?? all.find(({ names }) => names.has(wanted));
  if (!found) return null;
  const drawnAs = feature(topology, found.geometry);
  const geometry = drawnAs.type === 'Feature' ? drawnAs.geometry : null;
  if (geometry?.type !== 'Polygon' && geometry?.type !== 'MultiPolygon') return null;
  const drawn = (geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates) as Polygon[];
  // An islet smaller than the grid is a ring without positions of its own.
  const coordinates = drawn
    .map((rings) => rings.filter((ring) => ring.length > 3))
    .filter((rings) => rings.length > 0)
    .map(across180);
  return { name: found.name, boundary: { type: 'MultiPolygon', coordinates } };
}

/** Natural Earth writes -180 behind 180, on one ring: as a plane has it that is an edge round the globe. */
function across180(rings: Polygon): Polygon {
  const [shell = [], ...holes] = rings.map(continued);
  const west = westOf(shell);
  return [
    eastward(shell, west < -180 ? 360 : 0),
    ...holes.map((hole) => eastward(hole, westOf(hole) < west ? 360 : 0)),
  ];
}

/** The ring without jumps of a whole turn; one round a pole, which would not close, goes by way of the pole. */
function continued(ring: Ring): Ring {
  let turns = 0;
  const walked = ring.map(([lon, lat], index): Position => {
    const step = lon - (ring[index - 1]?.[0] ?? lon);
    if (Math.abs(step) > 180) turns -= Math.sign(step);
    return [lon + 360 * turns, lat];
  });
  const [[first, lat], [last]] = [walked[0] as Position, walked.at(-1) as Position];
  if (turns === 0) return walked;
  const pole = Math.sign(lat) * 90;
  return [...walked, [last, pole], [first, pole], [first, lat]];
}

const westOf = (ring: Ring) => ring.reduce((west, [lon]) => Math.min(west, lon), Infinity);
const eastward = (ring: Ring, degrees: number) => ring.map(([lon, lat]): Position => [lon + degrees, lat]);

/** Countries whose name shares a beginning or a part with one that is none, for a refusal; at most five. */
export function countriesLike(name: string): string[] {
  const wanted = plain(name);
  const near = ({ names }: Named) =>
    [...names].some(
      (one) => one.includes(wanted) || (one.length > 3 && wanted.includes(one)) || one.startsWith(wanted.slice(0, 4)),
    );
  return wanted.length < 3
    ? []
    : countries()
        .all.filter(near)
        .map((one) => one.name)
        .slice(0, 5);
}
