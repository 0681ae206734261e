-- Sessions of browsers. The cookie is 256 random bits, of which only the SHA-256 is stored. A session that a token opened
-- holds the token's hash and ends with the token; one that a provider of identities vouched for names the person.
create table browser_session (
  hash bytea primary key,
  credential bytea,
  person text check (person <> ''),
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  ended_at timestamptz,
  check ((credential is null) <> (person is null))
);
