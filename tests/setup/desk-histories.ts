import { expect } from 'vitest';
import { askChange } from '../../src/change/ask.js';
import { applyChange } from '../../src/desk/apply.js';
import { approve, end, propose, release, releaseDue, stop } from '../../src/desk/desk.js';
import { keepAllUp } from '../../src/desk/members-record.js';
import { waitingReleases } from '../../src/desk/members-record.sql.js';
import { parseProposal } from '../../src/desk/proposal.js';
import { proposals } from '../../src/desk/proposals.sql.js';
import { changeOf } from '../../src/desk/proposed-change.js';
import { SalientError } from '../../src/errors.js';
import { everyRecord } from '../../src/http/access/members.js';
import { importSnapshots } from '../../src/maps/import.js';
import { restoreSnapshot, withdrawSnapshot } from '../../src/maps/withdrawal/withdraw.js';
import { type Instant, type IsoDate, parseDate } from '../../src/model/dates.js';
import { databaseClock } from '../../src/reports/runs.sql.js';
import { askControl } from '../../src/series/control.js';
import { asMember } from '../../src/store/members-record.js';
import type { Db } from '../../src/store/pool.js';
import { rehearse, within } from '../../src/store/rehearsal.js';
import { tentatively } from '../../src/store/savepoint.js';
import { box } from './good-input.js';

/*
 * A random history of a desk on a strip of cells of different widths, and a model of it in a dozen lines: who holds each cell on
 * each of three days. After every act the public map is compared with the model, and that of the members with the public one upon which
 * everything that was approved and is not out is made in order.
 */

const DAYS = ['2024-05-01', '2024-05-02', '2024-05-03'].map((day) => parseDate(day));
/** Longitudes between which the cells lie: no two are of the same width, so that a swap of two shows. */
const EDGES = [30, 30.1, 30.23, 30.4, 30.61, 30.86];
const CELLS = EDGES.slice(1).map((east, n) => box(EDGES[n] as number, 40, east, 40.4));
const PARTIES = ['aland', 'borland'] as const;

/** The holders of the cells by day; a day without a map has that of the day before. */
type Model = Map<IsoDate, string[]>;
const inForceOn = (model: Model, day: IsoDate): string[] | null =>
  [...model].filter(([on]) => on <= day).sort(([a], [b]) => (a < b ? 1 : -1))[0]?.[1] ?? null;

interface Waiting {
  proposal: number;
  state: 'open' | 'approved';
  /** Whether its embargo has an instant, which has come: the next look lets it out. */
  due?: boolean;
  apply(model: Model): void;
}

/** How a history went. */
export interface Tally {
  acts: number;
  released: number;
  stopped: number;
  refused: number;
  /** Maps that were sent again, withdrawn or restored under what waits. */
  corrected: number;
  /** Moments at which members had another map than the public. */
  ahead: number;
}

/**
 * Plays a history of some acts in a series of its own and compares after each.
 * @param random uniform in [0, 1)
 */
export async function playHistory(db: Db, series: string, random: () => number, acts: number): Promise<Tally> {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const initial = CELLS.map(() => pick(PARTIES));
  initial.splice(0, 2, 'aland', 'borland');
  await createSeries(db, series, initial);
  const model: Model = new Map([[DAYS[0] as IsoDate, initial]]);
  const withdrawn: Model = new Map();
  let waiting: Waiting[] = [];
  const known: { at: Instant; bytes: string; members: string }[] = [];
  const tally: Tally = { acts: 0, released: 0, stopped: 0, refused: 0, corrected: 0, ahead: 0 };

  const remember = async () =>
    known.push({
      at: await databaseClock(db),
      bytes: await bytesOf(db, series, null),
      members: await byMember(db, () => bytesOf(db, series, null)),
    });
  const attempt = async <T>(act: () => Promise<T>): Promise<T | null> => {
    tally.acts++;
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof SalientError)) throw error;
      tally.refused++;
      return null;
    }
  };

  async function proposeSomething() {
    const day = pick(DAYS);
    const kind = day === DAYS[0] ? 'edit' : pick(['edit', 'edit', 'edit', 'withdrawal', 'restoration'] as const);
    const [cell, party] = [Math.floor(random() * CELLS.length), pick(PARTIES)];
    const geometry = { type: 'Polygon', coordinates: [CELLS[cell]] };
    const sources = [{ url: 'https://example.org/a', publisher: 'A paper' }];
    const words = { kind, date: day, why: 'seen', sources, ...(kind === 'edit' && { geometry, party }) };
    const made = await attempt(() => propose(db, series, parseProposal(words), 'token:ann'));
    if (!made) return;
    const apply = (of: Model) => {
      const now = inForceOn(of, day) as string[];
      if (kind === 'edit') of.set(day, now.with(cell, party));
      else if (kind === 'withdrawal') {
        withdrawn.set(day, of.get(day) as string[]);
        of.delete(day);
      } else of.set(day, withdrawn.get(day) as string[]);
    };
    waiting.push({ proposal: made.proposal, state: 'open', apply });
  }

  async function decide(one: Waiting) {
    const drop = () => {
      waiting = waiting.filter((other) => other !== one);
    };
    if (one.state === 'approved' && random() < 0.25) {
      if (!(await attempt(() => stop(db, series, one.proposal, { why: 'its source takes it back', by: 'token:cid' }))))
        return;
      tally.stopped++;
      drop();
    } else if (one.state === 'approved') {
      const gone = await attempt(() => release(db, series, one.proposal, { by: 'token:cid', rebase: true }));
      if (!gone) return;
      one.apply(model);
      tally.released++;
      drop();
    } else if (random() < 0.2) {
      const ended = { outcome: 'rejected', why: 'the picture is old', by: 'token:ben' } as const;
      if (await attempt(() => end(db, series, one.proposal, ended))) drop();
    } else {
      // Nobody approves their own, and a map that has changed meanwhile is a conflict: half of them are settled.
      const by = random() < 0.1 ? 'token:ann' : 'token:ben';
      const kind = random();
      const until = kind < 0.25 ? 'release' : new Date(Date.now() - 1000).toISOString();
      const embargo = kind < 0.45 ? { until } : null;
      const decision = { why: 'two say so', by, embargo, rebase: random() < 0.5 };
      const decided = await attempt(() => approve(db, series, one.proposal, decision));
      if (!decided) return;
      expect(by).toBe('token:ben');
      one.state = 'approved';
      one.due = embargo !== null && until !== 'release';
      if (embargo !== null) return;
      one.apply(model);
      tally.released++;
      drop();
    }
  }

  /** What is due goes out by itself, each alone; what conflicts with the map as it is now waits on. */
  async function letOutDue() {
    for (const { series: of, proposal, failure } of await releaseDue(db)) {
      const one = waiting.find((other) => other.proposal === proposal);
      if (of !== series || !one || failure !== null) continue;
      expect(one.due).toBe(true);
      one.apply(model);
      tally.released++;
      waiting = waiting.filter((other) => other !== one);
    }
  }

  /** The map of a day is sent again with other holders: what waits has another map under it. */
  async function correct() {
    const day = pick(DAYS);
    const holders = inForceOn(model, day)?.with(Math.floor(random() * CELLS.length), pick(PARTIES)) as string[];
    const map = JSON.stringify({ type: 'FeatureCollection', features: featuresOf(holders) });
    const given = { series, map, options: { date: day }, source: 'https://example.org/again', create: null };
    const stored = await attempt(() => importSnapshots(db, { ...given, accept: 'corrected' }));
    if (!stored || stored[0]?.result === 'unchanged' || stored[0]?.result === 'withdrawn') return;
    model.set(day, holders);
    tally.corrected++;
  }

  /** The map of a day is withdrawn, or restored, without a proposal: members follow it. */
  async function withdrawOrRestore() {
    const day = pick(DAYS.slice(1));
    const map = model.get(day);
    const given = { why: 'a hoax', by: null };
    const done = await attempt(() => (map ? withdrawSnapshot : restoreSnapshot)(db, series, day, given));
    if (!done) return;
    if (map) {
      withdrawn.set(day, map);
      model.delete(day);
    } else model.set(day, withdrawn.get(day) as string[]);
    tally.corrected++;
  }

  await remember();
  for (let act = 0; act < acts; act++) {
    const before = known.at(-1)?.bytes;
    const changes = () => tally.released + tally.corrected;
    const shown = changes();
    const kind = random();
    if (waiting.length === 0 || kind < 0.35) await proposeSomething();
    else if (kind < 0.45) await correct();
    else if (kind < 0.52) await withdrawOrRestore();
    else if (kind < 0.6) await letOutDue();
    else await decide(pick(waiting));
    await keepAllUp(db);
    await remember();
    // What was not let out changes no byte.
    if (changes() === shown) expect(known.at(-1)?.bytes).toBe(before);
    await compare(db, series, model);
    expect(await byMember(db, () => heldOf(db, series))).toEqual(await withWaiting(db, series));
    if ((known.at(-1)?.members ?? '') !== known.at(-1)?.bytes) tally.ahead++;
  }
  // What was known at each moment is the same ever after.
  for (const { at, bytes, members } of known) {
    expect(await bytesOf(db, series, at)).toBe(bytes);
    expect(await byMember(db, () => bytesOf(db, series, at))).toBe(members);
  }
  return tally;
}

async function createSeries(db: Db, series: string, holders: readonly string[]): Promise<void> {
  await firstMap(db, series, DAYS[0] as IsoDate, featuresOf(holders));
}

const featuresOf = (holders: readonly string[]) =>
  CELLS.map((ring, n) => ({
    type: 'Feature',
    properties: { party: holders[n] },
    geometry: { type: 'Polygon', coordinates: [ring] },
  }));

/** Creates a series with the map of one day. */
export async function firstMap(db: Db, series: string, date: IsoDate, features: readonly object[]): Promise<void> {
  await importSnapshots(db, {
    series,
    map: JSON.stringify({ type: 'FeatureCollection', features }),
    options: { date },
    source: 'https://example.org/first',
    create: {
      title: 'A map',
      publisher: 'Us',
      licence: 'CC0',
      accuracyM: 100,
      correlationM: null,
      theatre: null,
    } as never,
    accept: null,
  });
}

const control = (db: Db, series: string, date: IsoDate, knownAt: Instant | null) =>
  askControl(db, { series, date, knownAt }, { cells: false });

/** What the public sees of the three days, without the instant that the question names. */
async function bytesOf(db: Db, series: string, knownAt: Instant | null): Promise<string> {
  const days: unknown[] = [];
  for (const day of DAYS) days.push({ ...(await control(db, series, day, knownAt)), known_at: null });
  return JSON.stringify(days);
}

/** As who reads the record of members of every theatre. */
async function byMember<T>(db: Db, doing: () => Promise<T>): Promise<T> {
  return asMember(await everyRecord(db, '/'), doing);
}

/** Who holds how much on each of the three days. */
async function heldOf(db: Db, series: string) {
  const days: unknown[] = [];
  for (const day of DAYS) {
    const held = squareDegrees((await control(db, series, day, null)).features);
    days.push(Object.fromEntries(Object.entries(held).map(([who, area]) => [who, area.toFixed(9)])));
  }
  return days;
}

/** The same of the public map, upon which what was approved and is not out is made, and taken back. */
async function withWaiting(db: Db, series: string) {
  const [row] = await db.query<{ theatre: string }>('select theatre from series where id = $1', [series]);
  const waiting = await waitingReleases(db, row?.theatre ?? '');
  if (waiting.length === 0) return heldOf(db, series);
  return rehearse(db, async (inside) => {
    for (const { id } of waiting) {
      const [proposal] = await proposals(inside, series, { id });
      if (!proposal) continue;
      await tentatively(inside, async () => {
        const made = await applyChange(within(inside), series, await changeOf(inside, proposal)).then(
          () => true,
          (error) => {
            if (error instanceof SalientError) return false;
            throw error;
          },
        );
        return { undo: !made };
      });
    }
    return heldOf(inside, series);
  });
}

/** Square degrees of each class of a map's features: exact where borders follow meridians and parallels. */
export function squareDegrees(features: readonly object[]): Record<string, number> {
  const rows = features as {
    properties: { party: string | null; status: string };
    geometry: { coordinates: Ring[][] };
  }[];
  return Object.fromEntries(
    rows.map(({ properties: { party, status }, geometry }) => [
      party ?? status,
      geometry.coordinates.flat().reduce((sum, ring) => sum + ringArea(ring), 0),
    ]),
  );
}

type Ring = [number, number][];
const ringArea = (ring: Ring) =>
  Math.abs(ring.slice(1).reduce((sum, [x, y], n) => sum + (ring[n]?.[0] ?? 0) * y - x * (ring[n]?.[1] ?? 0), 0) / 2);

const areaOf = (n: number) => 0.4 * ((EDGES[n + 1] as number) - (EDGES[n] as number));

async function compare(db: Db, series: string, model: Model): Promise<void> {
  for (const day of DAYS) {
    const held = squareDegrees((await control(db, series, day, null)).features);
    const holders = inForceOn(model, day) as string[];
    for (const party of PARTIES) {
      const expected = holders.reduce((sum, holder, n) => sum + (holder === party ? areaOf(n) : 0), 0);
      expect(held[party] ?? 0, `${party} on ${day}`).toBeCloseTo(expected, 9);
    }
    const [row] = await db.query<{ overlap: number }>(
      `select coalesce(sum(st_area(st_intersection(a.geom, b.geom))), 0) as overlap
       from (select x.no, s.geom from area x join shape s on s.id = x.shape where x.revision = revision_at($1, $2, 'infinity')) a
       join (select x.no, s.geom from area x join shape s on s.id = x.shape where x.revision = revision_at($1, $2, 'infinity')) b
         on a.no < b.no and st_intersects(a.geom, b.geom)`,
      [series, day],
    );
    // Square degrees: a hundredth of a square metre, what the digits of two meeting borders may make.
    expect(row?.overlap).toBeLessThan(1e-12);
  }
  // The matrix throws `imbalance` by itself; what it says each party gained on the whole is what its ground grew by.
  const [from, , to] = DAYS as [IsoDate, IsoDate, IsoDate];
  const { parties } = await askChange(db, { series, from, to, knownAt: null });
  for (const { before_km2, after_km2, net_km2 } of parties) expect(net_km2).toBeCloseTo(after_km2 - before_km2, 4);
}
