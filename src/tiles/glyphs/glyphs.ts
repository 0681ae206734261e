import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setImmediate as othersTurn } from 'node:timers/promises';
import opentype, { type Font } from 'opentype.js';
import { PbfWriter } from 'pbf';
import { SalientError } from '../../errors.js';
import { distanceField, GLYPH } from './distance-field.js';
import { segmentsOf } from './outline.js';

export const REGULAR = 'Source Sans 3 Regular';
export const SEMIBOLD = 'Source Sans 3 SemiBold';
/** The typefaces by the names that styles give them; of their files, the first that has a letter is taken. */
const FACES = {
  [REGULAR]: {
    weight: 400,
    files: ['source-sans-3/400Regular/SourceSans3_400Regular', 'noto-sans-arabic/400Regular/NotoSansArabic_400Regular'],
  },
  [SEMIBOLD]: {
    weight: 600,
    files: [
      'source-sans-3/600SemiBold/SourceSans3_600SemiBold',
      'noto-sans-arabic/600SemiBold/NotoSansArabic_600SemiBold',
    ],
  },
} as const;
export const FAMILY = 'source-sans-3';
export const WEIGHTS = Object.values(FACES).map(({ weight }) => weight);

/** Pixels from the top of a line to its baseline: with it a capital stands in the middle of a mark. */
const ASCENT = 25;
const LETTERS_IN_RANGE = 256;
const installed = createRequire(import.meta.url);
const bytesOf = (file: string) => readFileSync(installed.resolve(`@expo-google-fonts/${file}.ttf`));

/** The letters that styles are written with: as distance fields for MapLibre, as font files for browsers. Keeps what it made. */
export class Glyphs {
  readonly #fonts = new Map<string, Font[]>();
  readonly #ranges = new Map<string, Promise<Uint8Array>>();
  /** One after another: drawn beside each other, each would take its letter of every turn. */
  #last: Promise<unknown> = Promise.resolve();

  /**
   * 256 letters as a renderer reads them (`{fontstack}/{range}.pbf`).
   * @param stack names of typefaces separated by commas; the first of ours is taken
   * @throws SalientError `not_found` when none is ours, or for a range that is none
   */
  async range(stack: string, range: string): Promise<Uint8Array> {
    const face = stack.split(',').find((name): name is keyof typeof FACES => Object.hasOwn(FACES, name));
    if (face === undefined)
      throw new SalientError(
        'not_found',
        `${JSON.stringify(stack)}: the typefaces are ${Object.keys(FACES).join(', ')}`,
      );
    const [, first = '', last = ''] = /^(\d{1,5})-(\d{1,5})$/.exec(range) ?? [];
    const from = Number(first);
    if (first === '' || from % LETTERS_IN_RANGE !== 0 || Number(last) !== from + LETTERS_IN_RANGE - 1 || from > 0xffff)
      throw new SalientError('not_found', `${JSON.stringify(range)}: a range is 0-255, 256-511, … 65280-65535`);
    const key = `${face}/${range}`;
    const made = this.#ranges.get(key) ?? this.#last.then(() => drawn(face, range, from, this.#fontsOf(face)));
    this.#ranges.set(key, made);
    this.#last = made;
    return made;
  }

  /** The typeface of a weight as a TrueType file. */
  static file(weight: number): Uint8Array | null {
    const face = Object.values(FACES).find((one) => one.weight === weight);
    return face ? bytesOf(face.files[0]) : null;
  }

  #fontsOf(face: keyof typeof FACES): Font[] {
    const known = this.#fonts.get(face);
    if (known) return known;
    const fonts = FACES[face].files.map((file) => {
      const bytes = bytesOf(file);
      return opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    });
    this.#fonts.set(face, fonts);
    return fonts;
  }
}

/** A letter takes milliseconds, a range a second: after each, others have their turn. */
async function drawn(face: string, range: string, from: number, fonts: readonly Font[]): Promise<Uint8Array> {
  const letters: Letter[] = [];
  for (let code = from; code < from + LETTERS_IN_RANGE; code++) {
    const character = String.fromCharCode(code);
    const font = fonts.find((one) => one.charToGlyphIndex(character) > 0);
    if (!font) continue;
    letters.push(drawLetter(code, font));
    await othersTurn();
  }
  const pbf = new PbfWriter();
  pbf.writeMessage(
    1,
    (_, stack) => {
      stack.writeStringField(1, face);
      stack.writeStringField(2, range);
      for (const letter of letters) stack.writeMessage(3, writeLetter, letter);
    },
    null,
  );
  return pbf.finish();
}

interface Letter {
  code: number;
  field: ReturnType<typeof distanceField>;
  advance: number;
}

function drawLetter(code: number, font: Font): Letter {
  const glyph = font.charToGlyph(String.fromCharCode(code));
  const field = distanceField(segmentsOf(glyph.getPath(0, 0, GLYPH.size).commands));
  return { code, field, advance: Math.round(((glyph.advanceWidth ?? 0) * GLYPH.size) / font.unitsPerEm) };
}

function writeLetter({ code, field, advance }: Letter, pbf: PbfWriter): void {
  pbf.writeVarintField(1, code);
  if (field) pbf.writeBytesField(2, field.bitmap);
  pbf.writeVarintField(3, field?.width ?? 0);
  pbf.writeVarintField(4, field?.height ?? 0);
  pbf.writeSVarintField(5, field?.left ?? 0);
  pbf.writeSVarintField(6, field ? field.top - ASCENT : 0);
  pbf.writeVarintField(7, advance);
}
