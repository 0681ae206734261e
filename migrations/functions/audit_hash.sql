-- The hash of an entry of the audit log over everything it says and the hash before it. Text is in UTF-8, and jsonb is written
-- by PostgreSQL itself: equal on every session setting.
create or replace function audit_hash(no bigint, recorded_us bigint, principal text, action text, subject text, detail jsonb,
                                      previous bytea)
  returns bytea language sql immutable parallel safe as $$
  select sha256(previous || convert_to(jsonb_build_array(no, recorded_us, principal, action, subject, detail)::text, 'UTF8'))
$$;
