/*
 * The pockets of a map by one statement over all of its ground united, each body measured to every other: what
 * `src/front/pockets.ts` finds from the edges, as it was found until November 2026.
 */
import { type Hop, reliefDistances } from '../../src/encirclement/separation.js';
import { FRIENDS } from '../../src/front/friends.sql.js';
import { eachClassEdge, type PartitionEdges } from '../../src/front/partition-edges.js';
import { linesToWkb } from '../../src/geometry/wkb.js';
import type { Queryable } from '../../src/store/pool.js';

export interface PlainPocket {
  party: string;
  /** Unique per party; the main bodies of a party are 0 in hops. */
  cid: number;
  area_m2: number;
  /** Of its outer edge, metres. */
  perimeter_m: number;
  /** Metres of the outer edge by class, or territory, of what lies beyond. */
  ring: Record<string, number>;
  places: { id: string; name: string }[];
  posts: { operator: string; number: number; name: string }[];
  /** Distances from this pocket to the others of its party and, as 0, to its main bodies: metres. */
  hops: Hop[];
  /** GeoJSON Polygon, EPSG:4326. */
  geometry: string;
}

/** Edges between two classes that a party or ground abroad is beside: faces by number, and the two ends of each. */
interface HeldEdges {
  left: number[];
  /** Null: outside the partition. */
  right: (number | null)[];
  ends: Float64Array[];
}

/** The edges at which something that a party holds, or that it may cross into abroad, can end. */
function heldEdges(partition: PartitionEdges): HeldEdges {
  const { x, y } = partition.table;
  const edges: HeldEdges = { left: [], right: [], ends: [] };
  eachClassEdge(partition, (left, right, from, to) => {
    if (left.role === 'gray' && (!right || right.role === 'gray')) return;
    edges.left.push(left.no);
    edges.right.push(right?.no ?? null);
    edges.ends.push(Float64Array.of(x[from] as number, y[from] as number, x[to] as number, y[to] as number));
  });
  return edges;
}

/** Over other pockets of the party where that is the shorter way; null where the party has nothing else. */
export const plainGap = ({ party, cid }: PlainPocket, rows: readonly PlainPocket[]): number | null =>
  reliefDistances(
    [cid],
    rows.filter((row) => row.party === party).flatMap((row) => row.hops),
  ).get(cid) ?? null;

/**
 * CTEs of a query over `face` (`no, geom, territory, party`): `holder` is each party that holds ground, `friend` who is on whose
 * side on the day, `block` each party with those whose ground counts as its own (itself, its allies, and who shares a side with
 * it, as `frontLines` has them). Parameters: `$2` the edition, `$3` the day.
 */
export const PARTY_BLOCKS = `holder as (select distinct party from face where party is not null),
     ${FRIENDS}, block as materialized (
       select a.party, b.party as held from holder a join holder b on a.party = b.party
         or exists (select from friend where (side, party) in ((a.party, b.party), (b.party, a.party)))
         or exists (select from friend x join friend y using (side) where x.party = a.party and y.party = b.party)
     )`;

/** Bodies heavier than this are simplified before distances are taken between them, by as many metres as `$4`. */
const HEAVY_VERTICES = 5000;
const SIMPLIFY_M = 10;

/**
 * The pockets of every party (methods D.6): ground of it and its allies that reaches neither the edge of the theatre,
 * beyond which nothing is known, nor foreign ground that is open to it. Of a party that nowhere does, the largest piece
 * is its main body. Allies are as `frontLines` has them; ground counts under each party that holds some of it. Crumbs
 * under 0.01 m² are rounding. Ground in no area that is thinner than twice the accuracy is a seam between two drawings and forms no
 * ring: who holds the other side of it does.
 */
export function plainPockets(
  db: Queryable,
  input: { revision: number; edition: number; date: string; accuracyM: number },
  partition: PartitionEdges,
): Promise<PlainPocket[]> {
  const edges = heldEdges(partition);
  return db.query(
    `with face as materialized (
       select no, geom, territory, class, case when status = 'controlled' then party end as party,
              class = 'unassigned' and st_area(geom) < $6::float8 * st_perimeter(geom) as seam
       from faces_of($1)
     ), ${PARTY_BLOCKS}, member as materialized (
       select block.party, face.no, face.geom, false as abroad, face.party = block.party as own
       from block join face on face.party = block.held
       union all
       select distinct on (holder.party, face.no) holder.party, face.no, face.geom, true, false
       from holder join border_policy p on p.edition = $2 and p.valid @> $3::date and p.policy = 'open'
           and (p.side = holder.party or exists (select from friend where friend.side = p.side and friend.party = holder.party))
         join face on face.territory = p.territory
     ), body as materialized (
       select party, (row_number() over (partition by party order by st_area(d.geom) desc))::int as cid, d.geom
       from (select party, st_union(geom) as geom from member group by party) whole cross join lateral st_dump(whole.geom) d
       where st_area(d.geom) > 0.01
     ), inside as materialized (
       select body.party, body.cid, member.no, member.abroad, member.own
       from member join body on body.party = member.party and st_intersects(body.geom, st_pointonsurface(member.geom))
     ), edge as materialized (
       select sides.n, d.geom, left_face, right_face, l.class as left_class, r.class as right_class
       from st_dump(st_geomfromwkb($7)) d
         join unnest($8::int[], $9::int[]) with ordinality sides(left_face, right_face, n) on sides.n = d.path[1]
         join face l on l.no = left_face left join face r on r.no = right_face
     ),
     half as materialized (
       select inside.party, inside.cid, edge.n, edge.geom, case when left_face = inside.no then right_class else left_class end as beyond,
              case when left_face = inside.no then right_face else left_face end as face
       from edge cross join lateral unnest(array[left_face, right_face]) as side(no) join inside on inside.no = side.no
     ), rim as materialized (
       -- The face without, where only one side is within. In the order of the edges: sums of metres depend on it in the last digit.
       select half.* from half left join inside i on i.party = half.party and i.cid = half.cid and i.no = half.face
       where i.no is null order by half.n
     ), walled as materialized (
       select rim.party, rim.cid, rim.n, rim.geom, coalesce(across.class, rim.beyond) as beyond
       from rim left join face on face.no = rim.face and face.seam left join lateral (
         select f.class from face f, st_lineinterpolatepoint(rim.geom, 0.5) as middle
         -- Here and not beside the join, so that it is looked for beyond seams alone.
         where face.no is not null and not f.seam and st_dwithin(f.geom, middle, 2 * $6::float8)
           and not exists (select from inside i where i.party = rim.party and i.cid = rim.cid and i.no = f.no)
         order by st_distance(f.geom, middle) limit 1) across on true
     ), reaching as materialized (
       select party, cid from inside group by party, cid having bool_or(abroad)
       union select party, cid from rim where face is null
     ), main as materialized (
       select party, cid from reaching
       union select party, cid from body where cid = 1 and party not in (select party from reaching)
     ), pocket as materialized (
       select body.* from body join inside using (party, cid)
       where (body.party, body.cid) not in (select party, cid from main) group by 1, 2, 3 having bool_or(inside.own)
     ), ringed as materialized (
       select walled.party, walled.cid, array_agg(beyond order by n) as beyond, array_agg(geom order by n) as edges
       from walled group by 1, 2
     ), light as materialized (
       select body.party, case when main.cid is null then body.cid else 0 end as cid,
              case when st_npoints(geom) > $5 then st_simplifypreservetopology(geom, $4::float8) else geom end as geom
       from body left join main using (party, cid) where body.party in (select party from pocket)
     )
     select pocket.party, pocket.cid, st_area(pocket.geom) as area_m2, 
       st_length(st_exteriorring(pocket.geom)) as perimeter_m,
       (select coalesce(jsonb_object_agg(beyond, metres), '{}') from (
          select rim.beyond, sum(st_length(rim.geom)) as metres
          from ringed cross join lateral unnest(ringed.beyond, ringed.edges) as rim(beyond, geom)
          where ringed.party = pocket.party and ringed.cid = pocket.cid
            and (st_numinteriorrings(pocket.geom) = 0
                 or st_dwithin(st_exteriorring(pocket.geom), st_lineinterpolatepoint(rim.geom, 0.5), 0.001))
          group by rim.beyond) shares) as ring,
       (select coalesce(jsonb_agg(jsonb_build_object('id', p.place, 'name', p.name) order by p.place), '[]')
        from place_entry p where p.edition = $2 and st_intersects(pocket.geom, st_transform(p.geom, edition.projection))) as places,
       (select coalesce(jsonb_agg(jsonb_build_object('operator', p.operator, 'number', p.number, 'name', p.name)
                                  order by p.operator, p.number), '[]')
        from post p where p.edition = $2 and st_intersects(pocket.geom, st_transform(p.geom, edition.projection))) as posts,
       (select coalesce(jsonb_agg(jsonb_build_object('a', pocket.cid, 'b', other.cid, 'metres', other.metres)), '[]')
        from (select light.cid, min(st_distance(light.geom, pocket.geom)) as metres from light
              where light.party = pocket.party and light.cid <> pocket.cid group by light.cid) other) as hops,
       st_asgeojson(st_forcepolygonccw(lonlat), case when valid_at(lonlat, 7) then 7 else 15 end) as geometry
     from pocket join edition on edition.id = $2
       cross join lateral (select st_transform(pocket.geom, edition.projection, 4326) as lonlat) drawn order by area_m2 desc, pocket.party`,
    [
      ...[input.revision, input.edition, input.date, SIMPLIFY_M, HEAVY_VERTICES, input.accuracyM],
      ...[Buffer.from(linesToWkb(edges.ends)), edges.left, edges.right],
    ],
  );
}
