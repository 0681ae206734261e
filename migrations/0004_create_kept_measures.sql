-- Figures that were computed once and hold until one of their inputs changes: every key names its inputs whole, so
-- nothing here is ever stale, and all of it could be computed again.
create table kept_change (
  from_revision bigint references revision,
  to_revision bigint references revision,
  from_class text,
  to_class text,
  m2 double precision not null check (m2 > 0),
  primary key (from_revision, to_revision, from_class, to_class)
);

create table kept_encirclement (
  revision bigint references revision,
  edition bigint,
  statement bigint references series_statement,
  -- The day from which relations, policies and posts have been as they are: a part of the revision's validity.
  since date not null,
  operator slug,
  number integer,
  verdict text not null check (verdict in ('encircled', 'not_encircled', 'uncertain', 'unmapped')),
  reason text check (reason in ('contested', 'accuracy')),
  grade text check (grade in ('open', 'narrow')),
  state_strict text not null,
  state_lenient text not null,
  -- Null until somebody asked for the numbers; the verdict does not need them.
  margin_strict_m double precision,
  margin_lenient_m double precision,
  margin_at_least boolean,
  primary key (revision, edition, statement, since, operator, number),
  foreign key (edition, operator, number) references post
);
