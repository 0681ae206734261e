import type { Figure, SeriesPart } from '../../content/content.js';
import { areaWords, type Voice } from '../voice.js';
import { cell, type Section, tableOf, titleOf } from './section.js';

export function comparisonSection(voice: Voice): Section | null {
  const { content, texts, words, name, km2 } = voice;
  const [first, second] = content.series;
  if (!content.comparison || !first || !second) return null;
  const { on, net, agreed } = content.comparison;
  const percent = `${words.number((100 * agreed.value) / content.region.km2)} %`;
  const value = ({ value: net, query }: Figure, { matrix }: SeriesPart) =>
    cell(areaWords(voice, matrix.unit_km2).signed(net), query);
  return {
    ...titleOf(voice, 'comparison'),
    intro: [texts.notes.comparison(first.title, second.title, words.day(on), km2(agreed.value), percent)],
    table: {
      head: [texts.columns.netOnMap, first.title, second.title],
      numeric: [false, true, true],
      rows: net.map(({ party, first: a, second: b }) => [
        [{ text: name(party), party }],
        value(a, first),
        value(b, second),
      ]),
    },
    notes: [],
  };
}

/** Ground of the last day that the two maps give to different holders, the largest first; by how much it shows. */
export function differingSection(voice: Voice): Section | null {
  const { content, texts, name, km2 } = voice;
  const [first, second] = content.series;
  if (!content.comparison || !first || !second) return null;
  const rows = [...content.comparison.differing].sort((a, b) => b.km2.value - a.km2.value);
  return {
    ...titleOf(voice, 'differing'),
    intro: rows.length === 0 ? [texts.notes.noDifference] : [],
    table: tableOf(
      [first.title, second.title, texts.columns.area],
      [false, false, true],
      rows.map(({ first: a, second: b, km2: area }) => [
        [{ text: name(a), party: a }],
        [{ text: name(b), party: b }],
        cell(km2(area.value), area.query),
      ]),
    ),
    notes: [],
  };
}
