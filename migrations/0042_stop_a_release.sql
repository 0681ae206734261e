-- An approved change that was stopped before it went out: it never goes out. Who still wants it proposes it again.
create table proposal_stop (
  proposal bigint primary key references proposal_outcome,
  principal text not null check (principal <> ''),
  why text not null check (why <> ''),
  stopped_at timestamptz not null default clock_timestamp()
);
create trigger kept before update or delete or truncate on proposal_stop for each statement execute function refuse_change();

-- What is approved and waits: for its instant, or for a person (`release_at` infinity).
create view waiting_release as
  select p.id, p.series, p.theatre, o.decided_at, o.release_at
  from proposal p join proposal_outcome o on o.proposal = p.id
  where o.outcome = 'approved'
    and not exists (select from proposal_release r where r.proposal = p.id)
    and not exists (select from proposal_stop s where s.proposal = p.id);
