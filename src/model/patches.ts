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
