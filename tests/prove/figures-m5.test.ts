import { beforeAll, expect, it } from 'vitest';
import { onEachDatabase } from '../setup/databases.js';
import { type Kind, prepare, scan } from '../setup/figure-scan.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

const M5: Kind = {
  make: async (db) => void (await m5(db)),
  // Of what is mapped, foreign ground included.
  diagonalM: 237_250,
  period: '2020-02',
  about: { date: '2020-01-28', from: '2019-12-16', to: '2020-02-15', number: '9', operator: 'turkey', place: 'saraqib', party: 'government', road: 'M5', z: '7', x: '77', y: '50' }, // biome-ignore format: one line
};

onEachDatabase('figures and words of every answer about the bundled series', (db) => {
  const service = serviceOn(db);
  beforeAll(async () => prepare(await db(), 'M5', M5, 'm5'), 120_000);

  it('stand for what is known, and for nothing else', async () => {
    const { faults, statuses } = await scan(service, M5, 'm5');
    expect(faults).toEqual([]);
    expect(statuses[200]?.length).toBeGreaterThan(90);
    expect(Object.keys(statuses).filter((status) => Number(status) >= 500)).toEqual([]);
  }, 300_000);
});
