import { en, type Texts } from './en.js';

/** The words of the page in the reader's language; English until `speak` says otherwise. */
export const t: Texts = { ...en };

export const LANGUAGES = { en: 'English', ar: 'العربية', tr: 'Türkçe' } as const;
export type Language = keyof typeof LANGUAGES;
export const isLanguage = (text: string | null): text is Language => text !== null && text in LANGUAGES;

/** Takes up a language for everything written from now on. A language other than English is a file of its own. */
export async function speak(language: Language): Promise<void> {
  if (language === 'ar') Object.assign(t, (await import('./ar.js')).ar);
  else if (language === 'tr') Object.assign(t, (await import('./tr.js')).tr);
  else Object.assign(t, en);
}

/** The name in the reader's script where one of the aliases is written in it; else the name itself. */
export function nameIn(language: string, name: string, aliases: readonly string[]): string {
  if (language !== 'ar') return name;
  return aliases.find((alias) => /^[\p{Script=Arabic}\s\d'’-]+$/u.test(alias)) ?? name;
}

const LATIN = /\p{Script=Latin}/u;

/** A name in Latin letters keeps its words together in a sentence that is written from right to left. */
export const isolated = (name: string): string => (t.code === 'ar' && LATIN.test(name) ? `\u2068${name}\u2069` : name);

/** By id, and by name for what is called as the place it stands at. */
const local = new Map<string, string>();

/** From now on the places of the series are called in the reader's script where it is known; false: that changes nothing. */
export function knowPlaces(places: readonly { id: string; name: string; aliases: readonly string[] }[]): boolean {
  local.clear();
  for (const { id, name, aliases } of places) {
    const known = nameIn(t.code, name, aliases);
    if (known !== name) local.set(id, known).set(name, known);
  }
  return local.size > 0;
}

/** What a place, or what stands at it, is called here. */
export const placeName = ({ id = '', name }: { id?: string; name: string }): string =>
  local.get(id) ?? local.get(name) ?? isolated(name);

/** From one item to the next, in the direction of reading: bidirectional text does not mirror an arrow by itself. */
export const onward = (): string => (t.code === 'ar' ? '←' : '→');
