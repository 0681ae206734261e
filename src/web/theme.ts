import { DARK, LIGHT, type Palette } from './map/palette.js';

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
export const isTheme = (text: string): text is Theme => THEMES.some((theme) => theme === text);

const KEPT = 'salient-theme';

/** The reader's theme, stored in the browser; `?theme=` overrides it, for embeds. */
export function chosenTheme(): Theme {
  const requested = new URLSearchParams(location.search).get('theme') ?? kept();
  return THEMES.find((theme) => theme === requested) ?? 'auto';
}

export function currentPalette(): Palette {
  const theme = chosenTheme();
  const dark = theme === 'dark' || (theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  return dark ? DARK : LIGHT;
}

/** Takes up the looks before anything is drawn. */
export function wearTheme(): void {
  const theme = chosenTheme();
  if (theme === 'auto') document.documentElement.removeAttribute('data-theme');
  else document.documentElement.dataset.theme = theme;
}

export function keepTheme(theme: Theme): void {
  try {
    localStorage.setItem(KEPT, theme);
  } catch {
    // A browser that keeps nothing, as in an embed of another site: it holds for this visit.
  }
}

function kept(): string | null {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}
