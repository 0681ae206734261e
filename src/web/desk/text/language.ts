import { LANGUAGES, type Language, speak } from '../../text/language.js';
import { ar } from './ar.js';
import { type DeskTexts, en } from './en.js';
import { tr } from './tr.js';

const TEXTS: Readonly<Record<Language, DeskTexts>> = { en, ar, tr };

/** The words of the desk in the reader's language; English until `speakDesk` says otherwise. */
export const d: DeskTexts = { ...en };

/** Takes up a language for all that the desk writes from now on, and for what it shares with the page. */
export async function speakDesk(language: Language): Promise<void> {
  Object.assign(d, TEXTS[language]);
  await speak(language);
}

/** Languages by code, each named in itself. */
export const DESK_LANGUAGES = LANGUAGES;
