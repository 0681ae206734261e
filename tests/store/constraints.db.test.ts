import { expect, it } from 'vitest';
import type { Db } from '../../src/store/pool.js';
import { onEachDatabase } from '../setup/databases.js';
import { storeHash } from '../setup/fingerprint.js';
import { m5 } from '../setup/m5.js';

/*
 * Wrong states cannot be stored, whoever writes them: each statement here is made of rows that are there, with one
 * thing wrong, and goes around the service straight to the database.
 */

const CHECK = '23514';
const EXCLUSION = '23P01';
const FOREIGN_KEY = '23503';
const UNIQUE = '23505';
const NOT_NULL = '23502';
const KEPT = '23001';
const BACKWARDS = '22000';

const BOW_TIE = "'SRID=4326;MULTIPOLYGON(((36 35,37 36,37 35,36 36,36 35)))'";
const SHA = `repeat('0', 64)`;

/** An area on ground that is in no map yet, so that nothing else is wrong with it. */
const area = (changed: Record<string, string>) =>
  `${shape("'SRID=4326;MULTIPOLYGON(((36 35,37 35,37 36,36 35)))'")};
   ${copied(
     'area',
     'revision, theatre, no, party, status, confidence, shape, source, place, reason',
     { no: 'no + 100000', shape: `(select id from shape where sha256 = ${SHA})`, ...changed },
     "status = 'controlled'",
   )}`;
const claim = (changed: Record<string, string>) =>
  copied(
    'claim',
    'theatre, id, kind, relation, place, location, party, earliest, latest, sha256',
    { id: "'wrong'", ...changed },
    "kind = 'captured' and place is not null",
  );
const revision = (changed: Record<string, string>) =>
  copied('revision', 'series, theatre, valid_on, edition, plane, sha256', changed, 'superseded_at is null');
const relation = (changed: Record<string, string>) =>
  copied('relation', 'edition, side, party, stance, valid, source', changed);
const post = (changed: Record<string, string>) =>
  copied(
    'post',
    'edition, operator, number, number_source, name, geom, error_m, established, established_source, withdrawn, withdrawn_source',
    { number: 'number + 1000', ...changed },
  );
const statement = (changed: Record<string, string>) =>
  copied(
    'series_statement',
    'series, title, publisher, licence, kind, method, accuracy_m, first_date, complete_until, parties, perimeter_m, reach_m, narrow_m, r_max_m, spacing_m',
    changed,
    "series = 'm5'",
  );
const count = (changed: Record<string, string>) =>
  copied('event_count', 'event, measure, value, qualifier, wording, period', { measure: "'wrong'", ...changed });
const shape = (geom: string) => `insert into shape (sha256, geom) values (${SHA}, ${geom})`;

/** A theatre of its own with a source. */
const elsewhere = `insert into theatre (id) values ('elsewhere');
  insert into source (theatre, id, publisher, stance, sha256) values ('elsewhere', 'x', 'X', 'press', ${SHA})`;

/** Stores a row of the table again, with other values in some of its columns. */
function copied(table: string, columns: string, changed: Record<string, string>, where = 'true'): string {
  const values = columns.split(', ').map((column) => changed[column] ?? column);
  return `insert into ${table} (${columns}) select ${values.join(', ')} from ${table} where ${where} limit 1`;
}

/** Another theatre with a party of its own, made first. */
const ELSEWHERE = `
  insert into theatre (id) values ('elsewhere');
  insert into party (theatre, id) values ('elsewhere', 'strangers');
  insert into series (id, theatre) values ('elsewhere', 'elsewhere');
  insert into edition (theatre, title, boundary, projection, time_zone, sha256)
    select 'elsewhere', title, boundary, projection, time_zone, sha256 from edition limit 1;`;

const WRONG: [string, string, string][] = [
  ['a polygon that crosses itself', shape(BOW_TIE), CHECK],
  ['a polygon without ground', shape("'SRID=4326;MULTIPOLYGON EMPTY'"), CHECK],
  [
    'a theatre whose boundary crosses itself',
    copied('edition', 'theatre, title, boundary, projection, time_zone, sha256', { boundary: BOW_TIE }),
    CHECK,
  ],
  [
    'a territory whose boundary crosses itself',
    copied('territory', 'edition, id, kind, name, boundary', { id: "'wrong'", boundary: BOW_TIE }),
    CHECK,
  ],
  [
    'a face that crosses itself',
    copied('plane_face', 'plane, no, geom, area_m2', { no: 'no + 100000', geom: "'POLYGON((0 0,1 1,1 0,0 1,0 0))'" }),
    CHECK,
  ],
  [
    'a face without ground',
    copied('plane_face', 'plane, no, geom, area_m2', { no: 'no + 100000', area_m2: '0' }),
    CHECK,
  ],
  ['a polygon in another reference system', shape("'SRID=3857;MULTIPOLYGON(((0 0,1 0,1 1,0 0)))'"), '22023'],

  ['two current maps of one day', revision({}), EXCLUSION],
  [
    'two maps of one day that both held at one moment',
    revision({})
      .replace('(series', '(superseded_at, series')
      .replace('select series', "select clock_timestamp() + interval '1 hour', series"),
    EXCLUSION,
  ],
  [
    'a map in the series of another theatre',
    `${ELSEWHERE} ${revision({ theatre: "'elsewhere'", valid_on: "'1999-01-01'" })}`,
    FOREIGN_KEY,
  ],
  [
    'a map on the ground of another theatre',
    `${ELSEWHERE} ${revision({ valid_on: "'1999-01-01'", edition: "(select id from edition where theatre = 'elsewhere')" })}`,
    FOREIGN_KEY,
  ],

  ['an area without a source', area({ source: 'null' }), NOT_NULL],
  ['an area whose source does not exist', area({ source: '0' }), FOREIGN_KEY],
  ['an area of a party of another theatre', `${ELSEWHERE} ${area({ party: "'strangers'" })}`, FOREIGN_KEY],
  [
    'an area of another theatre than its map',
    `${ELSEWHERE} ${area({ theatre: "'elsewhere'", party: "'strangers'", place: 'null' })}`,
    FOREIGN_KEY,
  ],
  ['an area of a party nobody knows', area({ party: "'martians'" }), FOREIGN_KEY],
  ['an area that nobody controls', area({ party: 'null' }), CHECK],
  ['an area of a status that is none', area({ status: "'held'" }), CHECK],
  ['a confidence of 2', area({ confidence: '2' }), CHECK],
  ['a confidence below 0', area({ confidence: '-0.1' }), CHECK],
  ['a confidence that is not a number', area({ confidence: "'NaN'" }), CHECK],
  ['one ground in two areas of a map', area({ shape: 'shape' }), UNIQUE],
  [
    'an area on a claim that does not exist',
    copied('area_claim', 'revision, theatre, no, claim', { claim: '0' }),
    FOREIGN_KEY,
  ],
  [
    'an area on a source of another theatre',
    `${elsewhere}; ${area({ source: `(select no from source where theatre = 'elsewhere')` })}`,
    FOREIGN_KEY,
  ],
  [
    'an area on a claim of another theatre',
    `${elsewhere};
     insert into claim (theatre, id, kind, relation, location, sha256) values ('elsewhere', 'x', 'besieged', 'near', 'there', ${SHA});
     insert into claim_source select c.no, s.no from claim c, source s where c.theatre = 'elsewhere' and s.theatre = 'elsewhere';
     ${copied('area_claim', 'revision, theatre, no, claim', { claim: `(select no from claim where theatre = 'elsewhere')` })}`,
    FOREIGN_KEY,
  ],

  ['a claim without a source', claim({}), CHECK],
  [
    'an event without a source',
    copied('event', 'theatre, id, kind, earliest, latest, sha256', { id: "'wrong'" }),
    CHECK,
  ],
  ['a claim about nowhere', claim({ place: 'null', location: 'null' }), CHECK],
  ['a claim whose dates run backwards', claim({ earliest: "'2020-01-02'", latest: "'2020-01-01'" }), CHECK],
  ['a capture without a day', claim({ earliest: 'null', latest: 'null' }), CHECK],
  ['a capture by nobody', claim({ party: 'null' }), CHECK],
  ['a claim of a kind that is none', claim({ kind: "'liberated'" }), CHECK],
  ['a claim by a party of another theatre', `${ELSEWHERE} ${claim({ party: "'strangers'" })}`, FOREIGN_KEY],
  ['a second current version of a claim', claim({ id: 'id' }), EXCLUSION],
  [
    'a claim that says it is withdrawn and not why',
    claim({}).replace('(theatre', '(withdrawn_on, theatre').replace('select theatre', "select '2020-01-01', theatre"),
    CHECK,
  ],
  [
    'an event whose dates run backwards',
    copied('event', 'theatre, id, kind, earliest, latest, sha256', {
      id: "'wrong'",
      earliest: "'2020-01-02'",
      latest: "'2020-01-01'",
    }),
    CHECK,
  ],
  ['a count below 0', count({ value: '-1' }), CHECK],
  ['a count that says nothing', count({ value: 'null', wording: 'null' }), CHECK],
  ['a count with a qualifier that is none', count({ qualifier: "'roughly'" }), CHECK],
  ['a count over a period that runs backwards', count({ period: "daterange('2020-01-02', '2020-01-01')" }), BACKWARDS],
  ['a count over no time', count({ period: "'empty'" }), CHECK],

  ['two stances of one side to one party on one day', relation({}), EXCLUSION],
  ['a stance that runs backwards', relation({ valid: "daterange('2020-01-02', '2020-01-01')" }), BACKWARDS],
  ['a stance that never held', relation({ valid: "'empty'" }), CHECK],
  ['a stance without a source', relation({ source: "''" }), CHECK],
  [
    'a border open and closed on one day',
    copied('border_policy', 'edition, side, territory, policy, valid, source', { policy: "'open'" }),
    EXCLUSION,
  ],
  ['the same anchor twice', copied('anchor', 'edition, side, territory, valid, source', {}), EXCLUSION],
  ['a post established on no day', post({ established: "'empty'" }), CHECK],
  ['a post without a source', post({ established_source: "'{}'" }), CHECK],
  [
    'a post withdrawn before it was there',
    post({
      established: "'[2018-05-01,2018-05-02)'",
      withdrawn: "'[2018-04-01,2018-04-02)'",
      withdrawn_source: "'{x}'",
    }),
    CHECK,
  ],
  [
    'a post withdrawn without a source',
    post({ withdrawn: "'[2030-01-01,2030-01-02)'", withdrawn_source: "'{}'" }),
    CHECK,
  ],
  ['a post of an operator nobody knows', post({ operator: "'martians'" }), FOREIGN_KEY],
  ['a post number of 0', post({ number: '0' }), CHECK],
  [
    'a position error below 0',
    copied('place_entry', 'edition, theatre, place, name, kind, geom, error_m, source', { error_m: '-1' }),
    CHECK,
  ],

  ['a series without a licence', statement({ licence: "''" }), CHECK],
  ['a series without an accuracy', statement({ accuracy_m: 'null' }), NOT_NULL],
  ['a series that is complete before it begins', statement({ complete_until: "'1999-01-01'" }), CHECK],
  ['a derived series whose reports reach no distance', statement({ r_max_m: 'null' }), CHECK],
  ['an id with capitals', "insert into theatre (id) values ('M5')", CHECK],
  ['an id with a slash', "insert into theatre (id) values ('m5/a')", CHECK],

  [
    'a map superseded twice',
    "update revision set superseded_at = clock_timestamp(); update revision set superseded_at = clock_timestamp() + interval '1 s'",
    KEPT,
  ],
  [
    'a map superseded and then current again',
    'update revision set superseded_at = clock_timestamp(); update revision set superseded_at = null',
    KEPT,
  ],
  [
    'a map superseded before it was recorded',
    "update revision set superseded_at = recorded_at - interval '1 s' where superseded_at is null",
    CHECK,
  ],
  [
    'a map moved to another day while it is superseded',
    'update revision set superseded_at = clock_timestamp(), valid_on = valid_on + 1',
    KEPT,
  ],
  [
    'a claim reworded while it is superseded',
    "update claim set superseded_at = clock_timestamp(), note = 'other'",
    KEPT,
  ],
];

const codeOf = async (db: Db, sql: string) => {
  const stored = db.transaction((tx) => tx.query(sql));
  return stored.then(
    () => 'stored',
    ({ code, message }: { code?: string; message: string }) => code ?? message,
  );
};

onEachDatabase('the database itself refuses', (open) => {
  it.each(WRONG)('%s', async (_, sql, code) => {
    expect(await codeOf(await m5(await open()), sql)).toBe(code);
  });

  it('to delete, change or empty any table that is kept', async () => {
    const db = await m5(await open());
    const before = await storeHash(db);
    const tables = await db.query<{ name: string; column: string }>(
      `select c.relname as name, a.attname as column from pg_trigger t join pg_class c on c.oid = t.tgrelid
         join pg_attribute a on a.attrelid = c.oid and a.attnum = 2
       where t.tgname = 'kept' order by c.relname collate "C"`,
    );
    expect(tables.length).toBeGreaterThan(25);
    for (const { name, column } of tables) {
      expect(await codeOf(db, `delete from ${name}`), `delete from ${name}`).toBe(KEPT);
      expect(await codeOf(db, `update ${name} set ${column} = ${column}`), `update ${name}`).toBe(KEPT);
      expect(await codeOf(db, `truncate ${name} cascade`), `truncate ${name}`).toBe(KEPT);
    }
    expect(await storeHash(db)).toBe(before);
  });
});
