import { rasterised } from '../../reports/render/pictures/rasterise.js';

/** A mark of the map under the name by which styles place it (web/map/sprite.ts): its side in CSS pixels, and itself as SVG. */
export interface Mark {
  name: string;
  side: number;
  svg(size: number): string;
}

/** Pixels of the screen for one of CSS, and how a sprite's files of that density end. */
const DENSITIES = [
  [1, ''],
  [2, '@2x'],
] as const;
/** Transparent pixels around each mark, so that none shows at the edge of another when it is scaled. */
const GAP = 2;

/** The files of a sprite (MapLibre style specification: an index and a picture for each density), by name. */
export async function spriteSheet(marks: readonly Mark[]): Promise<Map<string, Buffer>> {
  const sides = marks.map(({ side }) => side);
  const at = sides.map((_, i) => sides.slice(0, i).reduce((sum, side) => sum + side + GAP, 0));
  const [width, height] = [sides.reduce((sum, side) => sum + side + GAP, 0), Math.max(...sides)];
  const drawn = marks.map(({ side, svg }, i) => `<g transform="translate(${at[i]} 0)">${svg(side)}</g>`).join('');
  const sheet = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${drawn}</svg>`;
  const files = new Map<string, Buffer>();
  for (const [density, ending] of DENSITIES) {
    const places = marks.map(({ name, side }, i) => [
      name,
      { x: (at[i] as number) * density, y: 0, width: side * density, height: side * density, pixelRatio: density },
    ]);
    files.set(`marks${ending}.json`, Buffer.from(JSON.stringify(Object.fromEntries(places))));
    files.set(`marks${ending}.png`, Buffer.from(await rasterised(sheet, { zoom: density, background: null })));
  }
  return files;
}
