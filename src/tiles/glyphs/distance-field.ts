/** A straight piece of an outline, in pixels, y downwards. */
export type Segment = readonly [x0: number, y0: number, x1: number, y1: number];

/** What a renderer of text expects of its letters: 24 pixels high, 3 pixels around, 8 pixels from full to nothing. */
export const GLYPH = { size: 24, margin: 3, radius: 8, cutoff: 0.25 } as const;

export interface Field {
  /** Of the letter, without the margin. */
  width: number;
  height: number;
  /** Left edge from the origin, and upper edge above the baseline. */
  left: number;
  top: number;
  /** A byte for each pixel with the margin: 191 on the outline, more inside. */
  bitmap: Uint8Array;
}

/** The signed distances from the outline of a letter (the form of node-fontnik and TinySDF); null of one without ink. */
export function distanceField(outline: readonly Segment[]): Field | null {
  if (outline.length === 0) return null;
  const xs = outline.flatMap(([x0, , x1]) => [x0, x1]);
  const ys = outline.flatMap(([, y0, , y1]) => [y0, y1]);
  const [left, upper] = [Math.floor(Math.min(...xs)), Math.floor(Math.min(...ys))];
  const [width, height] = [Math.ceil(Math.max(...xs)) - left, Math.ceil(Math.max(...ys)) - upper];
  const { margin, radius, cutoff } = GLYPH;
  const columns = width + 2 * margin;
  const bitmap = new Uint8Array(columns * (height + 2 * margin));
  for (let at = 0; at < bitmap.length; at++) {
    const x = left - margin + (at % columns) + 0.5;
    const y = upper - margin + Math.floor(at / columns) + 0.5;
    const distance = signedDistance(outline, x, y);
    bitmap[at] = Math.max(0, Math.min(255, Math.round(255 - 255 * (distance / radius + cutoff))));
  }
  return { width, height, left, top: -upper, bitmap };
}

/** How far a point is from an outline, negative inside (by the winding number, so that overlapping strokes are one). */
function signedDistance(outline: readonly Segment[], x: number, y: number): number {
  let nearest = Number.POSITIVE_INFINITY;
  let winding = 0;
  for (const [x0, y0, x1, y1] of outline) {
    const [dx, dy] = [x1 - x0, y1 - y0];
    const along = Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy)));
    nearest = Math.min(nearest, (x - x0 - along * dx) ** 2 + (y - y0 - along * dy) ** 2);
    const side = dx * (y - y0) - dy * (x - x0);
    if (y0 <= y && y1 > y && side > 0) winding++;
    else if (y1 <= y && y0 > y && side < 0) winding--;
  }
  return winding === 0 ? Math.sqrt(nearest) : -Math.sqrt(nearest);
}
