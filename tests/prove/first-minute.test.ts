import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { browserFor, slide } from '../setup/browser.js';
import { seeded } from '../setup/mesh-world.js';
import { temporaryFolder } from '../setup/spawned.js';

/*
 * The first minutes after a first start on the embedded engine: a reader steps through the series while the service still makes
 * verdicts, reports and simplified maps; then, when it has nothing left to do, the same steps again. Needs `npm run build`.
 * MINUTES (5) is how long each of the two lasts at most.
 */
const MINUTES = Number(process.env.MINUTES ?? 5);
/** How long a reader looks at a day. */
const LOOKS_MS = 700;

describe('the first minutes after a first start', () => {
  const browser = browserFor();
  const began: { at: number; ms: number }[] = [];
  let service: ChildProcess | undefined;
  afterAll(() => service?.kill('SIGTERM'));

  test('a step of the slider takes at most twice as long as when nothing is left to do', async () => {
    const started = Date.now();
    const { address, said } = await start();
    const listening = Date.now() - started;
    const { page } = await browser.page({ viewport: { width: 900, height: 560 } });
    const refused: string[] = [];
    page.on('response', (response) => {
      if (response.status() >= 400) refused.push(`${response.status()} ${new URL(response.url()).pathname}`);
    });
    const begun = Date.now();
    await page.goto(`${address}/?series=m5`);
    await page.locator('#changed h2').first().waitFor({ timeout: 600_000 });
    const headline = Date.now() - begun;
    await opened(page);
    const drawn = Date.now() - begun;
    const first = await steps(page, address, MINUTES * 60_000, Number.POSITIVE_INFINITY);
    const busyFor = await atRest();
    const after = await steps(page, address, MINUTES * 60_000, first.length);
    const longest = [...began]
      .sort((a, b) => b.ms - a.ms)
      .slice(0, 5)
      .map(({ at: when, ms }) => `${((when - begun) / 1000).toFixed(0)}: ${(ms / 1000).toFixed(1)}`);
    const figures = (times: readonly number[]) =>
      ({ steps: times.length, median: at(times, 0.5), p95: at(times, 0.95), most: at(times, 1) }) as const;
    const [while_, then] = [figures(first), figures(after)];
    process.stdout.write(
      `listens after ${listening} ms, headline ${headline} ms and map ${drawn} ms after opening\n` +
        `first minutes ${JSON.stringify(while_)}\nat rest, ${Math.round(busyFor / 1000)} s later ${JSON.stringify(then)}\n` +
        `p95 ${(while_.p95 / then.p95).toFixed(2)} times; refused: ${JSON.stringify(refused)}; load ${loadAverage()}\n` +
        `the longest steps began ${JSON.stringify(longest)} s after opening; statements of more than two seconds:\n` +
        said()
          .split('\n')
          .filter((line) => line.includes('slow statement'))
          .join('\n'),
    );
    expect(refused).toEqual([]);
    expect(while_.p95 / then.p95).toBeLessThanOrEqual(2);
  }, 7_200_000);

  async function start() {
    const { PATH = '', HOME = '' } = process.env;
    const env = { PATH, HOME, HOST: '127.0.0.1', PORT: '0', SALIENT_DATA: temporaryFolder() };
    const child = spawn(process.execPath, [join(PROJECT_ROOT, 'dist/main.js')], { env, cwd: PROJECT_ROOT });
    service = child;
    let printed = '';
    const address = await new Promise<string>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (data) => {
          printed += data;
          const found = /Salient answers on (\S+)/.exec(printed)?.[1];
          if (found) resolve(found);
        });
      }
      child.once('close', () => reject(new Error(printed)));
    });
    return { address, said: () => printed };
  }

  /** Goes to days of the series in a seeded order until the time is over; each pass is a page opened anew, which remembers nothing. */
  async function steps(page: Page, address: string, forMs: number, most: number): Promise<number[]> {
    const { dates } = (await (await fetch(`${address}/series/m5/dates`)).json()) as { dates: string[] };
    const random = seeded(7);
    const times: number[] = [];
    const until = Date.now() + forMs;
    while (Date.now() < until && times.length < most) {
      await page.goto('about:blank');
      await page.goto(`${address}/?series=m5`);
      await opened(page);
      const order = dates.slice(0, -1).map((day) => [random(), day] as const);
      for (const [, day] of order.sort(([a], [b]) => a - b)) {
        if (Date.now() > until || times.length >= most) break;
        const begun = performance.now();
        await slide(page, day);
        await page.locator(`body[data-shown="${day}"]`).waitFor({ state: 'attached', timeout: 600_000 });
        const ms = Math.round(performance.now() - begun);
        times.push(ms);
        began.push({ at: Date.now() - ms, ms });
        await pause(LOOKS_MS);
      }
    }
    return times;
  }

  const opened = (page: Page) => page.locator('body[data-ready]').waitFor({ state: 'attached', timeout: 600_000 });

  /** Resolves when the service has used less than a twentieth of a processor for twenty seconds. */
  async function atRest(): Promise<number> {
    const begun = Date.now();
    for (let used = processorMs(); ; ) {
      await pause(20_000);
      const now = processorMs();
      if (now - used < 1000) return Date.now() - begun;
      used = now;
    }
  }

  function processorMs(): number {
    const [, rest = ''] = readFileSync(`/proc/${service?.pid}/stat`, 'latin1').split(') ');
    const fields = rest.split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }
});

const at = (times: readonly number[], share: number): number =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
const loadAverage = () => readFileSync('/proc/loadavg', 'latin1').split(' ').slice(0, 3).join(' ');
