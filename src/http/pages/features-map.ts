import { type Html, html } from '../../reports/render/html.js';

/** Something to draw: geometry in CRS84, colour if it has one, and what it is called. */
export interface Drawn {
  geometry: { type: string; coordinates: unknown } | null;
  colour: string | null;
  name: string;
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
  const [west, south, east, north, vertices] = yield* extentOf(features);
  if (vertices === 0) return;
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const span = Math.max((east - west) * squeeze, (north - south) * 1.6, 1e-4);
  const scale = (WIDTH * 0.94) / span;
  const height = Math.max(120, (north - south) * scale + WIDTH * 0.06);
  const middle = (west + east) / 2;
  const place = ([lon, lat]: Position): string =>
    `${((lon - middle) * squeeze * scale + WIDTH / 2).toFixed(1)} ${((north - lat) * scale + WIDTH * 0.03).toFixed(1)}`;
  const step = Math.ceil(vertices / MOST_VERTICES);
  const { markup } =
    html`<svg class="map" role="img" aria-label="${title}" viewBox="0 0 ${WIDTH} ${Math.round(height)}"><title>${title}</title>
`;
  yield markup;
  for (const { geometry, colour, name } of features) {
    if (geometry) yield shape(geometry, colour, name, place, step).markup;
  }
  yield '</svg>';
}

function shape(
  { type, coordinates }: { type: string; coordinates: unknown },
  colour: string | null,
  name: string,
  place: (at: Position) => string,
  step: number,
): Html {
  const stroke = colour ?? INK;
  if (type.endsWith('Point')) {
    return html`<g fill="${stroke}"><title>${name}</title>${positionsOf(coordinates).map((at) => {
      const [x, y] = place(at).split(' ');
      return html`<circle cx="${x}" cy="${y}" r="6" stroke="#fff"/>`;
    })}</g>`;
  }
  const area = type.endsWith('Polygon');
  const path = linesOf(coordinates)
    .map((line) => `M${thinned(line, step).map(place).join('L')}${area ? 'Z' : ''}`)
    .join('');
  return html`<path d="${path}" fill="${area ? stroke : 'none'}" fill-opacity=".35" fill-rule="evenodd" stroke="${stroke}" stroke-width="${area ? 1 : 3}"><title>${name}</title></path>`;
}

const thinned = (line: Position[], step: number) =>
  step === 1 ? line : line.filter((_, index) => index % step === 0 || index === line.length - 1);

function positionsOf(nested: unknown): Position[] {
  if (!Array.isArray(nested)) return [];
  return typeof nested[0] === 'number' ? [nested as Position] : nested.flatMap(positionsOf);
}

function linesOf(nested: unknown): Position[][] {
  if (!Array.isArray(nested) || !Array.isArray(nested[0])) return [];
  return typeof nested[0][0] === 'number' ? [nested as Position[]] : nested.flatMap(linesOf);
}

/** West, south, east, north, and how many vertices there are. Yields nothing after each feature. */
function* extentOf(features: readonly Drawn[]): Generator<'', [number, number, number, number, number]> {
  let [west, south, east, north, vertices] = [180, 90, -180, -90, 0];
  const take = (nested: unknown): void => {
    if (!Array.isArray(nested)) return;
    if (typeof nested[0] !== 'number') {
      nested.forEach(take);
      return;
    }
    const [lon, lat] = nested as Position;
    west = Math.min(west, lon);
    east = Math.max(east, lon);
    south = Math.min(south, lat);
    north = Math.max(north, lat);
    vertices++;
  };
  for (const { geometry } of features) {
    take(geometry?.coordinates);
    yield '';
  }
  return [west, south, east, north, vertices];
}
