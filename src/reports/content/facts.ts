import { kindsOn } from '../../change/places-and-routes.js';
import { routesIn } from '../../change/region.sql.js';
import type { Scope } from '../../change/region-matrix.js';
import { askEncirclement } from '../../encirclement/ask.js';
import { askPostEvidence } from '../../encirclement/ask-post.js';
import { idOf, postHistories } from '../../encirclement/verdicts.js';
import { classOf } from '../../model/classes.js';
import type { IsoDate } from '../../model/dates.js';
import { routeStretches } from '../../routes/ask.js';
import { kilometresByClass, routeChangeByKind, type Stretch, within } from '../../routes/stretches.js';
import { type ClaimRow, claimsOf } from '../../series/claims-and-events.sql.js';
import { placeChanges } from '../../series/reference/place-history.js';
import { placeHistory, placesControlled } from '../../series/reference/places.sql.js';
import { routesOf } from '../../series/reference/routes.sql.js';
import { revisionsAt } from '../../series/revisions.sql.js';
import type { StepKind } from '../../series/step-kinds.js';
import { stepsStated } from '../../series/steps.sql.js';
import { once } from '../../store/memo.js';
import type { Db } from '../../store/pool.js';
import { figure, reported } from '../figures.js';
import type { Queries } from '../queries.js';
import type { CitedSource, PlaceFact, PostFact, RouteFact } from './content.js';
import type { Compared } from './control.js';

/** Places and posts that a report is about; null: all. */
export type Standing = ReadonlySet<string> | null;

/** The steps between two days that are stated to be no movement, in order, each with the maps that it lies between. */
async function redrawingSteps(db: Db, { before, after }: Compared) {
  const steps = await stepsStated(db, after.series, before.date, after.date, after.knownAt);
  return steps.flatMap(({ date, revision, kind }, i) =>
    kind === 'movement' ? [] : [{ date, kind, before: steps[i - 1]?.revision ?? before.revision, after: revision }],
  );
}

/**
 * The places whose class on the last day is not the one on the first, with the claims that state it, by day; null where the
 * store knows no place that could have changed.
 */
export async function changedPlaces(
  db: Db,
  { before, after }: Compared,
  standing: Standing,
  queries: Queries,
): Promise<PlaceFact[] | null> {
  const revisions = (await revisionsAt(db, after.series, after.knownAt))
    .filter((row) => row.valid_on >= before.valid_from && row.valid_on <= after.date)
    .map((row) => row.id);
  const history = await once(db, 'place-history-2', [after.edition, revisions], () =>
    placeHistory(db, after.edition, revisions),
  );
  const held = new Map((await placesControlled(db, after.edition, after.revision)).map((row) => [row.id, row]));
  if (![...held.keys()].some((id) => !standing || standing.has(`place ${id}`))) return null;
  const redrawing = await redrawingSteps(db, { before, after });
  const claims = await claimsOf(db, after.statement.theatre, after.edition, { place: null, knownAt: after.knownAt });
  return placeChanges(history, before.date, after.date, (row) => classOf(row.status, row.party), after.statement)
    .filter(({ place }) => !standing || standing.has(`place ${place}`))
    .flatMap(({ place, from, to, on, turns }) => {
      const row = held.get(place);
      if (!row) return [];
      const stated = claims.filter((claim) => row.claims.includes(claim.id));
      const position: [number, number] = [row.lon, row.lat];
      return [
        {
          id: place,
          name: row.name,
          position,
          from,
          to,
          on,
          kinds: kindsOn(turns, redrawing),
          claims: stated.map(claimFact),
          query: queries.claims(place),
        },
      ];
    })
    .sort((a, b) => (a.on.latest + a.id < b.on.latest + b.id ? -1 : 1));
}

const claimFact = ({ id, kind, earliest, latest, note, sources }: ClaimRow) => ({
  id,
  kind,
  earliest,
  latest,
  note,
  sources: sources.map(cited),
});

export const cited = ({ publisher, via, title, url, published_on, stance }: CitedSource): CitedSource => ({
  publisher,
  via,
  title,
  url,
  published_on,
  stance,
});

/** Kilometres of every route by class on either day, and what of them passed; null where none lies in the region. */
export async function routeFacts(
  db: Db,
  { before, after }: Compared,
  scope: Scope,
  queries: Queries,
): Promise<RouteFact[] | null> {
  const [earlier, later] = [await routeStretches(db, before), await routeStretches(db, after)];
  const between: { kind: StepKind; routes: typeof later }[] = [];
  for (const step of await redrawingSteps(db, { before, after })) {
    const on = async (revision: number) => routeStretches(db, { edition: after.edition, revision });
    between.push(
      { kind: 'movement', routes: await on(step.before) },
      { kind: step.kind, routes: await on(step.after) },
    );
  }
  const inside = scope && (await routesIn(db, after.edition, scope.geom));
  const routes = await routesOf(db, after.edition);
  const facts = routes.flatMap(({ id, name, length_m }) => {
    const part = inside?.filter((row) => row.route === id) ?? [{ from_m: 0, to_m: length_m }];
    const cut = (stretches: readonly Stretch[] | undefined) =>
      part.flatMap(({ from_m, to_m }) => within(stretches ?? [], from_m / 1000, to_m / 1000));
    const [was, is] = [cut(earlier.get(id)), cut(later.get(id))];
    const steps = between.map(({ kind, routes }) => ({ kind, stretches: cut(routes.get(id)) }));
    const length = is.reduce((sum, { from_km, to_km }) => sum + to_km - from_km, 0);
    if (length === 0) return [];
    const query = queries.route(id, after.date);
    const [kmBefore, kmAfter] = [kilometresByClass(was), kilometresByClass(is)];
    const names = [...new Set([...kmBefore, ...kmAfter].map((row) => row.class))].sort();
    const km = (rows: typeof kmAfter, name: string) => reported(rows.find((row) => row.class === name)?.km ?? 0);
    return {
      route: id,
      name,
      length: figure(length, 'km', query),
      km: names.map((one) => ({ class: one, before: km(kmBefore, one), after: km(kmAfter, one) })),
      changed: routeChangeByKind(was, [...steps, { kind: 'movement', stretches: is }])
        .filter(({ from, to }) => from !== to)
        .map(({ km, ...row }) => ({ ...row, km: figure(km, 'km', queries.change(before.date, after.date)) })),
    };
  });
  return facts.length === 0 ? null : facts;
}

/**
 * Posts whose verdict became another in the period, each with the sentence of its evidence on the last day; null where
 * there is no post.
 */
export async function postFacts(
  db: Db,
  { before, after }: Compared,
  standing: Standing,
  names: ReadonlyMap<string, string>,
  queries: Queries,
): Promise<PostFact[] | null> {
  const histories = await postHistories(db, after);
  const posts = (await askEncirclement(db, after)).posts.filter(
    (post) => !standing || standing.has(`post ${idOf(post)}`),
  );
  if (posts.length === 0) return null;
  const redrawing = await redrawingSteps(db, { before, after });
  const facts: PostFact[] = [];
  // Whether a post is in service is no matter of the map.
  const kindsOf = (on: IsoDate, ...verdicts: string[]) => kindsOn([on], verdicts.includes('inactive') ? [] : redrawing);
  for (const post of posts) {
    const verdicts = histories.get(idOf(post))?.verdicts ?? [];
    const was = verdicts.findLast(({ date }) => date <= before.date)?.value ?? 'inactive';
    const steps: PostFact['steps'] = [];
    for (const { date, value, possible } of verdicts) {
      const last = steps.at(-1)?.to ?? was;
      if (date > before.date && date <= after.date && value !== last)
        steps.push({ on: date, earliest: possible ?? date, from: last, to: value, kinds: kindsOf(date, last, value) });
    }
    if (steps.length === 0) continue;
    const { operator, number, name, position } = post;
    const requested = { number, operator, radiusM: null };
    const { sentence } = await askPostEvidence(db, after, requested);
    facts.push({
      operator,
      operator_name: names.get(operator) ?? operator,
      number,
      name,
      position: position as [number, number],
      before: was,
      after: steps.at(-1)?.to ?? was,
      steps,
      sentence,
      query: queries.post(number, operator, after.date),
    });
  }
  return facts.sort((a, b) => ((a.steps[0]?.on ?? '') + a.number < (b.steps[0]?.on ?? '') + b.number ? -1 : 1));
}
