/** The one tiling scheme: WebMercatorQuad of OGC 17-083r4, the grid of all web maps. */
export const TMS = {
  id: 'WebMercatorQuad',
  uri: 'http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad',
  crs: 'http://www.opengis.net/def/crs/EPSG/0/3857',
} as const;

const HALF = 20037508.342789244;
const SCALE_0 = 559082264.0287178;
const CELL_0 = 156543.03392804097;

/** The scheme with its matrices from zoom 0 to `maxzoom`. */
export function tileMatrixSet(maxzoom: number) {
  return {
    id: TMS.id,
    title: 'Google Maps Compatible for the World',
    uri: TMS.uri,
    crs: TMS.crs,
    orderedAxes: ['X', 'Y'],
    wellKnownScaleSet: 'http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible',
    tileMatrices: Array.from({ length: maxzoom + 1 }, (_, zoom) => ({
      id: String(zoom),
      scaleDenominator: SCALE_0 / 2 ** zoom,
      cellSize: CELL_0 / 2 ** zoom,
      cornerOfOrigin: 'topLeft',
      pointOfOrigin: [-HALF, HALF],
      tileWidth: 256,
      tileHeight: 256,
      matrixWidth: 2 ** zoom,
      matrixHeight: 2 ** zoom,
    })),
  };
}

/** Rows and columns that bounds (west, south, east, north, degrees) reach at each zoom. */
export function tileLimits([west, south, east, north]: readonly [number, number, number, number], maxzoom: number) {
  return Array.from({ length: maxzoom + 1 }, (_, zoom) => {
    const tiles = 2 ** zoom;
    const column = (lon: number) => clamp(Math.floor(((lon + 180) / 360) * tiles), tiles);
    const row = (lat: number) => {
      const sine = Math.sin((Math.max(-85.0511, Math.min(85.0511, lat)) * Math.PI) / 180);
      return clamp(Math.floor((0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * tiles), tiles);
    };
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
