import { expect, it } from 'vitest';
import { legend } from '../../../src/reports/render/pictures/picture-sheet.js';
import { textsOf } from '../../../src/reports/render/texts/texts-of.js';

const PARTIES = ['aland', 'borland'].map((id) => ({ id, name: id, colour: '#336699' }));

/** What the legend of a report has where its maps draw these pieces of ground. */
function entries(ground: readonly { class: string; claimant: string | null }[]): string[] {
  const pictures = { before: ground, after: [], patches: [], posts: [], routes: [] };
  const voice = { main: { parties: PARTIES }, texts: textsOf('en'), content: { pictures } };
  const { markup } = legend(voice as never, 'legend', 940).drawn;
  return [...markup.matchAll(/<text[^>]*fill="#22262b">([^<]*)</g)].map(([, text]) => text ?? '');
}

it('names everyone who claims ground on the maps of a report, and contested ground apart', () => {
  const claimed = (claimant: string | null) => ({ class: 'contested', claimant });
  expect(entries([{ class: 'aland', claimant: null }, claimed('borland'), claimed('aland')])).toEqual([
    ...['aland', 'borland', 'claimed by aland', 'claimed by borland', 'edge of the area mapped'],
  ]);
  expect(entries([claimed(null), claimed('borland')])).toEqual([
    ...['aland', 'borland', 'claimed by borland', 'contested ground', 'edge of the area mapped'],
  ]);
});
