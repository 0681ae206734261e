import { feature } from 'topojson-client';
import type { GeometryObject, Topology } from 'topojson-specification';
import { isObject } from '../../geometry/geojson-geometry.js';
import { pointer } from '../../model/problem-list.js';
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
    takes: ['layer'],
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
      features++;
      const raw = { at: place, crs: null, layer: name };
      const read = featureOf(root, member);
      if ('fault' in read) reader.unreadable({ ...raw, feature: member }, read.fault);
      else reader.add({ ...raw, ...read });
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

/** A member as a feature of GeoJSON, or why its geometry is none. */
function featureOf(topology: Record<string, unknown>, member: unknown): { feature: unknown } | { fault: string } {
  try {
    return { feature: feature(topology as unknown as Topology, member as GeometryObject) };
  } catch {
    const arcs = Array.isArray(topology.arcs) ? topology.arcs : [];
    const missing = arcsOf(member).find((arc) => !Array.isArray(arcs[arc < 0 ? ~arc : arc]));
    return {
      fault:
        missing === undefined
          ? 'its arcs or coordinates are not as TopoJSON defines them'
          : `its arc ${missing} is none of the ${arcs.length} arcs of the topology`,
    };
  }
}

/** The indices of arcs that a member refers to, however deep they are nested. */
function arcsOf(member: unknown): number[] {
  if (typeof member === 'number') return [member];
  if (Array.isArray(member)) return member.flatMap(arcsOf);
  return isObject(member) ? arcsOf(member.arcs ?? member.geometries) : [];
}
