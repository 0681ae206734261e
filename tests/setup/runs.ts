/**
 * How many worlds a property is tried on: few in the gate, `PROPERTY_TIMES` times as many where time is no matter
 * (`npm run prove` sets it; tests/prove/README.md has the figures).
 */
export const runs = (inTheGate: number): number => inTheGate * Number(process.env.PROPERTY_TIMES ?? 1);
