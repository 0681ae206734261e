-- How reliable a publisher is, by the Admiralty scale, in the eyes of those who keep a theatre. The newest row of each
-- holds; a grade that is null was taken back. No reference: a theatre may be judged in before its first map.
create table publisher_reliability (
  id bigint generated always as identity primary key,
  theatre slug not null,
  publisher text not null check (publisher <> ''),
  grade text check (grade in ('A', 'B', 'C', 'D', 'E', 'F')),
  why text not null check (why <> ''),
  principal text not null check (principal <> ''),
  recorded_at timestamptz not null default clock_timestamp()
);
create index publisher_reliability_of on publisher_reliability (theatre, lower(publisher), id desc);

-- What a source of a proposal said when it was looked at: its hash, and the bytes where the operator has them kept.
create table source_copy (
  id bigint generated always as identity primary key,
  proposal bigint not null references proposal,
  url text not null check (url <> ''),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  bytes bigint not null check (bytes >= 0),
  content bytea check (length(content) = bytes),
  fetched boolean not null,
  principal text not null check (principal <> ''),
  recorded_at timestamptz not null default clock_timestamp()
);
create index source_copy_of on source_copy (proposal, id);

do $$
declare t text;
begin
  foreach t in array array['publisher_reliability', 'source_copy'] loop
    execute format('create trigger kept before update or delete or truncate on %I for each statement execute function refuse_change()', t);
  end loop;
end $$;
