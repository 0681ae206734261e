import { expect, it } from 'vitest';
import { onEachDatabase } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { geoJson } from '../setup/map-files.js';
import { sendMap, WHOLE } from '../setup/sent-map.js';
import { serviceOn } from '../setup/service.js';

onEachDatabase('a theatre of whatever size', (db) => {
  const service = serviceOn(db);
  let made = 0;
  const send = (west: number, south: number, width: number, height: number) => {
    const half = (side: string, from: number) => ({
      properties: { side },
      polygons: [[box(from, south, from + width / 2, south + height)]],
    });
    return sendMap(service, `sized-${process.pid}-${++made}`, {
      map: geoJson([half('a', west), half('b', west + width / 2)]),
      query: { ...WHOLE, date: '2024-05-01' },
    });
  };

  it.each([2e-5, 1e-4, 1e-3, 0.01, 0.05])(
    'of %d degrees is filled by its faces, wherever between the lines of the grid it lies',
    async (size) => {
      for (const [west, south] of [
        [44.123456754, 33.765432146],
        [10.200000044, 65.300000045],
      ] as const)
        expect(await send(west, south, 2 * size + 4e-8, size)).toMatchObject({ status: 201 });
    },
  );

  it('is refused where it is a sliver, or holds no ground', async () => {
    const sliver = await send(44.123456754, 33.765432146, 4e-7, 0.5);
    expect(sliver).toMatchObject({ status: 422, body: { problems: [{ code: 'no_ground' }] } });
    const speck = await send(44, 33, 5e-6, 5e-6);
    expect(speck).toMatchObject({
      status: 422,
      body: { message: expect.stringMatching(/hold 0\.\d+ m² in all.*--crs/) },
    });
  });
});
