import { askCopy, askReliability, copySource, stateReliability } from '../../desk/sources.js';
import { type Grade, RELIABILITY } from '../../desk/sources.sql.js';
import { allBytesOf } from '../../formats/byte-source.js';
import { principalName } from '../../store/principal.js';
import { oneOf, series, text, wholeNumber } from '../parameters.js';
import { pullSettings } from '../pull-settings.js';
import { type Route, route } from '../route.js';
import { type Write, write } from '../write.js';

const proposal = wholeNumber('number of the proposal', 999_999_999);
const GRADES = Object.keys(RELIABILITY) as Grade[];

/** How reliable publishers are, and copies of what sources said: editorial, so a credential reads them. */
export const SOURCE_ROUTES: readonly Route[] = [
  route(
    '/series/{id}/publishers',
    'How reliable publishers are by the Admiralty scale, in the eyes of those who keep the theatre of the series',
    { id: series },
    {},
    ({ db }, { id }) => askReliability(db, id),
    'read',
  ),
  route(
    '/series/{id}/proposals/{proposal}/copies/{sha256}',
    'The kept copy of a source of a proposal, in base 64',
    { id: series, proposal, sha256: text('SHA-256 of the copy, hexadecimal') },
    {},
    ({ db }, { id, proposal: number, sha256 }) => askCopy(db, id, number, sha256),
    'read',
  ),
];

export const SOURCE_WRITES: readonly Write[] = [
  write(
    '/series/{id}/publishers/reliability',
    'State how reliable a publisher is, from A (completely) to E (unreliable), F (cannot be judged); none takes it back',
    {},
    {
      publisher: text('the publisher, as sources name it'),
      grade: oneOf([...GRADES, 'none'], 'on the Admiralty scale'),
      why: text('the reason; kept'),
    },
    false,
    (db, id, { grade, ...values }) =>
      stateReliability(db, id, { ...values, grade: grade === 'none' ? null : grade, by: principalName() }),
    'admin',
  ),
  write(
    '/series/{id}/proposals/{proposal}/copy',
    'Keep what a source of a proposal says: the hash of its bytes, and the bytes as far as the operator has them kept. It is fetched, or the body is the copy',
    { proposal },
    { source: text('address of the source, as the proposal has it') },
    'optional',
    async (db, id, { proposal: number, source }, { map }, { config }) => {
      const given = await allBytesOf(map);
      const bytes = given.length > 0 ? given : null;
      const fetch = pullSettings(config);
      return copySource(db, id, number, {
        url: source,
        bytes,
        keepBytes: config.copyBytes,
        fetch,
        by: principalName(),
      });
    },
    'write',
    () => null,
    'contributor',
  ),
];
