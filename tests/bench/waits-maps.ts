/** Maps of the sizes that issue a wait: an archive with its lines drawn finely, and cells of five parties as GeoJSON. */
import { ARCHIVE_THEATRE, type ArchiveMap, archive } from '../setup/archive.js';
import type { PlainFace } from '../setup/plain-maps.js';
import { coarse, refined } from './change-maps.js';

type Position = [number, number];

/** A number in [-0.5, 0.5) of a parallel: every line that crosses it there bends alike, so that lines beside each other never cross. */
function bendAt(lat: number): number {
  let hash = Math.imul(Math.round(lat * 1e6), 0x2c1b3c6d) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 15), 0x01000193) >>> 0;
  return (hash ^ (hash >>> 13)) / 2 ** 32 - 0.5;
}

/** An edge in so many pieces that wander by a fraction of their length; what lies along the theatre's edge stays straight. */
function drawn(a: Position, b: Position, pieces: number): Position[] {
  if (a[1] === b[1] || (a[0] === b[0] && a[0] <= ARCHIVE_THEATRE[0] + 0.4)) return [a];
  const points: Position[] = [a];
  for (let k = 1; k < pieces; k++) {
    const lat = Number((a[1] + (k / pieces) * (b[1] - a[1])).toFixed(7));
    const lon =
      a[0] + (k / pieces) * (b[0] - a[0]) + (bendAt(lat) * (b[1] - a[1] > 0 ? b[1] - a[1] : a[1] - b[1])) / pieces;
    points.push([Number(lon.toFixed(7)), lat]);
  }
  return points;
}

/** A ring that crosses itself. */
const hourglass = (lon: number, lat: number) => [
  [
    [lon, lat],
    [lon + 0.02, lat + 0.02],
    [lon + 0.02, lat],
    [lon, lat + 0.02],
    [lon, lat],
  ] as Position[],
];

interface Drawing {
  value: {
    features: { type: 'Feature'; properties: object; geometry: { type: 'Polygon'; coordinates: Position[][] } }[];
  };
}

/** Daily maps of an archive, each edge of 1.1 km drawn in so many pieces: 12 make some 15,000 vertices. All need repair, and many overlap by some metres. */
export function* detailedArchive(maps: number, pieces: number): Generator<ArchiveMap & { vertices: number }> {
  for (const map of archive(maps)) {
    let vertices = 0;
    const { value } = map.document as unknown as Drawing;
    const held = { kind: 'held' };
    value.features.push({
      type: 'Feature',
      properties: held,
      geometry: { type: 'Polygon', coordinates: hourglass(35, 47) },
    });
    for (const { geometry } of value.features) {
      geometry.coordinates = geometry.coordinates.map((ring) => {
        const fine = ring.slice(1).flatMap((to, i) => drawn(ring[i] as Position, to, ring.length < 10 ? 1 : pieces));
        vertices += fine.length;
        return [...fine, fine[0] as Position];
      });
    }
    yield { ...map, vertices };
  }
}

/** The cells of `refined` as GeoJSON, one degree to 100 km; each next map has a tenth of its borders drawn anew. */
export function cellsAsGeoJson(vertices: number, maps: number): { maps: string[]; vertices: number } {
  const { before, redrawn, anew, count } = refined(coarse, vertices);
  const asText = (faces: readonly PlainFace[]) => {
    const features = faces.map(({ of, party }) => ({
      type: 'Feature',
      properties: { party },
      geometry: {
        type: 'Polygon',
        coordinates: [
          /\(\(([^)]*)\)\)/
            .exec(of)?.[1]
            ?.split(',')
            .map((pair) => pair.split(' ').map((km, axis) => round(Number(km) / 100 + (axis === 0 ? 36 : 35)))),
        ],
      },
    }));
    return JSON.stringify({ type: 'FeatureCollection', features });
  };
  const round = (degrees: number) => Number(degrees.toFixed(7));
  return { maps: [before, redrawn, anew, before].slice(0, maps).map(asText), vertices: count };
}
