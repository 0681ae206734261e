-- What the desk adds beside the files of a bundle: both survive when the files are loaded again.

-- Rows of reference data as they were sent. `base`: the version that they were added to.
create table reference_addition (
  id bigint generated always as identity primary key,
  theatre slug not null references theatre,
  kind text not null check (kind in ('parties', 'places', 'posts', 'routes')),
  file bytea not null,
  words jsonb not null,
  keys text[] not null check (cardinality(keys) > 0),
  base bigint not null references edition,
  principal text not null default coalesce(nullif(current_setting('salient.principal', true), ''), 'service') check (principal <> ''),
  recorded_at timestamptz not null
);
-- The versions that came of it: one when it was added, one whenever new files were loaded under it. A version that is not here
-- is stated by the files, or by a write into a theatre that no files state.
create table added_edition (
  edition bigint primary key references edition,
  addition bigint not null references reference_addition
);

-- Until when the reports of a derived series were gone through by the desk, after the files were.
create table series_continuation (
  id bigint generated always as identity primary key,
  series slug not null references series,
  complete_until date not null,
  principal text not null default coalesce(nullif(current_setting('salient.principal', true), ''), 'service') check (principal <> ''),
  recorded_at timestamptz not null
);
create trigger kept before update or delete or truncate on reference_addition for each statement execute function refuse_change();
create trigger kept before update or delete or truncate on added_edition for each statement execute function refuse_change();
create trigger kept before update or delete or truncate on series_continuation for each statement execute function refuse_change();
