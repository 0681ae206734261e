-- What a map under review was read from, as `reading` keeps it of a stored one: the same file sent again waits, or is unchanged, even
-- when the theatre or the rest of the series has another boundary since, so that what is made of the file differs.
alter table held_snapshot add column input_sha256 text check (length(input_sha256) = 64);
