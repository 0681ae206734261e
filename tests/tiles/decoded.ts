import { classifyRings, VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';

/** A decoded tile as text, one feature a line: layer, id, type, properties by name, then its paths. */
export function dump(bytes: Uint8Array): string {
  const { layers } = new VectorTile(new PbfReader(bytes));
  const lines: string[] = [];
  for (const name of Object.keys(layers).sort()) {
    const layer = layers[name];
    if (!layer) continue;
    lines.push(`${name}: version ${layer.version}, extent ${layer.extent}, ${layer.length} features`);
    for (let i = 0; i < layer.length; i++) {
      const feature = layer.feature(i);
      const fields = Object.entries(feature.properties).sort(([a], [b]) => (a < b ? -1 : 1));
      lines.push(`  ${feature.id} ${TYPES[feature.type]} ${fields.map(([key, value]) => `${key}=${value}`).join(' ')}`);
      for (const path of feature.loadGeometry()) lines.push(`    ${path.map(({ x, y }) => `${x},${y}`).join(' ')}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

const TYPES = ['unknown', 'points', 'lines', 'polygons'];

/** Everything about a tile that MVT 2.1 forbids, in words; empty when it is valid. */
export function faults(bytes: Uint8Array): string[] {
  const { layers } = new VectorTile(new PbfReader(bytes));
  const found: string[] = [];
  for (const [name, layer] of Object.entries(layers)) {
    const say = (what: string) => found.push(`${name}: ${what}`);
    if (layer.version !== 2) say(`version ${layer.version}`);
    if (layer.length === 0) say('a layer without features');
    const ids = new Set<unknown>();
    for (let i = 0; i < layer.length; i++) {
      const feature = layer.feature(i);
      const of = (what: string) => say(`feature ${feature.id}: ${what}`);
      if (!Number.isSafeInteger(feature.id)) of('no id');
      if (ids.has(feature.id)) of('id twice');
      ids.add(feature.id);
      const paths = feature.loadGeometry();
      if (paths.length === 0) of('no geometry');
      for (const value of Object.values(feature.properties)) {
        if (!['string', 'number', 'boolean'].includes(typeof value)) of(`a property of type ${typeof value}`);
      }
      if (feature.type === 2 && paths.some((path) => path.length < 2)) of('a line of one point');
      if (feature.type !== 3) continue;
      for (const ring of paths) {
        const [first, last] = [ring[0], ring.at(-1)];
        if (ring.length < 4 || first?.x !== last?.x || first?.y !== last?.y) of('a ring that is not closed');
        if (areaOf(ring) === 0) of('a ring without area');
      }
      if (areaOf(paths[0] ?? []) < 0) of('begins with an inner ring');
      if (classifyRings(paths).flat().length !== paths.length) of('rings that belong to no polygon');
    }
  }
  return found;
}

/** By the surveyor's formula in tile coordinates: positive for outer rings, as MVT 2.1 (4.3.4.4) has it. */
function areaOf(ring: readonly { x: number; y: number }[]): number {
  return ring.reduce((sum, { x, y }, i) => {
    const next = ring[(i + 1) % ring.length] as { x: number; y: number };
    return sum + x * next.y - next.x * y;
  }, 0);
}
