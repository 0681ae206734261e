import { expect, it } from 'vitest';
import type { PublishedDifference } from '../../src/change/published.js';
import { onEachDatabase } from '../setup/databases.js';
import { instantBetween } from '../setup/instant-between.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';
import { strips } from '../setup/strips.js';

type Change = {
  parties: { party: string; net_km2: number; gained_km2: number }[];
  changed_km2: number;
  published: PublishedDifference & { sentence: string; as_then: Omit<Change, 'published'> };
};

const CREATE = 'create=true&title=Published&publisher=Test&licence=CC0-1.0&accuracy=60';
const SPAN = 'from=2020-01-01&to=2020-01-09';

onEachDatabase('a change beside the one published earlier', (db) => {
  const { get, json, post } = serviceOn(async () => m5(await db()));
  const send = async (id: string, n: number, lon: number, more = '') => {
    const sent = await post(`/series/${id}/snapshots?date=2020-01-0${n}${more}`, strips([lon], ['west', 'east']));
    expect([sent.status, sent.body.problems]).toEqual([201, undefined]);
  };
  const moment = instantBetween;
  const west = <Row extends { party: string }>(rows: readonly Row[]) => rows.find(({ party }) => party === 'west');
  const compared = (id: string, then: string, more = '') =>
    json<Change>(`/change?series=${id}&${SPAN}&compared-with=${then}${more}`);

  it('tells what was corrected on either day from what moved in maps that came since', async () => {
    const id = 'published-both';
    await send(id, 1, 36.3, `&${CREATE}`);
    await send(id, 5, 36.31);
    const first = await moment();
    const published = await json<Change>(`/change?series=${id}&${SPAN}`);
    const unit = west(published.parties)?.net_km2 ?? Number.NaN;
    expect(unit).toBeGreaterThan(50);

    const none = await compared(id, first);
    expect(none.published.parties.every((row) => row.difference_km2 === 0)).toBe(true);
    expect(none.published.sentence).toMatch(/^No net change/);

    await send(id, 1, 36.302); // the first day, drawn anew: 0.2 units
    const second = await moment();
    await send(id, 5, 36.313); // the day of the last map, drawn anew: 0.3 units
    await send(id, 8, 36.32); // a later map: 0.7 units of movement
    const answer = await compared(id, first);
    const reported = west(answer.published.parties);
    expect(reported?.then_net_km2).toBeCloseTo(unit, 6);
    expect(reported?.now_net_km2).toBe(west(answer.parties)?.net_km2);
    expect((reported?.movement_km2 ?? 0) / unit).toBeCloseTo(0.7, 3);
    expect((reported?.correction_km2 ?? 0) / unit).toBeCloseTo(0.3 - 0.2, 3);
    expect(reported?.redefinition_km2).toBe(0);
    expect(answer.published.at_from.revised_km2 / unit).toBeCloseTo(0.2, 3);
    // Crumbs along the frame are rounding, in one version of GEOS and not in the other.
    const { date, matrix } = answer.published.at_to;
    expect([date, matrix.filter(({ km2 }) => km2 > 0.01).map(({ from, to }) => [from, to])]).toEqual([
      '2020-01-09',
      [['east', 'west']],
    ]);
    expect(published.parties).toMatchObject(answer.published.as_then.parties);
    expect(answer.published.sentence).toMatch(/is movement and .* correction\.$/);

    // As known in between, only the first day had been corrected; and what is said of a step later is told of its kind.
    const between = await compared(id, first, `&known-at=${second}`);
    expect(west(between.published.parties)).toMatchObject({ movement_km2: 0 });
    expect((west(between.published.parties)?.correction_km2 ?? 0) / unit).toBeCloseTo(-0.2, 3);
    await post(`/series/${id}/steps/2020-01-08?kind=redefinition&why=a%20new%20rule`, '');
    const redefined = west((await compared(id, first)).published.parties);
    expect([redefined?.movement_km2, (redefined?.redefinition_km2 ?? 0) / unit]).toEqual([0, expect.closeTo(0.7, 3)]);

    const backwards = await json<Change>(
      `/change?series=${id}&from=2020-01-09&to=2020-01-01&compared-with=${first}&filter=true`,
    );
    expect(west(backwards.published.parties)?.difference_km2).toBeCloseTo(-(reported?.difference_km2 ?? 0), 6);
  });

  it('a map that was withdrawn gives way to the one before: all of it is correction', async () => {
    const id = 'published-withdrawn';
    await send(id, 1, 36.3, `&${CREATE}`);
    await send(id, 3, 36.302);
    await send(id, 7, 36.31);
    const then = await moment();
    await post(`/series/${id}/snapshots/2020-01-07/withdraw?why=wrong`, '');
    const { published } = await compared(id, then);
    const reported = west(published.parties);
    expect(reported?.movement_km2).toBe(0);
    expect((reported?.difference_km2 ?? 0) / (reported?.then_net_km2 ?? 1)).toBeCloseTo(-0.8, 3);
    expect(reported?.correction_km2).toBeCloseTo(reported?.difference_km2 ?? Number.NaN, 6);
  });

  it('is refused of an instant after known-at or before the series, of patches and of a region', async () => {
    const ask = async (more: string) => {
      const answer = await get(`/change?series=published-both&${SPAN}&${more}`);
      return [answer.status, ((await answer.json()) as { code: string }).code];
    };
    const [now, early] = [new Date().toISOString(), '2001-01-01T00:00:00Z'];
    expect(await ask(`compared-with=${now}&known-at=${early}`)).toEqual([400, 'invalid_parameter']);
    expect(await ask(`compared-with=${early}`)).toEqual([404, 'not_yet_known']);
    expect(await ask('compared-with=yesterday')).toEqual([400, 'invalid_instant']);
    expect(await ask(`compared-with=${now}&f=geojson`)).toEqual([400, 'invalid_parameter']);
    expect(await ask(`compared-with=${now}&near-route=M5&within=1000`)).toEqual([400, 'invalid_parameter']);
  });
});
