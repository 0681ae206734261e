import { changePatches } from '../change/overlay.sql.js';
import { patchKey } from '../change/patches.js';
import { verdictsOn } from '../encirclement/verdicts.js';
import { SalientError } from '../errors.js';
import type { Bounds } from '../geometry/bounds.js';
import type { AsOf } from '../series/as-of.js';
import { refusePurged } from '../series/purged.js';
import { purgedDay } from '../series/revisions.sql.js';
import { statementById } from '../series/series.sql.js';
import { contentHash } from '../store/content-hash.js';
import { once, openMemo } from '../store/memo.js';
import type { Db } from '../store/pool.js';
import { isHidden } from '../store/sight.js';
import { type LayerRow, layerRows } from './layers.sql.js';
import { type LayerState, pairFacts, stateFacts, type TileParty } from './state-digests.sql.js';
import type { LayerInput, Tileset } from './tilesets.js';
import type { PairNumbers } from './token.js';

/** What tiles are drawn from: a digest of each input that a layer may declare, and the rows of a layer. */
export interface TileState {
  series: string;
  digests: Readonly<Record<LayerInput, string>>;
  /** Of the theatre; east is beyond 180 where it lies across it. */
  bounds: Readonly<Bounds>;
  /** The parties with their colours, for who draws a map of the tiles. */
  parties: readonly TileParty[];
  rows(tileset: Tileset): Promise<LayerRow[]>;
}

/** Finds states. What a state consists of never changes, so it is read once and remembered. */
export interface TileStates {
  /** The state if it is in memory. */
  peek(series: string, numbers: LayerState): TileState | undefined;
  /** The state of known numbers. @throws SalientError `unknown_state` */
  of(series: string, numbers: LayerState): Promise<TileState>;
  /** The maps of two days: what a layer of patches is drawn from. @throws SalientError `unknown_state` */
  between(series: string, numbers: PairNumbers): Promise<TileState>;
}

/** Memory for states, bytes: some ten thousand. */
const REMEMBERED = 16 << 20;
const NO_DIGESTS = {
  areas: '-',
  ground: '-',
  parties: '-',
  places: '-',
  routes: '-',
  posts: '-',
  events: '-',
  change: '-',
};

export function openStates(db: Db): TileStates {
  const remembered = openMemo<TileState>({
    maxBytes: REMEMBERED,
    bytesOf: ({ parties }) => 1200 + 200 * parties.length,
  });

  async function find(series: string, numbers: LayerState): Promise<TileState> {
    // Digests of every area and place: kept, so that the first tile after a restart does not wait for them.
    const kept = await once(db, 'tile-state-2', [series, numbers], async () => {
      const facts = await stateFacts(db, series, numbers);
      if (!facts) throw await noState(db, series, [numbers.revision]);
      return facts;
    });
    const { bounds, party_list, ...digests } = kept;
    const { events } = numbers;
    return {
      series,
      bounds,
      parties: party_list,
      digests: { ...NO_DIGESTS, ...digests, events: events ? `${events.on} ${events.known}` : '-' },
      rows: async (tileset) => {
        if (tileset.inputs.includes('posts')) {
          const statement = await statementById(db, numbers.statement);
          await verdictsOn(db, { ...numbers, statement }, false);
        }
        return tileset.sql === '' ? [] : layerRows(db, tileset.sql, givenTo(tileset, numbers));
      },
    };
  }

  async function findPair(series: string, { before, after, statement }: PairNumbers): Promise<TileState> {
    const facts = await pairFacts(db, series, before, after, statement);
    if (!facts) throw await noState(db, series, [before, after]);
    const { from_ground, to_ground, accuracy_m, bounds } = facts;
    return {
      series,
      bounds,
      parties: [],
      digests: { ...NO_DIGESTS, change: `${from_ground} ${to_ground} ${accuracy_m}` },
      rows: () => (from_ground === to_ground ? Promise.resolve([]) : patchRows(db, before, after, accuracy_m)),
    };
  }

  return {
    peek: (series, numbers) => (isHidden(series) ? undefined : remembered.peek(keyOf(series, numbers))),
    async of(series, numbers) {
      if (isHidden(series)) throw await noState(db, series, []);
      return remembered.once(keyOf(series, numbers), () => find(series, numbers));
    },
    async between(series, numbers) {
      if (isHidden(series)) throw await noState(db, series, []);
      const { before, after, statement } = numbers;
      return remembered.once(`${series} ${before} ${after} ${statement}`, () => findPair(series, numbers));
    },
  };
}

function keyOf(series: string, { revision, edition, statement, since, events }: LayerState): string {
  return `${series} ${revision} ${edition} ${statement} ${since} ${events ? `${events.on} ${events.known}` : ''}`;
}

/** The numbers of the state in force on a resolved day. */
export function numbersOn({ revision, edition, statement, since, events }: AsOf): LayerState {
  return { revision, edition, statement: statement.id, since, events };
}

/** The patches of /change as rows of a layer, each under the id that it has there. */
async function patchRows(db: Db, before: number, after: number, accuracyM: number): Promise<LayerRow[]> {
  const patches = await changePatches(db, before, after, accuracyM);
  return patches.map(({ from_class: from, to_class: to, m2, geometry, bounds }) => {
    const id = contentHash(patchKey(from, to, bounds)).slice(0, 12);
    return { key: id, id, from, to, km2: m2 / 1e6, geometry };
  });
}

async function noState(db: Db, series: string, revisions: readonly number[]): Promise<SalientError> {
  const purged = await purgedDay(db, series, revisions);
  if (purged) return refusePurged(series, purged);
  return new SalientError(
    'unknown_state',
    `series ${series} has no such tile state: take a fresh URL from the TileJSON`,
  );
}

/** The numbers that a layer's declared inputs stand for. What it does not declare is not there to be depended on. */
function givenTo({ inputs }: Tileset, state: LayerState): Record<string, string | number | null> {
  const { revision, edition, statement, since, events } = state;
  const given: Record<LayerInput, Record<string, string | number | null>> = {
    areas: { revision },
    ground: { revision },
    parties: { edition },
    places: { edition },
    routes: { edition },
    posts: { revision, edition, statement, since },
    events: { edition, events_on: events?.on ?? null, events_known: events?.known ?? null },
    change: {},
  };
  return Object.assign({}, ...inputs.map((input) => given[input]));
}
