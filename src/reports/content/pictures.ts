import type { Geometry } from 'geojson';
import type { Scope } from '../../change/region-matrix.js';
import { askEncirclement } from '../../encirclement/ask.js';
import { idOf } from '../../encirclement/verdicts.js';
import { classOf } from '../../model/classes.js';
import { placesControlled } from '../../series/reference/places.sql.js';
import { placesAlong } from '../../series/reference/routes.sql.js';
import { once } from '../../store/memo.js';
import type { Db } from '../../store/pool.js';
import { abroadPicture, groundPicture, marksPicture, projected, theatrePicture } from '../pictures.sql.js';
import type { Pictures, SeriesPart } from './content.js';
import { type Compared, type Ground, patchesOf } from './control.js';
import type { Standing } from './facts.js';

/** The finest picture is some 1,500 points wide: nothing smaller than half of one shows. */
const POINTS_WIDE = 3000;

/** What of the pictures is known before anything is measured. */
export type Outlines = Awaited<ReturnType<typeof outlinesOf>>;

/** Gathers the ground of both days, its edge, and what stands on it, as the map of a report draws them. */
export async function outlinesOf(db: Db, { before, after }: Compared, scope: Scope) {
  const { box, geometry } = await theatrePicture(db, after.revision, POINTS_WIDE);
  const [w, s, e, n] = box;
  const tolerance = Math.max(e - w, n - s) / POINTS_WIDE;
  const region =
    scope &&
    (JSON.parse((await projected(db, after.edition, [scope.geometry], tolerance))[0] ?? 'null') as Geometry | null);
  return {
    tolerance,
    bounds: region ? boundsOf(region) : box,
    theatre: JSON.parse(geometry) as Geometry,
    region,
    before: await drawn(db, before.revision, tolerance),
    after: await drawn(db, after.revision, tolerance),
    abroad: (await abroadPicture(db, after.edition, tolerance)).map((row) => ({
      ...row,
      geometry: JSON.parse(row.geometry) as Geometry,
    })),
    marks: await marksPicture(db, after.edition, tolerance),
  };
}

/** Gathers what the map of a report is drawn from. */
export async function picturesOf(
  db: Db,
  { before, after }: Compared,
  { tolerance, marks, bounds, theatre, region, abroad, ...held }: Outlines,
  standing: Standing,
  ground: Ground,
  reported: Pick<SeriesPart, 'places' | 'posts' | 'patches'>,
): Promise<Pictures> {
  const patches = await projected(
    db,
    after.edition,
    patchesOf(ground).map((row) => row.geometry),
    tolerance,
  );
  return {
    bounds,
    theatre,
    region,
    ...held,
    patches: patches.map((geometry, i) => {
      const { id = '', from = '', to = '', kind } = reported.patches[i] ?? {};
      return { id, from, to, ...(kind && { kind }), geometry: JSON.parse(geometry) as Geometry };
    }),
    abroad,
    routes: marks
      .filter(({ what }) => what === 'route')
      .map(({ id, geometry }) => ({ id, geometry: JSON.parse(geometry) as Geometry })),
    places: await placesToLabel(db, { before, after }, standing, reported, marks),
    posts: await postsToDraw(db, { before, after }, standing, marks),
  };
}

type Marks = Awaited<ReturnType<typeof marksPicture>>;
const at = (geometry: string) => (JSON.parse(geometry) as { coordinates: [number, number] }).coordinates;

async function drawn(db: Db, revision: number, tolerance: number): Promise<Pictures['before']> {
  const rows = await once(db, 'picture-1', [revision, tolerance], () => groundPicture(db, revision, null, tolerance));
  return rows.map((row) => ({ ...row, geometry: JSON.parse(row.geometry) as Geometry }));
}

const SIZES = ['capital', 'city', 'town', 'village'];
const sizeOf = (kind: string | null) => (SIZES.includes(kind ?? '') ? SIZES.indexOf(kind ?? '') : SIZES.length);

/** Cities, what changed hands, what lies on a route: in that order as far as there is room. */
async function placesToLabel(
  db: Db,
  { before, after }: Compared,
  standing: Standing,
  reported: Pick<SeriesPart, 'places'>,
  marks: Marks,
): Promise<Pictures['places']> {
  const classes = async (revision: number) =>
    new Map(
      (await placesControlled(db, after.edition, revision)).map((row) => [row.id, classOf(row.status, row.party)]),
    );
  const [was, is] = [await classes(before.revision), await classes(after.revision)];
  const changed = new Set((reported.places ?? []).map(({ id }) => id));
  const routes = marks.filter(({ what }) => what === 'route');
  const along = new Set<string>();
  for (const { id } of routes) for (const place of await placesAlong(db, after.edition, id)) along.add(place.id);
  const worth = ({ id, kind }: Marks[number]) =>
    (sizeOf(kind) <= 1 ? 0 : changed.has(id) ? 10 : along.has(id) ? 20 : 30) + sizeOf(kind);
  return marks
    .filter(({ what, id }) => what === 'place' && (!standing || standing.has(`place ${id}`)))
    .sort((a, b) => worth(a) - worth(b) || (a.id < b.id ? -1 : 1))
    .map(({ id, name, geometry }) => ({
      id,
      name,
      at: at(geometry),
      before: was.get(id) ?? 'unmapped',
      after: is.get(id) ?? 'unmapped',
    }));
}

async function postsToDraw(
  db: Db,
  { before, after }: Compared,
  standing: Standing,
  marks: Marks,
): Promise<Pictures['posts']> {
  const was = new Map((await askEncirclement(db, before)).posts.map((post) => [idOf(post), post.verdict]));
  const { posts } = await askEncirclement(db, after);
  const spots = new Map(marks.filter(({ what }) => what === 'post').map(({ id, geometry }) => [id, at(geometry)]));
  return posts.flatMap((post) => {
    const spot = spots.get(idOf(post));
    if (!spot || (standing && !standing.has(`post ${idOf(post)}`))) return [];
    return [
      {
        number: post.number,
        name: post.name,
        at: spot,
        before: was.get(idOf(post)) ?? 'inactive',
        after: post.verdict,
      },
    ];
  });
}

function boundsOf(geometry: Geometry): Pictures['bounds'] {
  const points = positions(geometry);
  const [x, y] = [points.map(([px]) => px), points.map(([, py]) => py)];
  const least = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const most = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return [least(x), least(y), most(x), most(y)];
}

function positions(geometry: Geometry): [number, number][] {
  if (geometry.type === 'Polygon') return geometry.coordinates.flat() as [number, number][];
  if (geometry.type === 'MultiPolygon') return geometry.coordinates.flat(2) as [number, number][];
  return [];
}
