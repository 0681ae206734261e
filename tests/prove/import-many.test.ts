import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { addDays, parseDate } from '../../src/model/dates.js';
import { freshDatabase, SERVER_URL } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { temporaryFolder } from '../setup/spawned.js';

/*
 * A folder of daily maps of 3,000 vertices is imported on a PostGIS server by the command line, killed twice without
 * warning and taken up again. Set MAPS for another number than 1,000.
 */
const MAPS = Number(process.env.MAPS ?? 1000);
const FRONT = 1490;
const FIRST = parseDate('2020-01-01');

type Point = [number, number];

/** A front of 1,490 vertices across the theatre; each day a stretch of some 5 km has moved by some hundred metres. */
function fronts(): Point[][] {
  const line = Array.from(
    { length: FRONT },
    (_, i): Point => [36 + i / (FRONT - 1), 35.5 + 0.05 * Math.sin(i / 40) + 0.004 * Math.sin(i * 1.7)],
  );
  const days: Point[][] = [];
  for (let day = 0; day < MAPS; day++) {
    const middle = 100 + ((day * 137) % (FRONT - 200));
    for (let i = middle - 40; i < middle + 40; i++) {
      const [x, y] = line[i] as Point;
      const push = 0.003 * Math.cos(((i - middle) / 80) * Math.PI) * (day % 3 === 0 ? -1 : 1);
      line[i] = [x, Number((y + push).toFixed(7))];
    }
    days.push(line.map(([x, y]) => [Number(x.toFixed(7)), y]));
  }
  return days;
}

function mapOf(front: readonly Point[]) {
  const area = (party: string, ring: Point[]) => ({
    type: 'Feature',
    properties: { party },
    geometry: { type: 'Polygon', coordinates: [ring] },
  });
  const first = front[0] as Point;
  const south: Point[] = [[36, 35], [37, 35], ...front.toReversed(), [36, 35]];
  const north: Point[] = [...front, [37, 36], [36, 36], first];
  return { type: 'FeatureCollection', features: [area('south', south), area('north', north)] };
}

it.skipIf(!SERVER_URL)(
  'a thousand maps of 3,000 vertices, killed and resumed twice [needs TEST_DATABASE_URL]',
  async () => {
    const folder = temporaryFolder();
    for (const [day, front] of fronts().entries()) {
      writeFileSync(join(folder, `map-${addDays(FIRST, day)}.geojson`), JSON.stringify(mapOf(front)));
    }
    const theatre = join(temporaryFolder(), 'theatre.geojson');
    writeFileSync(theatre, JSON.stringify({ type: 'Polygon', coordinates: [box(36, 35, 37, 36)] }));
    const url = await freshDatabase(SERVER_URL);
    const words = [
      ...[
        'import',
        folder,
        '--series',
        'many',
        '--date-pattern',
        '(\\d{4}-\\d\\d-\\d\\d)',
        '--source',
        'a proof',
        '--accept',
        'a proof',
        '--json',
      ],
      ...[
        '--create',
        '--title',
        'Many',
        '--publisher',
        'P',
        '--licence',
        'CC0-1.0',
        '--accuracy',
        '100',
        '--theatre',
        theatre,
      ],
    ];
    const runs: { files: number; unchanged: number; seconds: number; peak_mb: number; late_mb: number }[] = [];
    for (const until of [Math.round(MAPS * 0.3), Math.round(MAPS * 0.6), null])
      runs.push(await importRun(words, url, until));

    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query(
      `select count(*)::int as revisions, count(distinct valid_on)::int as days, count(*) filter (where superseded_at is not null)::int as replaced,
            (select count(distinct (from_revision, to_revision))::int from kept_change) as steps from revision where series = 'many'`,
    );
    await client.end();
    const stored = runs.reduce((sum, run) => sum + run.files - run.unchanged, 0);
    const seconds = runs.reduce((sum, run) => sum + run.seconds, 0);
    console.log(JSON.stringify({ maps: MAPS, runs, stored_per_second: stored / seconds, stored: rows[0] }));
    // A kill may come between the commit and its line: that map is stored and was not told.
    expect(rows[0]).toMatchObject({ revisions: MAPS, days: MAPS, replaced: 0 });
    expect(runs.at(-1)?.files).toBe(MAPS);
  },
);

/** Imports until so many files are told of, then kills; to the end when null. Seconds count from the first answer. */
function importRun(words: readonly string[], url: string, until: number | null) {
  return new Promise<{ files: number; unchanged: number; seconds: number; peak_mb: number; late_mb: number }>(
    (resolve, reject) => {
      const { PATH = '', HOME = '' } = process.env;
      const child: ChildProcess = spawn(
        process.execPath,
        ['--import', 'tsx', join(PROJECT_ROOT, 'src/cli.ts'), ...words],
        {
          env: { PATH, HOME, DATABASE_URL: url, SALIENT_GEODATA: '' },
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      let files = 0;
      let unchanged = 0;
      let began = 0;
      let peak = 0;
      let late = 0;
      const memory = setInterval(() => {
        late = residentMb(child.pid as number) || late;
        peak = Math.max(peak, late);
      }, 250);
      child.stdout?.on('data', (data: Buffer) => {
        began ||= Date.now();
        const lines = data
          .toString()
          .split('\n')
          .filter((line) => line.includes('"result"'));
        files += lines.length;
        unchanged += lines.filter((line) => line.includes('"unchanged"')).length;
        if (until !== null && files >= until) child.kill('SIGKILL');
      });
      child.once('close', (code) => {
        clearInterval(memory);
        if (until === null && code !== 0) reject(new Error(`the import ended with ${code}`));
        resolve({ files, unchanged, seconds: (Date.now() - began) / 1000, peak_mb: peak, late_mb: late });
      });
    },
  );
}

function residentMb(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
