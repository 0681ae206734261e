const POINTS = ['N', 'NNE', 'NE', 'ENE', 'E', 'ESE', 'SE', 'SSE', 'S', 'SSW', 'SW', 'WSW', 'W', 'WNW', 'NW', 'NNW'];

/** The compass point of a bearing in degrees clockwise from true north. */
export function compassPoint(bearing: number): string {
  return POINTS[Math.round((((bearing % 360) + 360) % 360) / 22.5) % 16] as string;
}

/** Names a patch by the nearest place: `Saraqib`, or `7 km SW of Saraqib` beyond a kilometre. */
export function patchName(place: string | null, distanceM: number | null, bearing: number | null): string | null {
  if (place === null || distanceM === null) return null;
  if (distanceM < 1000 || bearing === null) return place;
  return `${Math.round(distanceM / 1000)} km ${compassPoint(bearing)} of ${place}`;
}

/** Shifts cell borders off every coordinate of up to 7 decimals, so that rounding errors cannot change a cell. */
const OFF_GRID = 0.1234567;

/**
 * What a patch is known by, whatever engine computed it and in whatever order: its transition and the cell of 1e-4
 * degrees that each side of its bounds (west, south, east, north) lies in.
 */
export function patchKey(from: string, to: string, bounds: readonly number[]): [string, string, ...number[]] {
  return [from, to, ...bounds.map((degrees) => Math.floor(degrees * 1e4 + OFF_GRID))];
}
