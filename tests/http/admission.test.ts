import { expect, it } from 'vitest';
import { SalientError } from '../../src/errors.js';
import { CLASS_LIMITS, openAdmission, workClassOf } from '../../src/http/access/admission.js';
import { openHeldRefusals } from '../../src/http/access/held-refusals.js';

const few = {
  ...CLASS_LIMITS.server,
  measure: { ...CLASS_LIMITS.server.measure, atOnce: 2, waiting: 1, waitMs: 50 },
};
const still = new AbortController().signal;

it('takes on as much of a class as it may, lets some wait in order, and refuses the rest at once', async () => {
  const admission = openAdmission('server', { ...few, measure: { ...few.measure, waitMs: 5000 } });
  const first = await admission.enter('measure', still);
  await admission.enter('measure', still);
  const third = admission.enter('measure', still);
  await expect(admission.enter('measure', still)).rejects.toMatchObject({ code: 'overloaded', retryAfterS: 5 });
  expect(admission.figures().measure).toEqual({ atWork: 2, waiting: 1, refused: 1 });
  // Another class has places of its own.
  (await admission.enter('look-up', still))();
  first();
  first();
  await third;
  expect(admission.figures().measure).toEqual({ atWork: 2, waiting: 0, refused: 1 });
});

it('lets nobody wait longer than the class allows, and forgets who has gone', async () => {
  const admission = openAdmission('server', few);
  const leave = [await admission.enter('measure', still), await admission.enter('measure', still)];
  await expect(admission.enter('measure', still)).rejects.toMatchObject({ code: 'overloaded' });
  const gone = new AbortController();
  const waiting = admission.enter('measure', gone.signal);
  gone.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  for (const one of leave) one();
  expect(admission.figures().measure).toMatchObject({ atWork: 0, waiting: 0 });
});

it('holds a refusal back, not who is let in, nor a fault, nor who has gone', async () => {
  const told: string[] = [];
  const refusals = openHeldRefusals(20);
  const ask = (who: string, entering: Promise<unknown>, signal = still) =>
    refusals.enter(entering, signal).then(
      () => told.push(`${who} is in`),
      () => told.push(`${who} is out`),
    );
  const full = () => Promise.reject(new SalientError('overloaded', 'full'));
  const gone = new AbortController();
  const all = [
    ask('refused', full()),
    ask('limited', Promise.reject(new SalientError('rate_limited', 'too many'))),
    ask('gone', full(), gone.signal),
    ask('first', Promise.resolve()),
    ask('wrong', Promise.reject(new SalientError('invalid_parameter', 'no'))),
  ];
  gone.abort();
  await Promise.all(all);
  expect(told.slice(0, 3).sort()).toEqual(['first is in', 'gone is out', 'wrong is out']);
  expect(told.slice(3)).toEqual(['refused is out', 'limited is out']);
});

it.each([
  ['GET', '/', 'look-up'],
  ['GET', '/web/page.js', null],
  ['GET', '/web/day', 'answer'],
  ['GET', '/live', null],
  ['GET', '/series/m5/updates', null],
  ['GET', '/series', 'look-up'],
  ['GET', '/tiles/m5.json', 'look-up'],
  ['GET', '/maps/m5.png', 'answer'],
  ['GET', '/maps/m5/8/153/100.png', 'tile'],
  ['GET', '/ogc/collections/m5_control/items?f=kml', 'export'],
  ['GET', '/ogc/collections/m5_control/items?f=shp&limit=3', 'export'],
  ['GET', '/control', 'answer'],
  ['GET', '/ogc/collections/m5_control/items', 'answer'],
  ['GET', '/ogc/collections/m5_control/items?f=gpkg', 'export'],
  ['GET', '/ogc/collections/m5_control/tiles/WebMercatorQuad/8/100/154', 'tile'],
  ['GET', '/change', 'measure'],
  ['GET', '/encirclement', 'measure'],
  ['GET', '/front/salients', 'measure'],
  ['GET', '/snapshots/m5/2020-01-01.gpkg', 'export'],
  ['POST', '/backup', 'export'],
  ['POST', '/series/m5/snapshots', 'write'],
])('%s %s is of the class %s', (method, url, expected) => {
  const [path = '', search = ''] = url.split('?');
  expect(workClassOf(method, path, () => search !== '')).toBe(expected);
});
