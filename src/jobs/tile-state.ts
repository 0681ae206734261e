import { changePatches } from '../db/change.js';
import { type LayerRow, layerRows } from '../db/layers.js';
import type { Db } from '../db/pool.js';
import { statementById } from '../db/series.js';
import { eventStates, type LayerState, stateFacts } from '../db/tile-facts.js';
import { SalientError } from '../errors.js';
import { isIsoDate } from '../model/dates.js';
import { patchKey } from '../model/patches.js';
import type { LayerInput, Tileset } from '../tiles/tilesets.js';
import type { AskedChange } from './ask-change.js';
import { contentHash } from './content-hash.js';
import { verdictsOn } from './post-verdicts.js';
import { type Asked, type AsOf, resolve } from './resolve.js';

/** What tiles are drawn from: a digest of each input that a layer may declare, and the rows of a layer. */
export interface TileState {
  series: string;
  digests: Readonly<Record<LayerInput, string>>;
  stale: boolean;
  rows(tileset: Tileset): Promise<LayerRow[]>;
}

/** A state of a series as its immutable URLs name it: `r35.e1.s1.2020-02-11`, then `.v2020-01-28-1767225600000000` if events count. */
export function stateToken({ revision, edition, statement, since, events }: LayerState): string {
  return `r${revision}.e${edition}.s${statement}.${since}${events ? `.v${events.on}-${events.known}` : ''}`;
}

/** @throws SalientError `unknown_state` when the text is not such a token */
export function parseStateToken(text: string): LayerState {
  const match = /^r(\d{1,12})\.e(\d{1,12})\.s(\d{1,12})\.(\d{4}-\d\d-\d\d)(?:\.v(\d{4}-\d\d-\d\d)-(\d{1,16}))?$/.exec(
    text,
  );
  const [, revision, edition, statement, since = '', on, known] = match ?? [];
  if (!match || !isIsoDate(since) || (on !== undefined && !isIsoDate(on)) || Number(known ?? 0) > 9e15) {
    throw new SalientError('unknown_state', `@${text} is not a tile state: take a fresh URL from the TileJSON`);
  }
  const events = on === undefined ? null : { on, known: Number(known) };
  return { revision: Number(revision), edition: Number(edition), statement: Number(statement), since, events };
}

/** Finds states. What a state consists of never changes, so it is asked once and remembered. */
export interface TileStates {
  /** The state in force on a day. */
  on(asked: Asked): Promise<TileState & { numbers: LayerState }>;
  /** The state of known numbers; without a question to the database once it has been seen. */
  of(series: string, numbers: LayerState): Promise<TileState>;
  /** The pair of maps in force on two days: what a layer of patches is drawn from. */
  between(asked: AskedChange): Promise<TileState>;
}

/** How many states are remembered, at about a kilobyte each. */
const REMEMBERED = 10_000;

export function openStates(db: Db): TileStates {
  const remembered = new Map<string, TileState>();

  async function of(series: string, numbers: LayerState): Promise<TileState> {
    const key = `${series} ${stateToken(numbers)}`;
    const known = remembered.get(key);
    if (known) return known;
    const facts = await stateFacts(db, series, numbers);
    if (!facts) {
      throw new SalientError(
        'unknown_state',
        `@${stateToken(numbers)} is no state of series ${series}: take a fresh URL from the TileJSON`,
      );
    }
    const { events } = numbers;
    const state: TileState = {
      series,
      digests: { ...facts, events: events ? `${events.on} ${events.known}` : '-', change: '-' },
      stale: false,
      rows: async (tileset) => {
        if (tileset.inputs.includes('posts')) {
          const statement = await statementById(db, numbers.statement);
          await verdictsOn(db, { ...numbers, statement }, false);
        }
        return tileset.sql === '' ? [] : layerRows(db, tileset.sql, givenTo(tileset, numbers));
      },
    };
    if (remembered.size >= REMEMBERED) remembered.clear();
    remembered.set(key, state);
    return state;
  }

  async function numbersOf(asOf: AsOf): Promise<LayerState> {
    const { revision, edition, statement, since, date, knownAt } = asOf;
    const events = (await eventStates(db, statement.theatre, [date], knownAt)).get(date) ?? null;
    return { revision, edition, statement: statement.id, since, events };
  }

  return {
    of,
    async on(asked) {
      const asOf = await resolve(db, asked);
      const numbers = await numbersOf(asOf);
      return { ...(await of(asked.series, numbers)), numbers, stale: asOf.stale };
    },
    async between({ series, from, to, knownAt }) {
      const before = await resolve(db, { series, knownAt, date: from });
      const after = await resolve(db, { series, knownAt, date: to });
      const grounds: string[] = [];
      for (const { revision, edition, statement, valid_from } of [before, after]) {
        const numbers = { revision, edition, statement: statement.id, since: valid_from, events: null };
        grounds.push((await of(series, numbers)).digests.ground);
      }
      const same = grounds[0] === grounds[1];
      const none = { areas: '-', ground: '-', parties: '-', places: '-', routes: '-', posts: '-', events: '-' };
      return {
        series,
        digests: { ...none, change: `${grounds.join(' ')} ${after.statement.accuracy_m}` },
        stale: before.stale || after.stale,
        rows: () => (same ? Promise.resolve([]) : patchRows(db, before, after)),
      };
    },
  };
}

/** The patches of /change as rows of a layer, each under the id that it has there. */
async function patchRows(db: Db, before: AsOf, after: AsOf): Promise<LayerRow[]> {
  const patches = await changePatches(db, before.revision, after.revision, after.statement.accuracy_m);
  return patches.map(({ from_class: from, to_class: to, m2, geometry, bounds }) => {
    const id = contentHash(patchKey(from, to, bounds)).slice(0, 12);
    return { key: id, id, from, to, km2: m2 / 1e6, geometry };
  });
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
