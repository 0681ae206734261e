import { feature } from 'topojson-client';
import type { GeometryObject, Topology } from 'topojson-specification';
import { isObject } from '../../geometry/geojson-geometry.js';
import { pointer } from '../../model/problem-list.js';
import { unreadable } from '../byte-source.js';
import type { Format, ReadOptions } from '../format.js';
import { namedLayers } from '../layers.js';
import type { MapReader } from '../map-reader.js';
import { noFeatures } from '../snapshot-file.js';

export const TOPOJSON: Format = {
  id: 'topojson',
  label: 'TopoJSON',
  extensions: ['topojson'],
  mediaTypes: ['application/topo+json'],
  reader: {
    sniffJson: (root) => root.type === 'Topology' && isObject(root.objects) && Object.keys(root.objects).length > 0,
    readJson: readTopology,
    reads: 'the objects of a topology, each a layer, or those that `--layer` names',
  },
};

function readTopology(root: Record<string, unknown>, { layer }: ReadOptions, reader: MapReader): void {
  const objects = root.objects as Record<string, unknown>;
  const names = Object.keys(objects);
  const wanted = layer === null || layer === '*' ? names : namedLayers(names, layer);
  let features = 0;
  for (const name of wanted) {
    const at = pointer('/objects', name);
    const members = membersOf(objects[name]);
    for (const [index, member] of members.entries()) {
      if (reader.problems.full) return;
      const place = members.length === 1 ? at : `${at}/geometries/${index}`;
      reader.add({ feature: featureOf(root, member, place), at: place, crs: null, layer: name });
      features++;
    }
  }
  if (features === 0) noFeatures(reader, '/objects');
}

/** A GeometryCollection of a topology is its list of features. */
function membersOf(object: unknown): unknown[] {
  return isObject(object) && object.type === 'GeometryCollection' && Array.isArray(object.geometries)
    ? object.geometries
    : [object];
}

function featureOf(topology: Record<string, unknown>, member: unknown, at: string): unknown {
  try {
    return feature(topology as unknown as Topology, member as GeometryObject);
  } catch (error) {
    throw unreadable(
      `the topology cannot be read at ${at}: ${(error as Error).message}; is it half a file? Fetch or export it again`,
    );
  }
}
