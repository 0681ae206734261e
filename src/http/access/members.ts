import { branches } from '../../desk/members-record.sql.js';
import type { Membership } from '../../desk/membership.js';
import type { Ahead } from '../../store/members-record.js';
import type { Db } from '../../store/pool.js';
import { ANONYMOUS, may, type Principal } from '../../store/principal.js';

/** Finds whose record a request is answered from. */
export interface MembersRecord {
  /** Null: the public record. */
  of(principal: Principal, request: { method: string; path: string }): Promise<Ahead | null>;
}

/** What is proposed is told of the public record, whoever looks: it is that record which a release changes. */
const OF_THE_PUBLIC = /^\/series\/[^/]+\/(proposals|held|subscriptions)(\/|$)/;

export function openMembersRecord(db: Db, membership: Membership): MembersRecord {
  let known: { version: number | undefined; rows: Awaited<ReturnType<typeof branches>> } | null = null;
  /** Not remembered where others write: a member who asks right after an approval reads it. */
  async function all() {
    const version = db.version?.();
    if (known && version !== undefined && known.version === version) return known.rows;
    const rows = await branches(db);
    known = { version, rows };
    return rows;
  }
  return {
    async of(principal, { method, path }) {
      if (principal === ANONYMOUS || !['GET', 'HEAD'].includes(method) || OF_THE_PUBLIC.test(path)) return null;
      const rows = await all();
      const own = rows.filter(({ theatre, series }) => {
        if (may(principal, 'admin')) return true;
        if (may(principal, 'read') && !membership.isRestricted(theatre)) return true;
        return series.some((id) => membership.roleIn(principal, id) !== null);
      });
      return aheadOf(own);
    },
  };
}

/** The members' record of every theatre, as the operator on this machine reads it: of a path that is answered of it. */
export async function everyRecord(db: Db, path: string): Promise<Ahead | null> {
  return OF_THE_PUBLIC.test(path) ? null : aheadOf(await branches(db));
}

const aheadOf = (rows: Awaited<ReturnType<typeof branches>>): Ahead | null =>
  rows.length === 0
    ? null
    : {
        theatres: rows.map(({ theatre }) => theatre),
        mark: rows.map(({ theatre, version }) => `${theatre} ${version}`).join(' '),
      };
