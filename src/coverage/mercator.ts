/** Web Mercator (EPSG:3857) scaled to the unit square: x grows eastwards from -180°, y southwards from 85.0511°. */

const MAX_LATITUDE = 85.05112877980659;

export function mercatorX(lon: number): number {
  return lon / 360 + 0.5;
}

/** Latitudes beyond the square are drawn at its edge. */
export function mercatorY(lat: number): number {
  const sin = Math.sin((Math.max(-MAX_LATITUDE, Math.min(MAX_LATITUDE, lat)) * Math.PI) / 180);
  return Math.max(0, Math.min(1, 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)));
}

export function lonOf(x: number): number {
  return (x - 0.5) * 360;
}

export function latOf(y: number): number {
  return (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;
}
