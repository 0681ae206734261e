import { type OpenSectors, type Sector, widthOf } from '../../geometry/bearing-sectors.js';

const ROSE = ['north', 'north-east', 'east', 'south-east', 'south', 'south-west', 'west', 'north-west'] as const;

/** One of eight directions for a bearing in degrees. */
export const compass = (degrees: number): string => ROSE[Math.round(turned(degrees, 0) / 45) % 8] ?? 'north';

const turned = (degrees: number, by: number): number => (((degrees + by) % 360) + 360) % 360;

/**
 * Sectors with true bearings: `gridOfNorthDeg` is the grid azimuth of true north at the post (meridian convergence).
 * Shares and widths stay as they are; a sector of all bearings stays `0` to `360`.
 */
export function trueSectors(open: OpenSectors, gridOfNorthDeg: number): OpenSectors {
  const turn = (sector: Sector): Sector =>
    widthOf(sector) >= 360
      ? sector
      : { from: turned(sector.from, -gridOfNorthDeg), to: turned(sector.to, -gridOfNorthDeg) };
  return { share: open.share, sectors: open.sectors.map(turn), largest: open.largest && turn(open.largest) };
}
