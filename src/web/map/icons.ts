import type { Standing } from '../text/words.js';

/* The marks of the map, drawn once: for the map as images, for legend and panel as the same SVG. */

/** The ring says it: none around an open post, a gap in a narrow one's, whole around one that is encircled. */
const MARKS: Readonly<Record<Standing, { ink: string; text: string; body: string }>> = {
  open: {
    ink: '#1f6b5c',
    text: '#1f6b5c',
    body: '<circle cx="16" cy="16" r="9" fill="#fff" stroke="#1f6b5c" stroke-width="2.4"/>',
  },
  narrow: {
    ink: '#a8640a',
    text: '#ffffff',
    body: `<circle cx="16" cy="16" r="14.6" fill="#fff"/><circle cx="16" cy="16" r="8.6" fill="#a8640a"/>
      <path d="M9.2 6.6 A12 12 0 1 0 22.8 6.6" fill="none" stroke="#a8640a" stroke-width="2.4" stroke-linecap="round"/>`,
  },
  uncertain: {
    ink: '#6d4c9f',
    text: '#ffffff',
    body: '<path d="M16 1.8 L30.2 16 L16 30.2 L1.8 16 Z" fill="#6d4c9f" stroke="#fff" stroke-width="2" stroke-linejoin="round"/>',
  },
  encircled: {
    ink: '#14181b',
    text: '#ffffff',
    body: `<circle cx="16" cy="16" r="15.4" fill="#fff"/><circle cx="16" cy="16" r="9" fill="#14181b"/>
      <circle cx="16" cy="16" r="13" fill="none" stroke="#14181b" stroke-width="2.4"/>`,
  },
  inactive: {
    ink: '#7d868c',
    text: '#5c656b',
    body: '<rect x="8" y="8" width="16" height="16" rx="2" fill="#f4f2ec" stroke="#7d868c" stroke-width="1.8" stroke-dasharray="3 2"/>',
  },
};

export const inkOf = (standing: Standing): string => MARKS[standing].ink;
export const textOf = (standing: Standing): string => MARKS[standing].text;

/** The mark of a post as SVG, with its number inside unless the map writes it. */
export function postMark(standing: Standing, number: number | null, size = 32): string {
  const { body, text } = MARKS[standing];
  const label =
    number === null
      ? ''
      : `<text x="16" y="19.9" text-anchor="middle" font-family="Salient Sans, sans-serif" font-weight="700" font-size="11" fill="${text}">${number}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="${size}" height="${size}" aria-hidden="true">${body}${label}</svg>`;
}

/** An SVG as pixels, at the density of the screen. */
export async function imageOf(markup: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(markup)}`;
  await image.decode();
  return image;
}

/** Diagonal stripes that meet at the edges of the square: ground that nobody surely holds. */
export function hatching(colour: string, alpha = 1, side = 16): ImageData {
  return drawn(side, (pen) => {
    pen.globalAlpha = alpha;
    pen.strokeStyle = colour;
    pen.lineWidth = side / 4.5;
    for (const shift of [-side, 0, side]) line(pen, shift - 2, side + 2, shift + side + 2, -2);
  });
}

/** The patterns that distinguish the parties without colour, in the order of the series: the same as in the reports. */
export const PARTY_MARKS = ['lines', 'dots', 'crosses', 'upright'] as const;

/** The marks of a party over its ground: thin, in its colour. */
export function partyMarks(colour: string, index: number, side = 28): ImageData {
  return drawn(side, (pen) => {
    pen.globalAlpha = 0.5;
    pen.strokeStyle = colour;
    pen.fillStyle = colour;
    pen.lineWidth = 1.4;
    const kind = PARTY_MARKS[index % PARTY_MARKS.length];
    if (kind === 'dots') {
      for (const at of [side / 4, (3 * side) / 4]) {
        pen.beginPath();
        pen.arc(at, at, 1.9, 0, 7);
        pen.fill();
      }
    } else if (kind === 'lines') {
      for (const shift of [-side, 0, side]) line(pen, shift - 2, -2, shift + side + 2, side + 2);
    } else if (kind === 'upright') {
      line(pen, side / 2, -1, side / 2, side + 1);
    } else {
      line(pen, side / 2 - 4, side / 2, side / 2 + 4, side / 2);
      line(pen, side / 2, side / 2 - 4, side / 2, side / 2 + 4);
    }
  });
}

function line(pen: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.lineTo(x1, y1);
  pen.stroke();
}

function drawn(side: number, draw: (pen: CanvasRenderingContext2D) => void): ImageData {
  const canvas = document.createElement('canvas');
  canvas.width = side;
  canvas.height = side;
  // What is read is drawn by the processor: else the page stands until the graphics process returns it.
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  if (!pen) throw new Error('this browser cannot draw on a canvas');
  draw(pen);
  return pen.getImageData(0, 0, side, side);
}

export const EVENT_KINDS = [
  'strike',
  'attack',
  'displacement',
  'casualties',
  'statement',
  'population',
  'claim',
] as const;

const EVENT_MARKS: Readonly<Record<(typeof EVENT_KINDS)[number], string>> = {
  strike: '<path d="M12 1l2.6 7.2L22 6l-5 5.6 5 6.4-7.4-2L12 23l-2.6-7L2 18l5-6.4L2 6l7.4 2.2z" fill="#b3261e"/>',
  attack: '<path d="M12 2l10 19H2z" fill="#b3261e"/>',
  displacement: '<path d="M2 9h11V4l9 8-9 8v-5H2z" fill="#7a4604"/>',
  casualties: '<path d="M9 2h6v7h7v6h-7v7H9v-7H2V9h7z" fill="#14181b"/>',
  statement: '<path d="M2 3h20v14H11l-5 5v-5H2z" fill="#1f5c8b"/>',
  population: '<path d="M12 12a5 5 0 100-10 5 5 0 000 10zm-9 10c0-5 4-8 9-8s9 3 9 8z" fill="#5a6369"/>',
  claim: '<path d="M4 2h2v20H4zM6 3h15l-4 5 4 5H6z" fill="#6d4c9f"/>',
};

/** The symbol of an event, on a light ring for contrast with any ground. */
export function eventMark(kind: (typeof EVENT_KINDS)[number], size = 20): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 -4 32 32" width="${size}" height="${size}" aria-hidden="true"><circle cx="12" cy="12" r="15" fill="#fffdf8" fill-opacity="0.9"/><g transform="translate(3.6 3.6) scale(0.7)">${EVENT_MARKS[kind]}</g></svg>`;
}
