import type { EventFact } from '../../content/content.js';
import type { Voice } from '../voice.js';
import { cited } from './cited.js';
import { cell, type Section, tableOf, titleOf } from './section.js';

export function eventsSection(voice: Voice): Section {
  const { content, texts, words } = voice;
  const { events, totals } = content.events;
  const measure = (of: string) => texts.measures[of] ?? of.replaceAll('_', ' ');
  const sums = totals.map((row) =>
    texts.counted(texts.qualified(row.qualifier, words.number(row.value)), measure(row.measure)),
  );
  const counts = ({ counts: of }: EventFact) =>
    of.map(({ measure: what, value, qualifier, wording, counted }) => {
      const number = value === null ? (wording ?? '') : texts.qualified(qualifier, words.number(value));
      return `${texts.counted(number, measure(what))}${counted === 'summed' ? '' : ` (${texts.notes.notSummed[counted]})`}`;
    });
  return {
    ...titleOf(voice, 'events'),
    intro:
      events.length === 0
        ? [texts.notes.noEvents]
        : sums.length > 0
          ? [`${texts.notes.totals(words.list(sums))}`, texts.notes.events]
          : [],
    table: tableOf(
      [texts.columns.when, texts.columns.what, texts.columns.where, texts.columns.counted, texts.columns.sources],
      [false, false, false, false, false],
      events.map((event) => [
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
    ),
    notes: [],
  };
}
