/** A point with what is known of it, as a feature of one of the map's own sources. */
export const point = (
  at: [number, number],
  properties: Record<string, string | number | boolean>,
): GeoJSON.Feature => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates: at },
  properties,
});
