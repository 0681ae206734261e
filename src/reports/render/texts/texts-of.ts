import type { ReportLanguage } from '../../definition.js';
import type { ReportTexts } from './texts.js';
import { ARABIC } from './texts-ar.js';
import { ENGLISH } from './texts-en.js';
import { TURKISH } from './texts-tr.js';

const TEXTS: Record<ReportLanguage, ReportTexts> = { en: ENGLISH, ar: ARABIC, tr: TURKISH };

export const textsOf = (language: ReportLanguage): ReportTexts => TEXTS[language];
