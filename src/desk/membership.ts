import { SalientError } from '../errors.js';
import { ID_RULE, isId } from '../model/id.js';
import { atWork } from '../store/cancellation.js';
import type { Db } from '../store/pool.js';
import { may, type Principal } from '../store/principal.js';
import { within } from '../store/rehearsal.js';
import { isHidden } from '../store/sight.js';
import { appendAudit } from './audit.sql.js';
import type { Role } from './role.js';
import {
  insertAccess,
  insertRole,
  latestRolesOf,
  membersOnly,
  rolesInForce,
  seriesOfTheatre,
  theatreOf,
} from './roles.sql.js';

/** So long what another process stated of access and roles may be unknown here, milliseconds. */
const KEPT_MS = 1000;
/** From this age on it is looked at anew while answers still go by it, so that nobody waits for the look. */
const RENEWED_MS = 500;

interface Known {
  /** When the look began, and of which state of the store it is, where that is known. */
  at: number;
  version: number | undefined;
  /** Series and theatres for members only. */
  restricted: ReadonlySet<string>;
  /** By principal: the roles it has, by series. */
  roles: ReadonlyMap<string, ReadonlyMap<string, Role>>;
  /** By principal: what it may not know of. */
  hidden: Map<string, ReadonlySet<string>>;
}

/** Who may know of which series, and what each person may do in one. */
export interface Membership {
  /** Whether what is known here is recent enough to answer by. */
  isFresh(): boolean;
  refresh(): Promise<void>;
  /** Whether a series or theatre is for members only, as known here. */
  isRestricted(id: string): boolean;
  /** The series and theatres that a principal may not know of, as known here. */
  hiddenFrom(principal: Principal): ReadonlySet<string>;
  /** The role of a principal in a series; null: none. */
  roleIn(principal: Principal, series: string): Role | null;
  /** The roles of a principal, by series. */
  rolesOf(principal: Principal): Record<string, Role>;
  /** Forgets what it knows: it was changed here. */
  forget(): void;
}

const NOTHING: ReadonlySet<string> = new Set();

export function openMembership(db: Db): Membership {
  let known: Known | null = null;
  let refreshing: { version: number | undefined; done: Promise<void> } | null = null;
  let forgotten = 0;

  const isOf = (version: number | undefined) => version === db.version?.();
  const age = () => (known === null ? Number.POSITIVE_INFINITY : performance.now() - known.at);
  /** Where no other process writes, what is known holds until this one does. */
  const holds = () => (db.version ? known !== null && isOf(known.version) && known.at > 0 : age() < KEPT_MS);

  async function load(version: number | undefined): Promise<void> {
    const before = forgotten;
    const at = performance.now();
    try {
      const [theatres, roles] = [await membersOnly(db), await rolesInForce(db, null)];
      const byHolder = new Map<string, Map<string, Role>>();
      for (const { holder, series, role } of roles) {
        byHolder.set(holder, (byHolder.get(holder) ?? new Map()).set(series, role));
      }
      const restricted = new Set(theatres.flatMap(({ theatre, series }) => [theatre, ...(series ? [series] : [])]));
      known = {
        at: before === forgotten ? at : Number.NEGATIVE_INFINITY,
        version,
        restricted,
        roles: byHolder,
        hidden: new Map(),
      };
    } catch (error) {
      // Without a database nothing changes either: what was known holds, and what needs the database fails by itself.
      if (!known) throw error;
      known.at = at;
      known.version = version;
    }
  }

  function refresh(): Promise<void> {
    // A look that began before the last write does not show it.
    if (refreshing && isOf(refreshing.version)) return refreshing.done;
    const version = db.version?.();
    const done = atWork({ lane: 'light' }, () => load(version)).finally(() => {
      if (refreshing?.done === done) refreshing = null;
    });
    refreshing = { version, done };
    return done;
  }

  const membership: Membership = {
    isFresh() {
      const fresh = holds();
      // A failure is that of the next who has to wait for a look.
      if (fresh && !db.version && refreshing === null && age() > RENEWED_MS) refresh().catch(() => {});
      return fresh;
    },
    refresh,
    isRestricted: (id) => known?.restricted.has(id) ?? true,
    hiddenFrom(principal) {
      if (!known) throw new Error('membership is read before it is known');
      if (known.restricted.size === 0 || may(principal, 'admin')) return NOTHING;
      const kept = known.hidden.get(principal.name);
      if (kept) return kept;
      const own = known.roles.get(principal.name);
      const hidden = new Set([...known.restricted].filter((id) => !own?.has(id)));
      known.hidden.set(principal.name, hidden);
      return hidden;
    },
    roleIn: (principal, series) => known?.roles.get(principal.name)?.get(series) ?? null,
    rolesOf: (principal) => Object.fromEntries(known?.roles.get(principal.name) ?? []),
    forget() {
      forgotten++;
      if (known) known.at = Number.NEGATIVE_INFINITY;
    },
  };
  return membership;
}

/**
 * States whether the series of a theatre are open or for members only. All series of a theatre share its claims, events and
 * places, so they are open or closed together; a series that does not exist yet is closed before its first map.
 * @returns the series that it concerns
 */
export function stateAccess(
  db: Db,
  series: string,
  { access, why, by }: { access: 'open' | 'members'; why: string; by: string },
) {
  return db.transaction(async (tx) => {
    const theatre = (await theatreOf(tx, series)) ?? series;
    if (isHidden(series) || isHidden(theatre)) throw unknownSeries(series);
    refuseNoId(theatre);
    await insertAccess(tx, { theatre, membersOnly: access === 'members', why, by });
    const detail = { access, why, theatre };
    await appendAudit(within(tx), { principal: by, action: 'access', subject: `${series}/access`, detail });
    return { series, theatre, access, concerns: await seriesOfTheatre(tx, theatre) };
  });
}

/** Gives a person a role in a series, or (null) takes it away. */
export function giveRole(
  db: Db,
  series: string,
  { holder, role, by }: { holder: string; role: Role | null; by: string },
) {
  return db.transaction(async (tx) => {
    if (isHidden(series)) throw unknownSeries(series);
    refuseNoId(series);
    await insertRole(tx, { series, holder, role, by });
    const subject = `${series}/roles/${holder}`;
    await appendAudit(within(tx), { principal: by, action: 'role', subject, detail: { role } });
    return { series, holder, role };
  });
}

/** Who gives the roles that follow from the claims of a provider of identities. */
const BY_CLAIMS = 'openid';

/**
 * States the roles that follow from a person's claims, as known at this sign-in. What a keeper has stated of the person in a
 * series counts before them, a role taken away included.
 * @param roles by series; null: the claims give none
 * @returns whether anything changed
 */
export function stateRolesByClaims(db: Db, holder: string, roles: ReadonlyMap<string, Role | null>): Promise<boolean> {
  return db.transaction(async (tx) => {
    const latest = new Map((await latestRolesOf(tx, holder)).map((row) => [row.series, row]));
    // Also what an earlier mapping gave in series that this one no longer names.
    const lapsed = [...latest.values()].filter((row) => row.given_by === BY_CLAIMS && !roles.has(row.series));
    const stated = [...roles, ...lapsed.map(({ series }) => [series, null] as const)];
    const changed = stated.filter(([series, role]) => {
      const before = latest.get(series);
      return (before?.role ?? null) !== role && (before === undefined || before.given_by === BY_CLAIMS);
    });
    for (const [series, role] of changed) {
      await insertRole(tx, { series, holder, role, by: BY_CLAIMS });
      const entry = { principal: BY_CLAIMS, action: 'role', subject: `${series}/roles/${holder}`, detail: { role } };
      await appendAudit(within(tx), entry);
    }
    return changed.length > 0;
  });
}

/** Whether a series is open or for members, and who has which role in it. */
export async function showRoles(db: Db, series: string) {
  const theatre = await theatreOf(db, series);
  if (isHidden(series)) throw unknownSeries(series);
  const closed = (await membersOnly(db)).some((row) => row.theatre === (theatre ?? series));
  return { series, access: closed ? ('members' as const) : ('open' as const), roles: await rolesInForce(db, series) };
}

/** Access and roles may be stated before the series has its first map: the id is checked here. */
function refuseNoId(series: string): void {
  if (!isId(series))
    throw new SalientError('invalid_parameter', `${JSON.stringify(series)} is no id of a series: ${ID_RULE}`);
}

const unknownSeries = (series: string) =>
  new SalientError('unknown_series', `there is no series ${JSON.stringify(series)}; GET /series lists them`);
