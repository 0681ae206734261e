import type { Position } from 'geojson';

/** The planar area of a closed ring, in the square of its units (the formula of the shoelace). */
export const shoelace = (ring: readonly Position[]): number =>
  Math.abs(
    ring.slice(1).reduce((sum, [x = 0, y = 0], index) => {
      const [x0 = 0, y0 = 0] = ring[index] as Position;
      return sum + (x0 * y - x * y0) / 2;
    }, 0),
  );
