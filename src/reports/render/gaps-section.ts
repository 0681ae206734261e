import { type Section, titleOf } from './section.js';
import type { Voice } from './story.js';

/** What the report does not know: stale data, missing days, maps held for a person. */
export function gapsSection(voice: Voice): Section {
  const { content, texts, words } = voice;
  const titles = new Map(content.series.map(({ id, title: of }) => [id, of]));
  const written = (value: string | number) =>
    typeof value === 'number'
      ? words.number(value, value < 10 && !Number.isInteger(value) ? 1 : 0)
      : /^\d{4}-\d{2}-\d{2}$/.test(value)
        ? words.day(value as Parameters<typeof words.day>[0])
        : value;
  const told = content.gaps.map(({ code, series, figures }) =>
    texts.gaps[code](
      Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, written(value)])),
      titles.get(series) ?? series,
    ),
  );
  return { ...titleOf(voice, 'gaps'), intro: told.length > 0 ? told : [texts.noGaps], table: null, notes: [] };
}
