import { changeByOverlay } from '../../change/overlay.sql.js';
import { SalientError } from '../../errors.js';
import { statedStep } from '../../model/shown-area.js';
import { AT_WILL, once } from '../../store/memo.js';
import type { Db } from '../../store/pool.js';
import { areasIn } from '../figures.js';
import type { ComparisonPart } from './content.js';
import type { MadeSeries } from './series.js';

/**
 * Two series of one theatre side by side: what each states about the period, and how the ground of its last day differs
 * between them. A difference between two publishers, never a change (methods B.6).
 * @throws SalientError `invalid_parameter` for series of different theatres
 */
export async function compareSeries(db: Db, one: MadeSeries, two: MadeSeries): Promise<ComparisonPart> {
  const [a, b] = [one.compared.after, two.compared.after];
  if (a.statement.theatre !== b.statement.theatre) {
    throw new SalientError(
      'invalid_parameter',
      `series ${a.series} and ${b.series} are of two theatres: there is no ground to compare`,
    );
  }
  const region = one.scope?.geom ?? null;
  const inputs = [a.revision, b.revision, one.scope?.hash ?? null];
  const rows = await once(db, 'compared-1', inputs, () => changeByOverlay(db, a.revision, b.revision, region), AT_WILL);
  const cells = new Map<string, { first: string; second: string; m2: number }>();
  for (const { from_class: first, to_class: second, m2 } of rows) {
    const key = `${first} ${second}`;
    cells.set(key, { first, second, m2: m2 + (cells.get(key)?.m2 ?? 0) });
  }
  const all = [...cells].sort(([x], [y]) => (x < y ? -1 : 1)).map(([, cell]) => cell);
  const agreed = all.filter(({ first, second }) => first === second).reduce((sum, { m2 }) => sum + m2, 0);
  const query = region === null ? one.queries.compare(b.series, a.date) : two.queries.control(b.date);
  const parties = [...new Set([...one.part.changes, ...two.part.changes].map(({ party }) => party))].sort();
  const area = areasIn(
    statedStep(one.part.matrix.total_km2, Math.min(a.statement.accuracy_m, b.statement.accuracy_m)),
    query,
  );
  const netOf = ({ part }: MadeSeries, party: string) =>
    part.changes.find((row) => row.party === party)?.net ?? areasIn(1, part.matrix.query)(0);
  return {
    on: a.date,
    net: parties.map((party) => ({ party, first: netOf(one, party), second: netOf(two, party) })),
    agreed: area(agreed / 1e6),
    differing: all
      .filter(({ first, second }) => first !== second)
      .map(({ first, second, m2 }) => ({ first, second, km2: area(m2 / 1e6) })),
  };
}
