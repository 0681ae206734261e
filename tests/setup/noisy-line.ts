import { type Point, seeded } from './mesh-world.js';

/** Kilometres of border, and the ground on either side of it. */
export const LINE_KM = 300;
export const SIDE_KM = 30;
const STEP_KM = 0.5;

/**
 * One drawing of the line y = 0: normal errors of standard deviation `sigmaKm`, smoothed over about `reachKm` along the
 * line and scaled back to σ. Vertices every half a kilometre, west to east; the ends lie on the frame.
 */
export function drawing(seed: number, sigmaKm: number, reachKm = 1): Point[] {
  const random = seeded(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const n = LINE_KM / STEP_KM + 1;
  const half = Math.ceil((3 * reachKm) / STEP_KM);
  const raw = Array.from({ length: n + 2 * half }, normal);
  const weights = Array.from({ length: 2 * half + 1 }, (_, k) =>
    Math.exp(-(((k - half) * STEP_KM) ** 2) / (2 * reachKm ** 2)),
  );
  const norm = Math.sqrt(weights.reduce((sum, w) => sum + w * w, 0));
  return Array.from({ length: n }, (_, i): Point => {
    const y = weights.reduce((sum, w, k) => sum + w * (raw[i + k] as number), 0) / norm;
    return [i * STEP_KM, sigmaKm * y];
  });
}

/** ∫ of the correlation along the line, km: what ℓ of methods B.4 is for these errors. */
export const correlationKm = (reachKm = 1): number => 2 * reachKm * Math.sqrt(Math.PI);

/** The line with a gain of `wide` × `deep` kilometres beyond it, from `at` on. */
export function withGain(line: readonly Point[], at: number, wide: number, deep: number): Point[] {
  const before = line.filter(([x]) => x < at);
  const inside = line.filter(([x]) => x >= at && x <= at + wide);
  const after = line.filter(([x]) => x > at + wide);
  const [first, last] = [inside[0] as Point, inside.at(-1) as Point];
  return [
    ...before,
    first,
    [first[0], first[1] + deep],
    ...inside.slice(1, -1).map(([x, y]): Point => [x, y + deep]),
    [last[0], last[1] + deep],
    last,
    ...after,
  ];
}

/** The ground south of a line, and north of it. */
export function sides(line: readonly Point[]): [south: Point[], north: Point[]] {
  return [
    [[0, -SIDE_KM], [LINE_KM, -SIDE_KM], ...line.toReversed()],
    [...line, [LINE_KM, SIDE_KM], [0, SIDE_KM]],
  ];
}
