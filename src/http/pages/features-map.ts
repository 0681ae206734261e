import { type Bounds, narrowestBounds } from '../../geometry/bounds.js';
import { type Html, html } from '../../reports/render/html.js';

/** The lines of a geometry, `lon, lat, lon, lat, …` each: as small as it can be held until the extent of all is known. */
export interface Outline {
  kind: 'point' | 'line' | 'area';
  lines: Float64Array[];
}

/** Something to draw: its outline, colour if it has one, and what it is called. */
export interface Drawn {
  outline: Outline | null;
  colour: string | null;
  name: string;
}

/** @param geometry GeoJSON in CRS84 */
export function outlineOf({ type, coordinates }: { type: string; coordinates: unknown }): Outline {
  const kind = type.endsWith('Point') ? 'point' : type.endsWith('Polygon') ? 'area' : 'line';
  return { kind, lines: linesOf(kind === 'point' ? [positionsOf(coordinates)] : coordinates) };
}

const WIDTH = 1000;
/** A page of features is drawn with at most so many vertices; beyond it some are left out of every line. */
const MOST_VERTICES = 60_000;
const INK = '#33506e';

type Position = [number, number];

/** A small map of the features, as SVG: equirectangular, true to scale in its middle. Null when nothing has a geometry. */
export function featuresMap(features: readonly Drawn[], title: string): Html | null {
  const markup = [...mapPieces(features, title)].join('');
  return markup === '' ? null : { markup };
}

/** The same piece by piece, a feature each, with empty ones while its extent is sought: the map of a long page takes 50 ms. */
export function* mapPieces(features: readonly Drawn[], title: string): Generator<string> {
  const { bounds, vertices } = yield* extentOf(features);
  const [west, south, east, north] = bounds;
  if (vertices === 0) return;
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const span = Math.max((east - west) * squeeze, (north - south) * 1.6, 1e-4);
  const scale = (WIDTH * 0.94) / span;
  const height = Math.max(120, (north - south) * scale + WIDTH * 0.06);
  const middle = (west + east) / 2;
  // Beyond 180° is what lies west of the extent.
  const place = (lon: number, lat: number): string =>
    `${((lon + (lon < west ? 360 : 0) - middle) * squeeze * scale + WIDTH / 2).toFixed(1)} ${((north - lat) * scale + WIDTH * 0.03).toFixed(1)}`;
  const step = Math.ceil(vertices / MOST_VERTICES);
  const { markup } =
    html`<svg class="map" role="img" aria-label="${title}" viewBox="0 0 ${WIDTH} ${Math.round(height)}"><title>${title}</title>
`;
  yield markup;
  for (const { outline, colour, name } of features) {
    if (outline) yield shape(outline, colour ?? INK, name, place, step).markup;
  }
  yield '</svg>';
}

function shape(
  { kind, lines }: Outline,
  stroke: string,
  name: string,
  place: (lon: number, lat: number) => string,
  step: number,
): Html {
  if (kind === 'point') {
    return html`<g fill="${stroke}"><title>${name}</title>${lines.flatMap((line) =>
      placed(line, 1, place).map((at) => {
        const [x, y] = at.split(' ');
        return html`<circle cx="${x}" cy="${y}" r="6" stroke="#fff"/>`;
      }),
    )}</g>`;
  }
  const area = kind === 'area';
  const path = lines.map((line) => `M${placed(line, step, place).join('L')}${area ? 'Z' : ''}`).join('');
  return html`<path d="${path}" fill="${area ? stroke : 'none'}" fill-opacity=".35" fill-rule="evenodd" stroke="${stroke}" stroke-width="${area ? 1 : 3}"><title>${name}</title></path>`;
}

/** Every so many vertices of a line, and its last. */
function placed(line: Float64Array, step: number, place: (lon: number, lat: number) => string): string[] {
  const found: string[] = [];
  const last = line.length / 2 - 1;
  for (let i = 0; i < last; i += step) found.push(place(line[2 * i] as number, line[2 * i + 1] as number));
  if (last >= 0) found.push(place(line[2 * last] as number, line[2 * last + 1] as number));
  return found;
}

function positionsOf(nested: unknown): Position[] {
  if (!Array.isArray(nested)) return [];
  return typeof nested[0] === 'number' ? [nested as Position] : nested.flatMap(positionsOf);
}

function linesOf(nested: unknown): Float64Array[] {
  if (!Array.isArray(nested) || !Array.isArray(nested[0])) return [];
  if (typeof nested[0][0] !== 'number') return nested.flatMap(linesOf);
  const line = new Float64Array(2 * nested.length);
  for (const [i, [lon, lat]] of (nested as Position[]).entries()) {
    line[2 * i] = lon;
    line[2 * i + 1] = lat;
  }
  return [line];
}

/** What the features lie in, and how many vertices they have. Yields nothing after each feature. */
function* extentOf(features: readonly Drawn[]): Generator<'', { bounds: Bounds; vertices: number }> {
  const plain: Bounds = [180, 90, -180, -90];
  let vertices = 0;
  for (const { outline } of features) {
    for (const line of outline?.lines ?? []) {
      widen(plain, line);
      vertices += line.length / 2;
    }
    yield '';
  }
  // Wider than half of the globe, they may lie on both sides of 180°: which side is theirs their single lines and points tell.
  if (vertices === 0 || plain[2] - plain[0] <= 180) return { bounds: plain, vertices };
  const boxes: Bounds[] = [];
  for (const { outline } of features) {
    const step = outline?.kind === 'point' ? 2 : Number.POSITIVE_INFINITY;
    for (const line of outline?.lines ?? []) {
      for (let at = 0; at < line.length; at += step) {
        const box: Bounds = [180, 90, -180, -90];
        widen(box, line.subarray(at, Math.min(line.length, at + step)));
        boxes.push(box);
      }
    }
    yield '';
  }
  return { bounds: narrowestBounds(boxes), vertices };
}

function widen(box: Bounds, line: Float64Array): void {
  for (let i = 0; i < line.length; i += 2) {
    const [lon, lat] = [line[i] as number, line[i + 1] as number];
    box[0] = Math.min(box[0], lon);
    box[1] = Math.min(box[1], lat);
    box[2] = Math.max(box[2], lon);
    box[3] = Math.max(box[3], lat);
  }
}
