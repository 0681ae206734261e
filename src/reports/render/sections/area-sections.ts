import { addDays } from '../../../model/dates.js';
import { decimalsOf, plainUnit } from '../../../model/shown-area.js';
import type { Figure } from '../../content/content.js';
import { isRedrawn } from '../../figures.js';
import { bandInWords, kindAsShown } from '../ground-sentences.js';
import { accuracyInWords, areaWords, mapDays, type Voice } from '../voice.js';
import { cell, type Section, tableOf, titleOf } from './section.js';

export function changesSection(voice: Voice): Section {
  const { main, texts, name, km2 } = voice;
  const { columns } = texts;
  const value = (shown: number, { value: of, query }: Figure) => cell(voice.asShown(shown, of), query);
  return {
    ...titleOf(voice, 'bands'),
    intro: [],
    table: tableOf(
      [columns.party, columns.gained, columns.lost, columns.net, columns.range],
      [false, true, true, true, false],
      main.changes.map((row) => [
        [{ text: name(row.party), party: row.party }],
        value(voice.shown.gained(row.party), row.gained),
        value(voice.shown.lost(row.party), row.lost),
        cell(voice.signedAsShown(voice.shown.net(row.party), row.net.value), row.net.query),
        cell(bandInWords(voice, row.net) ?? '–'),
      ]),
    ),
    notes: [
      texts.notes.counted(mapOf(voice, 'before'), mapOf(voice, 'after'), main.date_means ?? null),
      ...(isRedrawn(main) ? [texts.notes.redrawn] : []),
      texts.notes.band(accuracyInWords(voice, main.accuracy_m), main.noise.lower_bound === true),
      ...(main.noise.each_way.value > 0 ? [texts.notes.noise(km2(main.noise.each_way.value))] : []),
    ],
  };
}

/** The map that stands for a day: published maps have days of their own, a derived series has one of every day. */
function mapOf({ main, texts, words }: Voice, side: 'before' | 'after'): string {
  const [map, day] = [mapDays(main)[side], main.compared[side]];
  return map === day ? words.day(day) : texts.notes.standsFor(words.day(map), words.day(day));
}

export function matrixSection(voice: Voice): Section {
  const { main, texts, words, name, km2 } = voice;
  const { matrix } = main;
  // What noding leaves between two lines, and no row shows, is no ground of which nothing is stated.
  const isCrumb = (side: typeof matrix.before) => side.every((row) => row.class !== 'unassigned' || row.shown === 0);
  const crumbs = isCrumb(matrix.before) && isCrumb(matrix.after);
  const told = (side: typeof matrix.before) => side.filter((row) => !crumbs || row.class !== 'unassigned');
  const [before, after] = [told(matrix.before).map((row) => row.class), told(matrix.after).map((row) => row.class)];
  const decimals = decimalsOf(matrix.unit_km2);
  const shown = (row: { shown: number; km2: number } | undefined) =>
    row && row.shown === 0 && row.km2 !== 0
      ? texts.lessThan(words.number(matrix.unit_km2, decimals))
      : words.number(row?.shown ?? 0, decimals);
  const at = (from: string, to: string) => matrix.cells.find((row) => row.from === from && row.to === to);
  return {
    ...titleOf(voice, 'matrix'),
    intro: [],
    table: {
      head: [`${texts.columns.heldBefore} ↓  ${texts.columns.heldAfter} →`, ...after.map(name), texts.columns.before],
      numeric: [false, ...after.map(() => true), true],
      rows: before.map((from) => [
        cell(name(from)),
        ...after.map((to) => (at(from, to) === undefined ? cell('–') : cell(shown(at(from, to)), matrix.query))),
        cell(shown(matrix.before.find((row) => row.class === from))),
      ]),
      foot: [
        cell(texts.columns.after),
        ...told(matrix.after).map((row) => cell(shown(row))),
        cell(words.number(matrix.total_shown, decimals)),
      ],
    },
    notes: [texts.notes.rounding(km2(matrix.unit_km2))],
  };
}

export function kindsSection(voice: Voice): Section | null {
  const { main, texts, words, name } = voice;
  const other = main.kinds.filter(({ kind, steps }) => kind !== 'movement' && steps > 0);
  if (other.length === 0) return null;
  return {
    ...titleOf(voice, 'kinds'),
    intro: [],
    table: {
      head: [
        texts.columns.kind,
        texts.columns.maps,
        texts.columns.area,
        ...main.parties.map(({ id }) => `${name(id)}, ${texts.columns.net.toLowerCase()}`),
      ],
      numeric: [false, true, true, ...main.parties.map(() => true)],
      rows: main.kinds.map((row) => {
        const shown = kindAsShown(voice, row);
        return [
          cell(texts.kinds[row.kind]),
          cell(words.number(row.steps)),
          cell(voice.asShown(...shown.changed), row.changed.query),
          ...main.parties.map(({ id }) => cell(voice.signedAsShown(...shown.net(id)), row.changed.query)),
        ];
      }),
    },
    notes: [
      texts.notes.kinds,
      ...other.flatMap(({ why }) => why.map(({ on, why: reason }) => `${words.day(on)}: ${reason}`)),
    ],
  };
}

export function rateSection(voice: Voice): Section | null {
  const { main, texts, words, name } = voice;
  const { periods } = main.rate;
  if (periods.length < 2) return null;
  const unit = plainUnit(main.matrix.total_km2);
  return {
    ...titleOf(voice, 'rate'),
    intro: [],
    table: {
      head: [
        texts.columns.period,
        ...main.parties.map(({ id }) => `${name(id)}, ${texts.columns.perDay.toLowerCase()}`),
      ],
      numeric: [false, ...main.parties.map(() => true)],
      rows: periods.map(({ from, to, net, redrawn, unknown }) => [
        cell(words.days(from, addDays(to, -1))),
        ...main.parties.map(({ id }) => {
          const row = net.find(({ party }) => party === id);
          if (redrawn || unknown) return cell('–');
          const rate = row?.per_day.value ?? 0;
          const inWords = areaWords(voice, unit).signed(rate, Math.abs(rate) < 10 ? decimalsOf(unit) : 0);
          return cell(inWords, row?.per_day.query);
        }),
      ]),
    },
    notes: [
      texts.notes.rate,
      ...(periods.some(({ redrawn }) => redrawn) ? [texts.notes.rateRedrawn] : []),
      ...(periods.some(({ unknown }) => unknown) ? [texts.notes.rateUnknown] : []),
    ],
  };
}
