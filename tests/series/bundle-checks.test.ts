import { expect, it } from 'vitest';
import type { SalientError } from '../../src/errors.js';
import { parseBundle } from '../../src/series/read-bundle.js';
import { valley } from '../setup/valley.js';

const problemsOf = (change: Record<string, (text: string) => string>) => {
  try {
    parseBundle(valley('checked', change));
    return [];
  } catch (error) {
    return (error as SalientError).problems.map(({ at, message }) => `${at}: ${message}`);
  }
};

it('a relation that is stated twice for a day is refused by line, before the database sees it', () => {
  const twice = (from: string, to: string) => (text: string) => `${text}uplanders,north,hostile,${from},${to},press,\n`;
  expect(problemsOf({ 'relations.csv': twice('2021-01-01', '2021-02-01') })).toEqual([
    'relations.csv:4: uplanders to north is stated for some of the same days in line 2',
  ]);
  const until = (text: string) => text.replace('uplanders,north,ally,,', 'uplanders,north,ally,,2021-01-01');
  expect(problemsOf({ 'relations.csv': (text) => twice('2021-01-01', '')(until(text)) })).toEqual([]);
});

it('a route of several parts is refused by its place and its name', () => {
  const parts = (text: string) => {
    const collection = JSON.parse(text);
    const [route] = collection.features;
    route.geometry = { type: 'MultiLineString', coordinates: [route.geometry.coordinates] };
    return JSON.stringify(collection);
  };
  expect(problemsOf({ 'routes.geojson': parts })).toEqual([
    'routes.geojson:/features/0/geometry: route "R1" is one LineString, not a MultiLineString: join its parts, or give each an id',
  ]);
});
