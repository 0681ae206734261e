import { judgeRoads } from '../../src/encirclement/evidence/roads.js';
import type { Evidence } from '../../src/encirclement/evidence/terms.js';
import type { StatedVerdict } from '../../src/encirclement/sentence.js';
import { parseDate } from '../../src/model/dates.js';

/** A post with nothing remarkable about it. */
export const PLAIN_EVIDENCE: Evidence = {
  operator: 'turkey',
  number: 9,
  perimeter_m: 2000,
  radius_m: 30_000,
  d_hostile_m: 1100,
  d_main_m: 5914,
  main_class: 'opposition',
  open_share: 0.5,
  reach_share: 1,
  open_sectors: [],
  largest_open_sector: null,
  corridor: null,
  pocket: null,
  lenient: null,
  road: judgeRoads([], null, 'main'),
  seam: null,
  doubts: [],
};

export const PLAIN_POST: StatedVerdict = {
  unknown: null,
  post: { number: 9, name: 'Morek' },
  date: parseDate('2019-08-24'),
  verdict: { verdict: 'not_encircled', reason: null, grade: 'open' },
  state: { strict: 'connected', lenient: 'connected' },
  margin_m: { strict: 8000, lenient: 8000, bound: { strict: 'measured', lenient: 'measured' } },
  since: { isolated: null, engulfed: null },
  unknownDays: [],
  evidence: PLAIN_EVIDENCE,
  accuracyM: 1300,
  names: new Map([['opposition', 'opposition']]),
};
