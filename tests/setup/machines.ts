import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BIN, newFolder } from './private-cluster.js';

/*
 * Machines in network namespaces of their own, on one bridge: each has an address, and a cable that can be pulled, after which packets go
 * nowhere and nobody is told. Needs root and iproute2.
 */

/** One machine on the bridge. */
export interface Machine {
  name: string;
  address: string;
  /** Starts a program on it. */
  run(program: string, words: readonly string[], environment?: Record<string, string>): ChildProcess;
  /** Runs one to its end. */
  done(program: string, ...words: string[]): void;
  unplug(): void;
  plug(): void;
}

export interface Network {
  machine(name: string): Machine;
  remove(): void;
}

const SUBNET = '10.213.7';
const ip = (...words: string[]) => void execFileSync('ip', words, { stdio: ['ignore', 'pipe', 'pipe'] });

/** Whether this machine lets us make others. */
export function mayMakeMachines(): boolean {
  const made = spawnSync('ip', ['netns', 'add', 'salient-try']);
  if (made.error || made.status !== 0) return false;
  ip('netns', 'del', 'salient-try');
  return true;
}

export function openNetwork(): Network {
  const bridge = 'salient-br';
  const names: string[] = [];
  const running = new Set<ChildProcess>();
  // What a killed run left behind.
  spawnSync('ip', ['link', 'del', bridge]);
  ip('link', 'add', bridge, 'type', 'bridge');
  ip('addr', 'add', `${SUBNET}.1/24`, 'dev', bridge);
  ip('link', 'set', bridge, 'up');
  const remove = () => {
    for (const child of running) child.kill('SIGKILL');
    for (const name of names.splice(0)) ip('netns', 'del', name);
    spawnSync('ip', ['link', 'del', bridge]);
  };
  process.once('exit', remove);
  return {
    remove,
    machine(name) {
      const space = `salient-${name}`;
      const cable = `sal-${name}`;
      const address = `${SUBNET}.${10 + names.length}`;
      spawnSync('ip', ['netns', 'del', space]);
      ip('netns', 'add', space);
      names.push(space);
      ip('link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', space);
      ip('link', 'set', cable, 'master', bridge, 'up');
      const inside = (...words: string[]) => ip('netns', 'exec', space, 'ip', ...words);
      inside('addr', 'add', `${address}/24`, 'dev', 'eth0');
      for (const device of ['lo', 'eth0']) inside('link', 'set', device, 'up');
      return {
        name,
        address,
        run(program, words, environment = {}) {
          const { PATH = '', HOME = '' } = process.env;
          const child = spawn('ip', ['netns', 'exec', space, program, ...words], {
            env: { PATH, HOME, ...environment },
            stdio: ['ignore', 'pipe', 'pipe'],
          });
          running.add(child);
          child.once('close', () => running.delete(child));
          return child;
        },
        done(program, ...words) {
          execFileSync('ip', ['netns', 'exec', space, program, ...words], {
            stdio: ['ignore', 'ignore', 'ignore'],
            cwd: tmpdir(),
          });
        },
        unplug: () => ip('link', 'set', cable, 'down'),
        plug: () => ip('link', 'set', cable, 'up'),
      };
    },
  };
}

const asPostgres = (machine: Machine, program: string, ...words: string[]) =>
  machine.done('runuser', '-u', 'postgres', '--', join(BIN ?? '', program), ...words);

/** PostgreSQL on a machine, for whoever is on the network. Returns the address of a database of it, and how to follow it. */
export function postgresOn(machine: Machine, from?: Machine): { url(database: string): string; stop(): void } {
  const folder = newFolder();
  const data = join(folder, 'data');
  if (from) {
    asPostgres(
      machine,
      'pg_basebackup',
      '-d',
      `host=${from.address} user=postgres`,
      '-D',
      data,
      '-R',
      '-X',
      'stream',
      '--checkpoint=fast',
    );
  } else {
    asPostgres(machine, 'initdb', '--no-sync', '-A', 'trust', '-U', 'postgres', '-D', data);
    appendFileSync(
      join(data, 'pg_hba.conf'),
      `host all all ${SUBNET}.0/24 trust\nhost replication all ${SUBNET}.0/24 trust\n`,
    );
  }
  const options = `-c listen_addresses=${machine.address} -c unix_socket_directories=${folder} -c max_connections=150`;
  asPostgres(machine, 'pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', options, 'start');
  return {
    url: (database) => `postgres://postgres@${machine.address}:5432/${database}`,
    stop() {
      asPostgres(machine, 'pg_ctl', '-D', data, '-m', 'immediate', 'stop');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
