import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { SalientError } from '../errors.js';
import { webBundle } from '../http/web/web-bundle.js';
import { type Box, outlinesAround } from '../maps/theatre/basemap.js';
import type { Access } from './access.js';
import { boxOf } from './init.js';

type Answer = <T>(ask: (access: Access) => Promise<unknown>, asText: (answer: T) => string) => Promise<void>;
type Position = [number, number];

/** The colours of the page by day, which `src/web/map/palette.ts` has; a test holds them equal. */
export const BASEMAP_COLOURS = {
  sea: '#d5dfe3',
  paper: '#f3f0e9',
  coast: '#b3c3ca',
  border: '#8d8a83',
  water: '#a9c3cf',
} as const;

/** `salient basemap`: the outlines of a theatre as a style that SALIENT_BASEMAP takes. */
export function basemapCommand(program: Command, answer: Answer): void {
  program
    .command('basemap')
    .description('make a basemap of a theatre from Natural Earth, as a MapLibre style for SALIENT_BASEMAP')
    .option('--series <id>', 'around the theatre of this series')
    .option('--bbox <west,south,east,north>', 'around this box, degrees')
    .option('--out <file>', 'where to write it', 'basemap.json')
    .action(async ({ series, bbox, out = 'basemap.json' }: Record<string, string | undefined>) => {
      const given = boxOf(bbox);
      if ((series === undefined) === (given === null))
        throw new SalientError('invalid_parameter', 'basemap: give --series or --bbox, one of them');
      if (given) return write(given, out);
      let box: Box | null = null;
      await answer(
        async (access) => {
          box = boundsOf(await access.get(`/series/${encodeURIComponent(series as string)}/dates`, {}));
          return box;
        },
        () => `around ${box?.join(',')}`,
      );
      if (box) await write(box, out);
    });
}

async function write(box: Box, file: string): Promise<void> {
  const text = JSON.stringify(await basemapStyle(box));
  await writeFile(file, `${text}\n`);
  process.stdout.write(
    `${file}: ${Math.round(text.length / 1000)} kB; SALIENT_BASEMAP=${file} salient serve draws it\n`,
  );
}

/** Bounds of the theatre that the answer of `/series/{id}/dates` carries. */
function boundsOf(answer: unknown): Box {
  const positions = (nested: unknown): Position[] =>
    !Array.isArray(nested) ? [] : typeof nested[0] === 'number' ? [nested as Position] : nested.flatMap(positions);
  const all = positions((answer as { theatre: { coordinates: unknown } }).theatre.coordinates);
  const [lons, lats] = [all.map(([lon]) => lon), all.map(([, lat]) => lat)];
  const least = (values: number[]) => values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const most = (values: number[]) => values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return [least(lons), least(lats), most(lons), most(lats)];
}

/** The whole style: sources inline, so that one file is all there is to serve. Rivers and lakes are those of the page. */
export async function basemapStyle(box: Box) {
  const { land, borders } = outlinesAround(box);
  const { files, manifest } = await webBundle();
  const waters = JSON.parse((files.get(manifest.waters)?.bytes ?? Buffer.from('{"features":[]}')).toString()) as {
    features: { properties: { kind: string } }[];
  };
  const flowing = waters.features.filter(({ properties }) => ['river', 'lake'].includes(properties.kind));
  const kind = (name: string) => ['==', ['get', 'kind'], name];
  const feature = (name: string, geometry: object) => ({ type: 'Feature', properties: { kind: name }, geometry });
  const features = [feature('land', land), feature('border', borders), ...flowing];
  const { sea, paper, coast, border, water } = BASEMAP_COLOURS;
  const layer = (id: string, type: string, of: string, paint: object) => ({
    ...{ id: `basemap-${id}`, type, source: 'basemap', filter: kind(of), paint },
  });
  return {
    version: 8,
    name: 'Natural Earth',
    sources: {
      basemap: { type: 'geojson', data: { type: 'FeatureCollection', features }, attribution: 'Natural Earth' },
    },
    layers: [
      { id: 'basemap-sea', type: 'background', paint: { 'background-color': sea } },
      layer('land', 'fill', 'land', { 'fill-color': paper }),
      layer('coast', 'line', 'land', { 'line-color': coast, 'line-width': 0.8 }),
      layer('lakes', 'fill', 'lake', { 'fill-color': sea }),
      layer('rivers', 'line', 'river', { 'line-color': water, 'line-width': 1.4 }),
      layer('borders', 'line', 'border', { 'line-color': border, 'line-width': 1, 'line-dasharray': [4, 2, 1, 2] }),
    ],
  };
}
