-- A rule of review may be about some kinds of change: those of proposals, and `held` for maps under review. Null: about all of them.
alter table review_rule add column kinds text[] check (cardinality(kinds) > 0
  and kinds <@ array['edit', 'map', 'claim', 'event', 'withdrawal', 'restoration', 'parties', 'places', 'posts', 'routes', 'held']);
-- Who approved a map under review: it counts when as many people as the rule says have. The newest word on its step holds.
create table held_approval (
  held bigint not null references held_snapshot,
  principal text not null check (principal <> ''),
  why text not null check (why <> ''),
  decided_at timestamptz not null default clock_timestamp(),
  primary key (held, principal)
);
create trigger kept before update or delete or truncate on held_approval for each statement execute function refuse_change();
