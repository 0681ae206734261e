import type { Standing } from './words.js';

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
export function hatching(colour: string, side = 16): ImageData {
  const canvas = document.createElement('canvas');
  canvas.width = side;
  canvas.height = side;
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('this browser cannot draw on a canvas');
  pen.strokeStyle = colour;
  pen.lineWidth = side / 4.5;
  for (const shift of [-side, 0, side]) {
    pen.beginPath();
    pen.moveTo(shift - 2, side + 2);
    pen.lineTo(shift + side + 2, -2);
    pen.stroke();
  }
  return pen.getImageData(0, 0, side, side);
}
