/** The tables of a TrueType face by name (ISO/IEC 14496-22). */
type Tables = ReadonlyMap<string, DataView>;

/**
 * A face with the characters of both: where both have one, as `first` draws it. It is called as `second` is and shapes as it does;
 * pairs of `first` are not kerned.
 *
 * The renderer shapes a text in one face, and takes glyphs of another only where both shape the text to the same number of them:
 * with an Arabic face, which sets dots apart from letters, boxes were left. In a face that has all its characters nothing is left out.
 * @param first, second with TrueType outlines, on the same grid
 * @throws Error when they are something else
 */
export function mergedFace(first: Uint8Array, second: Uint8Array): Uint8Array {
  const [added, own] = [tablesOf(first), tablesOf(second)];
  if (unitsPerEm(added) !== unitsPerEm(own)) throw new Error('the faces are drawn on different grids');
  // Glyphs of the second keep their numbers, which its shaping rules name; those of the first are counted on from there.
  const after = glyphCount(own);
  const characters = charactersOf(own);
  for (const [character, glyph] of charactersOf(added)) characters.set(character, after + glyph);
  const outlines = [...outlinesOf(own), ...outlinesOf(added).map((outline) => renumbered(outline, after))];
  return fileOf(
    new Map<string, DataView>([
      ...own,
      ['glyf', joined(outlines)],
      ['loca', offsetTable(outlines)],
      ['hmtx', joined([...metricsOf(own), ...metricsOf(added)])],
      ['cmap', characterTable(characters)],
      ['maxp', changed(table(own, 'maxp'), 4, outlines.length)],
      ['hhea', changed(table(own, 'hhea'), 34, outlines.length)],
      ['head', changed(table(own, 'head'), 50, LONG_OFFSETS)],
    ]),
  );
}

/** The characters that a face has. */
export const charactersIn = (face: Uint8Array): ReadonlySet<number> => new Set(charactersOf(tablesOf(face)).keys());

const LONG_OFFSETS = 1;

function tablesOf(face: Uint8Array): Tables {
  const view = viewOf(face);
  const entries = Array.from({ length: view.getUint16(4) }, (_, i) => 12 + 16 * i);
  return new Map(
    entries.map((at) => [
      String.fromCharCode(...face.subarray(at, at + 4)),
      viewOf(face.subarray(view.getUint32(at + 8), view.getUint32(at + 8) + view.getUint32(at + 12))),
    ]),
  );
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function table(tables: Tables, name: string): DataView {
  const found = tables.get(name);
  if (!found) throw new Error(`a face without the table ${name}`);
  return found;
}

const unitsPerEm = (tables: Tables) => table(tables, 'head').getUint16(18);
const glyphCount = (tables: Tables) => table(tables, 'maxp').getUint16(4);

/** The glyph of each character: of the table for all of Unicode (format 12). */
function charactersOf(tables: Tables): Map<number, number> {
  const cmap = table(tables, 'cmap');
  const starts = Array.from({ length: cmap.getUint16(2) }, (_, i) => cmap.getUint32(8 + 8 * i));
  const at = starts.find((start) => cmap.getUint16(start) === 12);
  if (at === undefined) throw new Error('a face without a table of all of Unicode');
  const found = new Map<number, number>();
  for (let group = at + 16; group < at + 16 + 12 * cmap.getUint32(at + 12); group += 12) {
    const [from, to, glyph] = [cmap.getUint32(group), cmap.getUint32(group + 4), cmap.getUint32(group + 8)];
    for (let character = from; character <= to; character++) found.set(character, glyph + character - from);
  }
  return found;
}

/** A group of format 12 for each character; one subtable, of platform 3 (Windows), encoding 10 (all of Unicode). */
function characterTable(characters: ReadonlyMap<number, number>): DataView {
  const rows = [...characters].sort(([a], [b]) => a - b);
  const view = new DataView(new ArrayBuffer(28 + 12 * rows.length));
  for (const [at, value] of [[2, 1], [4, 3], [6, 10], [12, 12]] as const) view.setUint16(at, value); // biome-ignore format: places and values
  for (const [at, value] of [[8, 12], [16, 16 + 12 * rows.length], [24, rows.length]] as const) view.setUint32(at, value); // biome-ignore format: places and values
  for (const [i, [character, glyph]] of rows.entries()) {
    for (const [j, value] of [character, character, glyph].entries()) view.setUint32(28 + 12 * i + 4 * j, value);
  }
  return view;
}

function outlinesOf(tables: Tables): DataView[] {
  const [loca, glyf] = [table(tables, 'loca'), table(tables, 'glyf')];
  const long = table(tables, 'head').getUint16(50) === LONG_OFFSETS;
  const at = (i: number) => (long ? loca.getUint32(4 * i) : 2 * loca.getUint16(2 * i));
  return Array.from({ length: glyphCount(tables) }, (_, i) => part(glyf, at(i), at(i + 1)));
}

/** Width and left bearing of each glyph; the last width stands for all that follow. */
function metricsOf(tables: Tables): DataView[] {
  const hmtx = table(tables, 'hmtx');
  const wide = table(tables, 'hhea').getUint16(34);
  return Array.from({ length: glyphCount(tables) }, (_, i) => {
    if (i < wide) return part(hmtx, 4 * i, 4 * i + 4);
    const metric = new DataView(new ArrayBuffer(4));
    metric.setUint16(0, hmtx.getUint16(4 * wide - 4));
    metric.setInt16(2, hmtx.getInt16(4 * wide + 2 * (i - wide)));
    return metric;
  });
}

const part = (view: DataView, from: number, to: number) => new DataView(view.buffer, view.byteOffset + from, to - from);

/** The outline with the parts that it is put together of, if it is, numbered so many higher. */
function renumbered(outline: DataView, by: number): DataView {
  if (outline.byteLength === 0 || outline.getInt16(0) >= 0) return outline;
  const own = copied(outline);
  for (let at = 10, more = true; more; ) {
    const flags = own.getUint16(at);
    own.setUint16(at + 2, own.getUint16(at + 2) + by);
    const scale = flags & 0x8 ? 2 : flags & 0x40 ? 4 : flags & 0x80 ? 8 : 0;
    at += 4 + (flags & 0x1 ? 4 : 2) + scale;
    more = (flags & 0x20) !== 0;
  }
  return own;
}

function offsetTable(outlines: readonly DataView[]): DataView {
  const view = new DataView(new ArrayBuffer(4 * (outlines.length + 1)));
  let end = 0;
  for (const [i, { byteLength }] of outlines.entries()) {
    end += byteLength;
    view.setUint32(4 * i + 4, end);
  }
  return view;
}

function changed(view: DataView, at: number, value: number): DataView {
  const own = copied(view);
  own.setUint16(at, value);
  return own;
}

const bytesOf = (view: DataView) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
const copied = (view: DataView) => viewOf(bytesOf(view).slice());
const joined = (views: readonly DataView[]) => viewOf(Buffer.concat(views.map(bytesOf)));

/** Without checksums: the renderer reads none. */
function fileOf(tables: Tables): Uint8Array {
  const rows = [...tables].sort(([a], [b]) => (a < b ? -1 : 1));
  const head = new DataView(new ArrayBuffer(12 + 16 * rows.length));
  head.setUint32(0, 0x00010000);
  head.setUint16(4, rows.length);
  let end = head.byteLength;
  const parts: DataView[] = [head];
  for (const [i, [name, view]] of rows.entries()) {
    const at = 12 + 16 * i;
    for (const [j, letter] of [...name].entries()) head.setUint8(at + j, letter.charCodeAt(0));
    head.setUint32(at + 8, end);
    head.setUint32(at + 12, view.byteLength);
    parts.push(view, new DataView(new ArrayBuffer(-view.byteLength & 3)));
    end += view.byteLength + (-view.byteLength & 3);
  }
  return bytesOf(joined(parts));
}
