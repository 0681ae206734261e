/** A face of a planar partition inside the theatre, of the first or the second of two maps. Working projection, metres. */
export interface HeldFace {
  map: 1 | 2;
  class: string;
  claimant: string | null;
  area_m2: number;
  /** Polygon, well-known binary, little end first. */
  wkb: Uint8Array;
}

export interface Holder {
  class: string;
  claimant: string | null;
}

/**
 * Every edge of the faces of two maps once, to the millimetre, with who holds the ground on either side of it in each map.
 * Vertices that both maps have to the millimetre are one vertex, the one that was read first.
 */
export interface EdgeTable {
  count: number;
  /** Vertices: metres as read, and whole steps of the grid on which they are one (a millimetre, where two maps are compared). */
  x: Float64Array;
  y: Float64Array;
  gridX: Float64Array;
  gridY: Float64Array;
  /** Vertices of each edge; from the one with the smaller x (then y) to the other. */
  tail: Int32Array;
  head: Int32Array;
  /** Four an edge: left and right of it in the first map, left and right in the second; 0: nobody inside the theatre. */
  sides: Int32Array;
  /** By number less one, in the order of class and claimant. */
  holders: Holder[];
}

/** @throws RangeError where the bytes of a face are no polygon */
export function edgeTable(faces: readonly HeldFace[]): EdgeTable {
  const { holders, numberOf } = holdersOf(faces);
  const edges = openEdgeTable(
    faces.map(({ wkb }) => wkb.byteLength),
    1000,
  );
  for (const face of faces) edges.add(face.wkb, face.map, numberOf(face));
  return { ...edges.table(), holders };
}

/**
 * An edge table that is filled polygon by polygon.
 * @param sizes bytes of each polygon
 * @param perMetre steps of the grid in a metre: vertices in one step are one
 */
export function openEdgeTable(sizes: readonly number[], perMetre: number) {
  const most = sizes.reduce((sum, size) => sum + Math.ceil(size / 16), 1);
  const vertices = openVertices(most, perMetre);
  const edges = openEdges(most);
  const { x, y, gridX, gridY } = vertices;
  return {
    /** @param holder number of who holds the face, from 1 */
    add(wkb: Uint8Array, map: 1 | 2, holder: number): void {
      for (const [place, ring] of ringsOf(wkb).entries()) {
        // Shells run anticlockwise and holes clockwise, so that the face is on the left of each of its edges.
        const turned = signedArea(ring) > 0 === place > 0;
        let from = vertices.at(ring[0], ring[1]);
        for (let i = 2; i < ring.length; i += 2) {
          const to = vertices.at(ring[i], ring[i + 1]);
          if (to === from) continue;
          const forward = gridX[from] < gridX[to] || (gridX[from] === gridX[to] && gridY[from] < gridY[to]);
          const edge = forward ? edges.at(from, to) : edges.at(to, from);
          const side = 4 * edge + (map === 1 ? 0 : 2) + (forward === turned ? 1 : 0);
          if (holder > edges.sides[side]) edges.sides[side] = holder;
          from = to;
        }
      }
    },
    table(): Omit<EdgeTable, 'holders'> {
      return { count: edges.count(), x, y, gridX, gridY, tail: edges.tail, head: edges.head, sides: edges.sides };
    },
  };
}

function holdersOf(faces: readonly HeldFace[]) {
  const key = ({ class: name, claimant }: Holder) => JSON.stringify([name, claimant]);
  const known = new Map(faces.map((face) => [key(face), { class: face.class, claimant: face.claimant }]));
  const sorted = [...known].sort(
    ([, a], [, b]) => order(a.class, b.class) || order(a.claimant ?? '', b.claimant ?? ''),
  );
  const numbers = new Map(sorted.map(([name], index) => [name, index + 1]));
  return {
    holders: sorted.map(([, holder]) => holder),
    numberOf(face: HeldFace): number {
      const number = numbers.get(key(face));
      if (number === undefined) throw new RangeError('a face of a holder that was not listed');
      return number;
    },
  };
}

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** The rings of a polygon, each as `x, y, x, y, …`. */
function ringsOf(wkb: Uint8Array): Float64Array[] {
  const view = new DataView(wkb.buffer, wkb.byteOffset, wkb.byteLength);
  if (view.getUint8(0) !== 1 || view.getUint32(1, true) !== 3) throw new RangeError('a face that is no plain polygon');
  let offset = 9;
  return Array.from({ length: view.getUint32(5, true) }, () => {
    const bytes = 16 * view.getUint32(offset, true);
    // Copied to a place of its own: numbers in well-known binary lie at no multiple of eight.
    const start = wkb.byteOffset + offset + 4;
    offset += 4 + bytes;
    return new Float64Array(wkb.buffer.slice(start, start + bytes));
  });
}

function signedArea(ring: Float64Array): number {
  let sum = 0;
  for (let i = 2; i + 1 < ring.length; i += 2) {
    sum += (ring[i - 2] - ring[0]) * (ring[i + 1] - ring[1]) - (ring[i] - ring[0]) * (ring[i - 1] - ring[1]);
  }
  return sum;
}

/** To the nearest whole number, halves to the even one, as the database rounds: vertices on a grid of a micrometre are often in the middle. */
const rounded = (value: number) => value + 6755399441055744 - 6755399441055744;

const slotsFor = (most: number) => 2 ** Math.ceil(Math.log2(2 * most + 2));

const mixed = (a: number, b: number) => {
  const hash = Math.imul(a | 0, 0x9e3779b1) ^ Math.imul(b | 0, 0x85ebca6b);
  return hash ^ (hash >>> 15);
};

function openVertices(most: number, perMetre: number) {
  const slots = new Int32Array(slotsFor(most));
  const [x, y] = [new Float64Array(most), new Float64Array(most)];
  const [gridX, gridY] = [new Float64Array(most), new Float64Array(most)];
  let count = 0;
  const at = (atX: number, atY: number): number => {
    const roundX = rounded(perMetre * atX);
    const roundY = rounded(perMetre * atY);
    let slot = mixed(roundX, roundY) & (slots.length - 1);
    for (; slots[slot] !== 0; slot = (slot + 1) & (slots.length - 1)) {
      const known = slots[slot] - 1;
      if (gridX[known] === roundX && gridY[known] === roundY) return known;
    }
    x[count] = atX;
    y[count] = atY;
    gridX[count] = roundX;
    gridY[count] = roundY;
    slots[slot] = ++count;
    return count - 1;
  };
  return { x, y, gridX, gridY, at };
}

function openEdges(most: number) {
  const slots = new Int32Array(slotsFor(most));
  const [tail, head, sides] = [new Int32Array(most), new Int32Array(most), new Int32Array(4 * most)];
  let count = 0;
  const at = (from: number, to: number): number => {
    let slot = mixed(from, to) & (slots.length - 1);
    for (; slots[slot] !== 0; slot = (slot + 1) & (slots.length - 1)) {
      const known = slots[slot] - 1;
      if (tail[known] === from && head[known] === to) return known;
    }
    tail[count] = from;
    head[count] = to;
    slots[slot] = ++count;
    return count - 1;
  };
  return { tail, head, sides, at, count: () => count };
}
