-- When an answer was kept: of what whoever asks can vary at will (a radius, a region) the oldest go.
alter table kept_answer add kept_at timestamptz not null default clock_timestamp();
create index on kept_answer (kind, kept_at);
