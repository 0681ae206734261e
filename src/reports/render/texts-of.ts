import type { ReportLanguage } from '../definition.js';
import type { ReportTexts } from './texts.js';
import { ENGLISH } from './texts-en.js';

const TEXTS: Record<ReportLanguage, ReportTexts> = { en: ENGLISH };

export const textsOf = (language: ReportLanguage): ReportTexts => TEXTS[language];
