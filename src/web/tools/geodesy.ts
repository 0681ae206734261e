import geodesic from 'geographiclib-geodesic';

/* Lengths and areas on the ellipsoid (Karney, WGS 84), with what the map's own error makes of them. */

export type Position = [lon: number, lat: number];
const earth = geodesic.Geodesic.WGS84;

/** Metres between two points, and the bearing at the first, degrees. */
function line(a: Position, b: Position): { metres: number; bearing: number } {
  const { s12 = 0, azi1 = 0 } = earth.Inverse(a[1], a[0], b[1], b[0]);
  return { metres: s12, bearing: azi1 };
}

/** Length of a line, metres. */
export function lengthOf(points: readonly Position[]): number {
  return points.slice(1).reduce((sum, point, i) => sum + line(points[i] ?? point, point).metres, 0);
}

/** Area inside a ring that need not be closed, square metres. */
export function areaOf(points: readonly Position[]): number {
  if (points.length < 3) return 0;
  const polygon = earth.Polygon(false);
  for (const [lon, lat] of points) polygon.AddPoint(lat, lon);
  return Math.abs(polygon.Compute(false, true).area ?? 0);
}

const unit = (from: Position, to: Position): [number, number] => {
  const { bearing, metres } = line(from, to);
  const angle = (bearing * Math.PI) / 180;
  return metres === 0 ? [0, 0] : [Math.sin(angle), Math.cos(angle)];
};

/**
 * 1 σ of the length when every point errs by `sigma` metres each way, independently: to first order, the root of the sum
 * of σ²·|u₁ − u₂|² over the points, u being the directions of the two legs that meet there.
 */
export function lengthSigma(points: readonly Position[], sigma: number): number {
  const variance = points.reduce((sum, point, i) => {
    const [before, after] = [points[i - 1], points[i + 1]];
    const [ax, ay] = before ? unit(before, point) : [0, 0];
    const [bx, by] = after ? unit(point, after) : [0, 0];
    return sum + (ax - bx) ** 2 + (ay - by) ** 2;
  }, 0);
  return sigma * Math.sqrt(variance);
}

/** 1 σ of the area, likewise: the derivative by a corner is half of the line between its neighbours. */
export function areaSigma(points: readonly Position[], sigma: number): number {
  const n = points.length;
  if (n < 3) return 0;
  const variance = points.reduce((sum, point, i) => {
    const [before, after] = [points[(i + n - 1) % n] ?? point, points[(i + 1) % n] ?? point];
    return sum + (line(before, after).metres / 2) ** 2;
  }, 0);
  return sigma * Math.sqrt(variance);
}
