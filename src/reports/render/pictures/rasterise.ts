import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';

/**
 * Weights of the faces that pictures use (SIL Open Font License): they come with the service, so text is drawn alike everywhere.
 * Source Sans 3 has Latin, Greek and Cyrillic; what it lacks is looked for in the next.
 */
const FACES = [
  'source-sans-3/400Regular/SourceSans3_400Regular',
  'source-sans-3/600SemiBold/SourceSans3_600SemiBold',
  'source-sans-3/700Bold/SourceSans3_700Bold',
  'noto-sans-arabic/400Regular/NotoSansArabic_400Regular',
  'noto-sans-arabic/600SemiBold/NotoSansArabic_600SemiBold',
  'noto-sans-arabic/700Bold/NotoSansArabic_700Bold',
];

let ready: Promise<Uint8Array[]> | null = null;

/** Loads the renderer and the faces once a process. */
async function prepared(): Promise<Uint8Array[]> {
  const require = createRequire(import.meta.url);
  await initWasm(await readFile(require.resolve('@resvg/resvg-wasm/index_bg.wasm')));
  return Promise.all(FACES.map((face) => readFile(require.resolve(`@expo-google-fonts/${face}.ttf`))));
}

interface Raster {
  /** Pixels for a unit of the drawing. */
  zoom: number;
  /** A colour; null: transparent. */
  background: string | null;
}

/** An SVG as PNG, on this thread: `asPng` does it beside. */
export async function rasterised(
  svg: string,
  { zoom, background }: Raster = { zoom: 2, background: '#ffffff' },
): Promise<Uint8Array> {
  ready ??= prepared();
  const fontBuffers = await ready;
  const drawing = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: zoom },
    ...(background !== null && { background }),
    font: { fontBuffers, defaultFontFamily: 'Source Sans 3', sansSerifFamily: 'Source Sans 3' },
  });
  const image = drawing.render();
  try {
    // Its own memory: the renderer's is shared by all drawings and cannot be handed on.
    return new Uint8Array(image.asPng());
  } finally {
    image.free();
    drawing.free();
  }
}
