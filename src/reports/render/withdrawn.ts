import type { WithdrawnSeries } from '../content/content.js';
import type { ReportLanguage } from '../definition.js';
import { textsOf } from './texts/texts-of.js';
import { wordingOf } from './texts/wording.js';

/** A headline as it is handed on: that of a withdrawn series does not stand. */
export const standingHeadline = (
  headline: string,
  language: ReportLanguage,
  withdrawn: readonly WithdrawnSeries[] = [],
): string => (withdrawn.length === 0 ? headline : textsOf(language).page.withdrawn(headline));

/** That each of the series is withdrawn, since when and, where it is to be told, why. */
export function withdrawalSentences(withdrawn: readonly WithdrawnSeries[], language: ReportLanguage): string[] {
  const [{ page }, words] = [textsOf(language), wordingOf(language)];
  return withdrawn.map(({ title, withdrawn_at, why }) =>
    page.withdrawnSeries(title, words.instant(withdrawn_at), why ?? null),
  );
}
