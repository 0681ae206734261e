const TEXT = Symbol('the geometry as text');

/** A GeoJSON feature whose geometry is parsed when somebody reads it, and not at all by who only passes the text on. */
export interface FeatureFromText<Id, Properties, Geometry> {
  type: 'Feature';
  id: Id;
  readonly geometry: Geometry;
  properties: Properties;
}

/** @param geometry GeoJSON text, degrees (lon, lat), as the database writes it */
// biome-ignore lint/suspicious/noExplicitAny: as of JSON.parse, the caller knows which geometry its statement answers
export function featureFromText<Id, Properties, Geometry = any>(
  id: Id,
  geometry: string,
  properties: Properties,
): FeatureFromText<Id, Properties, Geometry> {
  let parsed: Geometry | undefined;
  const feature = {
    type: 'Feature' as const,
    id,
    get geometry() {
      parsed ??= JSON.parse(geometry) as Geometry;
      return parsed;
    },
    properties,
  };
  return Object.defineProperty(feature, TEXT, { value: geometry });
}

/** The geometry of such a feature as the database wrote it; undefined of anything else. */
export const geometryText = (value: object): string | undefined => (value as { [TEXT]?: string })[TEXT];
