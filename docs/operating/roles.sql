-- Two roles for one database: `salient_owner` owns the schema and applies migrations (`salient migrate`, with its DATABASE_URL);
-- `salient_app` answers and records, and can neither change nor drop a table. Run once by a superuser in the new database:
--   psql -v owner_password=… -v app_password=… -f roles.sql "postgres://postgres@host/salient"
create extension if not exists postgis;
create extension if not exists btree_gist;
create role salient_owner login password :'owner_password';
create role salient_app login password :'app_password';
revoke create on schema public from public;
grant usage, create on schema public to salient_owner;
grant usage on schema public to salient_app;
do $$ begin
  execute format('grant connect, temporary, create on database %I to salient_owner', current_database());
  execute format('grant connect, temporary on database %I to salient_app', current_database());
end $$;
alter default privileges for role salient_owner in schema public grant select, insert, update, delete on tables to salient_app;
alter default privileges for role salient_owner in schema public grant usage, select, update on sequences to salient_app;
alter default privileges for role salient_owner in schema public grant execute on functions to salient_app;
