/*
 * A coverage, from polygons to the lines of a zoom. Pure functions on typed arrays, in this order:
 *
 *   polygons ── buildTopology ──▶ arcs that neighbours share, each stored once            topology.ts, arcs.ts, vertices.ts
 *            ── planSimplification ▶ from which zoom on each vertex is drawn, once for all  plan.ts, removal.ts
 *            ── packPlan / unpackPlan ▶ the same as bytes, up to a zoom                     pack.ts
 *            ── simplifyForZoom ──▶ what is left of the arcs at a zoom, on whole numbers    simplify.ts, pockets.ts, snap.ts
 *
 * tiles/cut goes on from there. Beside them: lines between sides (fronts.ts), label points, shared lines.
 */
export { labelPoint } from './label-point.js';
export { packPlan, unpackPlan } from './pack.js';
export { planSimplification, type SimplifyPlan } from './plan.js';
export { type GridTopology, simplifyForZoom } from './simplify.js';
export { buildTopology, dissolve, polygonsOf, type Topology } from './topology.js';
