import { PbfReader, PbfWriter } from 'pbf';
import type { PackedAreas } from './area-indexes.js';
import type { PackedGroup } from './layer-group.js';

/** Field numbers. The head is JSON: the group without the plans of its areas, which follow in its order. */
const GROUP = { head: 1, plan: 2 } as const;

type Head = Pick<PackedGroup, 'maxzoom' | 'sources'> & { areas: [name: string, areas: Omit<PackedAreas, 'plan'>][] };

/** A group as bytes, for the store. */
export function writeGroup({ maxzoom, sources, areas }: PackedGroup): Uint8Array<ArrayBuffer> {
  const head: Head = {
    maxzoom,
    sources,
    areas: Object.entries(areas).map(([name, { labels, parts }]) => [name, { labels, parts }]),
  };
  const pbf = new PbfWriter();
  pbf.writeStringField(GROUP.head, JSON.stringify(head));
  for (const { plan } of Object.values(areas)) pbf.writeBytesField(GROUP.plan, plan);
  return Uint8Array.from(pbf.finish());
}

export function readGroup(bytes: Uint8Array): PackedGroup {
  const plans: Uint8Array[] = [];
  let head: Head | undefined;
  new PbfReader(bytes).readFields((field, _, pbf) => {
    if (field === GROUP.head) head = JSON.parse(pbf.readString()) as Head;
    else if (field === GROUP.plan) plans.push(pbf.readBytes());
  }, null);
  if (!head || head.areas.length !== plans.length) throw new Error('a kept group of layers is cut off');
  const { maxzoom, sources, areas } = head;
  const planned = areas.map(([name, one], i) => [name, { ...one, plan: plans[i] as Uint8Array }] as const);
  return { maxzoom, sources, areas: Object.fromEntries(planned) };
}
