import { execFileSync } from 'node:child_process';
import { appendFileSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A PostgreSQL of its own, to be killed, restarted and followed: nobody else's is touched. */
export interface PrivateCluster {
  port: number;
  /** Where its files are, those of the user that it runs as. */
  folder: string;
  /** The address of one of its databases. */
  url(database: string): string;
  /** A streaming standby of it, that answers reads. */
  follow(): Promise<PrivateCluster>;
  /** As a crash ends it: nothing is written down any more. */
  kill(): void;
  start(): void;
  promote(): void;
  /** Ends it and removes its files. */
  remove(): void;
}

const HOME = '/usr/lib/postgresql';
/** The newest version that is installed; null where there is none. */
export const BIN = existsSync(HOME)
  ? (readdirSync(HOME)
      .sort((a, b) => Number(b) - Number(a))
      .map((version) => join(HOME, version, 'bin'))
      .find((folder) => existsSync(join(folder, 'initdb'))) ?? null)
  : null;
export const HAS_POSTGRES = BIN !== null && existsSync(join(BIN, 'pg_basebackup'));

/** PostgreSQL does not run as root. */
const isRoot = process.getuid?.() === 0;
function run(program: string, ...words: string[]): string {
  const command = [join(BIN ?? '', program), ...words];
  const [first = '', ...rest] = isRoot ? ['runuser', '-u', 'postgres', '--', ...command] : command;
  return execFileSync(first, rest, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], cwd: tmpdir() });
}

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/** A folder of the user that PostgreSQL runs as. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'salient-cluster-'));
  if (isRoot) {
    const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
    chownSync(folder, id('-u'), id('-g'));
  }
  return folder;
}

/** Creates a cluster with one superuser (`postgres`, without a password, on loopback only) and starts it. */
export async function privateCluster(): Promise<PrivateCluster> {
  const folder = newFolder();
  run('initdb', '--no-sync', '-A', 'trust', '-U', 'postgres', '-D', join(folder, 'data'));
  const settings = ['max_connections = 120', 'shared_buffers = 64MB', 'max_wal_senders = 4', 'wal_level = replica'];
  appendFileSync(join(folder, 'data', 'postgresql.conf'), `${settings.join('\n')}\n`);
  return started(folder);
}

async function started(folder: string): Promise<PrivateCluster> {
  const data = join(folder, 'data');
  const port = await freePort();
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder}`;
  const start = () => void run('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', options, 'start');
  const kill = () => void run('pg_ctl', '-D', data, '-m', 'immediate', 'stop');
  start();
  process.once('exit', () => remove());
  const remove = () => {
    try {
      kill();
    } catch {
      // It has ended already.
    }
    rmSync(folder, { recursive: true, force: true });
  };
  return {
    port,
    folder,
    url: (database) => `postgres://postgres@127.0.0.1:${port}/${database}`,
    follow() {
      const copy = newFolder();
      const from = `host=127.0.0.1 port=${port} user=postgres`;
      run('pg_basebackup', '-d', from, '-D', join(copy, 'data'), '-R', '-X', 'stream', '--checkpoint=fast');
      return started(copy);
    },
    kill,
    start,
    promote: () => void run('pg_ctl', '-D', data, '-w', 'promote'),
    remove,
  };
}
