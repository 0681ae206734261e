-- What the migrations yield, on both engines. Written by: UPDATE_GOLDEN=1 npx vitest run tests/store/schema.db.test.ts
extension btree_gist
extension postgis
domain slug: text CHECK ((VALUE ~ '^[a-z0-9][a-z0-9._-]{0,62}$'::text))

function ahead_adopt(in_theatre text) returns bigint[], plpgsql volatile
    declare
      at timestamptz;
      one bigint;
    begin
      for one in select id from public.edition where theatre = in_theatre and ahead_at = 'infinity' order by recorded_at loop
        update public.edition set ahead_at = recording_instant() where id = one;
        delete from public.ahead_added_edition where ahead_theatre = in_theatre;
        delete from public.ahead_reference_addition where ahead_theatre = in_theatre;
      end loop;
      at := recording_instant();
      update public.revision set ahead_until = at where theatre = in_theatre and (recorded_at is null and ahead_until is null or ahead_until = 'infinity' and ahead_at is distinct from 'infinity');
      update public.claim set ahead_until = at where theatre = in_theatre and (recorded_at is null and ahead_until is null or ahead_until = 'infinity' and ahead_at is distinct from 'infinity');
      update public.event set ahead_until = at where theatre = in_theatre and (recorded_at is null and ahead_until is null or ahead_until = 'infinity' and ahead_at is distinct from 'infinity');
      update public.source set ahead_until = at where theatre = in_theatre and (recorded_at is null and ahead_until is null or ahead_until = 'infinity' and ahead_at is distinct from 'infinity');
      update public.revision set ahead_at = at where theatre = in_theatre and ahead_at = 'infinity' and superseded_at is null;
      update public.claim set ahead_at = at where theatre = in_theatre and ahead_at = 'infinity' and superseded_at is null;
      update public.event set ahead_at = at where theatre = in_theatre and ahead_at = 'infinity' and superseded_at is null;
      update public.source set ahead_at = at where theatre = in_theatre and ahead_at = 'infinity' and superseded_at is null;
      -- The newest of these holds: where the newest is the members' own, the public one again.
      insert into ahead.series_statement
        select (jsonb_populate_record(null::ahead.series_statement, to_jsonb(p) || jsonb_build_object('recorded_at', at))).*
        from series join lateral (select * from public.series_statement s where s.series = series.id order by recorded_at desc limit 1) p on true
        where series.theatre = in_theatre
          and exists (select from public.ahead_series_statement o where o.series = series.id and o.recorded_at > p.recorded_at);
      insert into ahead.step_kind
        select (jsonb_populate_record(null::ahead.step_kind, to_jsonb(p) || jsonb_build_object('recorded_at', at))).*
        from series join lateral (
          select distinct on (valid_on) * from public.step_kind k where k.series = series.id order by valid_on, recorded_at desc) p on true
        where series.theatre = in_theatre
          and exists (select from public.ahead_step_kind o where o.series = series.id and o.valid_on = p.valid_on and o.recorded_at > p.recorded_at);
      delete from public.ahead_snapshot_withdrawal where ahead_theatre = in_theatre;
      delete from public.ahead_snapshot_restoration where ahead_theatre = in_theatre;
      delete from public.ahead_held_decision where ahead_theatre = in_theatre;
      delete from public.ahead_series_continuation where ahead_theatre = in_theatre;
      return array(select id from public.revision where theatre = in_theatre and recorded_at is not null and superseded_at is null
                                                     and ahead_until < 'infinity' order by id);
    end

function ahead_follows() returns text, sql stable
    select coalesce(current_setting('salient.follow', true), '')

function ahead_insert() returns trigger, plpgsql volatile
    declare
      given jsonb;
      names text;
      target text := case when tg_argv[0] = 'beside' then 'ahead_' else '' end || tg_table_name;
    begin
      if ahead_follows() = '' then
        raise exception 'the record of members is written where it is brought up to date only' using errcode = 'restrict_violation';
      end if;
      if tg_argv[1] <> '' then
        new := jsonb_populate_record(new, jsonb_build_object(tg_argv[1], nextval(pg_get_serial_sequence('public.' || tg_table_name, tg_argv[1]))));
      end if;
      given := to_jsonb(new);
      if tg_argv[0] = 'beside' then
        given := given || jsonb_build_object('ahead_theatre', ahead_follows());
      else
        given := given || jsonb_build_object('ahead_at', coalesce(new.recorded_at, recording_instant()), 'recorded_at', null,
                                             'superseded_at', '0001-01-01T00:00:00Z');
      end if;
      select string_agg(quote_ident(key), ', ') into names from jsonb_each(given)
        where value <> 'null' or (key = 'recorded_at' and tg_argv[0] = 'hidden');
      execute format('insert into public.%1$I (%2$s) %3$s select %2$s from jsonb_populate_record(null::public.%1$I, $1)', target, names,
                     case when tg_argv[0] = 'hidden' then 'overriding system value' end) using given;
      return new;
    end

function ahead_insert_edition() returns trigger, plpgsql volatile
    begin
      if ahead_follows() = '' then
        raise exception 'the record of members is written where it is brought up to date only' using errcode = 'restrict_violation';
      end if;
      insert into public.edition (theatre, title, boundary, projection, time_zone, sha256, recorded_at, ahead_at)
        values (new.theatre, new.title, new.boundary, new.projection, new.time_zone, new.sha256, '-infinity',
                coalesce(new.recorded_at, recording_instant()))
        returning id into new.id;
      return new;
    end

function ahead_supersede() returns trigger, plpgsql volatile
    begin
      execute format('update public.%I set ahead_until = $1 where %I = $2', tg_table_name, tg_argv[1])
        using new.superseded_at, (to_jsonb(old) ->> tg_argv[1])::bigint;
      return new;
    end

function audit_hash(no bigint, recorded_us bigint, principal text, action text, subject text, detail jsonb, previous bytea) returns bytea, sql immutable parallel safe
    select sha256(previous || convert_to(jsonb_build_array(no, recorded_us, principal, action, subject, detail)::text, 'UTF8'))

function border_edges(from_revision bigint, to_revision bigint, region geometry DEFAULT NULL::geometry) returns TABLE(classes json, shared json, lone json), sql stable parallel safe
    with face as materialized (
        -- Walked here with its class: to join the segments of face_segments with it takes a third as long again. Classes as
        -- numbers, which sort faster; territory abroad has none.
        select map, row_number() over ()::int as n, st_forcepolygonccw(f.geom) as geom, f.class as name,
               case when f.territory is null then dense_rank() over (order by f.territory is not null, f.class collate "C") end::int as class
        from unnest(array[from_revision, to_revision]) with ordinality asked (revision, map) cross join lateral faces_of(revision) f
      ), named as materialized (
        select distinct class, name from face where class is not null
      ), edge as materialized (
        -- Each edge once, to the millimetre, with the class on either side of it in the first map (a, b) and in the second (c, d).
        -- (The offsets keep the planner from repeating an expression wherever its column is used.)
        select x0, y0, x1, y1, bool_or(map = 1) as in_first, bool_or(map = 2) as in_second,
               max(class) filter (where map = 1 and forward) as a, max(class) filter (where map = 1 and not forward) as b,
               max(class) filter (where map = 2 and forward) as c, max(class) filter (where map = 2 and not forward) as d
        from (
          select map, class, forward, case when forward then ax else bx end as x0, case when forward then ay else by end as y0,
                 case when forward then bx else ax end as x1, case when forward then by else ay end as y1
          from (
            select *, ax < bx or (ax = bx and ay < by) as forward
            from (
              select map, class, round(1000 * ax) as ax, round(1000 * ay) as ay, round(1000 * bx) as bx, round(1000 * by) as by
              from (
                select map, class, x as ax, y as ay, lead(x) over ring as bx, lead(y) over ring as by
                from (
                  select n, map, class, path[1] as ring, path[2] as nth, st_x(vertex.geom) as x, st_y(vertex.geom) as y
                  from face cross join lateral st_dumppoints(face.geom) vertex offset 0
                ) point
                window ring as (partition by n, ring order by nth)
              ) walked where bx is not null offset 0
            ) rounded offset 0
          ) directed offset 0
        ) half group by x0, y0, x1, y1
      ), border as materialized (
        select edge.x0 / 1000 as x0, edge.y0 / 1000 as y0, edge.x1 / 1000 as x1, edge.y1 / 1000 as y1, in_first, in_second, a, b, c, d,
               case when region is null then sqrt((x1 - x0) ^ 2 + (y1 - y0) ^ 2) / 1000
                    else st_length(st_intersection(st_makeline(st_point(x0 / 1000, y0 / 1000), st_point(x1 / 1000, y1 / 1000)), region)) end as m
        from edge where a <> b or c <> d
      ), shared as (
        select case when a <> b then json_build_array(least(a, b), greatest(a, b)) end::text as before,
               case when c <> d then json_build_array(least(c, d), greatest(c, d)) end::text as after, sum(m order by m) as metres, count(*)::int as edges
        from border where in_first and in_second and m > 0 group by 1, 2
      )
      select (select coalesce(json_agg(name order by class), '[]') from named) as classes,
             (select coalesce(json_agg(json_build_object('before', before::json, 'after', after::json, 'metres', metres, 'edges', edges) order by before, after), '[]') from shared) as shared,
             (select coalesce(json_agg(case when in_first then json_build_array(1, a, b, x0, y0, x1, y1, m)
                                            else json_build_array(2, c, d, x0, y0, x1, y1, m) end order by x0, y0, x1, y1), '[]')
              from border where not (in_first and in_second) and m > 0) as lone

function class_edges(in_revision bigint) returns TABLE(left_class text, left_face integer, left_role text, right_class text, right_face integer, right_role text, geom geometry), sql stable parallel safe
    select left_class, left_face, left_role, right_class, right_face, right_role,
             st_makeline(st_point(ax, ay), st_point(bx, by))
      from class_segments(in_revision)

function class_of(status text, party text) returns text, sql immutable parallel safe
    select case when status is null then null when status = 'controlled' then party when status = 'unknown' then 'unknown' else 'contested' end

function class_segments(in_revision bigint) returns TABLE(left_class text, left_face integer, left_role text, right_class text, right_face integer, right_role text, ax double precision, ay double precision, bx double precision, by double precision), sql stable parallel safe
    with face as materialized (
        select f.no, f.class,
               case when f.territory is not null then territory.kind when f.status = 'controlled' then 'party' else 'gray' end as role
        from faces_of(in_revision) f
          cross join revision r
          left join territory on territory.edition = r.edition and territory.id = f.territory
        where r.id = in_revision
      ), half as (
        select no, forward, case when forward then ax else bx end as x0, case when forward then ay else by end as y0,
               case when forward then bx else ax end as x1, case when forward then by else ay end as y1
        from (select *, ax < bx or (ax = bx and ay < by) as forward from face_segments(in_revision) offset 0) segment offset 0
      ), met as (
        select x0, y0, x1, y1, max(no) filter (where forward) as l_no, max(no) filter (where not forward) as r_no
        from half group by x0, y0, x1, y1
      ), turned as (
        select x0, y0, x1, y1, l_no, r_no, l.class as l_class, r.class as r_class, l.role as l_role, r.role as r_role,
               coalesce(l.role, '') not in ('party', 'gray')
               or coalesce(r.role in ('party', 'gray') and r.class < l.class collate "C", false) as turn
        from met left join face l on l.no = l_no left join face r on r.no = r_no
        where l.class is distinct from r.class and (l.role in ('party', 'gray') or r.role in ('party', 'gray'))
        offset 0
      )
      select case when turn then r_class else l_class end, case when turn then r_no else l_no end,
             case when turn then r_role else l_role end, case when turn then l_class else r_class end,
             case when turn then l_no else r_no end, case when turn then l_role else r_role end,
             case when turn then x1 else x0 end, case when turn then y1 else y0 end,
             case when turn then x0 else x1 end, case when turn then y0 else y1 end
      from turned

function cut_partition(in_edition bigint, shapes bigint[], hashes text[], polygons bytea[], lines bytea) returns TABLE(no integer, given text, territory text, geom geometry, area_m2 double precision, built_m2 double precision, theatre_m2 double precision), sql stable parallel safe
    with given as materialized (
        select sha256, st_force2d(geom) as geom from shape where id = any(shapes)
        union all select sha256, st_geomfromwkb(wkb, 4326) from unnest(hashes, polygons) as sent(sha256, wkb)
      ), sent as materialized (
        select case when parted then st_geometryn(geom, 1) else geom end as geom, case when parted then st_geometryn(geom, 2) end as noded
        from (select geom, st_geometrytype(geom) = 'ST_GeometryCollection' as parted
              from st_geomfromwkb(lines, 4326) geom where lines is not null offset 0) collected
      ), ground as (
        select geom from sent
        union all select st_boundary(geom) from given where lines is null
        union all select st_boundary(st_segmentize(boundary, 0.02)) from edition where id = in_edition
        union all select st_boundary(boundary) from territory where edition = in_edition
      ), noded as materialized (
        -- Snap-rounding to the precision of the data: a vertex on another polygon's edge becomes a vertex of both.
        select st_unaryunion(st_collect(geom), 1e-7) as geom from ground
      ), frame as materialized (
        select st_boundary(ground) as geom, ground, st_buffer(st_boundary(ground), 1, 'endcap=flat join=mitre') as beside, parts
        from (
          -- A theatre across 180 degrees is cut there in lon, lat only: its halves share an edge that is no frame.
          select case when st_xmin(parts) = -180 and st_xmax(parts) = 180 then st_unaryunion(projected, 1e-6) else projected end as ground, parts
          from (select parts, st_transform(parts, projection) as projected
                from (select st_reduceprecision(st_segmentize(boundary, 0.02), 1e-7) as parts, projection
                      from edition where id = in_edition offset 0) rounded offset 0) both_halves
        ) theatre
      ), arc as materialized (
        -- All arcs in one ST_Transform: a call costs a millisecond before its first point. A hair longer than what the theatre's edges were
        -- cut into: rounding makes some of those pieces longer by 1.4e-7, and a vertex in the middle of one would lie off the frame's chord.
        select d.geom, d.path[1] = 2 as away
        from noded cross join edition cross join lateral st_dump(st_transform(
          st_segmentize(st_collect(array[noded.geom, (select sent.noded from sent)]), 0.0200002), edition.projection)) d
        where edition.id = in_edition
      ), straight as (
        -- An arc that a map ends on the frame ends on the frame's chord instead (0.1 m off at most): else that vertex
        -- would bend the frame, and two maps of one theatre would differ in size (by 500 m² in 16,000 km²).
        select case when away or not st_intersects(frame.beside, arc.geom) then arc.geom else (
          select st_setpoint(st_setpoint(arc.geom, 0, case when st_distance(a, head) <= 0.5 then head else a end),
                             -1, case when st_distance(b, tail) <= 0.5 then tail else b end)
          from st_startpoint(arc.geom) a, st_endpoint(arc.geom) b
            cross join lateral (select st_closestpoint(frame.geom, a), st_closestpoint(frame.geom, b) offset 0) near(head, tail)) end as geom
        from arc, frame
      ), line as (
        -- Merged first: noding on a grid takes six times as long for as many arcs as vertices.
        select st_linemerge(st_collect(geom)) as geom from straight union all select geom from frame
      ), face as materialized (
        -- Noded once more (to a micrometre) with the frame itself, so that the faces inside it fill it whatever the map is like; specks far
        -- below what areas balance to (balanceTolerance in src/model/transition.ts) are left out.
        select row_number() over ()::int as n, geom from (
          select (st_dump(st_polygonize(array[st_unaryunion(st_collect(line.geom), 1e-6)]))).geom from line
        ) made where st_area(geom) > (select least(0.001, 1e-10 * st_area(ground)) from frame)
      ), spot as materialized (
        select n, st_pointonsurface(geom) as geom from face
      ), spotted as materialized (
        select face.n, face.geom, st_intersects(frame.ground, spot.geom) as in_theatre, spot.geom as at, st_setsrid(lonlat.geom, 4326) as spot
        from face join spot using (n) cross join frame join (
          select (d).path[1] as n, (d).geom
          from (select st_dump(st_transform(st_collect(geom order by n), projection, 4326)) as d
                from spot, edition where edition.id = in_edition group by projection) dumped
        ) lonlat using (n)
      ), near as materialized (
        -- Polygon by polygon: PostGIS keeps an index of the one that it was last asked about, and a map with many slivers has as many
        -- spots as slivers. The box holds all that is within 5e-6 degrees.
        select n, sha256, geom, inside
        from given cross join lateral (
          select n, st_intersects(given.geom, spot) as inside from spotted
          where in_theatre and st_intersects(given.geom, st_expand(spot, 5e-6)) offset 0
        ) beside
        where coalesce(cardinality(shapes), 0) <= 50
      ), built as materialized (
        select row_number() over (order by st_xmin(spotted.geom), st_ymin(spotted.geom), st_area(spotted.geom))::int as no,
               case when in_theatre then covering.sha256 end as given,
               case when not in_theatre then abroad.id end as territory,
               in_theatre, spotted.geom, st_area(spotted.geom) as area_m2
        from spotted cross join frame
          -- Within 2e-7 degrees: a sliver between a map's rounded edge and the frame belongs to the map. Where they have vertices in different
          -- places it is as wide as an edge of 0.02 degrees bends between its ends in the projection, 5 cm at most.
          left join lateral (
            select sha256 from (
              -- Of many stored polygons by the index: but under each spot lies a polygon of every map that was ever stored.
              select sha256, case when inside then 0 else st_distance(geom, spot) end as away from near where near.n = spotted.n
              union all
              select sha256, st_distance(geom, spot) from shape
              where cardinality(shapes) > 50 and id = any(shapes) and geom && st_expand(spot, 5e-6)
            ) candidate
            where in_theatre and (away = 0 or ((away <= 2e-7 or (away <= 5e-6 and st_dwithin(frame.geom, spotted.at, 0.1)))
              -- One spot says nothing of a face that is wide elsewhere: ground of nobody that such a sliver leads to.
              and st_area(spotted.geom) <= 0.1 * st_perimeter(spotted.geom) and st_isempty(st_buffer(spotted.geom, -0.1, 'quad_segs=1'))))
            order by away, sha256 limit 1
          ) covering on true
          left join lateral (select id from territory where not in_theatre and edition = in_edition and st_intersects(boundary, spot)
                             order by id limit 1) abroad on true
        where in_theatre or abroad.id is not null
      ), filled as materialized (
        select coalesce((select sum(area_m2) from built where in_theatre), 0) as built,
               -- Of the boundary as the faces have it: half a grid step at its edges is 1e-6 of a theatre that is 5 km wide.
               st_area(parts::geography) as geodesic from frame
      )
      select built.no, built.given::text, built.territory::text, built.geom, built.area_m2, filled.built, filled.geodesic
      from built cross join filled

function event_state(in_theatre text, on_day date, days integer, known_at timestamp with time zone) returns TABLE(since date, known bigint), sql stable parallel safe
    with logged as materialized (
        select recorded_at, superseded_at, earliest as first, latest + days as past,
               stands_at(recorded_at, superseded_at, known_at) as stands
        from event
        where theatre = in_theatre and place is not null and earliest is not null and withdrawn_on is null
          and recorded_at <= known_at
      ), turn as (
        select max(day) as day
        from (select first as day from logged where stands union all select past from logged where stands) t where day <= on_day
      )
      select turn.day,
             (extract(epoch from max(greatest(l.recorded_at, case when not l.stands then l.superseded_at end))) * 1000000)::bigint
      from turn join logged l on l.first <= turn.day and turn.day < l.past
      group by turn.day having bool_or(l.stands)

function face_segments(in_revision bigint) returns TABLE(no integer, ax double precision, ay double precision, bx double precision, by double precision), sql stable parallel safe
    select * from (
        select no, x, y, lead(x) over ring as next_x, lead(y) over ring as next_y
        from (
          select f.no, path[1] as ring, path[2] as nth, st_x(vertex.geom) as x, st_y(vertex.geom) as y
          from revision r join plane_face f on f.plane = r.plane
            cross join lateral st_dumppoints(st_forcepolygonccw(f.geom)) vertex
          where r.id = in_revision offset 0
        ) point
        window ring as (partition by no, ring order by nth)
      ) walked where next_x is not null

function faces_of(in_revision bigint) returns TABLE(no integer, shape bigint, territory text, party text, status text, class text, claimant text, geom geometry, area_m2 double precision), sql stable parallel safe
    select f.no, f.shape, f.territory::text, area.party::text, area.status,
             coalesce(f.territory, class_of(area.status, area.party), 'unassigned')::text,
             -- Who claims ground of the class `contested`.
             case when area.status in ('contested', 'claimed') then area.party end::text,
             f.geom, f.area_m2
      from revision r
        join plane_face f on f.plane = r.plane
        left join area on area.revision = r.id and area.shape = f.shape
      where r.id = in_revision

function geodesic_m(line geometry, projection text) returns double precision, sql immutable parallel safe
    select st_length(st_setsrid(st_transform(line, projection, 4326), 4326)::geography)

function ground_changed(from_revision bigint, to_revision bigint, grid double precision, region geometry DEFAULT NULL::geometry) returns TABLE(from_class text, to_class text, geom geometry), sql stable parallel safe
    with face as materialized (
        select side, f.class, part.geom, f.area_m2 from unnest(array[from_revision, to_revision]) with ordinality asked (revision, side)
          cross join lateral faces_of(revision) f
          cross join lateral (
            select case when region is null or st_coveredby(f.geom, region) then f.geom
                        else st_collectionextract(st_intersection(f.geom, region, grid), 3) end as geom
          ) part
        where f.territory is null and (region is null or st_intersects(f.geom, region))
      ), keyed as materialized (
        -- Faces of different size are not the same: only the others are told apart by their vertices.
        select face.*, case when count(*) over (partition by round(area_m2)) > 1 then md5(st_asbinary(st_normalize(face.geom))) end as key
        from face
      ), same as materialized (
        select key, max(class) filter (where side = 1) as a, max(class) filter (where side = 2) as b
        from keyed where key is not null group by key having count(*) = 2 and min(side) <> max(side)
      ), redrawn as materialized (
        select side, class, st_union(keyed.geom) as geom
        from keyed where key is null or key not in (select key from same) group by 1, 2
      )
      select a, b, keyed.geom from same join keyed using (key) where a <> b and side = 1
      union all
      select a.class, b.class, st_collectionextract(st_intersection(a.geom, b.geom, grid), 3)
      from redrawn a join redrawn b on a.side = 1 and b.side = 2 and a.class <> b.class

function has_source() returns trigger, plpgsql volatile
    declare found_one boolean;
    begin
      execute format('select exists (select 1 from %I where %I = $1)', tg_table_name || '_source', tg_table_name)
        into found_one using new.no;
      if not found_one then
        raise exception '% % has no source', tg_table_name, new.id using errcode = 'check_violation';
      end if;
      return null;
    end

function hold_back() returns trigger, plpgsql volatile
    begin
      if ahead_follows() = '' and coalesce(current_setting('salient.restoring', true), '') <> 'on'
         and exists (select from ahead_branch where theatre = new.theatre and active) then
        if tg_op = 'INSERT' then new.ahead_at := 'infinity';
        elsif new.ahead_until is null then new.ahead_until := 'infinity';
        end if;
      end if;
      return new;
    end

function is_purged(revisions bigint[]) returns boolean, plpgsql volatile
    begin
      perform pg_advisory_xact_lock_shared(hashtext('salient purge'));
      return exists (select from public.revision where id = any(revisions) and plane is null);
    end

function is_purging(in_table text) returns boolean, sql stable
    select coalesce(current_setting('salient.purging', true), '') = 'on'
         and current_user = (select tableowner from pg_tables where schemaname = 'public' and tablename = in_table)

function make_ahead_views() returns void, plpgsql volatile
    declare
      t record;
      c record;
      sees text := 'coalesce(position('','' || %s || '','' in current_setting(''salient.ahead'', true)) > 0, false)';
      seen text;
      list text;
    begin
      drop schema if exists ahead cascade;
      create schema ahead;
      for t in select * from (values ('revision', 'id'), ('claim', 'no'), ('event', 'no'), ('source', 'no'), ('edition', 'id')) v (name, key) loop
        seen := format(sees, 'theatre');
        select string_agg(case attname
            when 'recorded_at' then format('case when %s then coalesce(ahead_at, recorded_at) else recorded_at end as recorded_at', seen)
            when 'superseded_at' then format(
              'case when %s then nullif(coalesce(ahead_until, case when recorded_at is not null then superseded_at end), ''infinity'') '
              'else superseded_at end as superseded_at', seen)
            else quote_ident(attname) end, ', ' order by attnum)
          into list from pg_attribute
          where attrelid = format('public.%I', t.name)::regclass and attnum > 0 and not attisdropped and attname not in ('ahead_at', 'ahead_until');
        execute format('create view ahead.%I as select %s from public.%I where case when %s then coalesce(ahead_at, recorded_at) < ''infinity'' '
                       'else recorded_at > ''-infinity'' end', t.name, list, t.name, seen);
        execute format('create trigger inserted instead of insert on ahead.%I for each row execute function %s', t.name,
                       case when t.name = 'edition' then 'ahead_insert_edition()' else format('ahead_insert(''hidden'', %L)', t.key) end);
        if t.name <> 'edition' then
          execute format('create trigger superseded instead of update on ahead.%I for each row execute function ahead_supersede(''hidden'', %L)', t.name, t.key);
        end if;
      end loop;
      for t in select * from (values ('series_statement', 'id'), ('step_kind', 'id'), ('snapshot_withdrawal', 'id'), ('snapshot_restoration', ''),
                                     ('held_decision', ''), ('series_continuation', 'id'), ('reference_addition', 'id'), ('added_edition', ''))
               v (name, key) loop
        for c in select a.attname, format_type(a.atttypid, a.atttypmod) as type from pg_attribute a
                 where a.attrelid = format('public.%I', t.name)::regclass and a.attnum > 0 and not a.attisdropped
                   and not exists (select from pg_attribute b where b.attrelid = format('public.ahead_%I', t.name)::regclass and b.attname = a.attname) loop
          execute format('alter table public.ahead_%I add column %I %s', t.name, c.attname, c.type);
        end loop;
        select string_agg(quote_ident(attname), ', ' order by attnum) into list from pg_attribute
          where attrelid = format('public.%I', t.name)::regclass and attnum > 0 and not attisdropped;
        execute format('create view ahead.%1$I as select %2$s from public.%1$I union all select %2$s from public.ahead_%1$I where %3$s',
                       t.name, list, format(sees, 'ahead_theatre'));
        execute format('create trigger inserted instead of insert on ahead.%I for each row execute function ahead_insert(''beside'', %L)', t.name, t.key);
      end loop;
      -- Who may record in the store may read and bring up to date here.
      for c in select distinct grantee from information_schema.role_table_grants
               where table_schema = 'public' and table_name = 'revision' and privilege_type = 'INSERT' and grantee <> current_user loop
        execute format('grant usage on schema ahead to %I', c.grantee);
        execute format('grant select, insert, update on all tables in schema ahead to %I', c.grantee);
      end loop;
    end

function metres_along(line geometry, share double precision) returns double precision, sql immutable parallel safe
    select case when st_zmflag(line) in (1, 3) then st_m(st_lineinterpolatepoint(line, least(1, greatest(0, share))))
                  else share * st_length(line) end

function only_adopted() returns trigger, plpgsql volatile
    begin
      if ahead_follows() = old.theatre and old.ahead_at = 'infinity' and new.ahead_at < 'infinity'
         and to_jsonb(new) - 'ahead_at' = to_jsonb(old) - 'ahead_at' then
        return new;
      end if;
      raise exception 'update of edition refused: rows here are kept for ever; record a newer one instead' using errcode = 'restrict_violation';
    end

function only_superseded() returns trigger, plpgsql volatile
    begin
      if tg_op = 'UPDATE' and old.superseded_at is null and new.superseded_at is not null
         and to_jsonb(new) - '{superseded_at,ahead_until}'::text[] = to_jsonb(old) - '{superseded_at,ahead_until}'::text[]
         and (new.ahead_until is not distinct from old.ahead_until or old.ahead_until is null and new.ahead_until = 'infinity') then
        return new;
      end if;
      if tg_op = 'UPDATE' and tg_table_name = 'revision' and is_purging(tg_table_name)
         and to_jsonb(new) - 'plane' = to_jsonb(old) - 'plane' then
        return new;
      end if;
      if tg_op = 'UPDATE' and ahead_follows() = old.theatre
         and to_jsonb(new) - '{ahead_at,ahead_until}'::text[] = to_jsonb(old) - '{ahead_at,ahead_until}'::text[]
         and (new.ahead_at is not distinct from old.ahead_at or old.ahead_at = 'infinity')
         and (new.ahead_until is not distinct from old.ahead_until or old.ahead_until is null or old.ahead_until = 'infinity') then
        return new;
      end if;
      raise exception '% of % refused: a row may only be superseded, once', lower(tg_op), tg_table_name
        using errcode = 'restrict_violation';
    end

function planar_km2(geom geometry, projection text) returns double precision, sql immutable parallel safe
    select st_area(st_transform(st_segmentize(geom, 0.02), projection)) / 1e6

function purge_maps(in_revisions bigint[], in_held bigint[], in_proposals bigint[], in_editions bigint[], in_alerts bigint[] DEFAULT '{}'::bigint[]) returns integer, plpgsql volatile
    declare
      candidates bigint[] := array(select shape from area where revision = any(in_revisions)
                                   union select shape from held_area where held = any(in_held));
      partitions bigint[] := array(select distinct plane from revision where id = any(in_revisions) and plane is not null);
      gone integer;
    begin
      if exists (select from revision where id = any(in_revisions) and superseded_at is null) then
        raise exception 'a map that counts is not purged' using errcode = 'restrict_violation';
      end if;
      -- What others compute of these maps is kept before this, and goes, or is not kept (purged_since, is_purged).
      perform pg_advisory_xact_lock(hashtext('salient purge'));
      perform set_config('salient.purging', 'on', true);
      delete from kept_answer;
      delete from kept_coverage;
      delete from kept_change where from_revision = any(in_revisions) or to_revision = any(in_revisions);
      delete from kept_encirclement where revision = any(in_revisions);
      delete from area_claim where revision = any(in_revisions);
      delete from area where revision = any(in_revisions);
      update revision set plane = null where id = any(in_revisions) and plane is not null;
      delete from held_area where held = any(in_held);
      update held_snapshot set problems = '[]', figures = '{}', sent_by = null where id = any(in_held);
      update proposal set content = jsonb_build_object('kind', kind, 'date', valid_on, 'purged', true), effect = '[]',
                          file = case when file is not null then ''::bytea end
      where id = any(in_proposals);
      update source_copy set url = 'purged', content = null where proposal = any(in_proposals);
      update proposal_release set result = '{"purged": true}' where proposal = any(in_proposals);
      update report_edition set content = '{"purged": true}', headline = 'purged', summary = '', changed = '[]'
      where no = any(in_editions);
      -- The key says what happened: without it the same is told anew if another map of the day shows it.
      update alert set key = 'purged/' || no,
                       content = json_build_object('key', 'purged/' || no, 'kind', content->'kind', 'series', content->'series', 'on', content->'on',
                                                   'headline', 'purged', 'source', '', 'certainty', '', 'figures', json_build_object(), 'query', '',
                                                   'purged', true)
      where no = any(in_alerts);
      delete from plane_face where plane = any(partitions) and not exists (select from revision r where r.plane = plane_face.plane);
      delete from plane where id = any(partitions) and not exists (select from revision r where r.plane = plane.id);
      delete from shape s
      where id = any(candidates) and not exists (select from area where area.shape = s.id)
        and not exists (select from held_area where held_area.shape = s.id)
        and not exists (select from plane_face where plane_face.shape = s.id);
      get diagnostics gone = row_count;
      perform set_config('salient.purging', '', true);
      return gone;
    end

function purged_since(last_purge bigint) returns boolean, plpgsql volatile
    begin
      perform pg_advisory_xact_lock_shared(hashtext('salient purge'));
      return exists (select from public.purge where id > last_purge);
    end

function raise_epoch() returns trigger, plpgsql volatile
    declare
      now_us bigint := extract(epoch from clock_timestamp()) * 1000000;
    begin
      if ahead_follows() <> '' then return null; end if;
      if tg_argv[0] = 'id' then
        insert into series_epoch select distinct id, now_us from changed order by 1
          on conflict (series) do update set epoch = greatest(series_epoch.epoch + 1, excluded.epoch);
      elsif tg_argv[0] = 'series' then
        insert into series_epoch select distinct series, now_us from changed order by 1
          on conflict (series) do update set epoch = greatest(series_epoch.epoch + 1, excluded.epoch);
      elsif tg_argv[0] = 'theatre' then
        insert into series_epoch select id, now_us from series where theatre in (select theatre from changed) order by 1
          on conflict (series) do update set epoch = greatest(series_epoch.epoch + 1, excluded.epoch);
      else
        insert into series_epoch
          select s.id, now_us from series s
          where s.theatre in (select e.theatre from edition e where e.id in (select edition from changed)) order by 1
          on conflict (series) do update set epoch = greatest(series_epoch.epoch + 1, excluded.epoch);
      end if;
      return null;
    end

function recording_instant() returns timestamp with time zone, plpgsql volatile
    declare
      latest bigint;
      at bigint;
    begin
      perform pg_advisory_lock(hashtext('salient recording clock'));
      select greatest(
               (select last_value from recording_clock),
               (select (1e6 * extract(epoch from max(greatest(recorded_at, superseded_at))))::bigint from revision),
               (select (1e6 * extract(epoch from max(greatest(nullif(ahead_at, 'infinity'), nullif(ahead_until, 'infinity')))))::bigint
                from public.revision where ahead_at is not null or ahead_until is not null),
               (select (1e6 * extract(epoch from max(recorded_at)))::bigint from series_statement),
               (select (1e6 * extract(epoch from max(recorded_at)))::bigint from edition)
             ) into latest;
      at := greatest((1e6 * extract(epoch from clock_timestamp()))::bigint, coalesce(latest, 0) + 1);
      perform setval('recording_clock', at);
      perform pg_advisory_unlock(hashtext('salient recording clock'));
      return timestamptz 'epoch' + at * interval '1 microsecond';
    exception when others then
      perform pg_advisory_unlock(hashtext('salient recording clock'));
      raise;
    end

function refuse_change() returns trigger, plpgsql volatile
    begin
      if tg_level = 'STATEMENT' and tg_op <> 'TRUNCATE' and is_purging(tg_table_name) then return null; end if;
      -- Row by row `only_adopted` decides.
      if tg_level = 'STATEMENT' and tg_op = 'UPDATE' and tg_table_name = 'edition' and ahead_follows() <> '' then return null; end if;
      raise exception '% of % refused: rows here are kept for ever; record a newer one instead', lower(tg_op), tg_table_name
        using errcode = 'restrict_violation';
    end

function revision_at(in_series text, on_day date, known_at timestamp with time zone) returns bigint, sql stable parallel safe
    select id from revision
      where series = in_series and valid_on <= on_day and stands_at(recorded_at, superseded_at, known_at)
      order by valid_on desc limit 1

function route_line(route geometry, projection text) returns geometry, sql immutable parallel safe
    with drawn as materialized (
        select st_segmentize(route, 0.02) as geom
      ), vertex as (
        select d.path[1] as n, st_setsrid(d.geom, 4326)::geography as here,
               st_setsrid(lag(d.geom) over (order by d.path[1]), 4326)::geography as before
        from drawn cross join lateral st_dumppoints(drawn.geom) d
      ), way as (
        select n, sum(coalesce(st_distance(before, here), 0)) over (order by n) as m from vertex
      )
      select st_makeline(st_pointm(st_x(d.geom), st_y(d.geom), way.m) order by way.n)
      from drawn cross join lateral st_dumppoints(st_transform(drawn.geom, projection)) d join way on way.n = d.path[1]

function share_along(line geometry, metres double precision) returns double precision, sql immutable parallel safe
    select case when metres <= 0 then 0 when metres >= metres_along(line, 1) then 1
                  when st_zmflag(line) in (1, 3) then st_linelocatepoint(line, st_geometryn(st_locatealong(line, metres), 1))
                  else metres / st_length(line) end

function stands_at(recorded_at timestamp with time zone, superseded_at timestamp with time zone, known_at timestamp with time zone) returns boolean, sql immutable parallel safe
    select recorded_at <= coalesce(known_at, 'infinity') and (superseded_at is null or superseded_at > known_at)

function valid_at(geom geometry, digits integer) returns boolean, sql immutable parallel safe
    select geom is null or st_isvalid(st_geomfromgeojson(st_asgeojson(geom, digits)))

table added_edition
  edition bigint not null
  addition bigint not null
  constraint added_edition_addition_fkey FOREIGN KEY (addition) REFERENCES reference_addition(id)
  constraint added_edition_edition_fkey FOREIGN KEY (edition) REFERENCES edition(id)
  constraint added_edition_pkey PRIMARY KEY (edition)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table ahead_added_edition
  edition bigint not null
  addition bigint not null
  ahead_theatre text not null

table ahead_branch
  theatre slug not null
  active boolean not null
  version bigint not null
  applied bigint[] not null default '{}'::bigint[]
  followed text
  constraint ahead_branch_pkey PRIMARY KEY (theatre)
  constraint ahead_branch_theatre_fkey FOREIGN KEY (theatre) REFERENCES theatre(id)

table ahead_held_decision
  held bigint not null
  decision text not null
  kind text
  why text not null
  decided_by text
  revision bigint
  recorded_at timestamp with time zone not null default clock_timestamp()
  principal text not null default COALESCE(NULLIF(current_setting('salient.principal'::text, true), ''::text), 'service'::text)
  ahead_theatre text not null

table ahead_reference_addition
  id bigint not null
  theatre slug not null
  kind text not null
  file bytea not null
  words jsonb not null
  keys text[] not null
  base bigint not null
  principal text not null default COALESCE(NULLIF(current_setting('salient.principal'::text, true), ''::text), 'service'::text)
  recorded_at timestamp with time zone not null
  ahead_theatre text not null

table ahead_series_continuation
  id bigint not null
  series slug not null
  complete_until date not null
  principal text not null default COALESCE(NULLIF(current_setting('salient.principal'::text, true), ''::text), 'service'::text)
  recorded_at timestamp with time zone not null
  ahead_theatre text not null

table ahead_series_statement
  id bigint not null
  series slug not null
  title text not null
  publisher text not null
  licence text not null
  kind text not null
  method text not null
  accuracy_m double precision not null
  accuracy_note text
  first_date date
  complete_until date
  parties text[] not null
  perimeter_m double precision not null
  reach_m double precision not null
  narrow_m double precision not null
  r_max_m double precision
  spacing_m double precision
  withdrawn_why text
  recorded_at timestamp with time zone not null default clock_timestamp()
  correlation_m double precision
  max_age_days integer
  date_means text
  rest slug
  principal text not null default COALESCE(NULLIF(current_setting('salient.principal'::text, true), ''::text), 'service'::text)
  ahead_theatre text not null
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table ahead_snapshot_restoration
  withdrawal bigint not null
  revision bigint not null
  why text
  decided_by text
  recorded_at timestamp with time zone not null default clock_timestamp()
  principal text not null default COALESCE(NULLIF(current_setting('salient.principal'::text, true), ''::text), 'service'::text)
  ahead_theatre text not null

table ahead_snapshot_withdrawal
  id bigint not null
  series slug not null
  valid_on date not null
  revision bigint not null
  why text not null
  decided_by text
  recorded_at timestamp with time zone not null default clock_timestamp()
  principal text not null default COALESCE(NULLIF(current_setting('salient.principal'::text, true), ''::text), 'service'::text)
  ahead_theatre text not null

table ahead_step_kind
  id bigint not null
  series slug not null
  valid_on date not null
  kind text not null
  why text not null
  stated_by text
  recorded_at timestamp with time zone not null default clock_timestamp()
  principal text not null default COALESCE(NULLIF(current_setting('salient.principal'::text, true), ''::text), 'service'::text)
  ahead_theatre text not null
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table alert
  no bigint not null generated always as identity
  rule slug not null
  key text not null
  content json not null
  fired_at timestamp with time zone not null
  constraint alert_key_check CHECK ((key <> ''::text))
  constraint alert_pkey PRIMARY KEY (no)
  constraint alert_rule_key_key UNIQUE (rule, key)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table alert_in_message
  alert bigint not null
  message bigint not null
  constraint alert_in_message_alert_fkey FOREIGN KEY (alert) REFERENCES alert(no)
  constraint alert_in_message_message_fkey FOREIGN KEY (message) REFERENCES alert_message(no)
  constraint alert_in_message_pkey PRIMARY KEY (alert)
  CREATE INDEX alert_in_message_message_idx USING btree (message)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table alert_message
  no bigint not null generated always as identity
  rule slug not null
  not_before timestamp with time zone not null
  recorded_at timestamp with time zone not null default clock_timestamp()
  constraint alert_message_pkey PRIMARY KEY (no)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table alert_rule
  no bigint not null generated always as identity
  rule slug not null
  version integer not null
  definition json not null
  withdrawn_why text
  recorded_at timestamp with time zone not null default clock_timestamp()
  constraint alert_rule_pkey PRIMARY KEY (no)
  constraint alert_rule_rule_version_key UNIQUE (rule, version)
  constraint alert_rule_version_check CHECK ((version > 0))
  constraint alert_rule_withdrawn_why_check CHECK ((withdrawn_why <> ''::text))
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table alert_watch
  rule slug not null
  version integer not null
  through timestamp with time zone not null
  from_day date
  constraint alert_watch_pkey PRIMARY KEY (rule)

table anchor
  edition bigint not null
  side slug not null
  territory slug not null
  valid daterange not null
  source text not null
  note text
  constraint anchor_edition_side_fkey FOREIGN KEY (edition, side) REFERENCES party_entry(edition, party)
  constraint anchor_edition_side_territory_valid_excl EXCLUDE USING gist (edition WITH =, side WITH =, territory WITH =, valid WITH &&)
  constraint anchor_edition_territory_fkey FOREIGN KEY (edition, territory) REFERENCES territory(edition, id)
  constraint anchor_source_check CHECK ((source <> ''::text))
  constraint anchor_valid_check CHECK ((NOT isempty(valid)))
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  CREATE TRIGGER raised AFTER INSERT REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION raise_epoch('edition')

table area
  revision bigint not null
  theatre slug not null
  no integer not null
  party slug
  status text not null
  confidence double precision
  shape bigint not null
  source bigint not null
  place slug
  reason text
  constraint area_check CHECK (((party IS NOT NULL) OR (status = ANY (ARRAY['contested'::text, 'unknown'::text]))))
  constraint area_confidence_check CHECK (((confidence >= (0)::double precision) AND (confidence <= (1)::double precision)))
  constraint area_pkey PRIMARY KEY (revision, no)
  constraint area_revision_shape_key UNIQUE (revision, shape)
  constraint area_revision_theatre_fkey FOREIGN KEY (revision, theatre) REFERENCES revision(id, theatre)
  constraint area_shape_fkey FOREIGN KEY (shape) REFERENCES shape(id)
  constraint area_source_fkey FOREIGN KEY (source) REFERENCES source(no)
  constraint area_source_theatre_fkey FOREIGN KEY (source, theatre) REFERENCES source(no, theatre)
  constraint area_status_check CHECK ((status = ANY (ARRAY['controlled'::text, 'contested'::text, 'claimed'::text, 'unknown'::text])))
  constraint area_theatre_party_fkey FOREIGN KEY (theatre, party) REFERENCES party(theatre, id)
  constraint area_theatre_place_fkey FOREIGN KEY (theatre, place) REFERENCES place(theatre, id)
  CREATE INDEX area_shape_revision_idx USING btree (shape, revision)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table area_claim
  revision bigint not null
  no integer not null
  claim bigint not null
  theatre slug not null
  constraint area_claim_claim_fkey FOREIGN KEY (claim) REFERENCES claim(no)
  constraint area_claim_claim_theatre_fkey FOREIGN KEY (claim, theatre) REFERENCES claim(no, theatre)
  constraint area_claim_pkey PRIMARY KEY (revision, no, claim)
  constraint area_claim_revision_no_fkey FOREIGN KEY (revision, no) REFERENCES area(revision, no)
  constraint area_claim_revision_theatre_fkey FOREIGN KEY (revision, theatre) REFERENCES revision(id, theatre)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table audit_entry
  no bigint not null
  recorded_us bigint not null
  principal text not null
  action text not null
  subject text not null
  detail jsonb not null
  previous bytea not null
  hash bytea not null
  constraint audit_entry_action_check CHECK ((action <> ''::text))
  constraint audit_entry_hash_check CHECK ((length(hash) = 32))
  constraint audit_entry_hash_key UNIQUE (hash)
  constraint audit_entry_no_check CHECK ((no > 0))
  constraint audit_entry_pkey PRIMARY KEY (no)
  constraint audit_entry_previous_check CHECK ((length(previous) = 32))
  constraint audit_entry_principal_check CHECK ((principal <> ''::text))
  CREATE INDEX audit_entry_series_no_idx USING btree (split_part(regexp_replace(subject, '^/series/'::text, ''::text), '/'::text, 1), no)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table border_policy
  edition bigint not null
  side slug not null
  territory slug not null
  policy text not null
  valid daterange not null
  source text not null
  note text
  constraint border_policy_edition_side_fkey FOREIGN KEY (edition, side) REFERENCES party_entry(edition, party)
  constraint border_policy_edition_side_territory_valid_excl EXCLUDE USING gist (edition WITH =, side WITH =, territory WITH =, valid WITH &&)
  constraint border_policy_edition_territory_fkey FOREIGN KEY (edition, territory) REFERENCES territory(edition, id)
  constraint border_policy_policy_check CHECK ((policy = ANY (ARRAY['open'::text, 'closed'::text])))
  constraint border_policy_source_check CHECK ((source <> ''::text))
  constraint border_policy_valid_check CHECK ((NOT isempty(valid)))
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  CREATE TRIGGER raised AFTER INSERT REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION raise_epoch('edition')

table browser_session
  hash bytea not null
  credential bytea
  person text
  created_at timestamp with time zone not null default clock_timestamp()
  expires_at timestamp with time zone not null
  ended_at timestamp with time zone
  constraint browser_session_check CHECK (((credential IS NULL) <> (person IS NULL)))
  constraint browser_session_person_check CHECK ((person <> ''::text))
  constraint browser_session_pkey PRIMARY KEY (hash)

table claim
  no bigint not null generated always as identity
  theatre slug not null
  id slug not null
  kind text not null
  relation text not null
  place slug
  post_operator slug
  post_number integer
  location text
  party slug
  earliest date
  latest date
  dates_inferred boolean not null default false
  published_on date
  facts text[] not null default '{}'::text[]
  withdrawn_on date
  withdrawn_why text
  note text
  sha256 text not null
  recorded_at timestamp with time zone default clock_timestamp()
  superseded_at timestamp with time zone
  ahead_at timestamp with time zone
  ahead_until timestamp with time zone
  constraint claim_check CHECK (((withdrawn_on IS NULL) = (withdrawn_why IS NULL)))
  constraint claim_check1 CHECK ((superseded_at > recorded_at))
  constraint claim_check2 CHECK ((earliest <= latest))
  constraint claim_check3 CHECK (((place IS NOT NULL) OR (post_number IS NOT NULL) OR (location IS NOT NULL)))
  constraint claim_check4 CHECK (((post_operator IS NULL) = (post_number IS NULL)))
  constraint claim_check5 CHECK (((kind <> ALL (ARRAY['captured'::text, 'lost'::text, 'contested'::text])) OR ((earliest IS NOT NULL) AND (latest IS NOT NULL))))
  constraint claim_check6 CHECK (((kind <> ALL (ARRAY['captured'::text, 'lost'::text, 'contested'::text, 'held'::text])) OR (party IS NOT NULL)))
  constraint claim_kind_check CHECK ((kind = ANY (ARRAY['captured'::text, 'lost'::text, 'held'::text, 'contested'::text, 'expected'::text, 'denied'::text, 'besieged'::text, 'access'::text])))
  constraint claim_no_theatre_key UNIQUE (no, theatre)
  constraint claim_pkey PRIMARY KEY (no)
  constraint claim_relation_check CHECK ((relation = ANY (ARRAY['at'::text, 'near'::text])))
  constraint claim_sha256_check CHECK ((length(sha256) = 64))
  constraint claim_theatre_fkey FOREIGN KEY (theatre) REFERENCES theatre(id)
  constraint claim_theatre_id_tstzrange_excl EXCLUDE USING gist (theatre WITH =, id WITH =, tstzrange(recorded_at, superseded_at) WITH &&) WHERE ((recorded_at IS NOT NULL))
  constraint claim_theatre_party_fkey FOREIGN KEY (theatre, party) REFERENCES party(theatre, id)
  constraint claim_theatre_place_fkey FOREIGN KEY (theatre, place) REFERENCES place(theatre, id)
  CREATE INDEX claim_ahead USING btree (theatre) WHERE ((ahead_at IS NOT NULL) OR (ahead_until IS NOT NULL))
  CREATE INDEX claim_theatre_place_idx USING btree (theatre, place) WHERE (superseded_at IS NULL)
  CREATE CONSTRAINT TRIGGER claim_has_source AFTER INSERT DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION has_source()
  CREATE TRIGGER held_back BEFORE INSERT FOR EACH ROW EXECUTE FUNCTION hold_back()
  CREATE TRIGGER held_back_again BEFORE UPDATE OF superseded_at FOR EACH ROW EXECUTE FUNCTION hold_back()
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE FOR EACH ROW EXECUTE FUNCTION only_superseded()
  CREATE TRIGGER kept_whole BEFORE TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  CREATE TRIGGER raised AFTER INSERT REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION raise_epoch('theatre')
  CREATE TRIGGER raised_again AFTER UPDATE REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION raise_epoch('theatre')

table claim_source
  claim bigint not null
  source bigint not null
  constraint claim_source_claim_fkey FOREIGN KEY (claim) REFERENCES claim(no)
  constraint claim_source_pkey PRIMARY KEY (claim, source)
  constraint claim_source_source_fkey FOREIGN KEY (source) REFERENCES source(no)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table delivery
  no bigint not null generated always as identity
  edition bigint
  kind text not null
  target text not null
  key text not null
  recorded_at timestamp with time zone not null default clock_timestamp()
  message bigint
  constraint delivery_carries_one CHECK (((edition IS NULL) <> (message IS NULL)))
  constraint delivery_edition_fkey FOREIGN KEY (edition) REFERENCES report_edition(no)
  constraint delivery_edition_kind_target_key UNIQUE (edition, kind, target)
  constraint delivery_key_check CHECK ((key <> ''::text))
  constraint delivery_key_key UNIQUE (key)
  constraint delivery_kind_check CHECK ((kind = ANY (ARRAY['webhook'::text, 'folder'::text, 'email'::text])))
  constraint delivery_message_fkey FOREIGN KEY (message) REFERENCES alert_message(no)
  constraint delivery_message_kind_target_key UNIQUE (message, kind, target)
  constraint delivery_pkey PRIMARY KEY (no)
  constraint delivery_target_check CHECK ((target <> ''::text))
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table delivery_attempt
  no bigint not null generated always as identity
  delivery bigint not null
  outcome text not null
  reason text not null
  process text not null
  started_at timestamp with time zone not null
  ended_at timestamp with time zone not null default clock_timestamp()
  constraint delivery_attempt_delivery_fkey FOREIGN KEY (delivery) REFERENCES delivery(no)
  constraint delivery_attempt_outcome_check CHECK ((outcome = ANY (ARRAY['delivered'::text, 'failed'::text, 'given_up'::text, 'not_sent'::text])))
  constraint delivery_attempt_pkey PRIMARY KEY (no)
  constraint delivery_attempt_reason_check CHECK ((reason <> ''::text))
  CREATE UNIQUE INDEX delivery_attempt_delivery_idx USING btree (delivery) WHERE (outcome = ANY (ARRAY['delivered'::text, 'given_up'::text, 'not_sent'::text]))
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table delivery_lease
  delivery bigint not null
  until timestamp with time zone not null
  owner text
  constraint delivery_lease_delivery_fkey FOREIGN KEY (delivery) REFERENCES delivery(no)
  constraint delivery_lease_pkey PRIMARY KEY (delivery)

table edition
  id bigint not null generated always as identity
  theatre slug not null
  title text not null
  boundary geometry(MultiPolygon,4326) not null
  projection text not null
  time_zone text not null
  sha256 text not null
  recorded_at timestamp with time zone not null default clock_timestamp()
  principal text not null default COALESCE(NULLIF(current_setting('salient.principal'::text, true), ''::text), 'service'::text)
  ahead_at timestamp with time zone
  constraint edition_boundary_check CHECK ((st_isvalid(boundary) AND (NOT st_isempty(boundary))))
  constraint edition_id_theatre_key UNIQUE (id, theatre)
  constraint edition_pkey PRIMARY KEY (id)
  constraint edition_principal_check CHECK ((principal <> ''::text))
  constraint edition_projection_check CHECK ((projection ~~ '+proj=%'::text))
  constraint edition_sha256_check CHECK ((length(sha256) = 64))
  constraint edition_theatre_fkey FOREIGN KEY (theatre) REFERENCES theatre(id)
  constraint edition_title_check CHECK ((title <> ''::text))
  CREATE UNIQUE INDEX edition_of_instant USING btree (theatre, recorded_at) WHERE (recorded_at > '-infinity'::timestamp with time zone)
  CREATE TRIGGER adopted BEFORE UPDATE FOR EACH ROW EXECUTE FUNCTION only_adopted()
  CREATE TRIGGER held_back BEFORE INSERT FOR EACH ROW EXECUTE FUNCTION hold_back()
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  CREATE TRIGGER raised AFTER INSERT REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION raise_epoch('theatre')

table event
  no bigint not null generated always as identity
  theatre slug not null
  id slug not null
  kind text not null
  earliest date
  latest date
  dates_inferred boolean not null default false
  relation text
  place slug
  location text
  actor text
  part_of slug
  facts text[] not null default '{}'::text[]
  withdrawn_on date
  withdrawn_why text
  note text
  sha256 text not null
  recorded_at timestamp with time zone default clock_timestamp()
  superseded_at timestamp with time zone
  ahead_at timestamp with time zone
  ahead_until timestamp with time zone
  constraint event_check CHECK (((withdrawn_on IS NULL) = (withdrawn_why IS NULL)))
  constraint event_check1 CHECK ((superseded_at > recorded_at))
  constraint event_check2 CHECK ((earliest <= latest))
  constraint event_check3 CHECK (((part_of)::text <> (id)::text))
  constraint event_kind_check CHECK ((kind = ANY (ARRAY['strike'::text, 'attack'::text, 'displacement'::text, 'casualties'::text, 'statement'::text, 'population'::text])))
  constraint event_pkey PRIMARY KEY (no)
  constraint event_relation_check CHECK ((relation = ANY (ARRAY['at'::text, 'near'::text])))
  constraint event_sha256_check CHECK ((length(sha256) = 64))
  constraint event_theatre_fkey FOREIGN KEY (theatre) REFERENCES theatre(id)
  constraint event_theatre_id_tstzrange_excl EXCLUDE USING gist (theatre WITH =, id WITH =, tstzrange(recorded_at, superseded_at) WITH &&) WHERE ((recorded_at IS NOT NULL))
  constraint event_theatre_place_fkey FOREIGN KEY (theatre, place) REFERENCES place(theatre, id)
  CREATE INDEX event_ahead USING btree (theatre) WHERE ((ahead_at IS NOT NULL) OR (ahead_until IS NOT NULL))
  CREATE INDEX event_theatre_earliest_idx USING btree (theatre, earliest) WHERE (superseded_at IS NULL)
  CREATE CONSTRAINT TRIGGER event_has_source AFTER INSERT DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION has_source()
  CREATE TRIGGER held_back BEFORE INSERT FOR EACH ROW EXECUTE FUNCTION hold_back()
  CREATE TRIGGER held_back_again BEFORE UPDATE OF superseded_at FOR EACH ROW EXECUTE FUNCTION hold_back()
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE FOR EACH ROW EXECUTE FUNCTION only_superseded()
  CREATE TRIGGER kept_whole BEFORE TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  CREATE TRIGGER raised AFTER INSERT REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION raise_epoch('theatre')
  CREATE TRIGGER raised_again AFTER UPDATE REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION raise_epoch('theatre')

table event_count
  event bigint not null
  measure text not null
  value numeric
  qualifier text not null
  wording text
  period daterange
  part_of text
  fact text
  constraint event_count_check CHECK (((value IS NOT NULL) OR (wording IS NOT NULL)))
  constraint event_count_check1 CHECK ((part_of <> measure))
  constraint event_count_event_fkey FOREIGN KEY (event) REFERENCES event(no)
  constraint event_count_measure_check CHECK ((measure <> ''::text))
  constraint event_count_period_check CHECK ((NOT isempty(period)))
  constraint event_count_pkey PRIMARY KEY (event, measure)
  constraint event_count_qualifier_check CHECK ((qualifier = ANY (ARRAY['exact'::text, 'at_least'::text, 'more_than'::text, 'about'::text, 'nearly'::text, 'claimed'::text])))
  constraint event_count_value_check CHECK ((value >= (0)::numeric))
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table event_source
  event bigint not null
  source bigint not null
  constraint event_source_event_fkey FOREIGN KEY (event) REFERENCES event(no)
  constraint event_source_pkey PRIMARY KEY (event, source)
  constraint event_source_source_fkey FOREIGN KEY (source) REFERENCES source(no)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table function_file
  name text not null
  sha256 text not null
  applied_at timestamp with time zone not null default clock_timestamp()
  constraint function_file_pkey PRIMARY KEY (name)

table held_approval
  held bigint not null
  principal text not null
  why text not null
  decided_at timestamp with time zone not null default clock_timestamp()
  constraint held_approval_held_fkey FOREIGN KEY (held) REFERENCES held_snapshot(id)
  constraint held_approval_pkey PRIMARY KEY (held, principal, decided_at)
  constraint held_approval_principal_check CHECK ((principal <> ''::text))
  constraint held_approval_why_check CHECK ((why <> ''::text))
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table held_area
  held bigint not null
  theatre slug not null
  no integer not null
  party slug
  status text not null
  confidence double precision
  shape bigint not null
  constraint held_area_check CHECK (((party IS NOT NULL) OR (status = ANY (ARRAY['contested'::text, 'unknown'::text]))))
  constraint held_area_confidence_check CHECK (((confidence >= (0)::double precision) AND (confidence <= (1)::double precision)))
  constraint held_area_held_theatre_fkey FOREIGN KEY (held, theatre) REFERENCES held_snapshot(id, theatre)
  constraint held_area_pkey PRIMARY KEY (held, no)
  constraint held_area_shape_fkey FOREIGN KEY (shape) REFERENCES shape(id)
  constraint held_area_status_check CHECK ((status = ANY (ARRAY['controlled'::text, 'contested'::text, 'claimed'::text, 'unknown'::text])))
  constraint held_area_theatre_party_fkey FOREIGN KEY (theatre, party) REFERENCES party(theatre, id)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table held_decision
  held bigint not null
  decision text not null
  kind text
  why text not null
  decided_by text
  revision bigint
  recorded_at timestamp with time zone not null default clock_timestamp()
  principal text not null default COALESCE(NULLIF(current_setting('salient.principal'::text, true), ''::text), 'service'::text)
  constraint held_decision_check CHECK (((decision = 'refused'::text) = (revision IS NULL)))
  constraint held_decision_check1 CHECK (((decision = 'accepted'::text) = (kind IS NOT NULL)))
  constraint held_decision_decided_by_check CHECK ((decided_by <> ''::text))
  constraint held_decision_decision_check CHECK ((decision = ANY (ARRAY['accepted'::text, 'refused'::text, 'released'::text])))
  constraint held_decision_held_fkey FOREIGN KEY (held) REFERENCES held_snapshot(id)
  constraint held_decision_kind_check CHECK ((kind = ANY (ARRAY['movement'::text, 'correction'::text, 'redefinition'::text])))
  constraint held_decision_pkey PRIMARY KEY (held)
  constraint held_decision_principal_check CHECK ((principal <> ''::text))
  constraint held_decision_revision_fkey FOREIGN KEY (revision) REFERENCES revision(id)
  constraint held_decision_why_check CHECK ((why <> ''::text))
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table held_snapshot
  id bigint not null generated always as identity
  series slug not null
  theatre slug not null
  valid_on date not null
  sha256 text not null
  source bigint not null
  sent_by text
  problems jsonb not null
  figures jsonb not null
  recorded_at timestamp with time zone not null default clock_timestamp()
  drawn_spacing_m double precision
  outside_km2 double precision
  outside_pieces integer
  principal text not null default COALESCE(NULLIF(current_setting('salient.principal'::text, true), ''::text), 'service'::text)
  input_sha256 text
  constraint held_snapshot_drawn_spacing_m_check CHECK ((drawn_spacing_m > (0)::double precision))
  constraint held_snapshot_id_theatre_key UNIQUE (id, theatre)
  constraint held_snapshot_input_sha256_check CHECK ((length(input_sha256) = 64))
  constraint held_snapshot_outside_km2_check CHECK ((outside_km2 >= (0)::double precision))
  constraint held_snapshot_outside_pieces_check CHECK ((outside_pieces >= 0))
  constraint held_snapshot_pkey PRIMARY KEY (id)
  constraint held_snapshot_principal_check CHECK ((principal <> ''::text))
  constraint held_snapshot_sent_by_check CHECK ((sent_by <> ''::text))
  constraint held_snapshot_series_theatre_fkey FOREIGN KEY (series, theatre) REFERENCES series(id, theatre)
  constraint held_snapshot_sha256_check CHECK ((length(sha256) = 64))
  constraint held_snapshot_source_fkey FOREIGN KEY (source) REFERENCES source(no)
  constraint held_snapshot_source_theatre_fkey FOREIGN KEY (source, theatre) REFERENCES source(no, theatre)
  CREATE INDEX held_snapshot_series_valid_on_idx USING btree (series, valid_on)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table initial_control
  edition bigint not null
  place slug not null
  party slug not null
  as_of date not null
  basis text not null
  source text not null
  note text
  constraint initial_control_basis_check CHECK ((basis = ANY (ARRAY['stated'::text, 'inferred'::text])))
  constraint initial_control_edition_party_fkey FOREIGN KEY (edition, party) REFERENCES party_entry(edition, party)
  constraint initial_control_edition_place_fkey FOREIGN KEY (edition, place) REFERENCES place_entry(edition, place)
  constraint initial_control_pkey PRIMARY KEY (edition, place)
  constraint initial_control_source_check CHECK ((source <> ''::text))
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table kept_answer
  kind text not null
  inputs text not null
  answer json not null
  kept_at timestamp with time zone not null default clock_timestamp()
  constraint kept_answer_inputs_check CHECK ((length(inputs) = 64))
  constraint kept_answer_kind_check CHECK ((kind <> ''::text))
  constraint kept_answer_pkey PRIMARY KEY (kind, inputs)
  CREATE INDEX kept_answer_kind_kept_at_idx USING btree (kind, kept_at)

table kept_change
  from_revision bigint not null
  to_revision bigint not null
  from_class text not null
  to_class text not null
  m2 double precision not null
  constraint kept_change_from_revision_fkey FOREIGN KEY (from_revision) REFERENCES revision(id)
  constraint kept_change_m2_check CHECK ((m2 > (0)::double precision))
  constraint kept_change_pkey PRIMARY KEY (from_revision, to_revision, from_class, to_class)
  constraint kept_change_to_revision_fkey FOREIGN KEY (to_revision) REFERENCES revision(id)

table kept_coverage
  key text not null
  maxzoom smallint not null
  bytes bytea not null
  kept_at timestamp with time zone not null default clock_timestamp()
  constraint kept_coverage_pkey PRIMARY KEY (key, maxzoom)

table kept_encirclement
  revision bigint not null
  edition bigint not null
  statement bigint not null
  since date not null
  operator slug not null
  number integer not null
  verdict text not null
  reason text
  grade text
  state_strict text not null
  state_lenient text not null
  margin_strict_m double precision
  margin_lenient_m double precision
  margin_at_least boolean
  margin_strict_bound text
  margin_lenient_bound text
  constraint kept_encirclement_edition_operator_number_fkey FOREIGN KEY (edition, operator, number) REFERENCES post(edition, operator, number)
  constraint kept_encirclement_grade_check CHECK ((grade = ANY (ARRAY['open'::text, 'narrow'::text])))
  constraint kept_encirclement_margin_lenient_bound_check CHECK ((margin_lenient_bound = ANY (ARRAY['measured'::text, 'at_least'::text, 'no_narrow_place'::text, 'no_rear'::text])))
  constraint kept_encirclement_margin_strict_bound_check CHECK ((margin_strict_bound = ANY (ARRAY['measured'::text, 'at_least'::text, 'no_narrow_place'::text, 'no_rear'::text])))
  constraint kept_encirclement_pkey PRIMARY KEY (revision, edition, statement, since, operator, number)
  constraint kept_encirclement_reason_check CHECK ((reason = ANY (ARRAY['contested'::text, 'unknown'::text, 'accuracy'::text])))
  constraint kept_encirclement_revision_fkey FOREIGN KEY (revision) REFERENCES revision(id)
  constraint kept_encirclement_statement_fkey FOREIGN KEY (statement) REFERENCES series_statement(id)
  constraint kept_encirclement_verdict_check CHECK ((verdict = ANY (ARRAY['encircled'::text, 'not_encircled'::text, 'uncertain'::text, 'unmapped'::text])))

table mail_recipient
  token text not null
  scope text not null
  address text not null
  unsubscribed_at timestamp with time zone
  constraint mail_recipient_address_check CHECK ((address <> ''::text))
  constraint mail_recipient_pkey PRIMARY KEY (token)
  constraint mail_recipient_scope_address_key UNIQUE (scope, address)
  constraint mail_recipient_scope_check CHECK ((scope <> ''::text))
  constraint mail_recipient_token_check CHECK ((length(token) >= 32))

table mapping
  id bigint not null generated always as identity
  series slug not null
  sha256 text not null
  body jsonb not null
  recorded_at timestamp with time zone not null default clock_timestamp()
  principal text not null default COALESCE(NULLIF(current_setting('salient.principal'::text, true), ''::text), 'service'::text)
  constraint mapping_pkey PRIMARY KEY (id)
  constraint mapping_principal_check CHECK ((principal <> ''::text))
  constraint mapping_series_fkey FOREIGN KEY (series) REFERENCES series(id)
  constraint mapping_sha256_check CHECK ((length(sha256) = 64))
  CREATE INDEX mapping_series_id_idx USING btree (series, id)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table migration
  number integer not null
  name text not null
  sha256 text not null
  applied_at timestamp with time zone not null default clock_timestamp()
  constraint migration_pkey PRIMARY KEY (number)

table party
  theatre slug not null
  id slug not null
  constraint party_pkey PRIMARY KEY (theatre, id)
  constraint party_theatre_fkey FOREIGN KEY (theatre) REFERENCES theatre(id)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table party_entry
  edition bigint not null
  theatre slug not null
  party slug not null
  name text not null
  colour text not null
  kind text not null
  note text
  constraint party_entry_colour_check CHECK ((colour ~ '^#[0-9a-f]{6}$'::text))
  constraint party_entry_edition_theatre_fkey FOREIGN KEY (edition, theatre) REFERENCES edition(id, theatre)
  constraint party_entry_kind_check CHECK ((kind = ANY (ARRAY['ground'::text, 'operator'::text])))
  constraint party_entry_name_check CHECK ((name <> ''::text))
  constraint party_entry_pkey PRIMARY KEY (edition, party)
  constraint party_entry_theatre_party_fkey FOREIGN KEY (theatre, party) REFERENCES party(theatre, id)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table place
  theatre slug not null
  id slug not null
  constraint place_pkey PRIMARY KEY (theatre, id)
  constraint place_theatre_fkey FOREIGN KEY (theatre) REFERENCES theatre(id)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table place_entry
  edition bigint not null
  theatre slug not null
  place slug not null
  name text not null
  kind text not null
  aliases text[] not null default '{}'::text[]
  geom geometry(Point,4326) not null
  error_m double precision not null
  source text not null
  note text
  constraint place_entry_edition_theatre_fkey FOREIGN KEY (edition, theatre) REFERENCES edition(id, theatre)
  constraint place_entry_error_m_check CHECK ((error_m >= (0)::double precision))
  constraint place_entry_geom_check CHECK ((NOT st_isempty(geom)))
  constraint place_entry_name_check CHECK ((name <> ''::text))
  constraint place_entry_pkey PRIMARY KEY (edition, place)
  constraint place_entry_source_check CHECK ((source <> ''::text))
  constraint place_entry_theatre_place_fkey FOREIGN KEY (theatre, place) REFERENCES place(theatre, id)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table plane
  id bigint not null generated always as identity
  edition bigint not null
  sha256 text not null
  theatre_m2 double precision not null
  constraint plane_edition_fkey FOREIGN KEY (edition) REFERENCES edition(id)
  constraint plane_edition_sha256_key UNIQUE (edition, sha256)
  constraint plane_pkey PRIMARY KEY (id)
  constraint plane_sha256_check CHECK ((length(sha256) = 64))
  constraint plane_theatre_m2_check CHECK ((theatre_m2 > (0)::double precision))
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table plane_face
  plane bigint not null
  no integer not null
  shape bigint
  territory slug
  geom geometry(Polygon) not null
  area_m2 double precision not null
  constraint plane_face_area_m2_check CHECK ((area_m2 > (0)::double precision))
  constraint plane_face_check CHECK (((shape IS NULL) OR (territory IS NULL)))
  constraint plane_face_geom_check CHECK (st_isvalid(geom))
  constraint plane_face_pkey PRIMARY KEY (plane, no)
  constraint plane_face_plane_fkey FOREIGN KEY (plane) REFERENCES plane(id)
  constraint plane_face_shape_fkey FOREIGN KEY (shape) REFERENCES shape(id)
  CREATE INDEX plane_face_plane_shape_idx USING btree (plane, shape)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table post
  edition bigint not null
  operator slug not null
  number integer not null
  number_source text not null
  number_text text
  name text not null
  geom geometry(Point,4326) not null
  error_m double precision not null
  established daterange not null
  established_source text[] not null
  withdrawn daterange
  withdrawn_source text[] not null default '{}'::text[]
  note text
  constraint post_check CHECK (((withdrawn IS NULL) = (withdrawn_source = '{}'::text[])))
  constraint post_check1 CHECK (((withdrawn IS NULL) OR (lower(established) <= lower(withdrawn))))
  constraint post_edition_operator_fkey FOREIGN KEY (edition, operator) REFERENCES party_entry(edition, party)
  constraint post_error_m_check CHECK ((error_m >= (0)::double precision))
  constraint post_established_check CHECK ((NOT isempty(established)))
  constraint post_established_source_check CHECK ((established_source <> '{}'::text[]))
  constraint post_geom_check CHECK ((NOT st_isempty(geom)))
  constraint post_name_check CHECK ((name <> ''::text))
  constraint post_number_check CHECK ((number > 0))
  constraint post_number_source_check CHECK ((number_source = ANY (ARRAY['documented'::text, 'inferred'::text, 'project'::text])))
  constraint post_pkey PRIMARY KEY (edition, operator, number)
  constraint post_withdrawn_check CHECK ((NOT isempty(withdrawn)))
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  CREATE TRIGGER raised AFTER INSERT REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION raise_epoch('edition')

table proposal
  id bigint not null generated always as identity
  series slug not null
  theatre slug not null
  kind text not null
  valid_on date
  content jsonb not null
  file bytea
  why text not null
  sources jsonb not null
  effect jsonb not null
  proposed_by text not null
  proposed_at timestamp with time zone not null default clock_timestamp()
  constraint proposal_check CHECK (((kind = ANY (ARRAY['map'::text, 'parties'::text, 'places'::text, 'posts'::text, 'routes'::text])) = (file IS NOT NULL)))
  constraint proposal_kind_check CHECK ((kind = ANY (ARRAY['edit'::text, 'map'::text, 'claim'::text, 'event'::text, 'withdrawal'::text, 'restoration'::text, 'parties'::text, 'places'::text, 'posts'::text, 'routes'::text])))
  constraint proposal_pkey PRIMARY KEY (id)
  constraint proposal_proposed_by_check CHECK ((proposed_by <> ''::text))
  constraint proposal_series_theatre_fkey FOREIGN KEY (series, theatre) REFERENCES series(id, theatre)
  constraint proposal_sources_check CHECK ((jsonb_array_length(sources) > 0))
  constraint proposal_why_check CHECK ((why <> ''::text))
  CREATE INDEX proposal_of_series USING btree (series, id)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table proposal_approval
  proposal bigint not null
  principal text not null
  why text not null
  decided_at timestamp with time zone not null default clock_timestamp()
  release_at timestamp with time zone
  constraint proposal_approval_pkey PRIMARY KEY (proposal, principal, decided_at)
  constraint proposal_approval_principal_check CHECK ((principal <> ''::text))
  constraint proposal_approval_proposal_fkey FOREIGN KEY (proposal) REFERENCES proposal(id)
  constraint proposal_approval_why_check CHECK ((why <> ''::text))
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table proposal_comment
  id bigint not null generated always as identity
  proposal bigint not null
  principal text not null
  said_at timestamp with time zone not null default clock_timestamp()
  text text not null
  constraint proposal_comment_pkey PRIMARY KEY (id)
  constraint proposal_comment_principal_check CHECK ((principal <> ''::text))
  constraint proposal_comment_proposal_fkey FOREIGN KEY (proposal) REFERENCES proposal(id)
  constraint proposal_comment_text_check CHECK ((text <> ''::text))
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table proposal_outcome
  proposal bigint not null
  outcome text not null
  principal text not null
  why text not null
  decided_at timestamp with time zone not null default clock_timestamp()
  release_at timestamp with time zone
  constraint proposal_outcome_check CHECK (((outcome = 'approved'::text) = (release_at IS NOT NULL)))
  constraint proposal_outcome_outcome_check CHECK ((outcome = ANY (ARRAY['approved'::text, 'rejected'::text, 'retracted'::text])))
  constraint proposal_outcome_pkey PRIMARY KEY (proposal)
  constraint proposal_outcome_principal_check CHECK ((principal <> ''::text))
  constraint proposal_outcome_proposal_fkey FOREIGN KEY (proposal) REFERENCES proposal(id)
  constraint proposal_outcome_why_check CHECK ((why <> ''::text))
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table proposal_release
  proposal bigint not null
  principal text not null
  released_at timestamp with time zone not null default clock_timestamp()
  result jsonb not null
  constraint proposal_release_pkey PRIMARY KEY (proposal)
  constraint proposal_release_principal_check CHECK ((principal <> ''::text))
  constraint proposal_release_proposal_fkey FOREIGN KEY (proposal) REFERENCES proposal_outcome(proposal)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table proposal_stop
  proposal bigint not null
  principal text not null
  why text not null
  stopped_at timestamp with time zone not null default clock_timestamp()
  constraint proposal_stop_pkey PRIMARY KEY (proposal)
  constraint proposal_stop_principal_check CHECK ((principal <> ''::text))
  constraint proposal_stop_proposal_fkey FOREIGN KEY (proposal) REFERENCES proposal_outcome(proposal)
  constraint proposal_stop_why_check CHECK ((why <> ''::text))
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table publisher_reliability
  id bigint not null generated always as identity
  theatre slug not null
  publisher text not null
  grade text
  why text not null
  principal text not null
  recorded_at timestamp with time zone not null default clock_timestamp()
  constraint publisher_reliability_grade_check CHECK ((grade = ANY (ARRAY['A'::text, 'B'::text, 'C'::text, 'D'::text, 'E'::text, 'F'::text])))
  constraint publisher_reliability_pkey PRIMARY KEY (id)
  constraint publisher_reliability_principal_check CHECK ((principal <> ''::text))
  constraint publisher_reliability_publisher_check CHECK ((publisher <> ''::text))
  constraint publisher_reliability_why_check CHECK ((why <> ''::text))
  CREATE INDEX publisher_reliability_of USING btree (theatre, lower(publisher), id DESC)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  CREATE TRIGGER raised AFTER INSERT REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION raise_epoch('theatre')

table purge
  id bigint not null generated always as identity
  series slug not null
  valid_on date
  revisions bigint[] not null
  held bigint[] not null
  proposals bigint[] not null
  report_editions bigint[] not null
  shapes integer not null
  why text not null
  decided_by text
  recorded_at timestamp with time zone not null default clock_timestamp()
  principal text not null default COALESCE(NULLIF(current_setting('salient.principal'::text, true), ''::text), 'service'::text)
  alerts bigint[] not null default '{}'::bigint[]
  constraint purge_decided_by_check CHECK ((decided_by <> ''::text))
  constraint purge_pkey PRIMARY KEY (id)
  constraint purge_principal_check CHECK ((principal <> ''::text))
  constraint purge_series_fkey FOREIGN KEY (series) REFERENCES series(id)
  constraint purge_shapes_check CHECK ((shapes >= 0))
  constraint purge_why_check CHECK ((why <> ''::text))
  CREATE INDEX purge_series_idx USING btree (series)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table reading
  revision bigint not null
  input_sha256 text not null
  format text not null
  file text
  mapping bigint
  rules jsonb not null
  notes text[] not null
  constraint reading_input_sha256_check CHECK ((length(input_sha256) = 64))
  constraint reading_mapping_fkey FOREIGN KEY (mapping) REFERENCES mapping(id)
  constraint reading_pkey PRIMARY KEY (revision)
  constraint reading_revision_fkey FOREIGN KEY (revision) REFERENCES revision(id)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table reference_addition
  id bigint not null generated always as identity
  theatre slug not null
  kind text not null
  file bytea not null
  words jsonb not null
  keys text[] not null
  base bigint not null
  principal text not null default COALESCE(NULLIF(current_setting('salient.principal'::text, true), ''::text), 'service'::text)
  recorded_at timestamp with time zone not null
  constraint reference_addition_base_fkey FOREIGN KEY (base) REFERENCES edition(id)
  constraint reference_addition_keys_check CHECK ((cardinality(keys) > 0))
  constraint reference_addition_kind_check CHECK ((kind = ANY (ARRAY['parties'::text, 'places'::text, 'posts'::text, 'routes'::text])))
  constraint reference_addition_pkey PRIMARY KEY (id)
  constraint reference_addition_principal_check CHECK ((principal <> ''::text))
  constraint reference_addition_theatre_fkey FOREIGN KEY (theatre) REFERENCES theatre(id)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table relation
  edition bigint not null
  side slug not null
  party slug not null
  stance text not null
  valid daterange not null
  source text not null
  note text
  constraint relation_edition_party_fkey FOREIGN KEY (edition, party) REFERENCES party_entry(edition, party)
  constraint relation_edition_side_fkey FOREIGN KEY (edition, side) REFERENCES party_entry(edition, party)
  constraint relation_edition_side_party_valid_excl EXCLUDE USING gist (edition WITH =, side WITH =, party WITH =, valid WITH &&)
  constraint relation_source_check CHECK ((source <> ''::text))
  constraint relation_stance_check CHECK ((stance = ANY (ARRAY['own'::text, 'ally'::text, 'hostile'::text, 'neutral'::text])))
  constraint relation_valid_check CHECK ((NOT isempty(valid)))
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  CREATE TRIGGER raised AFTER INSERT REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION raise_epoch('edition')

table report_definition
  no bigint not null generated always as identity
  report slug not null
  version integer not null
  definition json not null
  withdrawn_why text
  recorded_at timestamp with time zone not null default clock_timestamp()
  principal text not null default COALESCE(NULLIF(current_setting('salient.principal'::text, true), ''::text), 'service'::text)
  constraint report_definition_pkey PRIMARY KEY (no)
  constraint report_definition_principal_check CHECK ((principal <> ''::text))
  constraint report_definition_report_version_key UNIQUE (report, version)
  constraint report_definition_version_check CHECK ((version > 0))
  constraint report_definition_withdrawn_why_check CHECK ((withdrawn_why <> ''::text))
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table report_due
  report slug not null
  period text not null
  starts date not null
  ends date not null
  found_at timestamp with time zone not null
  not_before timestamp with time zone not null
  tries integer not null default 0
  owner text
  until timestamp with time zone
  constraint report_due_check CHECK ((ends > starts))
  constraint report_due_period_check CHECK ((period <> ''::text))
  constraint report_due_pkey PRIMARY KEY (report, period)

table report_edition
  no bigint not null generated always as identity
  definition bigint not null
  report slug not null
  period text not null
  starts date not null
  ends date not null
  edition integer not null
  known_at timestamp with time zone not null
  content json not null
  headline text not null
  summary text not null
  changed json not null default '[]'::json
  made_at timestamp with time zone not null default clock_timestamp()
  principal text not null default COALESCE(NULLIF(current_setting('salient.principal'::text, true), ''::text), 'service'::text)
  constraint report_edition_check CHECK ((ends > starts))
  constraint report_edition_definition_fkey FOREIGN KEY (definition) REFERENCES report_definition(no)
  constraint report_edition_edition_check CHECK ((edition > 0))
  constraint report_edition_period_check CHECK ((period <> ''::text))
  constraint report_edition_pkey PRIMARY KEY (no)
  constraint report_edition_principal_check CHECK ((principal <> ''::text))
  constraint report_edition_report_period_edition_key UNIQUE (report, period, edition)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table report_run
  no bigint not null generated always as identity
  report slug not null
  period text not null
  outcome text not null
  reason text not null
  edition bigint
  inputs text not null
  process text not null
  started_at timestamp with time zone not null
  ended_at timestamp with time zone not null default clock_timestamp()
  constraint report_run_check CHECK (((outcome = ANY (ARRAY['made'::text, 'corrected'::text])) = (edition IS NOT NULL)))
  constraint report_run_edition_fkey FOREIGN KEY (edition) REFERENCES report_edition(no)
  constraint report_run_inputs_check CHECK ((length(inputs) = 64))
  constraint report_run_outcome_check CHECK ((outcome = ANY (ARRAY['made'::text, 'corrected'::text, 'unchanged'::text, 'failed'::text])))
  constraint report_run_period_check CHECK ((period <> ''::text))
  constraint report_run_pkey PRIMARY KEY (no)
  constraint report_run_reason_check CHECK ((reason <> ''::text))
  CREATE INDEX report_run_report_period_no_idx USING btree (report, period, no DESC)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table report_watch
  report slug not null
  version integer not null
  through timestamp with time zone not null
  reached date
  constraint report_watch_pkey PRIMARY KEY (report)

table review_rule
  id bigint not null generated always as identity
  series slug not null
  approvals integer not null
  why text not null
  principal text not null
  recorded_at timestamp with time zone not null default clock_timestamp()
  kinds text[]
  constraint review_rule_approvals_check CHECK (((approvals >= 1) AND (approvals <= 5)))
  constraint review_rule_kinds_check CHECK (((cardinality(kinds) > 0) AND (kinds <@ ARRAY['edit'::text, 'map'::text, 'claim'::text, 'event'::text, 'withdrawal'::text, 'restoration'::text, 'parties'::text, 'places'::text, 'posts'::text, 'routes'::text, 'held'::text])))
  constraint review_rule_pkey PRIMARY KEY (id)
  constraint review_rule_principal_check CHECK ((principal <> ''::text))
  constraint review_rule_series_fkey FOREIGN KEY (series) REFERENCES series(id)
  constraint review_rule_why_check CHECK ((why <> ''::text))
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table revision
  id bigint not null generated always as identity
  series slug not null
  theatre slug not null
  valid_on date not null
  edition bigint not null
  plane bigint
  sha256 text not null
  note text
  recorded_at timestamp with time zone default clock_timestamp()
  superseded_at timestamp with time zone
  drawn_spacing_m double precision
  outside_km2 double precision
  outside_pieces integer
  principal text not null default COALESCE(NULLIF(current_setting('salient.principal'::text, true), ''::text), 'service'::text)
  ahead_at timestamp with time zone
  ahead_until timestamp with time zone
  constraint revision_check CHECK ((superseded_at > recorded_at))
  constraint revision_drawn_spacing_m_check CHECK ((drawn_spacing_m > (0)::double precision))
  constraint revision_edition_fkey FOREIGN KEY (edition) REFERENCES edition(id)
  constraint revision_edition_theatre_fkey FOREIGN KEY (edition, theatre) REFERENCES edition(id, theatre)
  constraint revision_id_theatre_key UNIQUE (id, theatre)
  constraint revision_outside_km2_check CHECK ((outside_km2 >= (0)::double precision))
  constraint revision_outside_pieces_check CHECK ((outside_pieces >= 0))
  constraint revision_pkey PRIMARY KEY (id)
  constraint revision_plane_fkey FOREIGN KEY (plane) REFERENCES plane(id)
  constraint revision_principal_check CHECK ((principal <> ''::text))
  constraint revision_series_theatre_fkey FOREIGN KEY (series, theatre) REFERENCES series(id, theatre)
  constraint revision_series_valid_on_tstzrange_excl EXCLUDE USING gist (series WITH =, valid_on WITH =, tstzrange(recorded_at, superseded_at) WITH &&) WHERE ((recorded_at IS NOT NULL))
  constraint revision_sha256_check CHECK ((length(sha256) = 64))
  CREATE INDEX revision_ahead USING btree (theatre) WHERE ((ahead_at IS NOT NULL) OR (ahead_until IS NOT NULL))
  CREATE INDEX revision_in_force USING btree (series, valid_on DESC, recorded_at, superseded_at)
  CREATE TRIGGER held_back BEFORE INSERT FOR EACH ROW EXECUTE FUNCTION hold_back()
  CREATE TRIGGER held_back_again BEFORE UPDATE OF superseded_at FOR EACH ROW EXECUTE FUNCTION hold_back()
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE FOR EACH ROW EXECUTE FUNCTION only_superseded()
  CREATE TRIGGER kept_whole BEFORE TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  CREATE TRIGGER raised AFTER INSERT REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION raise_epoch('series')
  CREATE TRIGGER raised_again AFTER UPDATE REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION raise_epoch('series')

table route
  edition bigint not null
  id text not null
  name text not null
  geom geometry(LineString,4326) not null
  error_m double precision not null
  source text not null
  note text
  constraint route_edition_fkey FOREIGN KEY (edition) REFERENCES edition(id)
  constraint route_error_m_check CHECK ((error_m >= (0)::double precision))
  constraint route_geom_check CHECK ((st_isvalid(geom) AND (st_npoints(geom) > 1)))
  constraint route_id_check CHECK ((id <> ''::text))
  constraint route_pkey PRIMARY KEY (edition, id)
  constraint route_source_check CHECK ((source <> ''::text))
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table series
  id slug not null
  theatre slug not null
  recorded_at timestamp with time zone not null default clock_timestamp()
  constraint series_id_theatre_key UNIQUE (id, theatre)
  constraint series_pkey PRIMARY KEY (id)
  constraint series_theatre_fkey FOREIGN KEY (theatre) REFERENCES theatre(id)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  CREATE TRIGGER raised AFTER INSERT REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION raise_epoch('id')

table series_continuation
  id bigint not null generated always as identity
  series slug not null
  complete_until date not null
  principal text not null default COALESCE(NULLIF(current_setting('salient.principal'::text, true), ''::text), 'service'::text)
  recorded_at timestamp with time zone not null
  constraint series_continuation_pkey PRIMARY KEY (id)
  constraint series_continuation_principal_check CHECK ((principal <> ''::text))
  constraint series_continuation_series_fkey FOREIGN KEY (series) REFERENCES series(id)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table series_epoch
  series slug not null
  epoch bigint not null
  constraint series_epoch_pkey PRIMARY KEY (series)

table series_role
  id bigint not null generated always as identity
  series slug not null
  holder text not null
  role text
  principal text not null
  recorded_at timestamp with time zone not null default clock_timestamp()
  constraint series_role_holder_check CHECK ((holder <> ''::text))
  constraint series_role_pkey PRIMARY KEY (id)
  constraint series_role_principal_check CHECK ((principal <> ''::text))
  constraint series_role_role_check CHECK ((role = ANY (ARRAY['reader'::text, 'contributor'::text, 'reviewer'::text, 'publisher'::text, 'keeper'::text])))
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table series_statement
  id bigint not null generated always as identity
  series slug not null
  title text not null
  publisher text not null
  licence text not null
  kind text not null
  method text not null
  accuracy_m double precision not null
  accuracy_note text
  first_date date
  complete_until date
  parties text[] not null
  perimeter_m double precision not null
  reach_m double precision not null
  narrow_m double precision not null
  r_max_m double precision
  spacing_m double precision
  withdrawn_why text
  recorded_at timestamp with time zone not null default clock_timestamp()
  correlation_m double precision
  max_age_days integer
  date_means text
  rest slug
  principal text not null default COALESCE(NULLIF(current_setting('salient.principal'::text, true), ''::text), 'service'::text)
  constraint series_statement_accuracy_m_check CHECK ((accuracy_m >= (0)::double precision))
  constraint series_statement_check CHECK ((first_date <= complete_until))
  constraint series_statement_check1 CHECK (((kind <> 'derived'::text) OR ((r_max_m IS NOT NULL) AND (spacing_m IS NOT NULL) AND (first_date IS NOT NULL))))
  constraint series_statement_correlation_m_check CHECK ((correlation_m > (0)::double precision))
  constraint series_statement_date_means_check CHECK ((date_means = ANY (ARRAY['start'::text, 'end'::text])))
  constraint series_statement_kind_check CHECK ((kind = ANY (ARRAY['derived'::text, 'imported'::text])))
  constraint series_statement_licence_check CHECK ((licence <> ''::text))
  constraint series_statement_max_age_days_check CHECK (((max_age_days >= 0) AND (max_age_days <= 3660)))
  constraint series_statement_method_check CHECK ((method <> ''::text))
  constraint series_statement_narrow_m_check CHECK ((narrow_m > (0)::double precision))
  constraint series_statement_perimeter_m_check CHECK ((perimeter_m > (0)::double precision))
  constraint series_statement_pkey PRIMARY KEY (id)
  constraint series_statement_principal_check CHECK ((principal <> ''::text))
  constraint series_statement_publisher_check CHECK ((publisher <> ''::text))
  constraint series_statement_r_max_m_check CHECK ((r_max_m > (0)::double precision))
  constraint series_statement_reach_m_check CHECK ((reach_m > (0)::double precision))
  constraint series_statement_series_fkey FOREIGN KEY (series) REFERENCES series(id)
  constraint series_statement_series_recorded_at_key UNIQUE (series, recorded_at)
  constraint series_statement_spacing_m_check CHECK ((spacing_m >= (0)::double precision))
  constraint series_statement_title_check CHECK ((title <> ''::text))
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  CREATE TRIGGER raised AFTER INSERT REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION raise_epoch('series')

table shape
  id bigint not null generated always as identity
  sha256 text not null
  geom geometry(MultiPolygon,4326) not null
  decimals smallint not null default 
CASE
    WHEN st_isvalid(st_geomfromgeojson(st_asgeojson(geom, 7))) THEN 7
    ELSE 15
END
  constraint shape_geom_check CHECK ((st_isvalid(geom) AND (NOT st_isempty(geom))))
  constraint shape_pkey PRIMARY KEY (id)
  constraint shape_sha256_check CHECK ((length(sha256) = 64))
  constraint shape_sha256_key UNIQUE (sha256)
  CREATE INDEX shape_geom_idx USING gist (geom)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table snapshot_restoration
  withdrawal bigint not null
  revision bigint not null
  why text
  decided_by text
  recorded_at timestamp with time zone not null default clock_timestamp()
  principal text not null default COALESCE(NULLIF(current_setting('salient.principal'::text, true), ''::text), 'service'::text)
  constraint snapshot_restoration_decided_by_check CHECK ((decided_by <> ''::text))
  constraint snapshot_restoration_pkey PRIMARY KEY (withdrawal)
  constraint snapshot_restoration_principal_check CHECK ((principal <> ''::text))
  constraint snapshot_restoration_revision_fkey FOREIGN KEY (revision) REFERENCES revision(id)
  constraint snapshot_restoration_revision_key UNIQUE (revision)
  constraint snapshot_restoration_why_check CHECK ((why <> ''::text))
  constraint snapshot_restoration_withdrawal_fkey FOREIGN KEY (withdrawal) REFERENCES snapshot_withdrawal(id)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table snapshot_withdrawal
  id bigint not null generated always as identity
  series slug not null
  valid_on date not null
  revision bigint not null
  why text not null
  decided_by text
  recorded_at timestamp with time zone not null default clock_timestamp()
  principal text not null default COALESCE(NULLIF(current_setting('salient.principal'::text, true), ''::text), 'service'::text)
  constraint snapshot_withdrawal_decided_by_check CHECK ((decided_by <> ''::text))
  constraint snapshot_withdrawal_pkey PRIMARY KEY (id)
  constraint snapshot_withdrawal_principal_check CHECK ((principal <> ''::text))
  constraint snapshot_withdrawal_revision_fkey FOREIGN KEY (revision) REFERENCES revision(id)
  constraint snapshot_withdrawal_revision_key UNIQUE (revision)
  constraint snapshot_withdrawal_series_fkey FOREIGN KEY (series) REFERENCES series(id)
  constraint snapshot_withdrawal_why_check CHECK ((why <> ''::text))
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table source
  no bigint not null generated always as identity
  theatre slug not null
  id slug not null
  publisher text not null
  title text
  url text
  published_on date
  published_on_inferred boolean not null default false
  stance text not null
  favours slug
  via text
  note text
  sha256 text not null
  recorded_at timestamp with time zone default clock_timestamp()
  superseded_at timestamp with time zone
  ahead_at timestamp with time zone
  ahead_until timestamp with time zone
  archive text
  constraint source_archive_check CHECK ((archive ~ '^https?://'::text))
  constraint source_check CHECK ((superseded_at > recorded_at))
  constraint source_no_theatre_key UNIQUE (no, theatre)
  constraint source_pkey PRIMARY KEY (no)
  constraint source_publisher_check CHECK ((publisher <> ''::text))
  constraint source_sha256_check CHECK ((length(sha256) = 64))
  constraint source_stance_check CHECK ((stance = ANY (ARRAY['independent'::text, 'press'::text, 'partisan'::text, 'general'::text])))
  constraint source_theatre_favours_fkey FOREIGN KEY (theatre, favours) REFERENCES party(theatre, id)
  constraint source_theatre_fkey FOREIGN KEY (theatre) REFERENCES theatre(id)
  constraint source_theatre_id_tstzrange_excl EXCLUDE USING gist (theatre WITH =, id WITH =, tstzrange(recorded_at, superseded_at) WITH &&) WHERE ((recorded_at IS NOT NULL))
  CREATE INDEX source_ahead USING btree (theatre) WHERE ((ahead_at IS NOT NULL) OR (ahead_until IS NOT NULL))
  CREATE TRIGGER held_back BEFORE INSERT FOR EACH ROW EXECUTE FUNCTION hold_back()
  CREATE TRIGGER held_back_again BEFORE UPDATE OF superseded_at FOR EACH ROW EXECUTE FUNCTION hold_back()
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE FOR EACH ROW EXECUTE FUNCTION only_superseded()
  CREATE TRIGGER kept_whole BEFORE TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table source_copy
  id bigint not null generated always as identity
  proposal bigint
  url text not null
  sha256 text not null
  bytes bigint not null
  content bytea
  fetched boolean not null
  principal text not null
  recorded_at timestamp with time zone not null default clock_timestamp()
  theatre slug
  archive text
  constraint source_copy_archive_check CHECK ((archive ~ '^https?://'::text))
  constraint source_copy_bytes_check CHECK ((bytes >= 0))
  constraint source_copy_check CHECK ((length(content) = bytes))
  constraint source_copy_check1 CHECK (((proposal IS NOT NULL) OR (theatre IS NOT NULL)))
  constraint source_copy_pkey PRIMARY KEY (id)
  constraint source_copy_principal_check CHECK ((principal <> ''::text))
  constraint source_copy_proposal_fkey FOREIGN KEY (proposal) REFERENCES proposal(id)
  constraint source_copy_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
  constraint source_copy_url_check CHECK ((url <> ''::text))
  CREATE INDEX source_copy_of USING btree (proposal, id)
  CREATE INDEX source_copy_url USING btree (url)
  CREATE UNIQUE INDEX source_copy_once USING btree (theatre, url, sha256, COALESCE(archive, ''::text)) WHERE (proposal IS NULL)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  CREATE TRIGGER raised AFTER INSERT REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION raise_epoch('theatre')

table source_copy_failure
  theatre slug not null
  url text not null
  failures integer not null
  error text not null
  failed_at timestamp with time zone not null
  not_before timestamp with time zone not null
  constraint source_copy_failure_error_check CHECK ((error <> ''::text))
  constraint source_copy_failure_failures_check CHECK ((failures > 0))
  constraint source_copy_failure_pkey PRIMARY KEY (theatre, url)
  constraint source_copy_failure_url_check CHECK ((url <> ''::text))

table step_kind
  id bigint not null generated always as identity
  series slug not null
  valid_on date not null
  kind text not null
  why text not null
  stated_by text
  recorded_at timestamp with time zone not null default clock_timestamp()
  principal text not null default COALESCE(NULLIF(current_setting('salient.principal'::text, true), ''::text), 'service'::text)
  constraint step_kind_kind_check CHECK ((kind = ANY (ARRAY['movement'::text, 'correction'::text, 'redefinition'::text])))
  constraint step_kind_pkey PRIMARY KEY (id)
  constraint step_kind_principal_check CHECK ((principal <> ''::text))
  constraint step_kind_series_fkey FOREIGN KEY (series) REFERENCES series(id)
  constraint step_kind_series_valid_on_recorded_at_key UNIQUE (series, valid_on, recorded_at)
  constraint step_kind_stated_by_check CHECK ((stated_by <> ''::text))
  constraint step_kind_why_check CHECK ((why <> ''::text))
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table subscription
  id bigint not null generated always as identity
  series slug not null
  address text not null
  publisher text not null
  source text not null
  mode text not null
  every_s integer not null
  date_from text not null
  words jsonb not null
  principal text not null
  recorded_at timestamp with time zone not null default clock_timestamp()
  constraint subscription_address_check CHECK ((address ~ '^https?://'::text))
  constraint subscription_date_from_check CHECK ((date_from = ANY (ARRAY['file'::text, 'modified'::text, 'fetched'::text])))
  constraint subscription_every_s_check CHECK ((every_s >= 300))
  constraint subscription_mode_check CHECK ((mode = ANY (ARRAY['hold'::text, 'proposal'::text, 'approved'::text])))
  constraint subscription_pkey PRIMARY KEY (id)
  constraint subscription_principal_check CHECK ((principal <> ''::text))
  constraint subscription_publisher_check CHECK ((publisher <> ''::text))
  constraint subscription_series_fkey FOREIGN KEY (series) REFERENCES series(id)
  constraint subscription_source_check CHECK ((source <> ''::text))
  CREATE INDEX subscription_of_series USING btree (series, id)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table subscription_pull
  no bigint not null generated always as identity
  subscription bigint not null
  pulled_at timestamp with time zone not null
  outcome text not null
  status integer
  words text not null
  principal text not null
  constraint subscription_pull_outcome_check CHECK ((outcome = ANY (ARRAY['stored'::text, 'held'::text, 'proposed'::text, 'decided'::text, 'unchanged'::text, 'failed'::text])))
  constraint subscription_pull_pkey PRIMARY KEY (no)
  constraint subscription_pull_principal_check CHECK ((principal <> ''::text))
  constraint subscription_pull_subscription_fkey FOREIGN KEY (subscription) REFERENCES subscription(id)
  constraint subscription_pull_words_check CHECK ((words <> ''::text))
  CREATE INDEX subscription_pull_of USING btree (subscription, no)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table subscription_state
  subscription bigint not null
  host text not null
  next_due timestamp with time zone not null
  paused_why text
  removed_why text
  not_before timestamp with time zone
  etag text
  last_modified text
  sha256 text
  pending_sha256 text
  pending_date date
  fetched_at timestamp with time zone
  status integer
  outcome text
  error text
  failures integer not null default 0
  owner text
  until timestamp with time zone
  constraint subscription_state_host_check CHECK ((host <> ''::text))
  constraint subscription_state_paused_why_check CHECK ((paused_why <> ''::text))
  constraint subscription_state_pkey PRIMARY KEY (subscription)
  constraint subscription_state_removed_why_check CHECK ((removed_why <> ''::text))
  constraint subscription_state_subscription_fkey FOREIGN KEY (subscription) REFERENCES subscription(id)

table territory
  edition bigint not null
  id slug not null
  kind text not null
  name text not null
  boundary geometry(MultiPolygon,4326) not null
  constraint territory_boundary_check CHECK ((st_isvalid(boundary) AND (NOT st_isempty(boundary))))
  constraint territory_edition_fkey FOREIGN KEY (edition) REFERENCES edition(id)
  constraint territory_kind_check CHECK ((kind = ANY (ARRAY['state'::text, 'sea'::text])))
  constraint territory_pkey PRIMARY KEY (edition, id)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table theatre
  id slug not null
  recorded_at timestamp with time zone not null default clock_timestamp()
  constraint theatre_pkey PRIMARY KEY (id)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table theatre_access
  id bigint not null generated always as identity
  theatre slug not null
  members_only boolean not null
  why text not null
  principal text not null
  recorded_at timestamp with time zone not null default clock_timestamp()
  constraint theatre_access_pkey PRIMARY KEY (id)
  constraint theatre_access_principal_check CHECK ((principal <> ''::text))
  constraint theatre_access_why_check CHECK ((why <> ''::text))
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table token
  id bigint not null generated always as identity
  name slug not null
  hash bytea not null
  scopes text[] not null
  created_at timestamp with time zone not null default clock_timestamp()
  created_by text not null
  expires_at timestamp with time zone
  revoked_at timestamp with time zone
  revoked_by text
  constraint token_check CHECK (((revoked_at IS NULL) = (revoked_by IS NULL)))
  constraint token_created_by_check CHECK ((created_by <> ''::text))
  constraint token_hash_check CHECK ((length(hash) = 32))
  constraint token_hash_key UNIQUE (hash)
  constraint token_pkey PRIMARY KEY (id)
  constraint token_revoked_by_check CHECK ((revoked_by <> ''::text))
  constraint token_scopes_check CHECK (((cardinality(scopes) > 0) AND (scopes <@ ARRAY['read'::text, 'write'::text, 'review'::text, 'admin'::text])))
  CREATE UNIQUE INDEX token_in_use USING btree (name) WHERE (revoked_at IS NULL)
  CREATE TRIGGER kept BEFORE DELETE OR UPDATE OF id, name, hash, scopes, created_at, created_by, expires_at OR TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  CREATE TRIGGER revoked_for_good BEFORE UPDATE FOR EACH ROW WHEN ((old.revoked_at IS NOT NULL)) EXECUTE FUNCTION refuse_change()

view waiting_release
  id bigint
  series slug
  theatre slug
  decided_at timestamp with time zone
  release_at timestamp with time zone
