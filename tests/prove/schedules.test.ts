import { expect, it } from 'vitest';
import { parseDate } from '../../src/model/dates.js';
import { wronglyDue } from '../setup/clocks.js';

/** Every zone of the tz database, ten years, three times of the day. PROVE_STEP=1 takes every day (hours); 9 is no divisor of a week. */
const STEP = Number(process.env.PROVE_STEP ?? 9);

it('every schedule comes when its clock shows it, in every zone, over ten years', { timeout: 7_200_000 }, () => {
  const zones = Intl.supportedValuesOf('timeZone');
  const { cases, wrong } = wronglyDue(zones, parseDate('2015-01-01'), 3653, STEP);
  process.stdout.write(`${zones.length} zones, ${cases} cases, ${wrong.length} wrong\n`);
  expect(wrong).toEqual([]);
});
