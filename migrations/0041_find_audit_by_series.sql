-- The newest entry about a series: its subject is `m5/proposals/12`, or the path of a write, `/series/m5/snapshots`.
create index audit_entry_series_no_idx on audit_entry (split_part(regexp_replace(subject, '^/series/', ''), '/', 1), no);
