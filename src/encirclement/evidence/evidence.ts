import type { AsOf } from '../../series/as-of.js';
import { stepDone } from '../../store/cancellation.js';
import type { Db, Queryable } from '../../store/pool.js';
import { fillMasks, fillPosts } from '../fill-masks.sql.js';
import type { Mesh } from '../mesh.js';
import { createMasks, dissolveMasks } from '../policy-masks.sql.js';
import { type Policy, verdictWidths } from '../verdict.js';
import { trueSectors } from './bearings.js';
import { corridorOf } from './corridor.js';
import { corridorMesh, type Standing, standings } from './corridor.sql.js';
import { locateCorridor, locatedAt } from './corridor-site.js';
import { type Distances, measureDistances, measureRing, measureSweep } from './ring-and-sweep.sql.js';
import { judgeRoads } from './roads.js';
import { createRoads, fillRoads, roadAccesses, roadPieces } from './roads.sql.js';
import {
  fillPlaces,
  type GroundQuality,
  gridNorths,
  groundQuality,
  mainClasses,
  masksAlike,
  placesAround,
  seamBefore,
  whereabouts,
} from './surroundings.sql.js';
import { doubtsAbout, type Evidence, type MaskEvidence, type PocketEvidence, type SeamEvidence } from './terms.js';

/** What evidence depends on: what verdicts depend on. */
export type EvidenceFrame = Pick<AsOf, 'revision' | 'edition' | 'since' | 'statement'>;

/** A road counts as the post's when it comes this near to it in the post's own ground, metres (methods A.5). */
const ROAD_ACCESS_M = 3000;

/** The evidence on some posts of one operator, in one transaction that makes their ground once. Unmapped posts are absent. */
export async function evidenceOfAll(
  db: Db,
  frame: EvidenceFrame,
  operator: string,
  numbers: readonly number[],
  radiusM: number,
): Promise<Evidence[]> {
  const input = { revision: frame.revision, edition: frame.edition, side: operator, date: frame.since };
  return db.transaction(async (tx) => {
    await createMasks(tx);
    await fillMasks(tx, input);
    await fillPosts(tx, input, numbers, frame.statement.perimeter_m);
    await dissolveMasks(tx);
    await createRoads(tx);
    await fillRoads(tx, frame.edition);
    await fillPlaces(tx, frame.edition);
    const distances = await measureDistances(tx);
    const look = await survey(tx, frame, distances);
    const found: Evidence[] = [];
    for (const [index, post] of distances.entries()) {
      if (post.mapped) found.push({ operator, ...(await gather(tx, frame, look, post, radiusM)) });
      stepDone('posts looked at', index + 1, distances.length);
    }
    return found;
  });
}

/** What is measured once for all posts. */
interface Survey {
  norths: Map<number, number>;
  classes: Map<number, string>;
  quality: GroundQuality;
  standing: Record<Policy, Map<number, Standing>>;
  /** Contested and unknown ground makes no difference: both policies give the same ground. */
  alike: boolean;
  /** Meshes by policy and component, made when first needed. */
  meshes: Map<string, Mesh | null>;
  roads: Map<number, ReturnType<typeof judgeRoads>>;
}

async function survey(tx: Queryable, frame: EvidenceFrame, posts: readonly Distances[]): Promise<Survey> {
  const by = async (policy: Policy) => new Map((await standings(tx, policy)).map((row) => [row.id, row]));
  const standing = { strict: await by('strict'), lenient: await by('lenient') };
  const accesses = await roadAccesses(tx, ROAD_ACCESS_M);
  const pieces = await roadPieces(tx, accesses);
  const roads = posts.map(({ id }) => {
    const access = accesses.find((found) => found.id === id);
    const plain = access ? { route: access.route, at_m: access.at_m, away_m: access.away_m } : null;
    return [id, judgeRoads(pieces, plain, groundOf(standing.strict.get(id)))] as const;
  });
  return {
    norths: await gridNorths(tx, frame.edition),
    classes: await mainClasses(tx),
    quality: await groundQuality(tx),
    standing,
    alike: await masksAlike(tx),
    meshes: new Map(),
    roads: new Map(roads),
  };
}

const groundOf = (at: Standing | undefined) => (!at?.held ? 'none' : at.cid === null ? 'pocket' : 'main');

async function gather(
  tx: Queryable,
  frame: EvidenceFrame,
  look: Survey,
  post: Distances,
  radiusM: number,
): Promise<Omit<Evidence, 'operator'>> {
  const { id } = post;
  const r0 = look.standing.strict.get(id)?.r0 ?? frame.statement.perimeter_m;
  const sweep = await measureSweep(tx, post, radiusM);
  const sectors = trueSectors(sweep.open, look.norths.get(id) ?? 0);
  const road = look.roads.get(id) ?? judgeRoads([], null, 'none');
  const strict = await underPolicy(tx, frame, look, id, 'strict');
  const lenient = look.alike ? strict : await underPolicy(tx, frame, look, id, 'lenient');
  const corridor = strict.corridor
    ? { policy: 'strict' as const, ...strict.corridor }
    : lenient.corridor && { policy: 'lenient' as const, ...lenient.corridor };
  const triangulated = strict.triangulated && lenient.triangulated;
  const seam = await seamOf(tx, frame, look, id);
  return {
    number: id,
    perimeter_m: r0,
    radius_m: radiusM,
    d_hostile_m: post.d_hostile_m,
    d_main_m: post.d_main_m,
    main_class: look.classes.get(id) ?? null,
    open_share: sectors.share,
    reach_share: sweep.reach_share,
    open_sectors: sectors.sectors,
    largest_open_sector: sectors.largest,
    corridor,
    pocket: strict.pocket,
    lenient: sameEvidence(strict, lenient) ? null : { corridor: lenient.corridor, pocket: lenient.pocket },
    road,
    seam,
    doubts: doubtsAbout({
      ...look.quality,
      borders_m: [post.d_hostile_m, post.d_main_m],
      perimeter_m: r0,
      triangulated,
      routes: road.known_routes,
      seam,
    }),
  };
}

/** Widths beyond this, metres, are sure; a strip no wider may be the map's own error. */
const sureWidth = ({ statement }: EvidenceFrame): number =>
  verdictWidths({ accuracyM: statement.accuracy_m, narrowM: statement.narrow_m }).sure;

/** The seam that cuts a post off under the strict policy, no wider than widths are sure of; null where it is not only that. */
async function seamOf(
  tx: Queryable,
  frame: EvidenceFrame,
  { standing }: Survey,
  post: number,
): Promise<SeamEvidence | null> {
  if (groundOf(standing.strict.get(post)) !== 'pocket') return null;
  const found = await seamBefore(tx, post, sureWidth(frame));
  if (!found) return null;
  const [where] = await whereabouts(tx, frame.edition, [found.spot]);
  const { area_m2, width_m, pieces } = found;
  return { ...locatedAt(where), area_km2: area_m2 / 1e6, width_m, pieces };
}

type UnderPolicy = MaskEvidence & { triangulated: boolean };

const sameEvidence = (a: UnderPolicy, b: UnderPolicy) => JSON.stringify(a) === JSON.stringify(b);

/** The widest corridor from the post to its rear under a policy, or the pocket it stands in; neither of both is engulfed. */
async function underPolicy(
  tx: Queryable,
  frame: EvidenceFrame,
  { standing, meshes }: Survey,
  post: number,
  policy: Policy,
): Promise<UnderPolicy> {
  const at = standing[policy].get(post);
  if (!at || at.cid === null)
    return { corridor: null, pocket: await pocketOf(tx, frame, policy, post), triangulated: true };
  const key = `${policy} ${at.cid}`;
  if (!meshes.has(key)) {
    meshes.set(key, await corridorMesh(tx, policy, at.cid, Math.max(250, frame.statement.accuracy_m / 2)));
  }
  const mesh = meshes.get(key);
  const corridor = mesh ? corridorOf(mesh, at.spot, at.r0, frame.statement.narrow_m) : null;
  if (!corridor) return { corridor: null, pocket: null, triangulated: false };
  return { corridor: await locateCorridor(tx, frame.edition, corridor), pocket: null, triangulated: true };
}

async function pocketOf(
  tx: Queryable,
  frame: EvidenceFrame,
  policy: Policy,
  post: number,
): Promise<PocketEvidence | null> {
  const ring = await measureRing(tx, policy, post, sureWidth(frame));
  if (!ring) return null;
  const places = await placesAround(tx, policy, post);
  return { area_km2: ring.area_m2 / 1e6, perimeter_m: ring.perimeter_m, ring: ring.shares, places };
}
