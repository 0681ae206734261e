import {
  TerraDraw,
  TerraDrawLineStringMode,
  TerraDrawModeUndoRedo,
  TerraDrawPolygonMode,
  TerraDrawSelectMode,
  TerraDrawSessionUndoRedo,
} from 'terra-draw';
import { TerraDrawMapLibreGLAdapter } from 'terra-draw-maplibre-gl-adapter';
import { byId, h } from '../dom.js';
import { type Area, type GroundMap, polygonsOf } from './ground.js';
import {
  holds,
  nearestOn,
  type Pocket,
  type Position,
  pocketsBetween,
  type Ring,
  snapTo,
  stretchBetween,
} from './stretch.js';
import { d } from './text/language.js';

const TOOLS = ['polygon', 'linestring', 'area', 'select'] as const;
type Tool = (typeof TOOLS)[number];

/** A border is met within so many pixels, a line's ends within more. */
const SNAP_PX = 14;
const END_PX = 40;

/** A press so near to a corner is meant for it; a finger needs more room. Corners that lie nearer to each other are set on a closer map. */
const CORNER_PX = matchMedia('(pointer: coarse)').matches ? 24 : 14;

/** Ground that passes to one side, of a line that crosses the front which it replaces. */
export interface Exchange {
  polygons: Ring[][];
  from: Area['properties'] | null;
  to: Area['properties'];
}

/** What a person draws on the map, as the ground that it is about. */
export interface DeskDrawing {
  /** Null: nothing is drawn, or a line that does not begin and end on one border. */
  ground(): GeoJSON.MultiPolygon | null;
  /** Where a line crosses the old front: what passes which way. Null: none does. `tangled`: it is not clear what passes. */
  exchanges(): Exchange[] | 'tangled' | null;
  /** Who holds most of the ground that is drawn, as far as its middle says. */
  holder(): Area['properties'] | null;
  clear(): void;
  close(): void;
}

export function openDrawing(ground: GroundMap, changed: () => void): DeskDrawing {
  const { map } = ground;
  const gl = map.gl;
  let tool: Tool = 'polygon';
  let chosen: Area | null = null;
  let larger = false;
  /** Corners set from the keyboard. */
  let corners: Position[] = [];
  const degrees = (pixels: number): number => {
    const { x, y } = gl.project(gl.getCenter());
    return Math.abs(gl.unproject([x, y]).lat - gl.unproject([x, y + pixels]).lat);
  };
  const snapping = {
    toCustom: ({ lng, lat }: { lng: number; lat: number }) =>
      snapTo(ground.rings(), [lng, lat], degrees(SNAP_PX)) ?? undefined,
  };
  const edges = { draggable: true, midpoints: true, deletable: true };
  const flags = { feature: { draggable: true, coordinates: edges } };
  const draw = new TerraDraw({
    adapter: new TerraDrawMapLibreGLAdapter({ map: gl }),
    modes: [
      new TerraDrawPolygonMode({ snapping, pointerDistance: CORNER_PX }),
      new TerraDrawLineStringMode({ snapping, pointerDistance: CORNER_PX }),
      new TerraDrawSelectMode({ flags: { polygon: flags, linestring: flags } }),
    ],
    // Corners of what is being drawn, then whole drawings.
    undoRedo: { modeLevel: new TerraDrawModeUndoRedo(), sessionLevel: new TerraDrawSessionUndoRedo() },
  });
  draw.start();

  const hint = h('p', { class: 'fine', id: 'draw-hint' });
  const tools = byId('tools');
  const button = (words: string, act: () => void, pressed: string | null = null) =>
    h('button', { type: 'button', class: 'plain', 'aria-pressed': pressed, onclick: act }, words);
  const buttons = TOOLS.map((name) => [name, button(d.tools[name][0] ?? '', () => choose(name), 'false')] as const);
  const side = button(d.otherSide, () => {
    larger = !larger;
    show();
  });
  tools.replaceChildren(
    ...buttons.map(([, element]) => element),
    button(d.undo, undo),
    button(d.clear, clear),
    side,
    button(d.addMiddle, () => {
      const { lng, lat } = gl.getCenter();
      corners.push(snapTo(ground.rings(), [lng, lat], degrees(SNAP_PX)) ?? [lng, lat]);
      show();
    }),
  );
  tools.hidden = false;
  byId('draw').querySelector('h2')?.after(hint);

  function choose(next: Tool): void {
    tool = next;
    if (next === 'area') draw.setMode('static');
    else draw.setMode(next);
    for (const [name, element] of buttons) element.setAttribute('aria-pressed', String(name === next));
    hint.textContent = d.tools[next][1] ?? '';
    show();
  }

  function undo(): void {
    if (corners.length > 0) corners.pop();
    else if (chosen) chosen = null;
    else draw.undo();
    show();
  }

  function clear(): void {
    draw.clear();
    draw.clearUndoRedoHistory();
    corners = [];
    chosen = null;
    larger = false;
    show();
  }

  const features = () =>
    draw
      .getSnapshot()
      .filter(
        ({ properties }) => ['polygon', 'linestring'].includes(String(properties.mode)) && !properties.currentlyDrawing,
      );

  /** The ground of what is drawn: polygons as they are, a line with the border it begins and ends on. */
  function polygons(): Ring[][] {
    const found: Ring[][] = chosen ? [...polygonsOf(chosen.geometry)] : [];
    const lines: Position[][] = [];
    for (const { geometry } of features()) {
      if (geometry.type === 'Polygon') found.push(geometry.coordinates as Ring[]);
      if (geometry.type === 'LineString') lines.push(geometry.coordinates as Position[]);
    }
    if (tool === 'linestring' && corners.length > 1) lines.push(corners);
    else if (corners.length > 2) found.push([[...corners, corners[0] as Position]]);
    for (const line of lines) {
      const pockets = pocketsBetween(ground.rings(), line, degrees(END_PX));
      const sides = stretchBetween(ground.rings(), line, degrees(END_PX));
      if (Array.isArray(pockets)) found.push(...pockets.map(({ ring }) => [ring]));
      else if (sides && pockets === null) found.push([sides[larger ? 1 : 0]]);
    }
    return found;
  }

  /** The lines that are drawn, finished or being set from the keyboard. */
  function linesDrawn(): Position[][] {
    const lines = features().flatMap(({ geometry }) =>
      geometry.type === 'LineString' ? [geometry.coordinates as Position[]] : [],
    );
    return tool === 'linestring' && corners.length > 1 ? [...lines, corners] : lines;
  }

  const areaAt = (at: Position): Area['properties'] | null =>
    ground.areas().find(({ geometry }) => polygonsOf(geometry).some((rings) => holds(rings, at)))?.properties ?? null;

  function exchanges(): Exchange[] | 'tangled' | null {
    const all: Pocket[] = [];
    for (const line of linesDrawn()) {
      const pockets = pocketsBetween(ground.rings(), line, degrees(END_PX));
      if (pockets === 'tangled') return 'tangled';
      all.push(...(pockets ?? []));
    }
    const found = new Map<string, Exchange>();
    for (const { ring, beyond } of all) {
      const [from, to] = [areaAt(pointIn(ring)), areaAt(beyond)];
      if (to === null) return 'tangled';
      const key = JSON.stringify([from?.party, from?.status, to.party, to.status]);
      const exchange = found.get(key) ?? { polygons: [], from, to };
      exchange.polygons.push([ring]);
      found.set(key, exchange);
    }
    return found.size === 0 ? null : [...found.values()];
  }

  function show(): void {
    const shape = polygons();
    const lines = features().some(({ geometry }) => geometry.type === 'LineString') || tool === 'linestring';
    side.hidden = !lines || exchanges() !== null;
    map.put('drawn', [
      ...shape.map((coordinates) => ({
        type: 'Feature' as const,
        properties: {},
        geometry: { type: 'Polygon' as const, coordinates },
      })),
      ...corners.map((coordinates) => ({
        type: 'Feature' as const,
        properties: {},
        geometry: { type: 'Point' as const, coordinates },
      })),
    ]);
    changed();
  }

  const pick = ({ lngLat }: { lngLat: { lng: number; lat: number } }) => {
    if (tool !== 'area') return;
    const at: Position = [lngLat.lng, lngLat.lat];
    chosen = ground.areas().find(({ geometry }) => polygonsOf(geometry).some((rings) => holds(rings, at))) ?? null;
    show();
  };
  gl.on('click', pick);
  draw.on('finish', show);
  draw.on('change', (_ids, type) => type === 'delete' && show());
  choose('polygon');

  return {
    ground() {
      const coordinates = polygons();
      return coordinates.length > 0 ? { type: 'MultiPolygon', coordinates } : null;
    },
    holder() {
      const [ring] = polygons()[0] ?? [];
      if (!ring) return null;
      return areaAt(pointIn(ring));
    },
    exchanges,
    clear,
    close() {
      gl.off('click', pick);
      draw.stop();
      map.put('drawn', []);
      tools.hidden = true;
      hint.remove();
    },
  };
}

/** A point inside a ring: the middle of its corners, or beside one of its sides where that lies outside. */
function pointIn(ring: Ring): Position {
  const open = ring.slice(0, -1);
  const middle = (points: readonly Position[]): Position => [
    points.reduce((sum, [x]) => sum + x, 0) / points.length,
    points.reduce((sum, [, y]) => sum + y, 0) / points.length,
  ];
  const tries = [
    middle(open),
    ...open.map((at, i) =>
      middle([at, open[(i + 1) % open.length] as Position, open[(i + 2) % open.length] as Position]),
    ),
  ];
  const deepest = tries
    .filter((at) => holds([ring], at))
    .sort((a, b) => (nearestOn(ring, b)?.away ?? 0) - (nearestOn(ring, a)?.away ?? 0));
  return deepest[0] ?? middle(open);
}
