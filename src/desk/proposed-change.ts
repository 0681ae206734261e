import type { Db } from '../store/pool.js';
import type { Change } from './change.js';
import { isReference } from './proposal.js';
import { type ProposalRow, proposedFile } from './proposals.sql.js';

/** What a proposal changes, its file with it. */
export async function changeOf(db: Db, row: ProposalRow): Promise<Change> {
  const { content, why, sources, proposed_by: by } = row;
  return {
    content,
    why,
    sources,
    by,
    file: content.kind === 'map' || isReference(content) ? await proposedFile(db, row.id) : null,
  };
}
