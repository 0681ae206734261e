import type sqlite from 'node-sqlite3-wasm';
import { around, type Box, packedOrder } from '../boxes.js';

/* How SQLite keeps an R-tree of two dimensions (sqlite.org/rtree.html, shadow tables): the bytes of a node and of a cell, cells in a node. */
const CELL = 24;
const CELLS = 51;
const NODE = 4 + CELL * CELLS;
const ROOT = 1;

interface Cell {
  id: number;
  box: Box;
}

/**
 * The spatial index of a GeoPackage (extension `gpkg_rtree_index`) over rows that are there. Our SQLite has no R-tree, so the
 * tables are filled that one would fill, as GDAL does for speed; whoever opens the file has the module, and the triggers keep
 * the index when features are edited.
 */
export function writeRtree(db: sqlite.Database, table: string, boxes: readonly Box[]): void {
  const index = `rtree_${table}_geom`;
  const quoted = (suffix: string) => `"${(index + suffix).replaceAll('"', '""')}"`;
  db.exec(`
    create table ${quoted('_node')} (nodeno integer primary key, data blob);
    create table ${quoted('_parent')} (nodeno integer primary key, parentnode integer);
    create table ${quoted('_rowid')} (rowid integer primary key, nodeno integer);
  `);
  const sql = `CREATE VIRTUAL TABLE "${index.replaceAll('"', '""')}" USING rtree(id, minx, maxx, miny, maxy)`;
  db.exec('pragma writable_schema = on');
  db.run(`insert into sqlite_master (type, name, tbl_name, rootpage, sql) values ('table', ?, ?, 0, ?)`, [
    ...[index, index, sql],
  ]);
  db.exec('pragma writable_schema = off');
  db.exec('begin');
  fill(db, quoted, boxes);
  db.exec('commit');
  db.run(`insert into gpkg_extensions values (?, 'geom', 'gpkg_rtree_index', ?, 'write-only')`, [
    ...[table, 'http://www.geopackage.org/spec121/#extension_rtree'],
  ]);
  db.exec(triggersOf(table, index));
}

function fill(db: sqlite.Database, quoted: (suffix: string) => string, boxes: readonly Box[]): void {
  const inNode = db.prepare(`insert into ${quoted('_node')} values (?, ?)`);
  const inParent = db.prepare(`insert into ${quoted('_parent')} values (?, ?)`);
  const inRowid = db.prepare(`insert into ${quoted('_rowid')} values (?, ?)`);
  try {
    // What is empty is nowhere.
    const placed = boxes.flatMap((box, at): Cell[] => (box[0] <= box[2] ? [{ id: at + 1, box }] : []));
    const order = packedOrder(
      placed.map(({ box }) => box),
      CELLS,
    );
    let cells = order.map((at) => placed[at] as Cell);
    let depth = 0;
    // The root is the first; the others are numbered as they are made.
    for (let next = ROOT + 1; ; depth++) {
      const isRoot = cells.length <= CELLS;
      const parents: Cell[] = [];
      for (let from = 0; from < Math.max(1, cells.length); from += CELLS) {
        const members = cells.slice(from, from + CELLS);
        const id = isRoot ? ROOT : next++;
        inNode.run([id, nodeBytes(members, isRoot ? depth : 0)]);
        for (const member of members) (depth === 0 ? inRowid : inParent).run([member.id, id]);
        parents.push({ id, box: around(members.map(({ box }) => box)) });
      }
      if (isRoot) return;
      cells = parents;
    }
  } finally {
    for (const statement of [inNode, inParent, inRowid]) statement.finalize();
  }
}

/** Of single precision, the lower sides rounded down and the upper ones up: no box may shrink. */
function nodeBytes(cells: readonly Cell[], depth: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(NODE));
  view.setUint16(0, depth);
  view.setUint16(2, cells.length);
  for (const [index, { id, box }] of cells.entries()) {
    const [west, south, east, north] = box;
    const at = 4 + index * CELL;
    view.setBigInt64(at, BigInt(id));
    view.setFloat32(at + 8, outward(west, -1));
    view.setFloat32(at + 12, outward(east, 1));
    view.setFloat32(at + 16, outward(south, -1));
    view.setFloat32(at + 20, outward(north, 1));
  }
  return new Uint8Array(view.buffer);
}

const single = new Float32Array(1);
const bits = new Int32Array(single.buffer);

function outward(value: number, direction: 1 | -1): number {
  single[0] = value;
  const rounded = single[0] as number;
  if ((direction === 1 ? rounded >= value : rounded <= value) || !Number.isFinite(value)) return rounded;
  // The bits of a number further from zero are greater.
  if (rounded === 0) return direction * 2 ** -149;
  bits[0] = (bits[0] as number) + (rounded > 0 ? direction : -direction);
  return single[0] as number;
}

/** As annex F.3 of the standard states them: QGIS and GDAL have the functions that they call. */
function triggersOf(table: string, index: string): string {
  const [t, r] = [table, index].map((name) => `"${name.replaceAll('"', '""')}"`);
  const name = (suffix: string) => `"${index.replaceAll('"', '""')}_${suffix}"`;
  const box = 'ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom)';
  const has = 'NEW.geom NOT NULL AND NOT ST_IsEmpty(NEW.geom)';
  const hasNot = '(NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))';
  const put = `INSERT OR REPLACE INTO ${r} VALUES (NEW.fid, ${box});`;
  const drop = (id: string) => `DELETE FROM ${r} WHERE id = ${id};`;
  return `
    CREATE TRIGGER ${name('insert')} AFTER INSERT ON ${t} WHEN (${has}) BEGIN ${put} END;
    CREATE TRIGGER ${name('update1')} AFTER UPDATE OF geom ON ${t} WHEN OLD.fid = NEW.fid AND ${has} BEGIN ${put} END;
    CREATE TRIGGER ${name('update2')} AFTER UPDATE OF geom ON ${t} WHEN OLD.fid = NEW.fid AND ${hasNot} BEGIN ${drop('OLD.fid')} END;
    CREATE TRIGGER ${name('update3')} AFTER UPDATE ON ${t} WHEN OLD.fid != NEW.fid AND ${has} BEGIN ${drop('OLD.fid')} ${put} END;
    CREATE TRIGGER ${name('update4')} AFTER UPDATE ON ${t} WHEN OLD.fid != NEW.fid AND ${hasNot} BEGIN DELETE FROM ${r} WHERE id IN (OLD.fid, NEW.fid); END;
    CREATE TRIGGER ${name('delete')} AFTER DELETE ON ${t} WHEN OLD.geom NOT NULL BEGIN ${drop('OLD.fid')} END;
  `;
}
