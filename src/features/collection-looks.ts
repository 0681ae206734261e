import type { Look } from '../formats/format.js';
import { AREA_STATUSES } from '../model/area-status.js';
import { CHANGED, INK, NOBODY, OPACITY, POST_INKS } from '../tiles/looks.js';
import type { KindName } from './collection-kinds.js';

/** A party as it is drawn. */
export interface DrawnParty {
  id: string;
  name: string;
  colour: string;
}

const whole = (label: string, colour: string, where: Look['where'] = {}): Look => ({
  label,
  where,
  colour,
  opacity: 1,
});
const area = (label: string, colour: string, opacity: number, where: Look['where']): Look => ({
  ...{ label, colour, opacity, where },
});

/** How the features of a collection are drawn in files, in the colours of the page; the first that holds counts. */
export function looksOf(kind: KindName, parties: readonly DrawnParty[]): Look[] {
  const byParty = (property: string) => parties.map(({ id, name, colour }) => whole(name, colour, { [property]: id }));
  const rest = whole('nobody named', NOBODY);
  switch (kind) {
    case 'control':
      return [
        ...parties.flatMap(({ id, name, colour }) =>
          (['controlled', 'claimed'] as const).map((status) =>
            area(`${name}, ${status}`, colour, OPACITY[status], { party: id, status }),
          ),
        ),
        ...AREA_STATUSES.map((status) => area(status, NOBODY, OPACITY[status], { status })),
      ];
    case 'change':
      return [
        ...parties.map(({ id, name, colour }) => area(`to ${name}`, colour, 0.55, { to_class: id })),
        area('to nobody named', NOBODY, 0.4, {}),
      ];
    case 'front':
      return [whole('strip of disputed ground', CHANGED, { kind: 'strip' }), whole('line', INK)];
    case 'encirclement':
      return [
        whole('encircled', POST_INKS.encircled, { verdict: 'encircled' }),
        whole('uncertain', POST_INKS.uncertain, { verdict: 'uncertain' }),
        whole('open by a narrow way', POST_INKS.narrow, { verdict: 'not_encircled', grade: 'narrow' }),
        whole('open', POST_INKS.open, { verdict: 'not_encircled' }),
        whole('not mapped', POST_INKS.inactive),
      ];
    case 'post':
      return [...byParty('operator'), rest];
    case 'place':
      return [...byParty('party'), rest];
    case 'route':
      return [...byParty('class'), rest];
    case 'claim':
      return [...byParty('party'), rest];
    case 'event':
      return [whole('event', INK)];
    case 'snapshot':
      return [area('theatre', INK, 0.08, {})];
    default:
      return [];
  }
}
