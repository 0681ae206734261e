-- Over how many metres the error of a drawn line stays the same (the integral correlation length, methods B.4): what the
-- error of a net figure depends on. Null: not stated; docs/measures.md says what is taken then.
alter table series_statement add column correlation_m double precision check (correlation_m > 0);
