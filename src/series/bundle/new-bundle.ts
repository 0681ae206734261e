import { stringify } from 'csv-stringify/sync';
import { geoDistance } from 'd3-geo';
import { partyIdOf } from '../../model/party-id.js';
import { PARTY_COLOURS } from '../reference/party-colours.js';
import { TABLES } from './bundle.js';
import { GAZETTEER_CREDIT, type Town, townsAround } from './gazetteer.js';

/** What is known of a bundle before anybody has filled it in; null: to be filled in. */
export interface BundleStart {
  id: string;
  title: string;
  /** West, south, east, north: degrees. */
  bbox: readonly [number, number, number, number] | null;
  parties: readonly string[];
  firstDate: string | null;
  completeUntil: string | null;
  publisher: string | null;
  licence: string | null;
  timeZone: string;
  minPopulation: number;
  /** Name of the party that held every place on the first day, where that is so. */
  heldBy: string | null;
}

const EARTH_M = 6_371_008.8;
/** Two places of a bundle are so far apart or more (geodata/README.md), metres. */
const APART_M = 300;
/** Mean offset of a line drawn halfway between places whose holder is known, of their spacing (the series m5). */
const OFFSET_OF_SPACING = 0.33;

const metresBetween = (a: Town, b: Town) => geoDistance([a.lon, a.lat], [b.lon, b.lat]) * EARTH_M;

/** The files of a bundle by name, with all that is known; `salient bundle check` lists what is left to fill in. */
export function newBundle(start: BundleStart): Map<string, string> {
  const { id, title, bbox, parties, firstDate, heldBy } = start;
  const towns = bbox ? separateTowns(townsAround([[boxRing(bbox)]], start.minPopulation)) : [];
  const partyRows = parties.map((name, index) => ({
    ...{ id: partyIdOf(name), name, colour: PARTY_COLOURS[index % PARTY_COLOURS.length] ?? '', kind: 'ground' },
  }));
  const holder = partyRows.find(({ id: party, name }) => party === heldBy || name === heldBy)?.id ?? '';
  const places = towns.map(({ id: place, town }) => ({
    ...{ id: place, name: town.name, kind: town.population >= 100_000 ? 'city' : 'town', lon: town.lon, lat: town.lat },
    ...{ error_m: 1000, source: 'geonames', note: `GeoNames ${town.geonameId}` },
  }));
  const rows: Partial<Record<keyof typeof TABLES, object[]>> = {
    parties: partyRows,
    places,
    sources: [...(towns.length > 0 ? [GEONAMES] : []), KNOWN],
    initial: places.map((place) => ({
      ...{ place: place.id, party: holder, as_of: firstDate ?? '' },
      ...{ basis: 'inferred', source: 'general-knowledge' },
    })),
  };
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  const features = bbox ? [theatreFeature(title, bbox)] : [];
  return new Map([
    ['theatre.json', json({ id, title, projection: bbox ? projectionOf(bbox) : '', time_zone: start.timeZone })],
    ['theatre.geojson', json({ type: 'FeatureCollection', features })],
    ['routes.geojson', json({ type: 'FeatureCollection', features: [] })],
    [
      'series.json',
      json([
        seriesOf(
          start,
          partyRows,
          towns.map(({ town }) => town),
        ),
      ]),
    ],
    ...Object.entries(TABLES).map(([name, columns]): [string, string] => {
      const all = rows[name as keyof typeof TABLES] ?? [];
      return [`${name}.csv`, stringify(all, { header: true, columns: Object.keys(columns) })];
    }),
    ['README.md', readme(start, towns.length)],
  ]);
}

const KNOWN = {
  ...{ id: 'general-knowledge', publisher: 'the compilers', title: 'General knowledge of the compilers' },
  ...{ published_on_inferred: 'false', stance: 'general', note: 'No page was found; used only where a row says so.' },
};
const GEONAMES = {
  ...{ id: 'geonames', publisher: 'GeoNames', title: 'GeoNames gazetteer', url: 'https://www.geonames.org/' },
  ...{ published_on_inferred: 'false', stance: 'independent', note: GAZETTEER_CREDIT },
};

/** The towns with ids of their own: of two with one name, or nearer than a bundle permits, the larger one. */
function separateTowns(towns: readonly Town[]): { id: string; town: Town }[] {
  const kept: { id: string; town: Town }[] = [];
  const names = new Set<string>();
  for (const town of towns) {
    const id = partyIdOf(town.name);
    const name = town.name.toLowerCase();
    const taken = names.has(name) || kept.some((other) => other.id === id || metresBetween(other.town, town) < APART_M);
    if (taken) continue;
    names.add(name);
    kept.push({ id, town });
  }
  return kept;
}

type Box = NonNullable<BundleStart['bbox']>;

/** Counter-clockwise, closed. */
const boxRing = ([west, south, east, north]: Box): [number, number][] => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
];

function theatreFeature(name: string, bbox: Box) {
  const properties = { role: 'theatre', name, source: 'general-knowledge', note: 'A box; draw the theatre as it is.' };
  return { type: 'Feature', properties, geometry: { type: 'Polygon', coordinates: [boxRing(bbox)] } };
}

const projectionOf = ([west, south, east, north]: Box) =>
  `+proj=laea +lat_0=${((south + north) / 2).toFixed(2)} +lon_0=${((west + east) / 2).toFixed(2)} +datum=WGS84 +units=m +no_defs`;

/** Mean distance from each town to the nearest other one, metres; null of fewer than two. */
function spacingOf(towns: readonly Town[]): number | null {
  if (towns.length < 2) return null;
  const nearest = towns.map((town) =>
    Math.min(...towns.flatMap((other) => (other === town ? [] : [metresBetween(town, other)]))),
  );
  return nearest.reduce((sum, metres) => sum + metres, 0) / nearest.length;
}

const toHundreds = (metres: number) => Math.round(metres / 100) * 100;

function seriesOf(start: BundleStart, parties: readonly { id: string }[], towns: readonly Town[]) {
  const { id, title, publisher, licence, firstDate, completeUntil } = start;
  const spacing = spacingOf(towns);
  return {
    ...{ id, title, publisher: publisher ?? '', licence: licence ?? '', kind: 'derived' },
    method: 'derived from town-level reports',
    accuracy_m: spacing === null ? null : toHundreds(OFFSET_OF_SPACING * spacing),
    accuracy_note: `${OFFSET_OF_SPACING} × spacing; the spacing is the mean distance from each place to the nearest other one. Measure it again among the places that are reported on.`,
    ...{ first_date: firstDate, complete_until: completeUntil ?? firstDate, parties: parties.map((party) => party.id) },
    r_max_m: spacing === null ? null : toHundreds(3 * spacing),
    spacing_m: spacing === null ? null : toHundreds(spacing),
    parameters: { perimeter_m: 250, reach_m: 250, narrow_m: 5000 },
  };
}

function readme({ id, title }: BundleStart, places: number): string {
  return `# ${title}

A bundle of Salient, made by \`salient init\`. The contract of every field is \`geodata/README.md\` of Salient.
\`salient bundle check ${id}\` lists what is still missing, with file and line. In this order:

1. \`theatre.geojson\`: the ground about which the bundle claims to be complete.
2. \`parties.csv\`: who can hold ground (\`ground\`), who runs posts (\`operator\`).
3. \`places.csv\`: ${places > 0 ? `${places} towns of GeoNames; take out what you do not report on` : 'the towns you report on'}.
4. \`initial.csv\`: who held each place on the first day.
5. \`sources.csv\` and \`claims.csv\`: what was reported, by whom, and when it was published.
6. \`series.json\`: publisher, licence, accuracy, first and last day.

Then \`SALIENT_GEODATA\` names the folder that holds this one, and a start loads it.
${places > 0 ? `\nPositions of places: ${GAZETTEER_CREDIT}.\n` : ''}`;
}
