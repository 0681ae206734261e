import { heldMaps } from '../../desk/held-maps.js';
import { MAPPING_SCHEMA } from '../../formats/mapping-schema.js';
import { askMapping } from '../../maps/mappings.js';
import { mapUnderReview } from '../../maps/review/review.js';
import { askSnapshots } from '../../maps/withdrawal/withdraw.js';
import type { SnapshotRow } from '../../maps/withdrawal/withdrawals.sql.js';
import { flag, series, wholeNumber } from '../parameters.js';
import { type Route, route } from '../route.js';

/** The maps of a series: its mapping, its revisions, the maps under review. */
export const MAPS_ROUTES: readonly Route[] = [
  route('/series/{id}/mapping', 'How the maps of a series are read', { id: series }, {}, ({ db }, { id }) =>
    askMapping(db, id),
  ),
  route('/mapping.schema.json', 'JSON Schema of a mapping file', {}, {}, async () => MAPPING_SCHEMA),
  route(
    '/series/{id}/snapshots',
    'Every map a series has or had: revisions, withdrawals, and what was said of its steps',
    { id: series },
    {},
    async ({ db, permits }, values) => {
      const history = await askSnapshots(db, values.id);
      if (permits('read', [values.id])) return history;
      // That a map was withdrawn or its step stated is public; the reason and the person are not.
      const { snapshots, ...rest } = history;
      return { ...rest, snapshots: snapshots.map(publicRow) };
    },
  ),
  route(
    '/series/{id}/held',
    'The maps of a series that wait for a person, with why, and who has approved each',
    { id: series },
    { decided: flag('true: those that a person has decided too') },
    ({ db }, values) => heldMaps(db, values.id, values.decided ?? false),
    'read',
  ),
  route(
    '/series/{id}/held/{held}',
    'A held map as it was sent: GeoJSON, with what was judged and measured',
    { id: series, held: wholeNumber('number of the held map', 999_999_999) },
    {},
    ({ db }, values) => mapUnderReview(db, values.id, values.held),
    'read',
  ),
];

function publicRow({ withdrawn, step, note: _, ...row }: SnapshotRow) {
  return {
    ...row,
    withdrawn: withdrawn && { restored_as: withdrawn.restored_as },
    step: step && { kind: step.kind },
  };
}
