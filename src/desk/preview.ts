import { askVerdicts } from '../encirclement/ask.js';
import type { IsoDate } from '../model/dates.js';
import { askRoute } from '../routes/ask.js';
import { resolve } from '../series/as-of.js';
import { askControl, askPlaces } from '../series/control.js';
import { routesOf } from '../series/reference/routes.sql.js';
import { snapshotDates } from '../series/series.sql.js';
import type { Db } from '../store/pool.js';
import { rehearse } from '../store/rehearsal.js';
import { applyChange } from './apply.js';
import type { Applied, Change } from './change.js';
import { type CorrectedReport, correctedReports } from './corrected-reports.js';
import { isReference } from './proposal.js';
import { applyWaiting, type Proposable, restingNote, tryResting } from './resting.js';
import { type ShownSource, sourceViewer } from './sources.js';

/** What a proposal would do, measured on the store as it is and as it would be; nothing is stored. */
export interface Preview {
  date: IsoDate;
  /** Ground that would pass, km² by class pair, the diagonal left out. Empty where the series has no map of the day yet. */
  change: { from: string; to: string; km2: number }[];
  parties: { party: string; gained_km2: number; lost_km2: number; net_km2: number }[];
  places: { id: string; name: string; from: string | null; to: string | null }[];
  /** Kilometres of each route by class, before and after, where they differ. */
  routes: { route: string; class: string; before_km: number; after_km: number }[];
  posts: { operator: string; number: number; name: string; before: string | null; after: string | null }[];
  /** Days of later maps: the change is not in them until it is proposed for them too. */
  later_maps: IsoDate[];
  /** Issued reports that would get a corrected edition. */
  reports: CorrectedReport[];
  /** On whose word, with how reliable the publishers are held to be. */
  sources: ShownSource[];
  /** The side by whose partisan sources alone it stands, although it gains by it: a reviewer says why they hold. Null: none. */
  partisan: string | null;
  notes: string[];
}

interface Reading {
  places: Map<string, { name: string; class: string | null }>;
  routes: Map<string, Map<string, number>>;
  posts: Map<string, { operator: string; number: number; name: string; verdict: string | null }>;
}

/** @throws SalientError as `applyChange`: what would be refused on release is refused here */
export async function previewChange(db: Db, of: Proposable, change: Change): Promise<Preview & { applied: Applied }> {
  const { series } = of;
  const stored = await read(db, series, change.content.date);
  const { result, restsOn } = await tryResting(db, of, (upon) =>
    rehearse(db, async (inside) => {
      await applyWaiting(inside, upon);
      const before = upon.length === 0 ? stored : await read(inside, series, change.content.date);
      const done = await applyChange(inside, series, change);
      const days = await snapshotDates(inside, series, null);
      return {
        before,
        applied: done,
        after: await read(inside, series, done.date),
        later_maps: isReference(change.content) ? [] : days.filter((day) => day > done.date),
        reports: await correctedReports(inside, series),
      };
    }),
  );
  const { before, applied, after, later_maps, reports } = result;
  return {
    date: applied.date,
    ...differences(before, after, applied),
    later_maps,
    reports,
    sources: (await sourceViewer(db, series))(null, change.sources),
    partisan: applied.partisan,
    notes: restsOn.length === 0 ? applied.notes : [...applied.notes, restingNote(restsOn)],
    applied,
  };
}

/** The map as it would be: GeoJSON as `/control` gives it. */
export async function previewMap(db: Db, of: Proposable, change: Change) {
  const { series } = of;
  const { result } = await tryResting(db, of, (upon) =>
    rehearse(db, async (inside) => {
      await applyWaiting(inside, upon);
      const { date } = await applyChange(inside, series, change);
      return askControl(inside, { series, date, knownAt: null }, { cells: false });
    }),
  );
  return result;
}

/** What a day of a series shows; nothing where it has no map of the day. */
async function read(db: Db, series: string, date: IsoDate): Promise<Reading> {
  const requested = { series, date, knownAt: null };
  const asOf = await resolve(db, requested).catch(() => null);
  const nothing: Reading = { places: new Map(), routes: new Map(), posts: new Map() };
  if (!asOf) return nothing;
  const { features } = await askPlaces(db, requested);
  for (const { properties } of features as { properties: PlaceProperties }[]) {
    const { id, name, party, status } = properties;
    nothing.places.set(id, { name, class: status === 'controlled' ? party : status });
  }
  for (const { id } of await routesOf(db, asOf.edition)) {
    const kilometres = new Map<string, number>();
    for (const { class: holder, from_km, to_km } of (await askRoute(db, requested, id)).stretches) {
      kilometres.set(holder, (kilometres.get(holder) ?? 0) + to_km - from_km);
    }
    nothing.routes.set(id, kilometres);
  }
  for (const { operator, number, name, verdict } of await askVerdicts(db, requested)) {
    nothing.posts.set(`${operator}/${number}`, { operator, number, name, verdict });
  }
  return nothing;
}

interface PlaceProperties {
  id: string;
  name: string;
  party: string | null;
  status: string | null;
}

/** Kilometres: below the metre a difference is the rounding of a cut. */
const KM = 1e-3;

function differences(before: Reading, after: Reading, { effect }: Applied) {
  const change = effect.map(({ from, to, m2 }) => ({ from, to, km2: m2 / 1e6 }));
  const names = [...new Set(change.flatMap(({ from, to }) => [from, to]))].sort();
  const sum = (of: (row: (typeof change)[number]) => boolean) =>
    change.filter(of).reduce((km2, row) => km2 + row.km2, 0);
  const parties = names.map((party) => {
    const gained_km2 = sum(({ to }) => to === party);
    const lost_km2 = sum(({ from }) => from === party);
    return { party, gained_km2, lost_km2, net_km2: gained_km2 - lost_km2 };
  });
  const places = [...after.places].flatMap(([id, { name, class: to }]) => {
    const from = before.places.get(id)?.class ?? null;
    return from === to ? [] : [{ id, name, from, to }];
  });
  const routes = [...after.routes].flatMap(([route, now]) => {
    const was = before.routes.get(route) ?? new Map<string, number>();
    return [...new Set([...was.keys(), ...now.keys()])].sort().flatMap((holder) => {
      const [before_km, after_km] = [was.get(holder) ?? 0, now.get(holder) ?? 0];
      return Math.abs(before_km - after_km) < KM ? [] : [{ route, class: holder, before_km, after_km }];
    });
  });
  const posts = [...after.posts].flatMap(([key, { verdict, ...post }]) => {
    const was = before.posts.get(key)?.verdict ?? null;
    return was === verdict ? [] : [{ ...post, before: was, after: verdict }];
  });
  return { change, parties, places, routes, posts };
}
