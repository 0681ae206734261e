import type { Instant, IsoDate } from '../../model/dates.js';
import { revisionsAt } from '../../series/revisions.sql.js';
import type { Db, Queryable } from '../../store/pool.js';
import { isOutage } from '../../store/standing-failures.js';
import { insertDelivery } from '../deliveries.sql.js';
import { deliveryKey } from '../delivery-key.js';
import { databaseClock } from '../runs.sql.js';
import { nextInstant } from '../schedule.js';
import { instant, instantOf, wallAt } from '../wall-clock.js';
import {
  type AlertWatch,
  alertRules,
  alertWatches,
  insertAlerts,
  insertMessage,
  mapDaysSince,
  type RuleRow,
  ruleVersions,
  setAlertWatch,
  toldAreas,
  type UntoldAlert,
  untoldAlerts,
} from './alerts.sql.js';
import { type AlertContent, toldBy } from './content.js';
import { judgeAge, judgeHeld, judgeMap } from './judge.js';
import { type AlertRule, parseAlertRule } from './rule-schema.js';
import { inPlaceOfTold } from './told-before.js';

/** Recordings become visible when their transaction ends: each tick looks this far back behind the last. */
const LATE_MS = 3_600_000;

/**
 * What this process judged and need not judge again: of each rule, by day, which map against which before it. Each tick looks far
 * back behind the last, so that without it every map of the last hour would be measured anew by every rule at every tick.
 */
export type Judged = Map<string, { version: number; maps: ReadonlyMap<IsoDate, string> }>;

/**
 * Judges every rule by itself, and puts on its way what waits for a digest: what is new fires once; what fails holds up no other.
 * @param ended receives each rule that was judged, or whose digest was sent, with why it could not be, or null
 * @throws whatever the database fails with when it is away
 */
export async function judgeAlerts(
  db: Db,
  now: Instant,
  before: Judged,
  ended: (rule: string, work: 'judged' | 'sent', error: unknown) => void,
): Promise<void> {
  const attempt = async (rule: string, work: 'judged' | 'sent', doing: () => Promise<void>) => {
    try {
      await doing();
      ended(rule, work, null);
    } catch (error) {
      if (isOutage(error)) throw error;
      ended(rule, work, error);
    }
  };
  const watches = await alertWatches(db);
  const rows = await alertRules(db);
  for (const row of rows) {
    if (row.withdrawn_why !== null) continue;
    await attempt(row.rule, 'judged', () => judgeRule(db, row, watches.get(row.rule) ?? null, now, before));
  }
  const waiting = await untoldAlerts(db);
  for (const row of rows) {
    const alerts = waiting.get(row.rule);
    if (alerts) await attempt(row.rule, 'sent', () => sendWaiting(db, row, alerts, now));
  }
}

async function judgeRule(db: Db, row: RuleRow, last: AlertWatch | null, now: Instant, before: Judged): Promise<void> {
  const rule = parseAlertRule(row.definition);
  const watch = await watchOf(db, row, last, now);
  // Recordings are reported by the clock of the store, whatever the time is by which messages go out.
  const through = await databaseClock(db);
  const known = before.get(row.rule);
  const seen = known?.version === row.version ? known.maps : new Map<IsoDate, string>();
  const { found, maps } = await happened(db, rule, watch, seen, now);
  await db.transaction(async (tx) => {
    const fresh = await insertAlerts(tx, row.rule, found, now);
    for (const no of fresh) if (rule.digest === null) await send(tx, row.rule, rule, [no], now);
    await setAlertWatch(tx, { ...watch, version: row.version, through });
  });
  before.set(row.rule, { version: row.version, maps });
}

/**
 * From where on a rule is to be judged: from where it was judged last. One that is new, or was defined anew for another series,
 * begins with what comes after that: the maps there are, are history.
 */
async function watchOf(db: Db, { rule, version }: RuleRow, last: AlertWatch | null, now: Instant): Promise<AlertWatch> {
  if (last?.version === version) return last;
  const versions = await ruleVersions(db, rule);
  const series = versions.at(-1)?.series ?? '';
  if (last && versions.find((one) => one.version === last.version)?.series === series) return last;
  const recorded = aboutSince(versions);
  const from = recorded !== null && recorded < now ? recorded : now;
  const days = (await revisionsAt(db, series, from)).map((map) => map.valid_on);
  return { rule, version, through: from, from_day: days.at(-1) ?? null };
}

/** The instant since which the versions of a rule are about one series, that of the newest. */
function aboutSince(versions: Awaited<ReturnType<typeof ruleVersions>>): Instant | null {
  const other = versions.findLastIndex(({ series }) => series !== versions.at(-1)?.series);
  return versions[other + 1]?.recorded_at ?? null;
}

/** What happened since the rule was judged, and the maps that this was judged by. */
async function happened(
  db: Db,
  rule: AlertRule,
  watch: AlertWatch,
  seen: ReadonlyMap<IsoDate, string>,
  now: Instant,
): Promise<{ found: AlertContent[]; maps: Map<IsoDate, string> }> {
  const maps = new Map<IsoDate, string>();
  if (rule.when.kind === 'held') {
    const [recent, since] = [minus(watch.through), aboutSince(await ruleVersions(db, watch.rule)) ?? now];
    return { found: await judgeHeld(db, rule, recent > since ? recent : since), maps };
  }
  if (rule.when.kind === 'old') return { found: await judgeAge(db, rule, rule.when.days, now), maps };
  const recorded = await mapDaysSince(db, rule.series, minus(watch.through));
  if (recorded.length === 0) return { found: [], maps };
  const knownAt = new Date().toISOString() as Instant;
  const revisions = await revisionsAt(db, rule.series, knownAt);
  const all = revisions.map(({ valid_on }) => valid_on);
  // Against a map that was put right, or came late, the next one shows something else as well.
  const touched = new Set(recorded.flatMap((day) => [day, all.find((later) => later > day) ?? day]));
  const days = [...touched].filter((day) => news(watch, day)).sort();
  const before = await toldAreas(db, watch.rule, rule.series);
  const found: AlertContent[] = [];
  for (const day of days) {
    const at = revisions.findLastIndex(({ valid_on }) => valid_on <= day);
    const [eve, map] = [revisions[at - 1], revisions[at]];
    if (!map || !eve || map.valid_on !== day) continue;
    const pair = `${eve.id} ${map.id}`;
    if (seen.get(day) !== pair) {
      const told = [...before, ...found.flatMap(toldBy)];
      const shown = await judgeMap(db, rule, { day, eve: eve.valid_on, knownAt, told });
      found.push(...(await inPlaceOfTold(db, { id: watch.rule, rule, maps: all, knownAt }, shown)));
    }
    maps.set(day, pair);
  }
  return { found, maps };
}

const news = ({ from_day }: AlertWatch, day: IsoDate): boolean => from_day === null || day > from_day;
const minus = (at: Instant) => new Date(Date.parse(at) - LATE_MS).toISOString() as Instant;

/**
 * One message of all that was not sent yet, at the first instant of the digest after the first of it fired; at once where the rule has
 * lost its digest. What a rule fired before it was withdrawn is sent as well.
 */
async function sendWaiting(db: Db, row: RuleRow, waiting: readonly UntoldAlert[], now: Instant): Promise<void> {
  const rule = parseAlertRule(row.definition);
  const [first] = waiting;
  if (!first) return;
  if (rule.digest && Date.parse(nextInstant(rule.digest, Date.parse(first.fired_at))) > Date.parse(now)) return;
  const numbers = waiting.map(({ no }) => no);
  await db.transaction((tx) => send(tx, row.rule, rule, numbers, now));
}

/** Puts alerts on their way to every recipient as one message, after quiet hours. */
async function send(
  tx: Queryable,
  id: string,
  rule: AlertRule,
  alerts: readonly number[],
  now: Instant,
): Promise<void> {
  const notBefore = rule.quiet_hours ? endOfQuiet(rule.quiet_hours, now) : now;
  const message = await insertMessage(tx, id, alerts, notBefore);
  const { webhooks, emails } = rule.recipients;
  for (const [kind, targets] of [
    ['webhook', webhooks],
    ['email', emails],
  ] as const) {
    for (const target of targets) {
      const key = deliveryKey(`alerts/${id}/${message}`, kind, target);
      await insertDelivery(tx, { edition: null, message, kind, target, key });
    }
  }
}

type Quiet = NonNullable<AlertRule['quiet_hours']>;

/** The end of the quiet hours that an instant lies in; the instant itself outside of them. */
export function endOfQuiet({ from, to, time_zone: zone }: Quiet, now: Instant): Instant {
  const at = Date.parse(now);
  const wall = wallAt(at, zone);
  const midnight = Math.floor(wall / DAY_MS) * DAY_MS;
  const [begins, ends] = [midnight + clockMs(from), midnight + clockMs(to)];
  const quiet = begins < ends ? wall >= begins && wall < ends : wall >= begins || wall < ends;
  if (!quiet) return now;
  const end = ends > wall ? ends : ends + DAY_MS;
  return instant(instantOf(end, zone, at) ?? at);
}

const DAY_MS = 86_400_000;
const clockMs = (clock: string) => {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return (hours * 60 + minutes) * 60_000;
};
