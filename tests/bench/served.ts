/** A service of its own on a server's database, and what it costs: seconds on the clock, of its process, of its backends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import pg from 'pg';

export const TOKEN = 'a-token-of-the-bench';

export interface Served {
  folder: string;
  base: string;
  child: ChildProcess;
  databaseUrl: string;
}

/**
 * How the service is started: from its source, or with `BUILT=1` as users run it, where `npm run build` was run. From the source
 * every inner function is named anew each time that it is made (tsx), which is a fifth of reading a map.
 */
export const mainOf = (name: 'main' | 'cli' = 'main'): string[] =>
  process.env.BUILT ? [`dist/${name}.js`] : ['--import', 'tsx', `src/${name}.ts`];

/** @param folder a checkout with its own node_modules */
export async function served(folder: string, databaseUrl: string): Promise<Served> {
  const env = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    ...{ PORT: '0', SALIENT_WRITE_TOKEN: TOKEN, SALIENT_GEODATA: '', SALIENT_REPORT_EVERY_S: '0' },
    ...{ SALIENT_CLIENT_POINTS: '0', SALIENT_LOG_LEVEL: 'error' },
  };
  const child = spawn(process.execPath, mainOf(), { cwd: folder, env });
  const base = await new Promise<string>((resolve, reject) => {
    let stated = '';
    const heard = (chunk: Buffer) => {
      stated += chunk;
      const found = /Salient answers on (http:\S+)/.exec(stated);
      if (found) resolve(found[1] as string);
    };
    child.stdout.on('data', heard);
    child.stderr.on('data', heard);
    child.on('exit', (code) => reject(new Error(`${folder} ended (${code}): ${stated}`)));
  });
  return { folder, base, child, databaseUrl };
}

/** The bytes of an answer; a body is posted as GeoJSON, parts as a form. */
export async function requested(service: Served, path: string, body?: string | FormData): Promise<Buffer> {
  const headers = {
    authorization: `Bearer ${TOKEN}`,
    ...(typeof body === 'string' ? { 'content-type': 'application/geo+json' } : {}),
  };
  const answer = await fetch(service.base + path, body === undefined ? { headers } : { method: 'POST', headers, body });
  const bytes = Buffer.from(await answer.arrayBuffer());
  if (!answer.ok) throw new Error(`${service.folder}: ${answer.status} ${path}: ${bytes.subarray(0, 2000)}`);
  return bytes;
}

/** Seconds of processor that a process has had, its threads included (Linux). */
function cpuSeconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

export interface Cost {
  /** Milliseconds. */
  wall: number;
  process: number;
  backends: number;
}

/** A meter of a database's backends and of a process, read from /proc: the server must run on this machine. */
export async function openMeter(databaseUrl: string) {
  const admin = new pg.Client({ connectionString: databaseUrl });
  await admin.connect();
  const backends = async () => {
    const { rows } = await admin.query(
      'select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    return new Map<number, number>(rows.map(({ pid }) => [pid, cpuSeconds(pid)]));
  };
  return {
    /** What a piece of work costs, with what the service does beside it. */
    async cost(pid: number | undefined, work: () => Promise<unknown>): Promise<Cost> {
      const before = await backends();
      const own = pid === undefined ? 0 : cpuSeconds(pid);
      const since = performance.now();
      await work();
      const wall = performance.now() - since;
      const process = pid === undefined ? 0 : 1000 * (cpuSeconds(pid) - own);
      let spent = 0;
      for (const [backend, seconds] of await backends()) spent += seconds - (before.get(backend) ?? 0);
      return { wall, process, backends: 1000 * spent };
    },
    /** Resolves when the process has simplified what was stored, which it looks for each second, and done next to nothing for two. */
    async atRest(pid: number | undefined): Promise<void> {
      await new Promise((resolve) => setTimeout(resolve, 2500));
      for (let still = 0; still < 4; ) {
        const own = cpuSeconds(pid ?? 0);
        await new Promise((resolve) => setTimeout(resolve, 500));
        still = cpuSeconds(pid ?? 0) - own <= 0.02 ? still + 1 : 0;
      }
    },
    close: () => admin.end(),
  };
}
