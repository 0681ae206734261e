import { ENGINE } from './engine.js';

/**
 * Where another process tries the same property on a server, the embedded engine, which takes some four times as long, tries half of the
 * worlds; all where they are few, for they are of different kinds.
 */
const SHARE = ENGINE === 'embedded' && process.env.TEST_DATABASE_URL ? 0.5 : 1;
const FEW = 8;

/**
 * How many worlds a property is tried on: few in the gate, `PROPERTY_TIMES` times as many where time is no matter
 * (`npm run prove` sets it; tests/prove/README.md has the figures).
 */
export const runs = (inTheGate: number): number =>
  Math.ceil(inTheGate * (inTheGate > FEW ? SHARE : 1) * Number(process.env.PROPERTY_TIMES ?? 1));
