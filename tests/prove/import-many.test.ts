import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { beforeAll, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { addDays, parseDate } from '../../src/model/dates.js';
import { freshDatabase, SERVER_URL } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { temporaryFolder } from '../setup/spawned.js';
import { mapOfFront, wanderingFronts } from '../setup/wandering-front.js';

/*
 * A folder of daily maps of 3,000 vertices is imported on a PostGIS server by the command line, killed twice without
 * warning and taken up again. Set MAPS for another number than 1,000.
 */
const MAPS = Number(process.env.MAPS ?? 1000);
const FIRST = parseDate('2020-01-01');

// The command as it is installed.
beforeAll(() => execFileSync('npm', ['run', 'build'], { cwd: PROJECT_ROOT, stdio: 'ignore' }));

it.skipIf(!SERVER_URL)(
  'a thousand maps of 3,000 vertices, killed and resumed twice [needs TEST_DATABASE_URL]',
  async () => {
    const folder = temporaryFolder();
    for (const [day, front] of wanderingFronts(MAPS).entries()) {
      writeFileSync(join(folder, `map-${addDays(FIRST, day)}.geojson`), JSON.stringify(mapOfFront(front)));
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
    const runs: Run[] = [];
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
    const each = (of: 'process_s' | 'server_s') => runs.reduce((sum, run) => sum + run[of], 0) / stored;
    const processor = { process_ms: 1000 * each('process_s'), server_ms: 1000 * each('server_s') };
    const stored_per_second = stored / seconds;
    console.log(JSON.stringify({ maps: MAPS, runs, stored_per_second, processor_each: processor, stored: rows[0] }));
    // A kill may come between the commit and its line: that map is stored and was not told.
    expect(rows[0]).toMatchObject({ revisions: MAPS, days: MAPS, replaced: 0 });
    expect(runs.at(-1)?.files).toBe(MAPS);
  },
);

interface Run {
  files: number;
  unchanged: number;
  /** From the first answer. */
  seconds: number;
  peak_mb: number;
  late_mb: number;
  /** Processor time since the first answer: what a figure says on a machine that others use too. */
  process_s: number;
  /** Of the database's process, when the server is on this machine. */
  server_s: number;
}

/** Imports until so many files are told of, then kills; to the end when null. Seconds count from the first answer. */
function importRun(words: readonly string[], url: string, until: number | null) {
  return new Promise<Run>((resolve, reject) => {
    const { PATH = '', HOME = '' } = process.env;
    const child: ChildProcess = spawn(process.execPath, [join(PROJECT_ROOT, 'dist/cli.js'), ...words], {
      env: { PATH, HOME, DATABASE_URL: url, SALIENT_GEODATA: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let files = 0;
    let unchanged = 0;
    let began = 0;
    let peak = 0;
    let late = 0;
    const watcher = new pg.Client({ connectionString: url });
    const watching = watcher.connect();
    let backends: number[] = [];
    const used = new Map<number, [first: number, last: number]>();
    const look = () => {
      for (const pid of [child.pid as number, ...backends]) {
        const now = processorSeconds(pid);
        if (now !== null) used.set(pid, [used.get(pid)?.[0] ?? now, now]);
      }
    };
    // Asked again and again: the second connection is opened when the first step is kept.
    const findBackends = async () => {
      const { rows } = await watcher.query(
        "select pid from pg_stat_activity where datname = current_database() and application_name = 'salient'",
      );
      backends = [...new Set([...backends, ...rows.map(({ pid }) => pid)])];
      look();
    };
    const memory = setInterval(() => {
      late = residentMb(child.pid as number) || late;
      peak = Math.max(peak, late);
      if (began) findBackends().catch(() => {});
    }, 250);
    child.stdout?.on('data', (data: Buffer) => {
      if (!began) {
        began = Date.now();
        watching.then(findBackends).catch(reject);
      }
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
      watching.then(() => watcher.end()).catch(reject);
      if (until === null && code !== 0) reject(new Error(`the import ended with ${code}`));
      const spent = ([first, last]: [number, number] = [0, 0]) => last - first;
      const server = backends.reduce((sum, pid) => sum + spent(used.get(pid)), 0);
      resolve({
        ...{ files, unchanged, seconds: (Date.now() - began) / 1000, peak_mb: peak, late_mb: late },
        ...{ process_s: spent(used.get(child.pid as number)), server_s: server },
      });
    });
  });
}

/** User and system time, by the kernel's hundredths; null when there is no such process here. */
function processorSeconds(pid: number): number | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return null;
  }
}

function residentMb(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
