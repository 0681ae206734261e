import type { Event } from '../api.js';
import { h, svg } from '../dom.js';
import { EVENT_KINDS, eventMark } from '../map/icons.js';
import { inWords, windowInWords } from '../text/calendar.js';
import { t } from '../text/language.js';
import { className } from '../text/words.js';
import { card } from './detail.js';
import { type Frame, sourceLinks } from './panel.js';

/** One event: what, where, when, how many, and who says so. */
export function eventDetail({ series }: Frame, event: Event, close: () => void): HTMLElement {
  const kind = EVENT_KINDS.find((known) => known === event.kind);
  const where = event.location ?? event.place ?? '';
  return card(
    close,
    h(
      'header',
      {},
      kind ? svg(eventMark(kind, 36)) : null,
      h(
        'div',
        {},
        h(
          'p',
          { class: 'kicker' },
          `${windowInWords(event.earliest, event.latest)}${event.dates_inferred ? t.dayInferred : ''}`,
        ),
        h('h2', {}, t.eventKinds[event.kind] ?? event.kind),
      ),
    ),
    where !== '' && h('p', {}, `${where}${event.relation === 'near' ? t.near : ''}`),
    event.actor !== null && h('p', { class: 'since' }, className(event.actor, series.parties)),
    event.counts.length > 0 &&
      h(
        'ul',
        { class: 'counts' },
        event.counts.map(({ value, measure, qualifier }) =>
          h(
            'li',
            {},
            `${qualifier === 'exact' ? '' : `${qualifier.replaceAll('_', ' ')} `}${value.toLocaleString(t.locale)} ${t.counts[measure] ?? measure.replaceAll('_', ' ')}`,
          ),
        ),
      ),
    event.note !== null && h('p', { class: 'word' }, event.note),
    event.withdrawn_on !== null &&
      h('p', { class: 'word' }, t.withdrawn(inWords(event.withdrawn_on), event.withdrawn_why ?? '')),
    h('p', { class: 'word' }, sourceLinks(event.sources)),
  );
}
