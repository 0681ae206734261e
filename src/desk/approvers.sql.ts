/** Why an approval that was given counts no longer. */
export type Lapse = 'token_revoked' | 'token_expired' | 'no_right';

/**
 * SQL of why an approval no longer counts (`Lapse`; null: it does): its approver may not approve in the series now. A token counts as long
 * as it is the one that was there at the approval, a role as the newest word on it; in a series for members only a scope counts for nothing
 * but `admin`. Of the operator's own credentials (`local`, `environment`) no end is recorded: theirs always count.
 * @param approval its row, with `principal` and `decided_at`
 * @param series id of the series, as SQL
 */
export const lapseOf = (approval: string, series: string) => `(
  select case
    when ${approval}.principal !~ '^(token|person):' then null
    when ${approval}.principal like 'token:%' and t.id is null then 'token_revoked'
    when t.expires_at <= clock_timestamp() then 'token_expired'
    when 'admin' = any(t.scopes) or role.is_reviewer then null
    when 'review' = any(t.scopes) and not closed.is_closed then null
    else 'no_right' end
  from (values (1)) one
    left join lateral (
      select * from token where ${approval}.principal = 'token:' || name and revoked_at is null and created_at <= ${approval}.decided_at
    ) t on true
    left join lateral (
      select r.role in ('reviewer', 'publisher', 'keeper') and (t.id is null or t.created_at <= r.recorded_at) as is_reviewer
      from series_role r where r.series = ${series} and r.holder = ${approval}.principal order by r.id desc limit 1
    ) role on true
    cross join lateral (
      select coalesce((select a.members_only from theatre_access a join series s on s.theatre = a.theatre
                       where s.id = ${series} order by a.id desc limit 1), false) as is_closed
    ) closed)`;
