import { SalientError } from '../errors.js';
import { openImporter } from '../maps/import.js';
import { readByWords } from '../maps/import-words.js';
import { NO_RULES } from '../maps/repair/rules.js';
import { restoreSnapshot, withdrawSnapshot } from '../maps/withdrawal/withdraw.js';
import { standingSeries } from '../series/as-of.js';
import { continueSeries } from '../series/bundle/continuation.js';
import { deriveSeries } from '../series/derivation/derive.js';
import type { Db } from '../store/pool.js';
import type { Applied, Change, Made } from './change.js';
import { editedAreas } from './edited-map.sql.js';
import { effectBetween, mapOn } from './map-effect.js';
import { partisanNote, partisanSide } from './partisan.js';
import { type Content, type Edit, isReference, type Statement } from './proposal.js';
import { applyReference } from './reference-proposal.js';
import { recordStatement } from './statements.js';

/**
 * Makes the change in the series: an edit becomes the map of its day, a proposed file is imported, a map is withdrawn or
 * restored, a claim or an event is recorded, reference data is changed. `db` is usually a transaction (`within`), so that the change and the decision about it are stored together.
 * @throws SalientError as the import or the withdrawal; `invalid_proposal` when nothing would change
 */
export async function applyChange(db: Db, series: string, change: Change): Promise<Applied> {
  const made = await makeChange(db, series, change);
  const partisan = partisanSide(change.content, made.effect, change.sources);
  return { ...made, partisan, notes: partisan === null ? made.notes : [...made.notes, partisanNote(partisan)] };
}

async function makeChange(db: Db, series: string, change: Change): Promise<Made> {
  const { content, why, by } = change;
  if (content.kind === 'edit' || content.kind === 'map') return importChange(db, series, change, content);
  if (content.kind === 'claim' || content.kind === 'event') return recordChange(db, series, change, content);
  if (isReference(content)) return applyReference(db, series, change, content);
  const before = await mapOn(db, series, content.date);
  const removal = { why, by };
  const { revision } =
    content.kind === 'withdrawal'
      ? await withdrawSnapshot(db, series, content.date, removal)
      : await restoreSnapshot(db, series, content.date, removal);
  const effect = await effectBetween(db, before, await mapOn(db, series, content.date));
  return { date: content.date, revision, notes: [], effect };
}

async function importChange(
  db: Db,
  series: string,
  change: Change,
  content: Extract<Content, { kind: 'edit' | 'map' }>,
) {
  const importer = openImporter(db);
  try {
    const before = await mapOn(db, series, content.date);
    const { only: oneDay = false, words = {} } = content.kind === 'map' ? content : {};
    const { options, reading, rules } = readByWords(words, null);
    const imported = await importer.import({
      series,
      map: content.kind === 'map' ? (change.file as Uint8Array) : await editedMap(db, series, content),
      options: { ...options, ...(!oneDay && { date: content.date }) },
      only: oneDay ? content.date : null,
      reading,
      rules: content.kind === 'edit' ? { ...NO_RULES, outside: 'clip' } : rules,
      source: change.sources[0]?.url ?? null,
      create: null,
      accept: change.why,
      by: change.by,
    });
    const [only, second] = imported;
    if (!only || second || only.date !== content.date) {
      const days = imported.map(({ date }) => date).join(', ');
      throw new SalientError(
        'invalid_proposal',
        `a proposal is about one day, ${content.date}; the file has maps of ${days}`,
      );
    }
    if (only.result === 'unchanged') {
      throw new SalientError(
        'invalid_proposal',
        `the map of ${only.date} is so already: the proposal would change nothing`,
      );
    }
    if (only.result === 'withdrawn' || only.result === 'refused') {
      throw new SalientError(
        'decided',
        `exactly this map of ${only.date} was ${only.result} before: propose its restoration`,
      );
    }
    const effect = await effectBetween(db, before, await mapOn(db, series, only.date));
    return { date: only.date, revision: only.revision, notes: only.notes, effect };
  } finally {
    await importer.close();
  }
}

/** Records a claim or an event; of a derived series, derives its maps again. */
async function recordChange(db: Db, series: string, change: Change, content: Statement): Promise<Made> {
  const { theatre, kind, complete_until } = await standingSeries(db, series);
  const day = content.said.latest ?? content.date;
  const before = await mapOn(db, series, day);
  await recordStatement(db, theatre, content, change.sources);
  const notes: string[] = [];
  const until = 'complete_until' in content.said ? content.said.complete_until : undefined;
  if (until !== undefined) {
    await db.transaction((tx) => continueSeries(tx, series, until));
    notes.push(`the series goes on to ${until}: every report until then counts as gone through`);
  }
  if (kind === 'derived' && content.kind === 'claim') {
    const { stored, retired } = await deriveSeries(db, series, {}, () => {});
    notes.push(`${stored} maps are derived anew, ${retired} no longer hold`);
    if (until === undefined && complete_until !== null && day > complete_until) {
      const how = 'state complete_until in the claim to continue the series';
      notes.push(
        `the series is complete until ${complete_until}: a claim of ${day} is recorded and moves no map; ${how}`,
      );
    }
  }
  const after = await mapOn(db, series, day);
  return { date: day, revision: after?.id ?? null, notes, effect: await effectBetween(db, before, after) };
}

/** The map that an edit yields, as GeoJSON that an import reads. */
async function editedMap(db: Db, series: string, edit: Edit): Promise<string> {
  const areas = await editedAreas(db, (await mapOn(db, series, edit.date))?.id ?? null, edit);
  const features = areas.map(({ geometry, ...properties }) => ({
    type: 'Feature',
    geometry: JSON.parse(geometry),
    properties,
  }));
  return JSON.stringify({ type: 'FeatureCollection', features });
}
