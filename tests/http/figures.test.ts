import { beforeAll, expect, it } from 'vitest';
import { onEachDatabase } from '../setup/databases.js';
import { KINDS, type Kind, prepare, scan } from '../setup/figure-scan.js';
import { serviceOn } from '../setup/service.js';

/*
 * Every address that answers readers, in every form of it, of series of all kinds: none has a figure that stands for a missing one,
 * is left by rounding, is wider than its theatre or longer than what is published, and none has a word of the program. The bundled
 * series is scanned in prove/figures-m5.test.ts.
 */

onEachDatabase(
  'figures and words of every answer',
  (db) => {
    const service = serviceOn(db);
    const names = Object.keys(KINDS);
    const idOf = (name: string) => `figures-${process.pid}-${names.indexOf(name)}`;

    beforeAll(async () => {
      for (const [name, kind] of Object.entries(KINDS)) await prepare(await db(), name, kind, idOf(name));
    }, 120_000);

    it.each(names)(
      'about a series %s stand for what is known, and for nothing else',
      async (name) => {
        const { faults, statuses } = await scan(service, KINDS[name] as Kind, idOf(name));
        expect(faults).toEqual([]);
        // A scan of refusals would find nothing.
        if (process.env.SHOW) console.log(statuses);
        expect(statuses[200]?.length).toBeGreaterThan(80);
        expect(Object.keys(statuses).filter((status) => Number(status) >= 500)).toEqual([]);
      },
      60_000,
    );
  },
  'figures',
);
