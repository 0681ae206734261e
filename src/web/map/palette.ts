import type { ExpressionSpecification } from 'maplibre-gl';

/** The colours of the map besides those of the parties, by day and by night. */
export interface Palette {
  dark: boolean;
  paper: string;
  inside: string;
  sea: string;
  coast: string;
  border: string;
  outside: string;
  frame: string;
  water: string;
  ink: string;
  halo: string;
  country: string;
}

export const LIGHT: Palette = {
  dark: false,
  paper: '#f3f0e9',
  inside: '#fffdf8',
  sea: '#d5dfe3',
  coast: '#b3c3ca',
  border: '#8d8a83',
  outside: '#e4e0d7',
  frame: '#5f666b',
  water: '#a9c3cf',
  ink: '#1c2226',
  halo: 'rgba(255,253,248,0.92)',
  country: '#6a675f',
};

export const DARK: Palette = {
  dark: true,
  paper: '#23282c',
  inside: '#2b3034',
  sea: '#171c20',
  coast: '#3c474e',
  border: '#7b8288',
  outside: '#1b1f22',
  frame: '#8b949b',
  water: '#34505e',
  ink: '#f1eee7',
  halo: 'rgba(24,28,31,0.92)',
  country: '#a9adb0',
};

/** Whoever holds the ground where nobody is named. */
export const NOBODY = '#7b7f82';

/** A colour that an expression yields, with an opacity that may differ by feature: data-driven once, never changed later. */
export function faded(
  colour: ExpressionSpecification,
  alpha: ExpressionSpecification | number,
): ExpressionSpecification {
  const channel = (at: number) => ['at', at, ['var', 'rgba']];
  return [
    'let',
    'rgba',
    ['to-rgba', ['to-color', colour]],
    ['rgba', channel(0), channel(1), channel(2), alpha],
  ] as unknown as ExpressionSpecification;
}
