/**
 * CTEs of a query over `face` (`no, geom, territory, party`): `holder` is each party that holds ground, `friend` who is on whose
 * side on the day, `block` each party with those whose ground counts as its own (itself, its allies, and who shares a side with
 * it, as `frontLines` has them). Parameters: `$2` the edition, `$3` the day.
 */
export const PARTY_BLOCKS = `holder as (select distinct party from face where party is not null),
     friend as (
       select side, party from relation where edition = $2 and valid @> $3::date and stance in ('own', 'ally')
     ), block as materialized (
       select a.party, b.party as held from holder a join holder b on a.party = b.party
         or exists (select from friend where (side, party) in ((a.party, b.party), (b.party, a.party)))
         or exists (select from friend x join friend y using (side) where x.party = a.party and y.party = b.party)
     )`;
