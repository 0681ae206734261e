import type { Config } from '../../config.js';
import {
  askRecordedCopy,
  askRecordedSources,
  copyRecordedSource,
  copyRecordedSources,
} from '../../desk/recorded-sources.js';
import { askCopy, askReliability, copySource, stateReliability } from '../../desk/sources.js';
import { type Grade, RELIABILITY } from '../../desk/sources.sql.js';
import { SalientError } from '../../errors.js';
import { allBytesOf } from '../../formats/byte-source.js';
import { principalName } from '../../store/principal.js';
import { oneOf, optional, series, text, wholeNumber } from '../parameters.js';
import { pullSettings } from '../pull-settings.js';
import { type Route, route } from '../route.js';
import { type Write, write } from '../write.js';

const proposal = wholeNumber('number of the proposal', 999_999_999);
const sha256 = text('SHA-256 of the copy, hexadecimal');
const source = text('id of the source');
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
    { id: series, proposal, sha256 },
    {},
    ({ db }, { id, proposal: number, sha256: hash }) => askCopy(db, id, number, hash),
    'read',
  ),
  route(
    '/series/{id}/sources',
    'The sources of the claims and events of the theatre of a series: grade of the publisher, archive, copies, and why one could not be copied',
    { id: series },
    {},
    ({ db }, { id }) => askRecordedSources(db, id),
    'read',
  ),
  route(
    '/series/{id}/sources/{source}/copies/{sha256}',
    'The kept copy of a source of claims or events, in base 64',
    { id: series, source, sha256 },
    {},
    ({ db }, { id, source: of, sha256: hash }) => askRecordedCopy(db, id, of, hash),
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
  write(
    '/series/{id}/sources/copies',
    'Keep copies of the sources of recorded claims and events that have none yet; what failed a short time ago is left. Sent again, it goes on',
    {},
    { limit: optional(wholeNumber('how many are fetched at most; 10 when absent', 50)) },
    false,
    (db, id, { limit }, _, { config }) => copyRecordedSources(db, id, { ...settingsOf(config), limit: limit ?? 10 }),
  ),
  write(
    '/series/{id}/sources/{source}/copy',
    'Keep a copy of a source of recorded claims or events, and where it is archived. It is fetched, or the body is the copy',
    { source },
    { archive: optional(text('address at which it is archived: http or https; it is fetched from there')) },
    'optional',
    async (db, id, { source: of, archive }, { map }, { config }) => {
      if (archive !== null && !(URL.canParse(archive) && /^https?:$/.test(new URL(archive).protocol)))
        throw new SalientError('invalid_parameter', `archive: ${JSON.stringify(archive)} is no http or https address`);
      const given = await allBytesOf(map);
      const bytes = given.length > 0 ? given : null;
      return copyRecordedSource(db, id, of, { ...settingsOf(config), archive, bytes });
    },
  ),
];

const settingsOf = (config: Config) => ({
  fetch: pullSettings(config),
  keepBytes: config.copyBytes,
  by: principalName(),
});
