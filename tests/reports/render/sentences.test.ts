import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../../src/config.js';
import type { Figure, Gap, KindChange, ReportContent, SeriesPart } from '../../../src/reports/content/content.js';
import { REPORT_LANGUAGES } from '../../../src/reports/definition.js';
import { shownMatrix } from '../../../src/reports/figures.js';
import { renderReport, storyOfReport } from '../../../src/reports/render/render.js';
import { textsOf } from '../../../src/reports/render/texts/texts-of.js';
import type { StepKind } from '../../../src/series/step-kinds.js';

/*
 * The sentences of a report, each from a content made up for it: what happened comes first, and no sentence tells more than the map.
 * Every text of every language stands in a golden file, so that one that was changed by mistake is seen.
 */

const query = '/q';
const figure = (value: number, low: number | null = null, high: number | null = null, sd?: number): Figure => ({ value, low, high, unit: 'km2', query, ...(sd !== undefined && { sd }) }); // biome-ignore format: one figure
const change = (party: string, gained: number, lost: number, band: [number, number] | null = null, sd = 10) => {
  const net = gained - lost;
  const [low, high] = band ?? [net - sd, net + sd];
  return { party, before: figure(1000), after: figure(1000 + net), gained: figure(gained, gained - sd, gained + sd), lost: figure(lost, lost - sd, lost + sd), net: figure(net, low, high, sd) }; // biome-ignore format: one row
};
const kind = (of: KindChange['kind'], km2: number, net: [string, number, number, number][] = [], steps = 1): KindChange => ({ kind: of, steps, changed: figure(km2), net: net.map(([party, value, low, high]) => ({ party, figure: figure(value, low, high, 10) })), why: of === 'movement' || km2 === 0 ? [] : [{ on: '2024-01-08' as never, why: 'redrawn by its publisher' }] }); // biome-ignore format: one kind
const movement = (km2: number) => [kind('movement', km2), kind('correction', 0, [], 0), kind('redefinition', 0, [], 0)];
type Cells = [from: string, to: string, km2: number][];
const square = { type: 'Polygon' as const, coordinates: [[[0, 0], [1000, 0], [1000, 1000], [0, 1000], [0, 0]]] }; // biome-ignore format: a ring

/** A week of a series of two parties, of which nothing is known but what is given. */
function content(cells: Cells, part: Partial<SeriesPart> = {}, more: Partial<ReportContent> = {}): ReportContent {
  const matrix = shownMatrix(cells.map(([from, to, km2]) => ({ from, to, km2 })), { unit: 1, step: 0.001 }, 0, query); // biome-ignore format: one call
  const series: SeriesPart = {
    id: 's', title: 'Our maps', publisher: 'us', licence: 'CC0', method: 'drawn by us', accuracy_m: 500, accuracy_note: null,
    parties: [{ id: 'p', name: 'the Greens', colour: '#111111' }, { id: 'q', name: 'the Blues', colour: '#222222' }],
    compared: { before: '2024-01-01' as never, after: '2024-01-08' as never }, date_means: 'end',
    matrix, pairs: [], changes: [change('p', 0, 0), change('q', 0, 0)], kinds: movement(1),
    noise: { each_way: figure(0), reason: 'none' }, patches: [], rate: { periods: [] },
    places: null, routes: null, posts: null, front: null, areas: [], ...part,
  }; // biome-ignore format: one series
  return {
    format: 'salient-report-1', known: true, definition: { id: 'r', title: 'Report' }, language: 'en',
    period: { key: '2024-W01', from: '2024-01-02' as never, to: '2024-01-09' as never, every: 'week', time_zone: 'UTC' },
    region: { kind: 'theatre', name: 'Land', km2: matrix.total_km2 }, known_at: '2024-01-10T00:00:00Z' as never,
    series: [series], comparison: null, events: { totals: [], events: [] }, gaps: [], patches: [],
    pictures: { bounds: [0, 0, 1000, 1000], theatre: square, region: null, before: [], after: [], patches: [], abroad: [], routes: [], places: [], posts: [] },
    ...more,
  }; // biome-ignore format: one content
}
const WHEN = ' in the week of 2–8 January 2024';
const base: Cells = [['p', 'p', 1000], ['q', 'q', 1000]]; // biome-ignore format: a matrix
const place = (id: string, from: string, to: string, publishers: string[], on = '2024-01-05') => ({ id, name: id.toUpperCase(), position: [0, 0] as [number, number], from, to, on: { earliest: on as never, latest: on as never }, claims: publishers.map((publisher, n) => ({ id: `${id}${n}`, kind: 'capture', earliest: on as never, latest: on as never, note: null, sources: [{ publisher, via: null, title: null, url: null, published_on: null, stance: 'independent' }] })), query }); // biome-ignore format: one place
const km = (value: number): Figure => ({ ...figure(value), unit: 'km' });
const road = (changed: [string, string, number, StepKind[]?][], after: Record<string, number>) => ({ route: 'R', name: 'ring road', length: km(40), km: Object.entries(after).map(([name, value]) => ({ class: name, before: 0, after: value })), changed: changed.map(([from, to, value, kinds]) => ({ from, to, km: km(value), ...(kinds && { kinds }) })) }); // biome-ignore format: one road
const post = (number: number, after: string) => ({ operator: 'o', operator_name: 'Upland', number, name: `P${number}`, position: [0, 0] as [number, number], before: 'not_encircled', after, steps: [{ on: '2024-01-06' as never, from: 'not_encircled', to: after }], sentence: 'Post.', query }); // biome-ignore format: one post

const STORIES: [what: string, of: ReportContent, headline: string, lede: string, figures: string[]][] = [
  ['nothing changed', content(base, { kinds: movement(0) }), `No ground is known to have changed hands${WHEN}`, 'The map of all 2,000 km² was the same at the end as at the start.', ['0 km² net change of ground held by the Greens']],
  ['only a claim changed', content([...base, ['contested', 'contested', 50]], { kinds: movement(0), reclaimed: figure(50) }), `No ground is known to have changed hands${WHEN}`, 'No ground passed to another holder, but of contested ground about 50 km² is claimed by somebody else at the end than at the start.', ['0 km² net change of ground held by the Greens']],
  ['a gain', content([...base, ['q', 'p', 300]], { changes: [change('p', 300, 0), change('q', 0, 300)] }), `The Greens gained about 300 km²${WHEN}`, 'The Greens held about 300 km² more at the end than at the start (between 290 and 310 km²): about 1,300 km² in all, 57 % of the area mapped. The Blues lost about 300 km² (between 290 and 310 km²).', ['+300 km² net change of ground held by the Greens']],
  ['a gain just beyond two deviations', content([...base, ['q', 'p', 21]], { changes: [change('p', 21, 0), change('q', 0, 21)] }), `The Greens gained about 21 km²${WHEN}`, 'The Greens held about 21 km² more at the end than at the start (between 11 and 31 km²): about 1,021 km² in all, 51 % of the area mapped. The Blues lost about 21 km² (between 11 and 31 km²).', ['+21 km² net change of ground held by the Greens']],
  ['a gain of two deviations and no more', content([...base, ['q', 'p', 20]], { changes: [change('p', 20, 0), change('q', 0, 20)] }), `No change larger than the map’s own error${WHEN}`, 'The gains and losses that follow are within the maps’ own error. The Greens held about 20 km² more at the end than at the start (between 10 and 30 km²): about 1,020 km² in all, 50 % of the area mapped. The Blues lost about 20 km² (between 10 and 30 km²).', ['+20 km² net change of ground held by the Greens']],
  ['a gain of which the error is only a bound', content([...base, ['q', 'p', 300]], { changes: [change('p', 300, 0), change('q', 0, 300)], noise: { each_way: figure(0), reason: '', lower_bound: true } }), `The Greens gained about 300 km²${WHEN}`, 'The Greens held about 300 km² more at the end than at the start (a range of at least 290 to 310 km²): about 1,300 km² in all, 57 % of the area mapped. The Blues lost about 300 km² (a range of at least 290 to 310 km²).', ['+300 km² net change of ground held by the Greens']],
  ['a loss to ground that nobody surely holds', content([['p', 'p', 1000], ['q', 'q', 700], ['q', 'unassigned', 300]], { changes: [change('p', 0, 0), change('q', 0, 300)], front: { ruler_m: 500, pairs: [], most: null } }), `The Blues lost about 300 km²${WHEN}`, 'The Blues lost about 300 km² (between 290 and 310 km²). Of about 300 km² of the ground of the Blues the map says nothing at the end.', ['−300 km² net change of ground held by the Blues']],
  ['a net gain', content([...base, ['q', 'p', 300], ['p', 'q', 100]], { changes: [change('p', 300, 100), change('q', 100, 300)] }), `The Greens gained about 200 km² net${WHEN}`, 'The Greens held about 200 km² more at the end than at the start (between 190 and 210 km²): about 1,300 km² in all, 54 % of the area mapped. The Blues lost about 200 km² net (between 190 and 210 km²).', ['+200 km² net change of ground held by the Greens']],
  ['as much one way as the other', content([...base, ['q', 'p', 300], ['p', 'q', 300]], { changes: [change('p', 300, 300), change('q', 300, 300)] }), `The Greens gained about 300 km² and lost about 300 km²${WHEN}`, 'The Greens held about 1,300 km² at the end, 50 % of the area mapped.', ['0 km² net change of ground held by the Greens']],
  ['contested before', content([...base, ['contested', 'p', 300]], { changes: [change('p', 300, 0, [-10, 310]), change('q', 0, 0, [-310, 0])] }), `The Greens came to hold about 300 km² of contested ground${WHEN}`, 'The Greens held about 300 km² more at the end than at the start (between −10 and 310 km²): about 1,300 km² in all, 57 % of the area mapped. Of the gain, about 300 km² had been contested before.', ['+300 km² net change of ground held by the Greens']],
  ['contested now', content([...base, ['q', 'contested', 300]], { changes: [change('p', 0, 0, [0, 300]), change('q', 0, 300, [-310, 10])] }), `About 300 km² became contested${WHEN}`, 'About 300 km² of the ground of the Blues became contested.', ['−300 km² net change of ground held by the Blues']],
  ['known now', content([...base, ['unknown', 'p', 300]], { changes: [change('p', 300, 0, [-10, 310]), change('q', 0, 0, [-310, 0])] }), `The Greens came to be shown on about 300 km² whose holder had not been known${WHEN}`, 'The Greens held about 300 km² more at the end than at the start (between −10 and 310 km²): about 1,300 km² in all, 57 % of the area mapped. Of the gain, about 300 km² had been ground whose holder was not known: it may have been held before.', ['+300 km² net change of ground held by the Greens']],
  ['known no more', content([...base, ['q', 'unknown', 300], ['contested', 'unknown', 50]], { changes: [change('p', 0, 0, [0, 300]), change('q', 0, 300, [-310, 10])] }), `About 350 km² became ground whose holder is not known${WHEN}`, 'About 300 km² of the ground of the Blues became ground whose holder is not known. About 50 km² of contested ground became ground whose holder is not known.', ['−300 km² net change of ground held by the Blues']],
  ['a correction', content([...base, ['q', 'p', 300]], { changes: [change('p', 300, 0), change('q', 0, 300)], kinds: [kind('movement', 0, [['p', 0, -10, 10], ['q', 0, -10, 10]]), kind('correction', 300, [['p', 300, 290, 310], ['q', -300, -310, -290]])] }), `No ground is known to have changed hands${WHEN}`, 'About 300 km² of the change is no movement on the ground but corrections of the map.', ['0 km² net change of ground held by the Greens']],
  ['a gain beside a change of what is drawn', content([...base, ['q', 'p', 400]], { changes: [change('p', 400, 0), change('q', 0, 400)], kinds: [kind('movement', 100, [['p', 100, 90, 110], ['q', -100, -110, -90]]), kind('redefinition', 300, [['p', 300, 290, 310], ['q', -300, -310, -290]])] }), `The Greens gained about 100 km²${WHEN}`, 'The Greens gained about 100 km² on the ground (between 90 and 110 km²) and held about 1,400 km² at the end, 58 % of the area mapped. The Blues lost about 100 km² (between 90 and 110 km²). About 300 km² of the change is no movement on the ground but changes of what is drawn.', ['+100 km² net change of ground held by the Greens']],
  ['something of nobody for sure beside a correction', content([...base, ['q', 'p', 400]], { changes: [change('p', 400, 0), change('q', 0, 400)], kinds: [kind('movement', 100, [['p', 0, -110, 110], ['q', 0, -110, 110]]), kind('correction', 300, [['p', 300, 290, 310], ['q', -300, -310, -290]])] }), `Ground changed, but no party’s net gain or loss is certain,${WHEN}`, 'About 300 km² of the change is no movement on the ground but corrections of the map.', ['0 km² net change of ground held by the Greens']],
  ['all of the ground', content([['q', 'p', 2000]], { changes: [change('p', 2000, 0), change('q', 0, 2000)] }), `The Greens gained about 2,000 km²${WHEN}`, 'The Greens held about 2,000 km² more at the end than at the start (between 1,990 and 2,000 km²): about 2,000 km² in all, 100 % of the area mapped. The Blues lost about 2,000 km² (between 1,990 and 2,000 km²).', ['+2,000 km² net change of ground held by the Greens']],
  ['less than is shown', content([...base, ['q', 'p', 0.2]], { changes: [change('p', 0.2, 0), change('q', 0, 0.2)] }), `No change larger than the map’s own error${WHEN}`, 'The gains and losses that follow are within the maps’ own error. The Greens held less than 1 km² more at the end than at the start (between −10 and 11 km²): about 1,000 km² in all, 50 % of the area mapped.', ['less than 1 km² net change of ground held by the Greens']],
  ['places, a road and posts', content([...base, ['q', 'p', 300]], { changes: [change('p', 300, 0), change('q', 0, 300)], places: [place('a', 'q', 'p', ['Press', 'Army']), place('b', 'contested', 'p', []), place('c', 'p', 'contested', ['Press'])], routes: [road([['q', 'p', 12.34]], { p: 30, q: 10 })], posts: [post(1, 'encircled'), post(2, 'encircled'), post(3, 'uncertain')] }), `The Greens gained about 300 km²${WHEN}`, 'The Greens held about 300 km² more at the end than at the start (between 290 and 310 km²): about 1,300 km² in all, 57 % of the area mapped. The Blues lost about 300 km² (between 290 and 310 km²). 2 towns and villages passed to the Greens (1 from the Blues and 1 from contested ground): A and B. 1 town or village became contested: C. On the word of Press and Army. No report is known of 1 of these places. 12 km of the ring road passed to the Greens, in whose hands 30 km of its 40 km then were. Observation posts 1 (P1) and 2 (P2) of Upland were cut off.', ['+300 km² net change of ground held by the Greens', '2 towns and villages that changed hands', '12 km of the ring road passed to the Greens']],
  ['no place, a road that stayed and a front', content(base, { kinds: movement(0), places: [], routes: [road([], { p: 30, q: 10 })], front: { ruler_m: 500, pairs: [{ left: 'p', right: 'q', before: km(9), after: km(9.55) }], most: null } }), `No ground is known to have changed hands${WHEN}`, 'The map of all 2,000 km² was the same at the end as at the start. No town or village is known to have changed hands. No change is known along the ring road: the Greens held 30 km of its 40 km.', ['0 km² net change of ground held by the Greens', '0 towns and villages that changed hands', '9.6 km length of the front line at the end']],
  ['many places and sources', content([...base, ['q', 'p', 300]], { changes: [change('p', 300, 0), change('q', 0, 300)], places: ['a', 'b', 'c', 'd', 'e', 'f'].map((id, n) => place(id, 'q', 'p', [['Press', 'Army', 'Wire', 'Radio'][n % 4] as string])) }), `The Greens gained about 300 km²${WHEN}`, 'The Greens held about 300 km² more at the end than at the start (between 290 and 310 km²): about 1,300 km² in all, 57 % of the area mapped. The Blues lost about 300 km² (between 290 and 310 km²). 6 towns and villages passed to the Greens (from the Blues): A, B, C, D and 2 more. On the word of Press, Army, Wire and 1 more.', ['+300 km² net change of ground held by the Greens', '6 towns and villages that changed hands']],
  ['people killed', content(base, { kinds: movement(0) }, { events: { totals: [{ measure: 'killed', qualifier: 'claimed', value: 9, reports: 1, query }, { measure: 'killed', qualifier: 'at_least', value: 3, reports: 2, query }], events: [] } }), `No ground is known to have changed hands${WHEN}`, 'The map of all 2,000 km² was the same at the end as at the start. At least 3 people were reported killed (2 reports).', ['0 km² net change of ground held by the Greens']],
  ['what became so on the day of a corrected map', content([...base, ['q', 'p', 400]], { changes: [change('p', 400, 0), change('q', 0, 400)], kinds: [kind('movement', 100, [['p', 100, 90, 110], ['q', -100, -110, -90]]), kind('correction', 300, [['p', 300, 290, 310], ['q', -300, -310, -290]])], places: [place('a', 'q', 'p', ['Press'], '2024-01-08'), place('b', 'q', 'p', [], '2024-01-07')], routes: [road([['q', 'p', 12.34]], { p: 30, q: 10 })], posts: [{ ...post(1, 'encircled'), steps: [{ on: '2024-01-08' as never, from: 'not_encircled', to: 'encircled' }] }] }), `The Greens gained about 100 km²${WHEN}`, 'The Greens gained about 100 km² on the ground (between 90 and 110 km²) and held about 1,400 km² at the end, 58 % of the area mapped. The Blues lost about 100 km² (between 90 and 110 km²). About 300 km² of the change is no movement on the ground but corrections of the map. 1 town or village passed to the Greens (from the Blues): B.', ['+100 km² net change of ground held by the Greens', '1 town or village that changed hands']],
  ['two roads, the shorter of which changed hands', content([...base, ['q', 'p', 300]], { changes: [change('p', 300, 0), change('q', 0, 300)], routes: [{ ...road([['q', 'p', 0.5]], { p: 80 }), name: 'long road', length: km(80) }, road([['q', 'p', 2], ['p', 'q', 3], ['contested', 'q', 4]], { p: 30, q: 10 })] }), `The Greens gained about 300 km²${WHEN}`, 'The Greens held about 300 km² more at the end than at the start (between 290 and 310 km²): about 1,300 km² in all, 57 % of the area mapped. The Blues lost about 300 km² (between 290 and 310 km²). 7 km of the ring road passed to the Blues, in whose hands 10 km of its 40 km then were.', ['+300 km² net change of ground held by the Greens', '7 km of the ring road passed to the Blues']],
  ['a road of which next to nothing changed hands, and a longer one', content(base, { kinds: movement(0), routes: [road([], { p: 30, q: 10 }), { ...road([], { p: 20, q: 60 }), name: 'long road', length: km(80) }] }), `No ground is known to have changed hands${WHEN}`, 'The map of all 2,000 km² was the same at the end as at the start. No change is known along the long road: the Blues held 60 km of its 80 km.', ['0 km² net change of ground held by the Greens']],
  ['as many names as a sentence bears, and a loss that shows more than the gain', content([...base, ['q', 'p', 5], ['q', 'contested', 9]], { changes: [change('p', 5, 0), change('q', 0, 14)], places: [...['e', 'b', 'c', 'd', 'a'].map((id) => place(id, 'q', 'p', [])), ...['v', 'w', 'x', 'y', 'z'].map((id) => place(id, 'q', 'contested', []))] }, { pictures: { ...content(base).pictures, places: ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }) as never) } }), `No change larger than the map’s own error${WHEN}`, 'The gains and losses that follow are within the maps’ own error. The Greens held about 5 km² more at the end than at the start (between −5 and 15 km²): about 1,005 km² in all, 50 % of the area mapped. The Blues lost about 14 km² (between 4 and 24 km²). About 9 km² of the ground of the Blues became contested. 5 towns and villages passed to the Greens (from the Blues): A, B, C, D and E. 5 towns and villages became contested: V, W, X and Y and others.', ['−14 km² net change of ground held by the Blues', '5 towns and villages that changed hands']],
  ['ground contested beside a sure gain, part of it from ground of which the map said nothing', content([...base, ['q', 'p', 300], ['unassigned', 'p', 60], ['unknown', 'p', 40], ['q', 'contested', 90]], { changes: [change('p', 400, 0), change('q', 0, 390)], front: { ruler_m: 500, pairs: [], most: null } }), `The Greens gained about 400 km²${WHEN}`, 'The Greens held about 400 km² more at the end than at the start (between 390 and 410 km²): about 1,400 km² in all, 56 % of the area mapped. Of the gain, about 40 km² had been ground whose holder was not known: it may have been held before. Of about 60 km² of the gain the map had said nothing before. The Blues lost about 390 km² (between 380 and 400 km²). About 90 km² of the ground of the Blues became contested.', ['+400 km² net change of ground held by the Greens']],
  ['more ground contested than was surely gained', content([...base, ['q', 'p', 100], ['p', 'contested', 300], ['q', 'contested', 200]], { changes: [change('p', 100, 300, [-210, 310]), change('q', 0, 300, [-310, -90])] }), `The Blues lost about 300 km²${WHEN}`, 'The Blues lost about 300 km² (between 90 and 310 km²). About 300 km² of the ground of the Greens became contested. About 200 km² of the ground of the Blues became contested.', ['−300 km² net change of ground held by the Blues']],
  ['people killed by one side’s claim alone', content(base, { kinds: movement(0) }, { events: { totals: [{ measure: 'killed', qualifier: 'claimed', value: 9, reports: 1, query }, { measure: 'wounded', qualifier: 'exact', value: 9, reports: 1, query }], events: [] } }), `No ground is known to have changed hands${WHEN}`, 'The map of all 2,000 km² was the same at the end as at the start.', ['0 km² net change of ground held by the Greens']],
]; // biome-ignore format: a table

describe('what no reader sees', () => {
  it('of a crumb between two lines, no row of the table says that nothing is stated', async () => {
    const told = async (km2: number) => (await renderReport(content([...base, ['unassigned', 'unassigned', km2]]), 'md')) as string; // biome-ignore format: one line
    expect(await told(0.0003)).not.toContain('nothing stated');
    expect(await told(3)).toContain('| nothing stated |');
  });

  it('a period of one day is that day, however it is counted', () => {
    const period = {
      key: 'x',
      from: '2024-01-02' as never,
      to: '2024-01-03' as never,
      every: 'custom',
      time_zone: 'UTC',
    };
    expect(storyOfReport(content(base, {}, { period })).headline).toMatch(/ on 2 January 2024$/);
  });
});

describe('the first screen', () => {
  it.each(STORIES)('of %s', (_, of, headline, lede, figures) => {
    const story = storyOfReport(of);
    expect(story.headline).toBe(headline);
    expect(story.lede.join(' ')).toBe(lede);
    expect(story.figures.map(({ shown, label }) => `${shown} ${label}`)).toEqual(figures);
  });
});

describe('the sections', () => {
  const gap = (code: Gap['code'], figures: Gap['figures'] = {}): Gap => ({ code, series: 's', figures, query });
  const full = content([...base, ['q', 'p', 400], ['unknown', 'unknown', 20.4], ['unassigned', 'unassigned', 30.4]], {
    changes: [change('p', 400, 0), change('q', 0, 400)],
    noise: { each_way: figure(3), reason: 'redrawn', lower_bound: true },
    kinds: [kind('movement', 100, [['p', 100, 90, 110], ['q', -100, -110, -90]]), kind('correction', 300, [['p', 300, 290, 310], ['q', -300, -310, -290]])], // biome-ignore format: kinds
    rate: { periods: [['2023-12-19', '2023-12-26'], ['2023-12-26', '2024-01-02'], ['2024-01-02', '2024-01-09']].map(([from, to], n) => ({ key: `${n}`, from: from as never, to: to as never, days: 7, net: [{ party: 'p', per_day: figure(3.25) }, { party: 'q', per_day: figure(-57) }], ...(n === 0 && { unknown: true as const }), ...(n === 2 && { redrawn: true as const }) })) }, // biome-ignore format: rates
    places: [place('a', 'q', 'p', ['Press']), { ...place('b', 'q', 'p', []), claims: [] }, place('c', 'q', 'contested', ['Press']), place('d', 'q', 'unknown', []), { ...place('e', 'q', 'p', [], '2024-01-08'), kinds: ['correction'] }], // biome-ignore format: places
    routes: [road([['q', 'p', 12.34, ['movement']], ['q', 'p', 3.2, ['correction']]], { p: 30, front: 10 })],
    posts: [post(1, 'encircled'), { ...post(2, 'encircled'), steps: [{ on: '2024-01-08' as never, from: 'not_encircled', to: 'encircled', kinds: ['correction'] }] }], // biome-ignore format: posts
    front: { ruler_m: 500, pairs: [{ left: 'p', right: 'q', before: km(9), after: km(9.55) }, { left: 'p', right: 'r', before: null, after: km(3) }], halfway: km(4), most: { party: 'p', sector: 'NE', advance: figure(900), gained: figure(200), lost: figure(0), near: 'A' } }, // biome-ignore format: a front
  }, {
    gaps: [
      gap('stale', { until: '2023-12-01', to: '2024-01-08' }), gap('ends_earlier', { until: '2024-01-05', to: '2024-01-08' }),
      gap('begins_later', { first: '2024-01-04', from: '2024-01-02' }), gap('no_map_in_period', { last: '2024-01-01' }),
      gap('missing_days', { from: '2024-01-03', to: '2024-01-07', days: 5, usual: 1 }), gap('missing_days', { from: '2024-01-03', to: '2024-01-03', days: 1 }),
      gap('held', { count: 1 }), gap('held', { count: 2 }), gap('not_located', { events: 1 }), gap('not_located', { events: 3 }),
      gap('no_places'), gap('no_front'), gap('no_sides'), gap('front_unknown', { on: '2024-01-08' }), gap('unknown_ground', { km2: 50.8, percent: 2.1 }),
    ],
    comparison: null,
    events: {
      totals: [{ measure: 'killed_children', qualifier: 'exact', value: 1, reports: 1, query }],
      events: [{ id: 'e', kind: 'strike', earliest: '2024-01-03' as never, latest: '2024-01-04' as never, where: 'A', actor: 'x;y', counts: [{ measure: 'killed_children', value: 1, qualifier: 'exact', wording: null, counted: 'summed' }, { measure: 'homes_lost', value: null, qualifier: 'exact', wording: 'many', counted: 'no_number' }], sources: [{ publisher: 'Press', via: 'Wire', title: 'News', url: 'https://example.org/n', published_on: '2024-01-05' as never, stance: 'independent' }], query }],
    },
  }); // biome-ignore format: one content
  it.each(REPORT_LANGUAGES)('in %s are those of the golden file', async (language) => {
    golden(`sections-${language}.md`, (await renderReport({ ...full, language }, 'md')) as string);
  });

  it('of a road tell who held how much of it so that it adds up to its length, as the page does', async () => {
    const long = content(base, { kinds: movement(0), routes: [{ ...road([], { p: 49.664, q: 35.475, r: 28.38 }), length: km(113.519) }] }); // biome-ignore format: one content
    expect((await renderReport(long, 'md')) as string).toContain(
      'ring road: the Greens 50 km, the Blues 36 km, r 28 km.',
    );
    const short = content(base, { kinds: movement(0), routes: [{ ...road([], { p: 4.26, q: 3.26, r: 0.01 }), length: km(7.53) }] }); // biome-ignore format: one content
    expect((await renderReport(short, 'md')) as string).toContain('ring road: the Greens 4.3 km, the Blues 3.2 km.');
  });

  it('of places tell those that a party took from those of which nobody knows who holds or held them, in text, figures and files', async () => {
    const open = content([...base, ['q', 'contested', 300]], { places: [place('a', 'q', 'contested', []), place('b', 'q', 'unassigned', []), place('c', 'unknown', 'p', [])] }); // biome-ignore format: one content
    const { lede } = storyOfReport(open);
    expect(lede.join(' ')).toContain('No town or village is known to have changed hands. 1 town or village became contested: A. Who holds 1 town or village is not known at the end: B. 1 town or village, whose holder had not been known, came to be shown as held by a party: C.'); // biome-ignore format: four sentences
    const [md, csv] = [(await renderReport(open, 'md')) as string, (await renderReport(open, 'csv')) as string];
    const [before, after] = md.split('## Places that became contested, or whose holder is or was not known');
    expect(before).toContain('## Places that changed hands\n\nNo town or village is known to have changed hands.');
    expect(before).not.toContain('| [A]');
    for (const row of ['| [A](/q) | the Blues | contested ground |', '| [B](/q) | the Blues | nothing stated |', '| [C](/q) | not known | the Greens |']) expect(after).toContain(row); // biome-ignore format: three rows
    for (const row of [
      'place_became,a,q,contested,1,',
      'place_became,b,q,unassigned,1,',
      'place_became,c,unknown,p,1,',
    ])
      expect(csv).toContain(row);
    expect(csv).not.toContain('place_changed_hands');
  });

  it('have no colour of a gain on the picture where the map was put right', async () => {
    const drawn = (kinds: StepKind[]) => {
      const patches = kinds.map((kind, i) => ({ id: String(i), from: 'q', to: 'p', kind, geometry: square }));
      const { pictures } = content(base);
      return renderReport(content([...base, ['q', 'p', 300]], {}, { pictures: { ...pictures, patches } }), 'map.svg') as Promise<string>; // biome-ignore format: one call
    };
    const [moved, corrected, both] = [await drawn(['movement']), await drawn(['correction']), await drawn(['movement', 'redefinition'])]; // biome-ignore format: one line
    const won = 'gained by the Greens';
    expect([moved, corrected, both].map((svg) => svg.includes(won))).toEqual([true, false, true]);
    expect([moved, corrected, both].map((svg) => svg.includes('corrections of the map'))).toEqual([false, true, false]);
    expect(both).toContain('changes of what is drawn');
    expect(corrected).toMatch(/<path d="[^"]+" fill="none" stroke="[^"]+" stroke-width="1.1" stroke-dasharray="3 2"/);
  });

  it('show unknown ground as the tables do, and where most changed hands only of a sure gain or loss, and of no older edition, which told of gains alone', async () => {
    const shown = (await renderReport(content([...base, ['unknown', 'unknown', 20.4], ['unassigned', 'unassigned', 30.4]], { kinds: movement(0) }, { gaps: [gap('unknown_ground', { km2: 50.8, percent: 2.5 })] }), 'md')) as string; // biome-ignore format: one report
    const columns =
      shown
        .match(/\*\*After\*\*.*/)?.[0]
        ?.match(/\d[\d,]*/g)
        ?.map(Number) ?? [];
    expect(shown).toContain(`states no holder of ${(columns[2] ?? 0) + (columns[3] ?? 0)} km²`);
    const most = { party: 'p', sector: 'N', advance: figure(900), gained: figure(200), lost: figure(9), near: null };
    const of = async (
      changes: SeriesPart['changes'],
      changed: object = {},
      language: ReportContent['language'] = 'en',
    ) => {
      const front = { ruler_m: 500, pairs: [{ left: 'p', right: 'q', before: km(9), after: km(9) }], most: { ...most, ...changed } }; // biome-ignore format: a front
      const told = content([...base, ['q', 'p', 300]], { changes, front });
      return (await renderReport({ ...told, language }, 'md')) as string;
    };
    const sure = [change('p', 300, 0), change('q', 0, 300)];
    expect(await of(sure)).toContain(
      'The most ground changed hands in the north, where the Greens gained about 200 km².',
    );
    const lost = { party: 'q', advance: null, gained: figure(9), lost: figure(200) };
    expect(await of(sure, lost)).toContain('in the north, where the Blues lost about 200 km².');
    expect(await of(sure, lost, 'tr')).toContain('kuzey yönünde el değiştirdi: the Blues, yaklaşık 200 km² kayıp.');
    expect(await of(sure, lost, 'ar')).toContain('في الشمال: the Blues، خسارة نحو 200 كم².');
    const unsure = { ...change('p', 300, 0, [-10, 310]), gained: figure(300, 0, 310) };
    const untold = [of([unsure, change('q', 0, 0)]), of([change('p', 300, 0), change('q', 0, 0)], lost), of(sure, { lost: undefined })]; // biome-ignore format: one list
    for (const text of await Promise.all(untold)) expect(text).not.toContain('The most ground');
  });
});

/** Words for so many parameters; then one of them a number, none or a fact. */
function callsOf(count: number): unknown[][] {
  const words = ['aa', 'bb', 'cc', 'dd', 'ee', 'ff', 'gg'].slice(0, count);
  const others = [0, 1, '1', null, true];
  return [words, ...words.flatMap((_, at) => others.map((other) => words.with(at, other as string))), words.map(() => 1), words.map(() => '1')]; // biome-ignore format: one list
}

/** Every text of a language, each called with the same words, singular and plural. */
function allTexts(of: unknown, path: string): string[] {
  if (typeof of === 'string') return [`${path}: ${of}`];
  if (typeof of === 'function') {
    const named = (value: string) => new Proxy({}, { get: (_, key) => (key === 'usual' || value === '1' ? value : `${String(key)}-${value}`) }); // biome-ignore format: any figure by its name
    const calls: unknown[][] = path.startsWith('gaps.') || path.startsWith('unknown.')
      ? ['1', '2'].map((value) => [named(value), 'SERIES'])
      : path === 'qualified' ? ['exact', 'at_least', 'more_than', 'about', 'nearly', 'claimed', 'other'].map((qualifier) => [qualifier, '7'])
      : path === 'when' ? ['day', 'week', 'month', 'custom'].map((every) => [every, 'DAYS'])
      : path === 'notes.counted' ? ['start', 'end', null].map((means) => ['BEFORE', 'AFTER', means])
      : path.endsWith('chartDescription') ? [[['ONE', 'TWO']]]
      : path === 'stamp.method' ? [['a method'], ['a method.']]
      : callsOf(of.length); // biome-ignore format: the calls
    const said = calls.flatMap((call) => {
      try {
        return [String((of as (...given: unknown[]) => unknown)(...call))];
      } catch {
        // Not every text takes a number there.
        return [];
      }
    });
    return [...new Set(said)]
      .filter((text) => !/undefined|null|true|false/.test(text))
      .map((text) => `${path}: ${text}`);
  }
  return Object.entries(of as object).flatMap(([name, inner]) => allTexts(inner, path ? `${path}.${name}` : name));
}

it.each(REPORT_LANGUAGES)('every text in %s is that of the golden file', (language) => {
  golden(`texts-${language}.txt`, `${allTexts(textsOf(language), '').join('\n')}\n`);
});

function golden(name: string, text: string): void {
  const file = join(PROJECT_ROOT, 'tests/golden/reports', name);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, 'utf8'));
}
