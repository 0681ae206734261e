import { HOLDER_UNKNOWN } from '../../../model/classes.js';
import { withoutCrumbs } from '../../../model/shown-area.js';
import type { PeriodReason } from '../../../series/coverage.js';
import type { Gap } from '../../content/content.js';
import type { Period } from '../../periods.js';
import type { Voice } from '../voice.js';
import { type Section, titleOf } from './section.js';

/** What the report does not know: stale data, missing days, maps held for a person. */
export function gapsSection(voice: Voice): Section {
  const { content } = voice;
  const titles = new Map(content.series.map(({ id, title: of }) => [id, of]));
  const reported = content.gaps.map((gap) =>
    gapInWords(voice, asShown(voice, gap), titles.get(gap.series) ?? gap.series, content.period),
  );
  return {
    ...titleOf(voice, 'gaps'),
    intro: reported.length > 0 ? reported : [voice.texts.noGaps],
    table: null,
    notes: [],
  };
}

/** Ground of unknown holders as the tables of the report show it: they round all of it together. */
function asShown({ main, shown }: Voice, gap: Gap): Gap {
  if (gap.code !== 'unknown_ground' || gap.series !== main.id) return gap;
  const km2 = withoutCrumbs(HOLDER_UNKNOWN.reduce((sum, of) => sum + shown.after(of), 0));
  return { ...gap, figures: { ...gap.figures, km2 } };
}

/** One below ten; of what would be nothing so, as many as its first two digits need. */
const decimalsIn = (value: number): number =>
  value >= 10 || Number.isInteger(value) ? 0 : value >= 0.05 ? 1 : 1 - Math.floor(Math.log10(Math.abs(value)));

/** One gap as a sentence. */
export function gapInWords(
  { texts, words }: Pick<Voice, 'texts' | 'words'>,
  { code, figures }: Gap,
  title: string,
  { from }: Pick<Period, 'from'>,
): string {
  const written = (value: string | number) =>
    typeof value === 'number'
      ? words.number(value, decimalsIn(value))
      : /^\d{4}-\d{2}-\d{2}$/.test(value)
        ? words.day(value as Parameters<typeof words.day>[0])
        : value;
  const stated = Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, written(value)]));
  // A map of the first day that is not of its eve shows the beginning of its day: the series has a map of these days.
  if (figures.reason === 'no_map' && figures.last_map === from) return texts.noMapSince(words.day(from), title);
  return code === 'nothing_known'
    ? texts.unknown[figures.reason as PeriodReason](stated, title)
    : texts.gaps[code](stated, title);
}
