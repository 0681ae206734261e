import { SalientError } from '../errors.js';
import type { Db } from '../store/pool.js';
import { type Proposed, parseProposal } from './proposal.js';
import { covers } from './shapes.sql.js';

/** What a GIS sends of a feature: parsed GeoJSON, of an update only what changes. */
export interface SentFeature {
  id?: unknown;
  type?: unknown;
  geometry?: unknown;
  properties?: Record<string, unknown> | null;
}

/** An area as it stands: its geometry as GeoJSON text, CRS84. */
export interface StandingArea {
  date: string;
  geometry: string;
  party: string | null;
  status: string;
  /** All that the service states of it. */
  properties: Readonly<Record<string, unknown>>;
}

/** Properties that whoever saves may set; by `valid_from` a GIS states the day. */
const SETTABLE = new Set(['party', 'status', 'why', 'source', 'publisher', 'date', 'valid_from']);

/**
 * Day, reason and source of a saved edit: parameters of the request; a property of the feature by the same name goes before, unless it
 * only repeats what stands.
 */
export interface Words {
  date: string | null;
  why: string | null;
  source: string | null;
  publisher: string | null;
}

/**
 * A saved feature as a proposed edit: the ground of its shape goes to its party.
 * @param area the area that it replaces or updates; null: a new one
 * @throws SalientError `invalid_proposal` without day, reason, source, where what follows from others (`place`, `claims`) is to be another,
 *   or when ground of the area would be left to nobody
 */
export async function editOf(db: Db, sent: SentFeature, area: StandingArea | null, words: Words): Promise<Proposed> {
  const properties = sent.properties ?? {};
  if (area) demandUnaltered(properties, area);
  const geometry = sent.geometry ?? (area ? JSON.parse(area.geometry) : undefined);
  const party = 'party' in properties ? properties.party : area?.party;
  const changed = area !== null && party !== area.party;
  const status = properties.status ?? (area && !changed ? area.status : undefined);
  const proposal = parse(geometry, { party, status }, properties, area, words);
  if (area && sent.geometry && !(await covers(db, JSON.stringify(sent.geometry), area.geometry))) {
    const message =
      'the new shape gives ground up and nobody would hold it: draw that ground as an area of who holds it (create), and leave this one';
    throw new SalientError('invalid_proposal', message, [{ code: 'geometry', at: '/geometry', message }]);
  }
  return proposal;
}

/** A deleted area as a proposed edit: nobody states any more who holds its ground, so it is unknown. */
export const removalOf = (area: StandingArea, words: Words): Proposed =>
  parse(JSON.parse(area.geometry), { party: null, status: 'unknown' }, {}, area, words);

/** What the service put out comes back with what is saved: it may, as long as nobody altered it. */
function demandUnaltered(properties: Record<string, unknown>, area: StandingArea): void {
  const problems = Object.entries(properties)
    .filter(([name, value]) => name in area.properties && !SETTABLE.has(name) && value !== null)
    .filter(([name, value]) => !isSame(value, area.properties[name]))
    .map(([name]) => ({
      code: 'property',
      at: `/properties/${name}`,
      message: `${name} follows from the map and its sources: leave it as it was read, or out`,
    }));
  if (problems.length > 0) throw new SalientError('invalid_proposal', problems[0]?.message ?? '', problems);
}

/** Whether two values are the same, instants in whatever spelling. */
const isSame = (a: unknown, b: unknown): boolean =>
  JSON.stringify(a) === JSON.stringify(b) ||
  (typeof a === 'string' && typeof b === 'string' && Date.parse(a) === Date.parse(b));

function parse(
  geometry: unknown,
  { party, status }: { party: unknown; status: unknown },
  properties: Record<string, unknown>,
  area: StandingArea | null,
  words: Words,
): Proposed {
  const isRepeated = (name: string) => area !== null && isSame(properties[name], area.properties[name]);
  const stated = (name: keyof Words): unknown =>
    isRepeated(name) ? (words[name] ?? properties[name]) : (properties[name] ?? words[name]);
  const missing = (['why', 'source', 'publisher'] as const).filter((name) => stated(name) == null);
  const date = stated('date') ?? properties.valid_from ?? area?.date;
  if (date == null) missing.push('date' as never);
  if (missing.length > 0) {
    const problems = missing.map((name) => ({
      code: 'missing',
      at: `/properties/${name}`,
      message: `every change has a day, a reason and a source: state ${name} as a property of the feature or a parameter of the address`,
    }));
    throw new SalientError('invalid_proposal', problems[0]?.message ?? '', problems);
  }
  return parseProposal({
    kind: 'edit',
    date,
    why: stated('why'),
    sources: [{ url: stated('source'), publisher: stated('publisher') }],
    geometry,
    party: party ?? null,
    ...(status != null && { status }),
  });
}
