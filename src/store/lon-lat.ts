/** Decimals of degrees in an answer: a centimetre, the grid of the store. */
const DECIMALS = 7;

/** SQL of a point in CRS84 as `[lon, lat]`. @param point SQL of the geometry */
export const lonLat = (point: string): string =>
  `json_build_array(round(st_x(${point})::numeric, ${DECIMALS}), round(st_y(${point})::numeric, ${DECIMALS}))`;
