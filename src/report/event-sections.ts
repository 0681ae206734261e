import type { CitedSource, EventFact } from '../model/report-content.js';
import { type Cell, cell, type Piece, type Section, titleOf } from './section.js';
import type { Voice } from './story.js';

/** Who said it, each source once. */
export function cited({ texts, words }: Voice, sources: readonly CitedSource[]): Cell {
  const pieces = new Map<string, Piece>();
  for (const { publisher, via, title: headline, url, published_on } of sources) {
    const who = via ? texts.notes.via(publisher, via) : publisher;
    const text = [who, headline && `“${headline}”`, published_on && words.day(published_on)].filter(Boolean).join(', ');
    pieces.set(text, { text, href: url && /^https?:\/\//.test(url) ? url : null });
  }
  return pieces.size === 0
    ? cell(texts.notes.noSource)
    : [...pieces.values()].flatMap((piece, i) => (i === 0 ? [piece] : [{ text: '; ' }, piece]));
}

export function eventsSection(voice: Voice): Section {
  const { content, texts, words } = voice;
  const { events, totals } = content.events;
  const measure = (of: string) => texts.measures[of] ?? of.replaceAll('_', ' ');
  const sums = totals.map(
    (row) => `${texts.qualified(row.qualifier, words.number(row.value))} ${measure(row.measure)}`,
  );
  const counts = ({ counts: of }: EventFact) =>
    of.map(({ measure: what, value, qualifier, wording, counted }) => {
      const number = value === null ? (wording ?? '') : texts.qualified(qualifier, words.number(value));
      return `${number} ${measure(what)}${counted === 'summed' ? '' : ` (${texts.notes.notSummed[counted]})`}`;
    });
  return {
    ...titleOf(voice, 'events'),
    intro:
      events.length === 0
        ? [texts.notes.noEvents]
        : sums.length > 0
          ? [`${texts.notes.totals(words.list(sums))}`, texts.notes.events]
          : [],
    table:
      events.length === 0
        ? null
        : {
            head: [
              texts.columns.when,
              texts.columns.what,
              texts.columns.where,
              texts.columns.counted,
              texts.columns.sources,
            ],
            numeric: [false, false, false, false, false],
            rows: events.map((event) => [
              cell(event.earliest && event.latest ? words.days(event.earliest, event.latest) : '–'),
              cell(
                [texts.eventKinds[event.kind] ?? event.kind, event.actor && `(${event.actor.replaceAll(';', ', ')})`]
                  .filter(Boolean)
                  .join(' '),
              ),
              cell(event.where ?? '–'),
              cell(counts(event).join('; ') || '–'),
              cited(voice, event.sources),
            ]),
          },
    notes: [],
  };
}

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
