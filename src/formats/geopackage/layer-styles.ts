import type sqlite from 'node-sqlite3-wasm';
import type { Look, WrittenLayer } from '../format.js';
import { xmlText } from '../xml-text.js';

/** As QGIS makes it (its provider looks for the default style of a layer there when it opens the file). */
const TABLE = `create table layer_styles (id integer primary key autoincrement, f_table_catalog text(256),
  f_table_schema text(256), f_table_name text(256), f_geometry_column text(256), styleName text(30), styleQML text,
  styleSLD text, useAsDefault boolean, description text, owner text(30), ui text(30), update_time datetime)`;

/** Writes how the layer is drawn, as QML for QGIS: a rule for each look. */
export function writeLayerStyles(db: sqlite.Database, { name, looks, geometryType, changed }: WrittenLayer): void {
  if (looks.length === 0 || geometryType === null) return;
  db.exec(TABLE);
  db.run(
    `insert into layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML,
       styleSLD, useAsDefault, description, owner, update_time) values ('', '', ?, 'geom', 'salient', ?, '', 1, ?, '', ?)`,
    [name, qml(looks, kindOf(geometryType)), 'The colours of the page', changed],
  );
}

type Kind = 'fill' | 'line' | 'marker';

const kindOf = (type: NonNullable<WrittenLayer['geometryType']>): Kind =>
  type.endsWith('Polygon') ? 'fill' : type.endsWith('LineString') ? 'line' : 'marker';

/** The layers of symbols, and the numbers by which QGIS knows the kinds of geometry. */
const SYMBOLS: Record<Kind, { type: string; geometry: number }> = {
  fill: { type: 'SimpleFill', geometry: 2 },
  line: { type: 'SimpleLine', geometry: 1 },
  marker: { type: 'SimpleMarker', geometry: 0 },
};

function qml(looks: readonly Look[], kind: Kind): string {
  const rules = looks.map(
    ({ label, where }, index) =>
      `<rule key="r${index}" symbol="${index}" label="${xmlText(label)}" filter="${xmlText(filterOf(looks, index, where))}"/>`,
  );
  const symbols = looks.map(
    (look, index) =>
      `<symbol type="${kind}" name="${index}" alpha="1" clip_to_extent="1"><layer class="${SYMBOLS[kind].type}" enabled="1" pass="0" locked="0">${options(kind, look)}</layer></symbol>`,
  );
  return `<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22" styleCategories="Symbology"><renderer-v2 type="RuleRenderer" symbollevels="0" forceraster="0" enableorderby="0"><rules key="all">${rules.join('')}</rules><symbols>${symbols.join('')}</symbols></renderer-v2><layerGeometryType>${SYMBOLS[kind].geometry}</layerGeometryType></qgis>`;
}

/** QGIS draws by every rule that holds: one rule excludes those before it that are not as narrow. */
function filterOf(looks: readonly Look[], index: number, where: Look['where']): string {
  const own = Object.entries(where).map(([name, value]) => equality(name, value));
  const earlier = looks.slice(0, index).filter((look) => isWithin(look.where, where));
  const others = earlier.map((look) => `NOT coalesce(${conjunction(look.where)}, false)`);
  const all = [...own, ...others];
  return all.length === 0 ? 'ELSE' : all.join(' AND ');
}

const equality = (name: string, value: string) => `"${name.replaceAll('"', '""')}" = '${value.replaceAll("'", "''")}'`;
const conjunction = (where: Look['where']) =>
  `(${Object.entries(where)
    .map(([name, value]) => equality(name, value))
    .join(' AND ')})`;
const isWithin = (narrow: Look['where'], wide: Look['where']) =>
  Object.entries(wide).every(([name, value]) => narrow[name] === value);

function options(kind: Kind, { colour, opacity }: Look): string {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  const rgba = `${red},${green},${blue},${Math.round(opacity * 255)}`;
  const set: Record<Kind, Record<string, string>> = {
    fill: { color: rgba, style: 'solid', outline_style: 'no' },
    line: { line_color: rgba, line_width: '0.6', line_width_unit: 'MM', line_style: 'solid' },
    marker: { color: rgba, name: 'circle', size: '2.6', size_unit: 'MM', outline_color: '255,253,248,255' },
  };
  // Versions before 3.26 read `prop`, later ones both.
  const props = Object.entries(set[kind]).map(([key, value]) => `<prop k="${key}" v="${value}"/>`);
  const map = Object.entries(set[kind]).map(
    ([key, value]) => `<Option name="${key}" type="QString" value="${value}"/>`,
  );
  return `<Option type="Map">${map.join('')}</Option>${props.join('')}`;
}
