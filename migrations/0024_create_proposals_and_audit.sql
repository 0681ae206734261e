-- The desk: what people propose, who decided, when it goes out, and a log of all of it that shows when it was changed.

-- A proposed change of a series. `content` says what it is (desk/proposal.ts); `file` holds the bytes of a proposed map.
create table proposal (
  id bigint generated always as identity primary key,
  series slug not null,
  theatre slug not null,
  kind text not null check (kind in ('edit', 'map', 'claim', 'event', 'withdrawal', 'restoration')),
  valid_on date,
  content jsonb not null,
  file bytea,
  why text not null check (why <> ''),
  sources jsonb not null check (jsonb_array_length(sources) > 0),
  -- What it would do when it was proposed: the ground that would pass, m² by class pair.
  effect jsonb not null,
  proposed_by text not null check (proposed_by <> ''),
  proposed_at timestamptz not null default clock_timestamp(),
  check ((kind = 'map') = (file is not null)),
  foreign key (series, theatre) references series (id, theatre)
);
create index proposal_of_series on proposal (series, id);

-- What one person says of it. One word a person and proposal: a comment is no decision.
create table proposal_comment (
  id bigint generated always as identity primary key,
  proposal bigint not null references proposal,
  principal text not null check (principal <> ''),
  said_at timestamptz not null default clock_timestamp(),
  text text not null check (text <> '')
);
create table proposal_approval (
  proposal bigint not null references proposal,
  principal text not null check (principal <> ''),
  why text not null check (why <> ''),
  decided_at timestamptz not null default clock_timestamp(),
  primary key (proposal, principal)
);
-- The end of a proposal's review. `release_at`: when an approved change goes out; infinity: when a person releases it.
create table proposal_outcome (
  proposal bigint primary key references proposal,
  outcome text not null check (outcome in ('approved', 'rejected', 'retracted')),
  principal text not null check (principal <> ''),
  why text not null check (why <> ''),
  decided_at timestamptz not null default clock_timestamp(),
  release_at timestamptz,
  check ((outcome = 'approved') = (release_at is not null))
);
-- An approved change that went out, with what came of it.
create table proposal_release (
  proposal bigint primary key references proposal_outcome,
  principal text not null check (principal <> ''),
  released_at timestamptz not null default clock_timestamp(),
  result jsonb not null
);
-- How many people other than the author have to approve a change of a series. The newest row holds; none: one.
create table review_rule (
  id bigint generated always as identity primary key,
  series slug not null references series,
  approvals integer not null check (approvals between 1 and 5),
  why text not null check (why <> ''),
  principal text not null check (principal <> ''),
  recorded_at timestamptz not null default clock_timestamp()
);

-- Who did what, when and why. Each entry holds the hash of the one before it, so that a changed, lost or inserted entry shows.
create table audit_entry (
  no bigint primary key check (no > 0),
  recorded_us bigint not null,
  principal text not null check (principal <> ''),
  action text not null check (action <> ''),
  subject text not null,
  detail jsonb not null,
  previous bytea not null check (length(previous) = 32),
  hash bytea not null unique check (length(hash) = 32)
);

do $$
declare t text;
begin
  foreach t in array array['proposal', 'proposal_comment', 'proposal_approval', 'proposal_outcome', 'proposal_release',
                           'review_rule', 'audit_entry'] loop
    execute format('create trigger kept before update or delete or truncate on %I for each statement execute function refuse_change()', t);
  end loop;
end $$;
