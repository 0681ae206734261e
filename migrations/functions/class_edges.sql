-- The edges between areas of two classes in a revision's planar partition (methods D.1): every undirected segment of the faces
-- once, with the class, the role and the face on either side of its direction; null on the right is outside the partition.
-- Left is inside the theatre; with both sides inside, the class that sorts first is on the left, so that the same two
-- sides give the same direction on every date. Roles: party, gray (contested, unknown, unassigned), state, sea.
-- Working projection of the edition, metres, SRID 0.
create or replace function class_edges(in_revision bigint)
returns table (left_class text, left_face integer, left_role text, right_class text, right_face integer, right_role text,
               geom geometry)
language sql stable parallel safe as $$
  select left_class, left_face, left_role, right_class, right_face, right_role,
         st_makeline(st_point(ax, ay), st_point(bx, by))
  from class_segments(in_revision)
$$;
