/**
 * At what size the embedded engine should be left: `TEST_DATABASE_URL=… npx tsx tests/bench/engines.ts [vertices …]`.
 * The same maps on both engines: a map imported, the next one with its step stored, verdicts of twelve posts, a change
 * between them asked again with its routes and places, and the whole map as GeoJSON. Cold, once each.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askChange } from '../../src/change/ask.js';
import { PROJECT_ROOT } from '../../src/config.js';
import { verdictsOn } from '../../src/encirclement/verdicts.js';
import { importSnapshots } from '../../src/maps/import.js';
import { parseDate } from '../../src/model/dates.js';
import { resolve } from '../../src/series/as-of.js';
import { askControl } from '../../src/series/control.js';
import { openEmbedded } from '../../src/store/embedded/open.js';
import { migrate } from '../../src/store/migrate.js';
import type { Db } from '../../src/store/pool.js';
import { box } from '../setup/good-input.js';
import type { PlainFace } from '../setup/plain-maps.js';
import { benchServer, once, reported } from './bench.js';
import { coarse, refined } from './change-maps.js';
import { table, writeFigures } from './readme.js';

const requested = process.argv.slice(2).map(Number);
const sizes = requested.length > 0 ? requested : [3000, 10_000, 30_000, 100_000];
const folder = mkdtempSync(join(tmpdir(), 'salient-bench-'));
const engines = { embedded: await openEmbedded(folder), server: await benchServer() };
await migrate(engines.embedded, join(PROJECT_ROOT, 'migrations'));

const rows: string[][] = [];
for (const vertices of sizes) {
  const [embedded, server] = [await measure(engines.embedded, vertices), await measure(engines.server, vertices)];
  for (const [what, ms] of Object.entries(server)) {
    const mine = embedded[what] ?? Number.NaN;
    rows.push([vertices.toLocaleString('en'), what, reported(mine), reported(ms), (mine / ms).toFixed(1)]);
    console.log(rows.at(-1)?.join('\t'));
  }
}
writeFigures(
  'engines',
  `${table(['vertices of a map', 'what', 'embedded', 'server', 'embedded / server'], rows)}

The process with the embedded engine held ${(process.memoryUsage().rss / 1e9).toFixed(1)} GB at the end.`,
);
await engines.embedded.close();
await engines.server.close();
rmSync(folder, { recursive: true });

/** A plain map as a file somebody sends: its kilometres as hundredths of a degree around 36.5° E, 35.5° N. */
function fileOf(faces: readonly PlainFace[]): string {
  const features = faces.map(({ of, party }) => ({
    type: 'Feature',
    properties: { party },
    geometry: {
      type: 'Polygon',
      coordinates: [
        [...of.matchAll(/(-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => [
          Number((36.5 + Number(x) / 100).toFixed(7)),
          Number((35.5 + Number(y) / 100).toFixed(7)),
        ]),
      ],
    },
  }));
  return JSON.stringify({ type: 'FeatureCollection', features });
}

async function measure(db: Db, vertices: number): Promise<Record<string, number>> {
  const series = `size-${vertices}`;
  const { before, redrawn } = refined(coarse, vertices);
  const [first, second] = [fileOf(before), fileOf(redrawn)];
  const days = [parseDate('2020-01-01'), parseDate('2020-01-02')] as const;
  const theatre = { type: 'Polygon', coordinates: [box(36, 35, 37, 36)] };
  const creation = { title: series, publisher: 'a bench', licence: 'CC0-1.0', accuracyM: 100, theatre };
  const store = (map: string, date: (typeof days)[number], create: typeof creation | null) =>
    importSnapshots(db, { series, map, options: { date }, source: 'a bench', create, accept: 'a bench' });
  const [imported] = await once(() => store(first, days[0], creation));
  const [next] = await once(() => store(second, days[1], null));
  const asOf = await resolve(db, { series, date: days[1], knownAt: null });
  await db.query(
    `insert into relation (edition, side, party, stance, valid, source)
     select $1, 'a', party, stance, '[2000-01-01,)', 'a bench'
     from (values ('a', 'own'), ('b', 'ally'), ('c', 'hostile'), ('d', 'hostile')) said (party, stance)`,
    [asOf.edition],
  );
  await db.query(
    `insert into post (edition, operator, number, number_source, name, geom, error_m, established, established_source)
     select $1, 'a', n, 'project', 'post ' || n, st_setsrid(st_point(36.04 + n / 13.0, 35.1 + 0.7 * (n % 4) / 3.0), 4326), 100,
            '[2000-01-01,)', '{a bench}' from generate_series(1, 12) n`,
    [asOf.edition],
  );
  const [verdicts] = await once(() => verdictsOn(db, asOf, true));
  const [change] = await once(() => askChange(db, { series, from: days[0], to: days[1], knownAt: null }));
  const [control] = await once(() => askControl(db, { series, date: days[1], knownAt: null }, { cells: false }));
  return {
    'a map imported': imported,
    'the next one, with its step': next,
    'verdicts of 12 posts, with margins': verdicts,
    'the change, stored': change,
    'the map as GeoJSON': control,
  };
}
