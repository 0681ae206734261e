-- The class of a point of an area (docs/measures.md): the party where it controls; what is only claimed counts as contested.
-- Of territory in no area (status null) it is null, which every caller names `unassigned`.
create or replace function class_of(status text, party text) returns text language sql immutable parallel safe as $$
  select case when status is null then null when status = 'controlled' then party when status = 'unknown' then 'unknown' else 'contested' end
$$;
