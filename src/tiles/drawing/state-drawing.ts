import { createHash } from 'node:crypto';
import type { TileAddress } from '../address.js';
import type { DrawnBytes } from '../cache.js';
import type { Projection } from '../plate-carree.js';
import { collapsed, type TileSpan } from '../span-states.js';
import type { TileState } from '../state.js';
import { layerGroups, layerSource, type Tileset } from '../tilesets.js';
import type { Drawing, Part } from './drawing.js';

/** Others served tiles of 8 to 18 MB once every date was in them: beyond this, versions are left out and counted. */
const MAX_SPAN_BYTES = 500_000;

/** Draws tiles of states: the same key, the same tiles. */
export interface StateDrawing {
  keyOf(state: TileState, layers: readonly Tileset[]): string;
  keyOfSpan(span: TileSpan, layers: readonly Tileset[]): string;
  drawState(
    state: TileState,
    address: TileAddress,
    layers: readonly Tileset[],
    projection?: Projection,
  ): Promise<Uint8Array>;
  /** All states of a span as one tile of at most `MAX_SPAN_BYTES`, each thing with its `valid_from` and `valid_to`. */
  drawSpan(span: TileSpan, address: TileAddress, layers: readonly Tileset[]): Promise<DrawnBytes>;
  /** What the layers of a state are drawn from, group by group. */
  partsOf(state: TileState, layers: readonly Tileset[]): Part[];
}

export function openStateDrawing(drawing: Drawing, tilesets: readonly Tileset[]): StateDrawing {
  const groups = layerGroups(tilesets);
  const stateKeys = new WeakMap<object, WeakMap<readonly Tileset[], string>>();
  let spans = 0;

  /** Computed once for a state or span and a list of layers, for a hash costs as much as the rest of an answer. */
  function keyOnce(of: object, layers: readonly Tileset[], key: () => string): string {
    const keys = stateKeys.get(of) ?? new WeakMap<readonly Tileset[], string>();
    stateKeys.set(of, keys);
    const known = keys.get(layers) ?? key();
    keys.set(layers, known);
    return known;
  }

  const keyOf: StateDrawing['keyOf'] = (state, layers) => keyOnce(state, layers, () => stateKey(state, layers));
  const namesOf = (group: readonly Tileset[], layers: readonly Tileset[]) =>
    layers.filter((layer) => group.includes(layer)).map(({ name }) => name);
  const partOf = (state: TileState, group: readonly Tileset[], names: readonly string[]): Part => ({
    key: keyOf(state, group),
    layers: names,
    sources: () => Promise.all(group.map(async (tileset) => layerSource(tileset, await state.rows(tileset)))),
  });
  const partsOf: StateDrawing['partsOf'] = (state, layers) =>
    groups.flatMap((group) => {
      const names = namesOf(group, layers);
      return names.length > 0 ? [partOf(state, group, names)] : [];
    });

  return {
    keyOf,
    keyOfSpan: (span, layers) =>
      keyOnce(span, layers, () => {
        const runs = collapsed(span.states, (state) => keyOf(state, layers));
        return digest(['span', runs.map(({ key, from, to }) => [key, from, to])]);
      }),
    partsOf,
    // The encoded layers of several parts, one after the other, are one tile.
    drawState: (state, address, layers, projection = 'mercator') =>
      drawing.tile(
        address,
        partsOf(state, layers).map((part) => ({ ...part, key: projectedKey(part.key, projection), projection })),
      ),
    async drawSpan(span, address, layers) {
      const number = ++spans;
      try {
        for (const group of groups) {
          const names = namesOf(group, layers);
          if (names.length === 0) continue;
          for (const { state, from, to } of collapsed(span.states, (one) => keyOf(one, group))) {
            await drawing.intoSpan(address, partOf(state, group, names), { span: number, from, to });
          }
        }
      } catch (error) {
        await drawing.finishSpan(number, 0).catch(() => {});
        throw error;
      }
      const { bytes, omitted } = await drawing.finishSpan(number, MAX_SPAN_BYTES);
      return { bytes, omitted: omitted + span.omitted };
    },
  };
}

/** What is drawn on another world is kept by itself. */
export const projectedKey = (key: string, projection: Projection): string =>
  projection === 'mercator' ? key : `${key}.${projection}`;

/** What a state is to some layers: equal keys, equal tiles. */
function stateKey({ series, digests }: TileState, layers: readonly Tileset[]): string {
  return digest([
    DRAWING,
    series,
    layers.map(({ name, inputs, definition }) => [name, definition, ...inputs.map((input) => digests[input])]),
  ]);
}

/** A short name of how all layers are drawn, for URLs that outlive a new version of the service. */
export function drawingName(tilesets: readonly Tileset[]): string {
  return digest([DRAWING, tilesets.map(({ name, definition }) => [name, definition])]).slice(0, 8);
}

/** To be raised when the same rows are drawn in another way: tiles under the old URLs are then no longer the same. */
const DRAWING = 5;

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);
}
