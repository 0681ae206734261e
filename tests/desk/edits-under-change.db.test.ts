import { expect, it } from 'vitest';
import { approve, propose, showProposal } from '../../src/desk/desk.js';
import { parseProposal } from '../../src/desk/proposal.js';
import { importSnapshots } from '../../src/maps/import.js';
import { type IsoDate, parseDate } from '../../src/model/dates.js';
import { askControl } from '../../src/series/control.js';
import { onEachDatabase } from '../setup/databases.js';
import { firstMap, squareDegrees } from '../setup/desk-histories.js';
import { box } from '../setup/good-input.js';
import { serviceOn } from '../setup/service.js';

/*
 * An edit that waits while what is under it changes: its map is corrected, withdrawn, purged, its theatre enlarged, its party
 * renamed, or another edit of the same ground goes out. It is laid over what is there now, or its conflict is stated.
 */

const [FIRST, SECOND] = ['2024-05-01', '2024-05-02'].map((day) => parseDate(day)) as [IsoDate, IsoDate];
const SOURCES = [{ url: 'https://example.org/a', publisher: 'A paper' }];
const feature = (party: string, west: number, east: number) => ({
  type: 'Feature',
  properties: { party },
  geometry: { type: 'Polygon', coordinates: [box(west, 40, east, 40.5)] },
});
/** aland west of the border, borland east of it. */
const halves = (border: number) => [feature('aland', 30, border), feature('borland', border, 31)];

onEachDatabase('an edit that waits', (db) => {
  const service = serviceOn(db);

  async function begin(series: string, borders: readonly number[]): Promise<void> {
    const store = await db();
    await firstMap(store, series, FIRST, halves(borders[0] as number));
    if (borders[1] !== undefined) await send(series, SECOND, borders[1]);
  }
  const send = async (series: string, date: IsoDate, border: number) =>
    importSnapshots(await db(), {
      ...{ series, options: { date }, source: 'https://example.org/b', create: null, accept: 'corrected' },
      map: JSON.stringify({ type: 'FeatureCollection', features: halves(border) }),
    });
  /** Ground of borland passes to aland, or the other way round. */
  const proposed = async (series: string, west: number, east: number, party = 'aland', date = SECOND) => {
    const geometry = { type: 'Polygon', coordinates: [box(west, 40.1, east, 40.3)] };
    const words = { kind: 'edit', date, why: 'seen', sources: SOURCES, geometry, party };
    return (await propose(await db(), series, parseProposal(words), 'token:ann')).proposal;
  };
  const decide = async (series: string, proposal: number, rebase = false) =>
    approve(await db(), series, proposal, { why: 'so', by: 'token:ben', embargo: null, rebase });
  const refused = (decision: Promise<unknown>) =>
    decision.then(
      () => 'released',
      (error: { code: string }) => error.code,
    );
  const areas = async (series: string, date = SECOND) => {
    const { features } = await askControl(await db(), { series, date, knownAt: null }, { cells: false });
    return squareDegrees(features);
  };
  const post = async (path: string, body: unknown = '') => {
    const answer = await service.post(path, body);
    expect([path, answer.status, answer.body.message]).toEqual([path, 200, undefined]);
  };

  it('is a stated conflict where the corrected map leaves other ground to pass, and is laid over it by a person', async () => {
    await begin('edit-corrected', [30.5, 30.5]);
    const proposal = await proposed('edit-corrected', 30.4, 30.8);
    await send('edit-corrected', SECOND, 30.6);
    expect(await refused(decide('edit-corrected', proposal))).toBe('proposal_conflict');
    const shown = await showProposal(await db(), 'edit-corrected', proposal);
    expect(JSON.stringify(shown.preview)).toContain('borland to aland');
    await decide('edit-corrected', proposal, true);
    const { aland, borland } = await areas('edit-corrected');
    expect(aland).toBeCloseTo(0.6 * 0.5 + 0.2 * 0.2, 9);
    expect((aland ?? 0) + (borland ?? 0)).toBeCloseTo(0.5, 9);
  });

  it('goes out over a map that was corrected elsewhere, which stays corrected', async () => {
    await begin('edit-elsewhere', [30.5, 30.5]);
    const proposal = await proposed('edit-elsewhere', 30.7, 30.8);
    await send('edit-elsewhere', SECOND, 30.6);
    await decide('edit-elsewhere', proposal);
    expect((await areas('edit-elsewhere')).aland).toBeCloseTo(0.6 * 0.5 + 0.1 * 0.2, 9);
  });

  it('goes out over the map of the day before where its own was withdrawn, unless other ground would pass', async () => {
    for (const [series, border, outcome] of [
      ['edit-withdrawn', 30.5, 'released'],
      ['edit-withdrawn-else', 30.75, 'proposal_conflict'],
    ] as const) {
      await begin(series, [border, 30.5]);
      const proposal = await proposed(series, 30.7, 30.8);
      await post(`/series/${series}/snapshots/${SECOND}/withdraw?why=a%20hoax`);
      expect([series, await refused(decide(series, proposal))]).toEqual([series, outcome]);
    }
    expect((await areas('edit-withdrawn')).aland).toBeCloseTo(0.5 * 0.5 + 0.1 * 0.2, 9);
    expect((await areas('edit-withdrawn-else')).aland).toBeCloseTo(0.75 * 0.5, 9);
  });

  it('is a conflict on a series whose only map was withdrawn, and is named to who purges the map under it', async () => {
    await begin('edit-only', [30.5]);
    const proposal = await proposed('edit-only', 30.7, 30.8, 'aland', FIRST);
    await post(`/series/edit-only/snapshots/${FIRST}/withdraw?why=a%20hoax`);
    expect(await refused(decide('edit-only', proposal))).toBe('proposal_conflict');
    await begin('edit-purged', [30.5, 30.5]);
    const second = await proposed('edit-purged', 30.7, 30.8);
    await post(`/series/edit-purged/snapshots/${SECOND}/withdraw?why=a%20court`);
    const purge = await service.post(`/series/edit-purged/snapshots/${SECOND}/purge?why=a%20court`, '');
    // Who purges is told that it waits; let out, it is laid over the map of the day before.
    expect(purge).toMatchObject({ status: 200, body: { left: { proposals: [second] } } });
    await decide('edit-purged', second);
    expect((await areas('edit-purged')).aland).toBeCloseTo(0.25 + 0.1 * 0.2, 9);
  });

  it('goes out unchanged in a theatre that was enlarged, and for a party that was renamed', async () => {
    await begin('edit-enlarged', [30.5, 30.5]);
    const proposal = await proposed('edit-enlarged', 30.7, 30.8);
    await post('/series/edit-enlarged/theatre?union=true', {
      type: 'Polygon',
      coordinates: [box(29.5, 39.5, 31.5, 41)],
    });
    await post('/series/edit-enlarged/parties?source=us', {
      type: 'FeatureCollection',
      features: [{ type: 'Feature', geometry: null, properties: { id: 'aland', name: 'The new Aland' } }],
    });
    await decide('edit-enlarged', proposal);
    expect((await areas('edit-enlarged')).aland).toBeCloseTo(0.5 * 0.5 + 0.1 * 0.2, 9);
  });

  it('waits beside another of the same ground: what goes out second is a conflict that a person settles', async () => {
    await begin('edit-two', [30.5, 30.5]);
    const [first, wider, same] = [
      await proposed('edit-two', 30.6, 30.8),
      await proposed('edit-two', 30.7, 30.9),
      await proposed('edit-two', 30.6, 30.8),
    ];
    await decide('edit-two', first);
    expect(await refused(decide('edit-two', same))).toBe('proposal_conflict');
    expect(await refused(decide('edit-two', wider))).toBe('proposal_conflict');
    await decide('edit-two', wider, true);
    expect((await areas('edit-two')).aland).toBeCloseTo(0.25 + 0.3 * 0.2, 9);
  });

  it('passes ground both ways at once, also over a map that was corrected since; each piece to its own party', async () => {
    await begin('edit-both-ways', [30.5, 30.5]);
    const piece = (west: number, south: number, east: number, north: number) => ({
      geometry: { type: 'Polygon', coordinates: [box(west, south, east, north)] },
    });
    const words = {
      ...{ kind: 'edit', date: SECOND, why: 'it runs across', sources: SOURCES, party: 'aland' },
      ...piece(30.5, 40.25, 30.6, 40.4),
      also: [
        { ...piece(30.4, 40.1, 30.52, 40.25), party: 'borland' },
        { ...piece(30.7, 40, 30.8, 40.1), status: 'contested' },
      ],
    };
    const { proposal, preview } = await propose(await db(), 'edit-both-ways', parseProposal(words), 'token:ann');
    expect(preview.change.map(({ from, to }) => `${from} ${to}`).sort()).toEqual([
      ...['aland borland', 'borland aland', 'borland contested'],
    ]);
    await send('edit-both-ways', SECOND, 30.52);
    expect(await refused(decide('edit-both-ways', proposal))).toBe('proposal_conflict');
    await decide('edit-both-ways', proposal, true);
    const held = await areas('edit-both-ways');
    expect(held.aland).toBeCloseTo(0.52 * 0.5 + 0.08 * 0.15 - 0.12 * 0.15, 9);
    expect(held.contested).toBeCloseTo(0.1 * 0.1, 9);
    expect(held.borland).toBeCloseTo(0.5 - (held.aland ?? 0) - (held.contested ?? 0), 9);
    const parse = (also: object[]) => () => parseProposal({ ...words, also });
    expect(parse([{ ...piece(30, 40, 30.1, 40.1) }])).toThrow(/names its party/);
    expect(parse([{ party: 'aland' }])).toThrow();
    expect(() => parseProposal({ ...words, kind: 'withdrawal' })).toThrow();
  });

  it('drawn along a border as it is published leaves no sliver there, and its ground joins the area of its party', async () => {
    // Digits beyond those that are published: each corner of the front is written a little beside itself.
    const front = Array.from({ length: 21 }, (_, i) => [30.5 + 0.03 * Math.sin(i * 1.7), 40 + i / 40]);
    const ring = (...points: number[][]) => [...points, points[0] as number[]];
    const side = (party: string, coordinates: number[][]) => ({
      ...{ type: 'Feature', properties: { party } },
      geometry: { type: 'Polygon', coordinates: [coordinates] },
    });
    await firstMap(await db(), 'edit-published', FIRST, [
      side('aland', ring(...front, [30, 40.5], [30, 40])),
      side('borland', ring(...front.toReversed(), [31, 40], [31, 40.5])),
    ]);
    const control = async () =>
      (await askControl(await db(), { series: 'edit-published', date: FIRST, knownAt: null }, { cells: false }))
        .features as unknown as { properties: { party: string }; geometry: { coordinates: number[][][][] } }[];
    const published = (await control()).find(({ properties }) => properties.party === 'aland')?.geometry.coordinates;
    const along = (published?.flat(2) ?? []).filter(([x = 0, y = 0]) => x > 30.1 && y > 40.1 && y < 40.4);
    const stretch = along.sort(([, a = 0], [, b = 0]) => a - b);
    expect(stretch.length).toBeGreaterThan(8);
    const geometry = { type: 'Polygon', coordinates: [ring(...stretch, [30.7, 40.35], [30.7, 40.15])] };
    const words = { kind: 'edit', date: FIRST, why: 'seen', sources: SOURCES, geometry, party: 'aland' };
    const { proposal } = await propose(await db(), 'edit-published', parseProposal(words), 'token:ann');
    const sum = (of: Record<string, number>) => (of.aland ?? 0) + (of.borland ?? 0);
    const before = sum(await areas('edit-published', FIRST));
    await decide('edit-published', proposal);
    const after = await control();
    expect(after.map(({ properties, geometry: { coordinates } }) => [properties.party, coordinates.length])).toEqual([
      ['aland', 1],
      ['borland', 1],
    ]);
    expect(sum(await areas('edit-published', FIRST))).toBeCloseTo(before, 7);
  });

  it('whose line crosses itself, as a front that crosses the old one midway, is told to be two', async () => {
    await begin('edit-crossing', [30.5, 30.5]);
    const bow = [
      [30.4, 40.1],
      [30.6, 40.3],
      [30.6, 40.1],
      [30.4, 40.3],
      [30.4, 40.1],
    ];
    const words = { kind: 'edit', date: SECOND, why: 'seen', sources: SOURCES, party: 'aland' };
    const given = { ...words, geometry: { type: 'Polygon', coordinates: [bow] } };
    await expect(
      (async () => propose(await db(), 'edit-crossing', parseProposal(given), 'token:ann'))(),
    ).rejects.toMatchObject({
      code: 'invalid_proposal',
      message: expect.stringContaining('two'),
      problems: [expect.objectContaining({ where: [expect.closeTo(30.5, 6), expect.closeTo(40.2, 6)] })],
    });
  });
});
