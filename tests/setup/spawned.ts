import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { PROJECT_ROOT } from '../../src/config.js';

export type Environment = Record<string, string>;

/** A process of the project: what it printed, and how it ended. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The service in a process of its own, as `npm start` runs it. */
export interface Spawned {
  pid: number;
  /** Resolves when it answers; rejects with what it printed when it ends before. */
  address: Promise<string>;
  ended: Promise<Ended>;
  /** Sends the signal to this process alone and waits for its end. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<Ended>;
}

const folders: string[] = [];
const running = new Set<ChildProcess>();

// A failed test leaves nothing running and nothing lying about.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that goes when the tests end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'salient-test-'));
  folders.push(folder);
  return folder;
}

/** The data folder of services that are given no other. */
export const DATA_FOLDER = temporaryFolder();

/**
 * The words that start the program: with SALIENT_TEST_BUILT=1, after `npm run build`, as it is installed (the gate, long proofs and
 * figures), in a third of the processor time of the sources.
 */
const BUILT = process.env.SALIENT_TEST_BUILT === '1';
export const entranceOf = (entrance: string) =>
  BUILT && /^(main|cli)\.ts$/.test(entrance)
    ? [join(PROJECT_ROOT, 'dist', entrance.replace(/\.ts$/, '.js'))]
    : ['--import', 'tsx', join(PROJECT_ROOT, 'src', entrance)];

/** Nothing of the tester's own settings reaches the process but what `environment` says. */
function start(
  entrance: string,
  words: readonly string[],
  environment: Environment,
  flags: readonly string[] = [],
): ChildProcess {
  const { PATH = '', HOME = '' } = process.env;
  return spawn(process.execPath, [...flags, ...entranceOf(entrance), ...words], {
    cwd: PROJECT_ROOT,
    // Reports are made in the background of a service: here only where a test asks for them.
    env: {
      PATH,
      HOME,
      HOST: '127.0.0.1',
      PORT: '0',
      SALIENT_REPORT_EVERY_S: '0',
      SALIENT_DATA: DATA_FOLDER,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function endOf(child: ChildProcess): Promise<Ended> {
  const text = { stdout: '', stderr: '' };
  child.stdout?.on('data', (data) => (text.stdout += data));
  child.stderr?.on('data', (data) => (text.stderr += data));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...text }));
  });
}

/** `salient …` in a process of its own, which is too short for its engine to be worth optimizing: that takes a third of its processor time. */
export function salient(words: readonly string[], environment: Environment): Promise<Ended> {
  return endOf(start('cli.ts', words, environment, ['--liftoff-only']));
}

/** A program in a process of its own: an example of the documentation. */
export function program(file: string, environment: Environment, words: readonly string[] = []): Promise<Ended> {
  return endOf(start(relative(join(PROJECT_ROOT, 'src'), file), words, environment));
}

export function spawnService(environment: Environment): Spawned {
  const child = start('main.ts', [], environment);
  const ended = endOf(child);
  const address = new Promise<string>((resolve, reject) => {
    let printed = '';
    child.stdout?.on('data', (data) => {
      printed += data;
      const found = /Salient answers on (\S+)/.exec(printed)?.[1];
      if (found) resolve(found);
    });
    ended.then(({ stdout, stderr }) => reject(new Error(`ended before it answered:\n${stdout}${stderr}`)), reject);
  });
  // Who kills it does not wait for its address.
  address.catch(() => {});
  running.add(child);
  return {
    pid: child.pid ?? -1,
    address,
    ended,
    async end(signal) {
      child.kill(signal);
      const result = await ended;
      running.delete(child);
      return result;
    },
  };
}
