import { DOMParser } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import { atomFeed, type Feed, feedId, jsonFeed } from '../../../src/reports/render/feeds.js';

const feed: Feed = {
  id: feedId('reports/weekly', '2020-01-01T00:00:00.123456Z'),
  language: 'en',
  address: 'https://maps.example.org/reports/weekly',
  title: 'The front & the road',
  withdrawn: [],
  publisher: 'Maps <Desk>',
  entries: [
    {
      title: 'The front & the road, 3–9 February 2020, corrected',
      summary: 'Government forces took 412 km² "net".',
      name: '2020-W06/2',
      path: '/2020-W06?edition=2',
      published: '2020-02-12T08:00:00Z',
    },
    {
      title: 'The front & the road, 3–9 February 2020',
      summary: 'Government forces took 410 km².',
      name: '2020-W06/1',
      path: '/2020-W06?edition=1',
      published: '2020-02-10T06:00:00Z',
    },
  ],
};

describe('the Atom feed', () => {
  const parsed = new DOMParser().parseFromString(atomFeed(feed), 'application/xml');
  const all = (name: string) =>
    Array.from(parsed.getElementsByTagNameNS('http://www.w3.org/2005/Atom', name), (found) => found.textContent);

  it('is well-formed and has what RFC 4287 requires of a feed and of an entry', () => {
    expect(all('id')).toEqual([
      'tag:salient,2026:reports/weekly/20200101000000123456',
      'tag:salient,2026:reports/weekly/20200101000000123456/2020-W06/2',
      'tag:salient,2026:reports/weekly/20200101000000123456/2020-W06/1',
    ]);
    expect(all('title')).toEqual([feed.title, ...feed.entries.map(({ title }) => title)]);
    expect(all('updated')).toEqual(['2020-02-12T08:00:00Z', '2020-02-12T08:00:00Z', '2020-02-10T06:00:00Z']);
    expect(all('name')).toEqual([feed.publisher]);
    const links = Array.from(parsed.getElementsByTagName('link'), (link) => link.getAttribute('rel'));
    expect(links).toEqual(['self', 'alternate', 'alternate', 'alternate']);
  });

  it('is updated when its last edition was made, whatever stands first, and keeps its names under another address', () => {
    const older = { ...feed, entries: feed.entries.toReversed(), address: 'http://elsewhere.example/reports/weekly' };
    expect(atomFeed(older)).toContain('</title>\n<updated>2020-02-12T08:00:00Z</updated>');
    expect(atomFeed(older)).not.toContain('<id>http');
  });

  it('is one even before anything was made', () => {
    expect(atomFeed({ ...feed, entries: [] })).toContain('<updated>1970-01-01T00:00:00Z</updated>');
  });
});

it('the JSON feed has the same entries under the same ids', () => {
  const parsed = JSON.parse(jsonFeed(feed));
  expect(parsed).toMatchObject({
    version: 'https://jsonfeed.org/version/1.1',
    feed_url: 'https://maps.example.org/reports/weekly/feed.json',
    items: [
      { id: `${feed.id}/2020-W06/2`, content_text: feed.entries[0]?.summary },
      { date_published: '2020-02-10T06:00:00Z' },
    ],
  });
});
