import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { charactersIn, mergedFace } from './merged-face.js';

/** Weights of the faces that pictures use (SIL Open Font License): they come with the service, so text is drawn alike everywhere. */
const WEIGHTS = ['400Regular', '600SemiBold', '700Bold'];

interface Faces {
  files: Uint8Array[];
  /** The characters of Source Sans 3: Latin, Greek, Cyrillic and signs. */
  latin: ReadonlySet<number>;
}

let ready: Promise<Faces> | null = null;

/** Loads the renderer and the faces once a process: of each weight Source Sans 3, and what has its characters and the Arabic ones. */
async function prepared(): Promise<Faces> {
  const require = createRequire(import.meta.url);
  const faces = (folder: string, name: string) =>
    Promise.all(
      WEIGHTS.map((weight) =>
        readFile(require.resolve(`@expo-google-fonts/${folder}/${weight}/${name}_${weight}.ttf`)),
      ),
    );
  await initWasm(await readFile(require.resolve('@resvg/resvg-wasm/index_bg.wasm')));
  const latin = await faces('source-sans-3', 'SourceSans3');
  const arabic = await faces('noto-sans-arabic', 'NotoSansArabic');
  const both = arabic.map((face, i) => mergedFace(latin[i] as Uint8Array, face));
  return { files: [...latin, ...both], latin: charactersIn(latin[0] as Uint8Array) };
}

/**
 * Texts that Source Sans 3 lacks a letter of, in the face that has Arabic as well: each text is shaped in one face. The renderer orders
 * every text as one from left to right; these are ordered by their first letter, where the drawing does not say how.
 */
function withFaces(svg: string, latin: ReadonlySet<number>): string {
  return svg.replace(/(<text\b[^>]*>)([^<]+)(?=<\/text>)/g, (all, opening: string, text: string) => {
    if ([...text].every((letter) => latin.has(letter.codePointAt(0) as number))) return all;
    const ordered = text.startsWith('\u2067') ? text : `\u2068${text}\u2069`;
    return `${opening}<tspan font-family="Noto Sans Arabic">${ordered}</tspan>`;
  });
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
  const { files, latin } = await ready;
  const drawing = new Resvg(withFaces(svg, latin), {
    fitTo: { mode: 'zoom', value: zoom },
    ...(background !== null && { background }),
    font: { fontBuffers: files, defaultFontFamily: 'Source Sans 3', sansSerifFamily: 'Source Sans 3' },
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
