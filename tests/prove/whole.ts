import { join } from 'node:path';
import { PROJECT_ROOT } from '../../src/config.js';
import { readMigrations } from '../../src/store/migrate.js';
import type { Db } from '../../src/store/pool.js';

/** What a store holds, as text that is the same after any two loads of the same files. */
export interface Contents {
  migrations: string;
  log: string;
  m5: string;
}

/**
 * The bundled timeline as text: ids differ from load to load (a number that a lost transaction took is not given
 * again), what they stand for does not.
 */
export async function contents(db: Db): Promise<Contents> {
  const [row] = await db.query<Contents>(`
    select
      (select string_agg(number || ' ' || name || ' ' || sha256, E'\\n' order by number) from migration) as migrations,
      (select md5(string_agg(line, E'\\n' order by line)) from (
         select 'source ' || id || ' ' || sha256 || ' ' || (superseded_at is null) as line from source where id not like 'import-%'
         union all
         select 'claim ' || c.id || ' ' || c.sha256 || ' ' || (c.superseded_at is null) || ' '
                || string_agg(s.id, ',' order by s.id)
         from claim c join claim_source x on x.claim = c.no join source s on s.no = x.source group by c.no
         union all
         select 'event ' || e.id || ' ' || e.sha256 || ' ' || (e.superseded_at is null) || ' '
                || (select count(*) from event_count k where k.event = e.no)
         from event e
         union all
         select 'series ' || s.series || ' ' || s.title || ' ' || s.parties::text from series_statement s where s.series = 'm5'
         union all
         select 'edition ' || e.sha256 || ' ' || (select count(*) from place_entry p where p.edition = e.id)
                || ' ' || (select count(*) from post p where p.edition = e.id)
         from edition e where e.theatre = (select theatre from series where id = 'm5')
       ) lines) as log,
      (select string_agg(line, E'\\n' order by line) from (
         select r.valid_on || ' ' || (r.superseded_at is null) || ' ' || count(*) || ' '
                || md5(string_agg(concat_ws(' ', a.no, a.party, a.status, a.confidence, s.sha256, source.id, a.place, a.reason,
                     (select string_agg(c.id, ',' order by c.id) from area_claim x join claim c on c.no = x.claim
                      where x.revision = a.revision and x.no = a.no)), E'\\n' order by a.no)) as line
         from revision r join area a on a.revision = r.id join shape s on s.id = a.shape join source on source.no = a.source
         where r.series = 'm5' group by r.id
       ) maps) as m5`);
  return row as Contents;
}

/** Whatever a store has that no finished transaction leaves behind; empty when it is whole. */
export async function halves(db: Db): Promise<string[]> {
  const rows = await db.query<{ half: string }>(`
    select 'revision ' || id || ' without areas' as half from revision r
      where plane is not null and not exists (select from area where area.revision = r.id)
    union all
    select 'revision ' || r.id || ' with an area that its plane has no face of' from revision r join area a on a.revision = r.id
      where not exists (select from plane_face f where f.plane = r.plane and f.shape = a.shape)
    union all
    select 'plane ' || p.id || ' does not fill its theatre' from plane p
      where abs((select sum(area_m2) from plane_face f where f.plane = p.id and f.territory is null) - theatre_m2) > 1e-6 * theatre_m2
         or not exists (select from plane_face f where f.plane = p.id)
    union all
    select 'plane ' || id || ' without a revision' from plane p
      where not exists (select from revision r where r.plane = p.id)
    union all
    select 'shape ' || id || ' in no area' from shape s
      where not exists (select from area where area.shape = s.id)
        and not exists (select from held_area where held_area.shape = s.id)
    union all
    select 'series ' || id || ' without a statement' from series s
      where not exists (select from series_statement t where t.series = s.id)
    union all
    select 'series ' || id || ' without a map' from series s where not exists (select from revision r where r.series = s.id)
    union all
    select 'theatre ' || id || ' without an edition' from theatre t
      where not exists (select from edition e where e.theatre = t.id)
    union all
    select 'claim ' || id || ' without a source' from claim c
      where not exists (select from claim_source x where x.claim = c.no)
    union all
    select 'day ' || valid_on || ' of ' || series || ' with no current map' from revision
      group by series, valid_on having count(*) filter (where superseded_at is null) <> 1
    union all
    select 'series ' || a.series || ': the step to ' || a.valid_on || ' was not measured'
      from (select r.*, lag(id) over (partition by series order by valid_on) as before from revision r
            where superseded_at is null and series <> 'm5') a
      where before is not null
        and not exists (select from kept_change k where k.from_revision = a.before and k.to_revision = a.id)`);
  const applied = await db.query<{ name: string; sha256: string }>(
    'select name, sha256 from migration order by number',
  );
  const wanted = readMigrations(join(PROJECT_ROOT, 'migrations')).map(({ name, sha256 }) => ({ name, sha256 }));
  const migrations = JSON.stringify(applied) === JSON.stringify(wanted) ? [] : ['the migrations are not all there'];
  return [...rows.map((row) => row.half), ...migrations];
}
