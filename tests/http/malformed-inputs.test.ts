import { beforeAll, expect, it } from 'vitest';
import { CORPUS } from '../malformed-inputs/corpus.js';
import { DAY, type Defect, goodAreas, MAPPING, THEATRE } from '../malformed-inputs/defects.js';
import { CREDENTIAL } from '../setup/credential.js';
import { onEachDatabase } from '../setup/databases.js';
import { rowCounts } from '../setup/fingerprint.js';
import { geoJson } from '../setup/map-files.js';
import { type Posted, serviceOn } from '../setup/service.js';

const STATUS: Record<string, number> = { same: 200, stored: 201, held: 409, too_large: 413, invalid_snapshot: 422 };

onEachDatabase('the corpus of malformed inputs', (db) => {
  const service = serviceOn(db);
  const post = async (series: string, query: Record<string, string>, file: Defect['file'], mapping?: object) => {
    const form = new FormData();
    form.set('map', new Blob([file as Uint8Array<ArrayBuffer>]), 'map');
    if (mapping) form.set('mapping', JSON.stringify(mapping));
    const response = await service.get(`/series/${series}/snapshots?${new URLSearchParams(query)}`, {
      method: 'POST',
      headers: CREDENTIAL,
      body: form,
    });
    return { status: response.status, body: (await response.json()) as Posted };
  };

  beforeAll(async () => {
    const theatre = { type: 'Polygon', coordinates: [THEATRE] };
    const create = 'create=true&title=Malformed&publisher=Test&licence=CC0-1.0&accuracy=500';
    for (const series of ['malformed', 'malformed-mapped']) {
      const made = await service.post(`/series/${series}/snapshots?${create}&date=2020-02-01`, {
        theatre,
        map: geoJson(goodAreas()),
      });
      expect(made.status).toBe(201);
      for (const day of [2, 3, 4, 5, 6, 7]) {
        const step = await post(
          series,
          { date: `2020-02-0${day}` },
          JSON.stringify(geoJson(goodAreas(36.5 + day / 10_000))),
        );
        expect(step).toMatchObject({ status: 201 });
      }
      const last = await post(
        series,
        { date: DAY },
        JSON.stringify(geoJson(goodAreas())),
        series === 'malformed' ? undefined : MAPPING,
      );
      expect(last).toMatchObject({ status: 201 });
    }
  });

  // Those that are held come first: large steps that were accepted make the next large step a usual one.
  const inOrder = [...CORPUS].sort(
    (a, b) => Number(b.expect.judgement === 'held') - Number(a.expect.judgement === 'held'),
  );

  it.each(inOrder.map((defect) => [defect.name, defect] as const))('%s', async (_, defect) => {
    const { judgement, problem, changed, says } = defect.expect;
    const series = defect.mapped ? 'malformed-mapped' : 'malformed';
    const before = await rowCounts(await db());
    const { status, body } = await post(series, { date: defect.date ?? DAY, ...defect.query }, defect.file);
    const [snapshot] = body.snapshots ?? [];
    const found = snapshot ? (snapshot.result === 'unchanged' ? 'same' : 'stored') : body.code;
    expect({ judgement: found, message: body.message }).toMatchObject({ judgement });
    expect(status).toBe(STATUS[judgement] ?? 400);
    if (problem) expect(body.problems?.map(({ code }) => code)).toContain(problem);
    if (changed !== undefined) expect(snapshot?.changed_km2).toBe(changed);
    const stated = [
      body.message,
      ...(body.problems ?? []).map(({ message }) => message),
      ...(snapshot?.notes ?? []),
    ].join('\n');
    if (says) expect(stated).toMatch(says);
    if (judgement !== 'stored' && judgement !== 'held') expect(await rowCounts(await db())).toEqual(before);
  });
});
