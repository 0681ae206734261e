import { setTimeout as sleep } from 'node:timers/promises';
import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { expect } from 'vitest';
import { CREDENTIAL } from './credential.js';
import { freshDatabase, SERVER_URL } from './databases.js';
import { box } from './good-input.js';
import { type Spawned, spawnService } from './spawned.js';

const DAY = '2020-01-15';
const TILE = `/tiles/both/6/38/25.mvt?date=${DAY}`;

/** Two services, each a process of its own, on one fresh database of the server, with one series of one map. */
export interface TwoServices {
  /** Corrects the map by one of them and, as soon as that answers, asks the other: anything old it says is a failure. */
  correct(round: number): Promise<void>;
  withdrawAndRestore(round: number): Promise<void>;
  /** Purges a map by one of them; @returns how long, in milliseconds, the other still showed its tile from memory. */
  purge(): Promise<number>;
  /** What the two were asked, and how many answers were read in all. */
  answers(): number;
  end(): Promise<void>;
}

/** The map of a round: nothing moves, and the confidence says which round it is. */
function mapOf(round: number) {
  const area = (party: string, west: number, east: number) => ({
    type: 'Feature',
    properties: { party, status: 'controlled', confidence: (round % 999) / 1000 },
    geometry: { type: 'Polygon', coordinates: [box(west, 35.2, east, 35.4)] },
  });
  return { type: 'FeatureCollection', features: [area('north', 36.7, 36.9), area('south', 36.9, 37.1)] };
}

export async function twoServices(): Promise<TwoServices> {
  const settings = { DATABASE_URL: await freshDatabase(SERVER_URL), SALIENT_GEODATA: '' };
  // One after the other: the first creates the tables.
  const processes: Spawned[] = [spawnService(settings)];
  const first = await (processes[0] as Spawned).address;
  processes.push(spawnService(settings));
  const addresses = [first, await (processes[1] as Spawned).address];
  let returned = 0;
  let known = { etag: '', state: '' };

  const ask = async (who: number, path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${addresses[who % 2]}${path}`, { headers });
    const body = Buffer.from(await response.arrayBuffer());
    returned++;
    return { status: response.status, etag: String(response.headers.get('etag')), body };
  };
  async function post(who: number, path: string, body?: unknown): Promise<void> {
    const headers = { 'content-type': 'application/geo+json', ...CREDENTIAL };
    const init = { method: 'POST', headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const response = await fetch(`${addresses[who % 2]}${path}`, init);
    const text = await response.text();
    if (response.status > 201) throw new Error(`${path}: ${response.status} ${text}`);
  }
  const roundOf = (body: Buffer): number => {
    const layer = new VectorTile(new PbfReader(body)).layers.control;
    return Math.round(Number(layer?.feature(0).properties.confidence) * 1000);
  };

  /** Asks without a pause, so that look-ups are always under way when a correction is answered. */
  async function askingMeanwhile(who: number, work: () => Promise<void>): Promise<void> {
    let over = false;
    const asking = Array.from({ length: 4 }, async () => {
      while (!over) await ask(who, TILE);
    });
    try {
      await work();
    } finally {
      over = true;
      await Promise.all(asking);
    }
  }

  async function expectRound(who: number, round: number): Promise<void> {
    const tile = () => ask(who, TILE);
    const had = { 'if-none-match': known.etag };
    const [one, again, kept, json] = await Promise.all([
      tile(),
      tile(),
      ask(who, TILE, had),
      ask(who, `/tiles/both.json?date=${DAY}`),
    ]);
    for (const { status, etag, body } of [one, again, kept]) {
      expect({ round, status, shown: status === 200 && roundOf(body) }).toEqual({
        round,
        status: 200,
        shown: round % 999,
      });
      expect([round, etag === known.etag]).toEqual([round, false]);
    }
    const { state, tiles } = JSON.parse(json.body.toString()) as { state: string; tiles: [string] };
    expect([round, state === known.state]).toEqual([round, false]);
    const url = new URL(tiles[0]).pathname.replace('%7Bz%7D/%7Bx%7D/%7By%7D', '6/38/25');
    const immutable = await ask(who, url);
    expect([round, immutable.etag, roundOf(immutable.body)]).toEqual([round, one.etag, round % 999]);
    known = { etag: one.etag, state };
  }

  const create = 'create=true&title=Both&publisher=Test&licence=CC0&accuracy=500&';
  await post(0, `/series/both/snapshots?${create}date=${DAY}&party-property=party`, mapOf(0));
  await expectRound(1, 0);

  return {
    async correct(round) {
      await askingMeanwhile(round + 1, async () => {
        await post(round, `/series/both/snapshots?date=${DAY}&party-property=party`, mapOf(round));
        await expectRound(round + 1, round);
      });
    },
    async withdrawAndRestore(round) {
      const statuses = async () =>
        (await Promise.all([ask(round + 1, TILE), ask(round + 1, `/tiles/both.json?date=${DAY}`)])).map(
          (one) => one.status,
        );
      await askingMeanwhile(round + 1, async () => {
        await post(round, '/series/both/withdraw?why=mistaken');
        expect([round, ...(await statuses())]).toEqual([round, 410, 410]);
        await post(round, '/series/both/withdraw?restore=true');
        expect([round, ...(await statuses())]).toEqual([round, 200, 200]);
      });
    },
    async purge() {
      const day = '2020-02-15';
      await post(0, `/series/both/snapshots?date=${day}&party-property=party`, mapOf(501));
      const json = await ask(1, `/tiles/both.json?date=${day}`);
      const { tiles } = JSON.parse(json.body.toString()) as { tiles: [string] };
      const url = new URL(tiles[0]).pathname.replace('%7Bz%7D/%7Bx%7D/%7By%7D', '6/38/25');
      const status = async () => (await ask(1, url)).status;
      expect(await status()).toBe(200);
      await post(0, `/series/both/snapshots/${day}/withdraw?why=court`);
      // By its own address, and out of the memory of the process, it is still there.
      expect(await status()).toBe(200);
      await post(0, `/series/both/snapshots/${day}/purge?why=court`);
      const began = performance.now();
      for (let shown = 200; shown === 200; shown = await status()) {
        if (performance.now() - began > 20_000) throw new Error('a purged map is still shown after 20 s');
        await sleep(20);
      }
      const took = performance.now() - began;
      expect([await status(), (await ask(1, `/tiles/both/6/38/25.mvt?date=${day}`)).status]).not.toContain(500);
      return took;
    },
    answers: () => returned,
    async end() {
      await Promise.all(processes.map((one) => one.end('SIGTERM')));
    },
  };
}
