import { en, type Texts } from './en.js';
export const tr: Texts = { ...en };
