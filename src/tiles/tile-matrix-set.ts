import { mercatorX, mercatorY } from '../coverage/mercator.js';
import { type Projection, plateCarreeY } from './plate-carree.js';

type Bounds = readonly [west: number, south: number, east: number, north: number];

/** A tiling scheme of OGC 17-083r4: matrices of square tiles, two of one zoom making one of the zoom before. */
export interface TileMatrixSet {
  readonly id: string;
  readonly title: string;
  readonly uri: string;
  readonly crs: string;
  readonly orderedAxes: readonly [string, string];
  readonly wellKnownScaleSet: string;
  readonly projection: Projection;
  /** Zooms of the square world that lie before zoom 0: the whole earth in degrees is two tiles, the upper half of a square. */
  readonly zoomsBefore: 0 | 1;
  readonly pointOfOrigin: readonly [number, number];
  /** Of zoom 0: units of the system for a pixel (of 256 a tile), and the scale at 0.28 mm a pixel. */
  readonly cellSize: number;
  readonly scaleDenominator: number;
}

const HALF = 20037508.342789244;
const DEFINITIONS = 'http://www.opengis.net/def';

export const WEB_MERCATOR_QUAD: TileMatrixSet = {
  id: 'WebMercatorQuad',
  title: 'Google Maps Compatible for the World',
  uri: `${DEFINITIONS}/tilematrixset/OGC/1.0/WebMercatorQuad`,
  crs: `${DEFINITIONS}/crs/EPSG/0/3857`,
  orderedAxes: ['X', 'Y'],
  wellKnownScaleSet: `${DEFINITIONS}/wkss/OGC/1.0/GoogleMapsCompatible`,
  projection: 'mercator',
  zoomsBefore: 0,
  pointOfOrigin: [-HALF, HALF],
  cellSize: 156543.03392804097,
  scaleDenominator: 559082264.0287178,
};

const WORLD_CRS84_QUAD: TileMatrixSet = {
  id: 'WorldCRS84Quad',
  title: 'CRS84 for the World',
  uri: `${DEFINITIONS}/tilematrixset/OGC/1.0/WorldCRS84Quad`,
  crs: `${DEFINITIONS}/crs/OGC/1.3/CRS84`,
  orderedAxes: ['Lon', 'Lat'],
  wellKnownScaleSet: `${DEFINITIONS}/wkss/OGC/1.0/GoogleCRS84Quad`,
  projection: 'plate-carree',
  zoomsBefore: 1,
  pointOfOrigin: [-180, 90],
  cellSize: 0.703125,
  scaleDenominator: 279541132.0143589,
};

/** The default first. */
export const TILE_MATRIX_SETS: readonly TileMatrixSet[] = [WEB_MERCATOR_QUAD, WORLD_CRS84_QUAD];

/** Tiles of a scheme at a zoom, across and down. */
const sizeAt = ({ zoomsBefore }: TileMatrixSet, zoom: number) => ({
  matrixWidth: 2 ** (zoom + zoomsBefore),
  matrixHeight: 2 ** zoom,
});

/** The zooms of a scheme, where the square world is drawn up to `maxzoom`. */
const zoomsOf = ({ zoomsBefore }: TileMatrixSet, maxzoom: number) =>
  Array.from({ length: maxzoom + 1 - zoomsBefore }, (_, zoom) => zoom);

/** The scheme as the standard writes it, for a square world drawn up to `maxzoom`. */
export function tileMatrixSetJson(scheme: TileMatrixSet, maxzoom: number) {
  const { id, title, uri, crs, orderedAxes, wellKnownScaleSet, pointOfOrigin, cellSize, scaleDenominator } = scheme;
  return {
    ...{ id, title, uri, crs, orderedAxes, wellKnownScaleSet },
    tileMatrices: zoomsOf(scheme, maxzoom).map((zoom) => ({
      id: String(zoom),
      scaleDenominator: scaleDenominator / 2 ** zoom,
      cellSize: cellSize / 2 ** zoom,
      cornerOfOrigin: 'topLeft',
      pointOfOrigin,
      tileWidth: 256,
      tileHeight: 256,
      ...sizeAt(scheme, zoom),
    })),
  };
}

/** Rows and columns that bounds (degrees) reach at each zoom. */
export function tileLimits(scheme: TileMatrixSet, [west, south, east, north]: Bounds, maxzoom: number) {
  const y = scheme.projection === 'mercator' ? mercatorY : plateCarreeY;
  return zoomsOf(scheme, maxzoom).map((zoom) => {
    const { matrixWidth, matrixHeight } = sizeAt(scheme, zoom);
    const column = (lon: number) => clamp(Math.floor(mercatorX(lon) * matrixWidth), matrixWidth);
    // Rows are as high as columns are wide.
    const row = (lat: number) => clamp(Math.floor(y(lat) * matrixWidth), matrixHeight);
    return {
      tileMatrix: String(zoom),
      minTileRow: row(north),
      maxTileRow: row(south),
      minTileCol: column(west),
      maxTileCol: column(east),
    };
  });
}

const clamp = (index: number, tiles: number) => Math.max(0, Math.min(tiles - 1, index));
