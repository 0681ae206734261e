import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { subscriptionStates } from '../desk/subscriptions/subscriptions.sql.js';
import { reportStates } from '../reports/schedule.sql.js';
import { newestMaps } from '../series/newest-maps.sql.js';
import { atWork } from '../store/cancellation.js';
import type { Db } from '../store/pool.js';
import type { TileService } from '../tiles/service.js';
import type { Admission, WorkClass } from './access/admission.js';

/** What the service counts, in the form of Prometheus. */
export interface Metrics {
  answered(work: WorkClass | null, status: number, seconds: number): void;
  imported(result: string): void;
  refused(code: string): void;
  text(): Promise<string>;
  contentType: string;
}

/** What stands in the store is read at most so often, and not waited for longer than that, milliseconds. */
const STORE_EVERY_MS = 15_000;
const STORE_PATIENCE_MS = 2_000;

export function openMetrics(db: Db, tiles: TileService, admission: Admission): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    ...{ name: 'salient_http_requests_total', help: 'Requests answered', labelNames: ['class', 'status'], registers },
  });
  const seconds = new Histogram({
    ...{
      name: 'salient_http_duration_seconds',
      help: 'From a request to the end of its answer',
      labelNames: ['class'],
    },
    buckets: [0.005, 0.02, 0.1, 0.3, 1, 3, 10, 30, 100],
    registers,
  });
  const maps = new Counter({
    ...{ name: 'salient_imported_maps_total', help: 'Maps sent, by result', labelNames: ['result'], registers },
  });
  const refusals = new Counter({
    ...{
      name: 'salient_refused_writes_total',
      help: 'Writes that were refused, by code',
      labelNames: ['code'],
      registers,
    },
  });
  const gauge = (name: string, help: string, labelNames: string[], collect: (of: Gauge) => void | Promise<void>) =>
    new Gauge({
      ...{ name, help, labelNames, registers },
      collect() {
        return collect(this);
      },
    });
  gauge('salient_work_requests', 'Requests by class of work: at work, waiting', ['class', 'state'], (of) => {
    for (const [work, { atWork: busy, waiting }] of Object.entries(admission.figures())) {
      of.set({ class: work, state: 'at_work' }, busy);
      of.set({ class: work, state: 'waiting' }, waiting);
    }
  });
  gauge('salient_work_refused', 'Requests refused since the start because their class was full', ['class'], (of) => {
    for (const [work, { refused }] of Object.entries(admission.figures())) of.set({ class: work }, refused);
  });
  gauge(
    'salient_database_connections',
    'Connections by lane: all, idle, and requests that wait for one',
    ['lane', 'state'],
    (of) => {
      for (const { lane, all, idle, waiting } of db.connections?.() ?? []) {
        of.set({ lane, state: 'all' }, all);
        of.set({ lane, state: 'idle' }, idle);
        of.set({ lane, state: 'waiting' }, waiting);
      }
    },
  );
  gauge('salient_embedded_engine_starts', 'How often the embedded engine was started', [], (of) =>
    of.set(db.starts?.() ?? 0),
  );
  gauge('salient_tile_cache_bytes', 'Memory held by drawn tiles', [], (of) => of.set(tiles.cache.bytes()));
  gauge('salient_tile_cache_answers', 'Tiles since the start: from memory, drawn', ['zoom', 'from'], (of) => {
    for (const { zoom, ...counts } of tiles.cache.counts()) {
      for (const [from, count] of Object.entries(counts)) of.set({ zoom, from }, Number(count));
    }
  });
  const ages = gauge('salient_newest_map_age_days', 'Age of the newest map of a series, days', ['series'], () =>
    look(),
  );
  const waiting = gauge('salient_maps_under_review', 'Maps of a series that wait for a person', ['series'], () => {});
  const subscribed = gauge(
    'salient_subscriptions',
    'Files of other publishers that are pulled, by how their subscription stands',
    ['state'],
    () => {},
  );
  const reports = gauge(
    'salient_reports',
    'Periods of reports that are due, or failed and are tried again; deliveries that have not arrived',
    ['state'],
    () => {},
  );
  let looked = Number.NEGATIVE_INFINITY;

  async function look(): Promise<void> {
    if (performance.now() - looked < STORE_EVERY_MS) return;
    looked = performance.now();
    const signal = AbortSignal.timeout(STORE_PATIENCE_MS);
    const [rows, states, ofReports] = await atWork({ lane: 'light', signal }, () =>
      Promise.all([newestMaps(db), subscriptionStates(db), reportStates(db)]),
    ).catch(() => [null, null, null]);
    if (rows === null || states === null || ofReports === null) return;
    for (const { state, count } of states) subscribed.set({ state }, count);
    for (const { state, count } of ofReports) reports.set({ state }, count);
    ages.reset();
    waiting.reset();
    for (const row of rows) {
      if (row.age_days !== null) ages.set({ series: row.series }, row.age_days);
      waiting.set({ series: row.series }, row.waiting);
    }
  }

  let watched = false;
  return {
    answered(work, status, took) {
      requests.inc({ class: work ?? 'none', status });
      seconds.observe({ class: work ?? 'none' }, took);
    },
    imported: (result) => maps.inc({ result }),
    refused: (code) => refusals.inc({ code }),
    text() {
      // The figures of the process cost a watch on its event loop: begun when somebody wants them.
      if (!watched) collectDefaultMetrics({ register: registry });
      watched = true;
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}
