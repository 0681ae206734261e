import { describe, expect, it } from 'vitest';
import { mayChangeAnswers } from '../../src/store/store-version.js';

describe('whether a statement may change what the store answers', () => {
  it.each([
    'insert into revision (series) values ($1)',
    'with a as (insert into audit_entry values (1) returning 1) select * from a',
    'update series_statement set title = $1',
    'UPDATE ONLY claim SET superseded_at = now()',
    'delete from claim where id = $1',
    'select purge_maps($1, $2, $3, $4, $5) as shapes',
    'insert into kept_answer values (1); insert into claim values (1)',
    'truncate table claim',
    'alter table claim add column x int',
    'drop table claim',
    'copy claim from stdin',
    'select * from claim for update',
  ])('yes: %s', (text) => expect(mayChangeAnswers(text)).toBe(true));

  it.each([
    'select epoch, updated from series_epoch',
    'insert into kept_answer (kind) values ($1) on conflict (kind) do update set answer = 1',
    'delete from kept_coverage where key in (select 1)',
    'create temp table if not exists mask_face (geom geometry not null)\n      on commit drop;\n create temporary table staged (no integer) on commit drop',
    'truncate mask_face',
    'create index on mask_face using gist (geom)',
    'select id from report_due for update skip locked',
  ])('no: %s', (text) => expect(mayChangeAnswers(text)).toBe(false));
});
