type Position = readonly [number, number];
export interface CellOutline {
  id: string;
  /** MultiPolygon coordinates; neighbouring cells share every vertex. */
  coordinates: readonly (readonly (readonly Position[])[])[];
}

/** Which cells share an edge, and which have an edge that no other cell has. Coordinates in any one CRS. */
export function cellNeighbours(cells: readonly CellOutline[]): {
  neighbours: Map<string, Set<string>>;
  atEdge: Set<string>;
} {
  const owners = new Map<string, string[]>();
  for (const { id, coordinates } of cells) {
    for (const ring of coordinates.flat()) {
      for (let i = 1; i < ring.length; i++) {
        const edge = edgeKey(ring[i - 1] as Position, ring[i] as Position);
        const found = owners.get(edge);
        if (found) found.push(id);
        else owners.set(edge, [id]);
      }
    }
  }
  const neighbours = new Map(cells.map((cell) => [cell.id, new Set<string>()]));
  const atEdge = new Set<string>();
  for (const [a, b] of owners.values()) {
    if (a === undefined) continue;
    if (b === undefined) atEdge.add(a);
    else if (a !== b) {
      neighbours.get(a)?.add(b);
      neighbours.get(b)?.add(a);
    }
  }
  return { neighbours, atEdge };
}

function edgeKey(a: Position, b: Position): string {
  const [p, q] = a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]) ? [a, b] : [b, a];
  return `${p[0]},${p[1]} ${q[0]},${q[1]}`;
}
