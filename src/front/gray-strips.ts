import { stripMidlines } from '../coverage/midlines.js';
import { linesToWkb } from '../geometry/wkb.js';
import type { Queryable } from '../store/pool.js';
import { type StripLines, stripLengths } from './gray-strips.sql.js';
import type { PartitionEdges } from './partition-edges.js';
import { type StripOutline, stripOutlines } from './strip-outlines.js';

export interface StripRow {
  strip: number;
  left: string;
  right: string;
  /** Of the whole strip, whichever parties it lies between. */
  area_m2: number;
  contested_m2: number;
  /** Its edges towards either party, metres. */
  left_edge_m: number;
  right_edge_m: number;
  /** The line halfway between the two edges, as drawn and with the ruler: metres. */
  middle_m: number;
  middle_ruled_m: number;
  /** WKB (hex), working projection, metres. */
  line: string;
  /** GeoJSON, EPSG:4326: the mid-line. */
  geometry: string;
}

/** No edge of a strip is longer than this while the line halfway between its edges is found, metres. */
const LONGEST_M = 250;

/**
 * Contested or unknown area between two parties (methods D.2), a row per strip and pair of parties it lies between, with
 * the mid-line between their edges (`coverage/midlines.ts`); the largest strips first.
 */
export async function grayStrips(
  db: Queryable,
  revision: number,
  partition: PartitionEdges,
  rulerM: number,
): Promise<StripRow[]> {
  const found = stripOutlines(partition).flatMap((row) => linesOf(row).map((lines) => ({ row, lines })));
  if (found.length === 0) return [];
  const measured = await stripLengths(
    db,
    revision,
    found.map(({ lines }) => lines),
    rulerM,
  );
  return measured
    .map((lengths, index): StripRow => {
      const { row, lines } = found[index] as (typeof found)[number];
      const { strip, left, right, middle } = lines;
      return { strip, left, right, area_m2: row.area_m2, contested_m2: row.contested_m2, ...lengths, line: middle };
    })
    .sort((a, b) => b.area_m2 - a.area_m2 || (`${a.left} ${a.right}` < `${b.left} ${b.right}` ? -1 : 1));
}

/** The mid-lines of a strip by pair of parties, with the edges they run between. */
function linesOf({ strip, parties, edges }: StripOutline): StripLines[] {
  const pairs = new Map<string, { parties: readonly [number, number]; lines: number[][] }>();
  for (const { parties: pair, xy } of stripMidlines(edges, LONGEST_M)) {
    const key = pair.join(' ');
    const known = pairs.get(key) ?? { parties: pair, lines: [] };
    known.lines.push(xy);
    pairs.set(key, known);
  }
  const side = (party: number) =>
    hex(edges.filter((edge) => edge.party === party).map(({ ax, ay, bx, by }) => [ax, ay, bx, by]));
  return [...pairs.values()].map(({ parties: [p, q], lines }) => ({
    strip,
    left: parties[p] as string,
    right: parties[q] as string,
    left_edge: side(p),
    right_edge: side(q),
    middle: hex(lines),
  }));
}

const hex = (lines: readonly number[][]): string => Buffer.from(linesToWkb(lines)).toString('hex');
