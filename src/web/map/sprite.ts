import { STANDINGS } from '../text/words.js';
import { EVENT_KINDS, eventMark, postMark } from './icons.js';

/** A mark under the name by which styles place it: its side in CSS pixels, and itself as SVG of any size. */
export interface Mark {
  name: string;
  side: number;
  svg(size: number): string;
}

/** The marks of posts and events: images of the map here, and the sprite of the styles that other sites draw. */
export const MARKS: readonly Mark[] = [
  ...STANDINGS.map((standing) => ({
    name: `post-${standing}`,
    side: 32,
    svg: (size: number) => postMark(standing, null, size),
  })),
  ...EVENT_KINDS.map((kind) => ({ name: `event-${kind}`, side: 24, svg: (size: number) => eventMark(kind, size) })),
];
