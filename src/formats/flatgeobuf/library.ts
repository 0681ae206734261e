/*
 * The parts of flatgeobuf (BSD-2-Clause) that are used here. `npm run build` writes them into this file of dist: the library
 * names OpenLayers as an optional dependency, and whoever installs the package would get all of that.
 */
export { magicbytes } from 'flatgeobuf/lib/mjs/constants.js';
export { Column } from 'flatgeobuf/lib/mjs/flat-geobuf/column.js';
export { ColumnType } from 'flatgeobuf/lib/mjs/flat-geobuf/column-type.js';
export { Crs } from 'flatgeobuf/lib/mjs/flat-geobuf/crs.js';
export { Feature } from 'flatgeobuf/lib/mjs/flat-geobuf/feature.js';
export type { Geometry } from 'flatgeobuf/lib/mjs/flat-geobuf/geometry.js';
export { GeometryType } from 'flatgeobuf/lib/mjs/flat-geobuf/geometry-type.js';
export { Header } from 'flatgeobuf/lib/mjs/flat-geobuf/header.js';
export { buildFeature, parseProperties } from 'flatgeobuf/lib/mjs/generic/feature.js';
export { deserialize } from 'flatgeobuf/lib/mjs/generic/featurecollection.js';
export { fromFeature } from 'flatgeobuf/lib/mjs/geojson/feature.js';
export { parseGeometry } from 'flatgeobuf/lib/mjs/geojson/geometry.js';
export { calcTreeSize, generateLevelBounds, NODE_ITEM_BYTE_LEN } from 'flatgeobuf/lib/mjs/packedrtree.js';
