/** Authalic radius of WGS 84, km: a sphere of this radius has the surface of the ellipsoid. */
const RADIUS_KM = 6371.0072;
const E2 = 0.00669437999014;
const RADIAN = Math.PI / 180;

/**
 * Square kilometres of a GeoJSON geometry (lon, lat) within about 0.01 %, by the trapezoids between its edges and the
 * equator on the authalic sphere. For notes and proposals about ground that is not stored: what is stored is measured by PostGIS.
 * Anything that is no polygon, and any ring that is malformed, counts as nothing.
 */
export function approximateKm2(geometry: unknown): number {
  if (typeof geometry !== 'object' || geometry === null) return 0;
  const { type, coordinates, geometries } = geometry as Record<string, unknown>;
  if (type === 'Polygon') return polygonKm2(coordinates);
  if (type === 'MultiPolygon') return sum(coordinates, polygonKm2);
  if (type === 'GeometryCollection') return sum(geometries, approximateKm2);
  return 0;
}

const sum = (members: unknown, km2: (member: unknown) => number): number =>
  Array.isArray(members) ? members.reduce((total: number, member) => total + km2(member), 0) : 0;

function polygonKm2(rings: unknown): number {
  if (!Array.isArray(rings)) return 0;
  return Math.max(
    0,
    rings.reduce((total: number, ring, index) => total + (index === 0 ? 1 : -1) * ringKm2(ring), 0),
  );
}

function ringKm2(ring: unknown): number {
  if (!Array.isArray(ring)) return 0;
  let total = 0;
  for (let index = 1; index < ring.length; index++) {
    const [a, b] = [ring[index - 1], ring[index]];
    if (!Array.isArray(a) || !Array.isArray(b)) return 0;
    const width = (Number(b[0]) - Number(a[0])) * RADIAN;
    total += (width * (authalicSine(Number(a[1])) + authalicSine(Number(b[1])))) / 2;
  }
  return Number.isFinite(total) ? Math.abs(total) * RADIUS_KM ** 2 : 0;
}

/** Sine of the authalic latitude (Snyder 1987, 3-12): what makes areas of bands on the sphere those of the ellipsoid. */
function authalicSine(lat: number): number {
  return q(Math.sin(lat * RADIAN)) / q(1);
}

function q(sine: number): number {
  const e = Math.sqrt(E2);
  return (1 - E2) * (sine / (1 - E2 * sine * sine) - Math.log((1 - e * sine) / (1 + e * sine)) / (2 * e));
}
