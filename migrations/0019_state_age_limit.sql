-- How many days a map of the series may be carried beyond its own day before the answer says that nothing is known. Null:
-- not stated; src/series/coverage.ts says what is taken then.
alter table series_statement add column max_age_days integer check (max_age_days between 0 and 3660);
