import { around, type Box } from '../boxes.js';
import { generateLevelBounds, NODE_ITEM_BYTE_LEN } from './library.js';

/** How many boxes a node of the index has; FlatGeobuf's own number. */
export const NODE_SIZE = 16;

/**
 * The packed R-tree of a FlatGeobuf over at least one feature, in the order of the file: levels from the root down, of each
 * item its box and where it is, of a feature the offset of its bytes, of a node the number of its first child.
 */
export function indexBytes(boxes: readonly Box[], offsets: readonly number[]): Uint8Array {
  const levels = generateLevelBounds(boxes.length, NODE_SIZE);
  const total = (levels[0] as [number, number])[1];
  const bytes = new Uint8Array(total * NODE_ITEM_BYTE_LEN);
  const view = new DataView(bytes.buffer);
  const put = (item: number, box: Box, offset: number) => {
    for (const [side, value] of box.entries()) view.setFloat64(item * NODE_ITEM_BYTE_LEN + 8 * side, value, true);
    view.setBigUint64(item * NODE_ITEM_BYTE_LEN + 32, BigInt(offset), true);
  };
  let [start] = levels[0] as [number, number];
  let level = boxes;
  for (const [index, box] of boxes.entries()) put(start + index, box, offsets[index] as number);
  for (const [parents] of levels.slice(1)) {
    const nodes = Array.from({ length: Math.ceil(level.length / NODE_SIZE) }, (_, node) =>
      around(level.slice(node * NODE_SIZE, (node + 1) * NODE_SIZE)),
    );
    for (const [node, box] of nodes.entries()) put(parents + node, box, start + node * NODE_SIZE);
    [start, level] = [parents, nodes];
  }
  return bytes;
}
