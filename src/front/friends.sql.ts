/** A CTE: who is on whose side on a day (`$3`) by an edition (`$2`). */
export const FRIENDS = `friend as (
       select side, party from relation where edition = $2 and valid @> $3::date and stance in ('own', 'ally')
     )`;
