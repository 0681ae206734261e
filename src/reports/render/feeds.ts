import { escapeMarkup } from './html.js';

/** One edition as a reader of feeds sees it. */
export interface FeedEntry {
  title: string;
  /** What happened, in a sentence or two. */
  summary: string;
  period: string;
  edition: number;
  /** RFC 3339. */
  published: string;
}

export interface Feed {
  /** Address of the report, absolute: its feeds lie under it. */
  address: string;
  title: string;
  publisher: string;
  /** Newest first. */
  entries: readonly FeedEntry[];
}

const addressOf = (feed: Feed, { period, edition }: FeedEntry) => `${feed.address}/${period}?edition=${edition}`;
const updated = (feed: Feed) => feed.entries[0]?.published ?? '1970-01-01T00:00:00Z';

/** Atom 1.0 (RFC 4287). An edition never changes, so an entry is published and updated at one instant. */
export function atomFeed(feed: Feed): string {
  const text = (name: string, content: string, attributes = '') =>
    `<${name}${attributes}>${escapeMarkup(content)}</${name}>`;
  const link = (rel: string, type: string, href: string) =>
    `<link rel="${rel}" type="${type}" href="${escapeMarkup(href)}"/>`;
  const entries = feed.entries.map((entry) => {
    const address = addressOf(feed, entry);
    return [
      '<entry>',
      text('id', address),
      text('title', entry.title),
      text('published', entry.published),
      text('updated', entry.published),
      link('alternate', 'text/html', address),
      text('summary', entry.summary),
      '</entry>',
    ].join('');
  });
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<feed xmlns="http://www.w3.org/2005/Atom">',
    text('id', feed.address),
    text('title', feed.title),
    text('updated', updated(feed)),
    `<author>${text('name', feed.publisher)}</author>`,
    link('self', 'application/atom+xml', `${feed.address}/feed.atom`),
    link('alternate', 'text/html', feed.address),
    ...entries,
    '</feed>',
    '',
  ].join('\n');
}

/** JSON Feed 1.1. */
export function jsonFeed(feed: Feed): string {
  return JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title: feed.title,
    home_page_url: feed.address,
    feed_url: `${feed.address}/feed.json`,
    authors: [{ name: feed.publisher }],
    items: feed.entries.map((entry) => ({
      id: addressOf(feed, entry),
      url: addressOf(feed, entry),
      title: entry.title,
      content_text: entry.summary,
      date_published: entry.published,
    })),
  });
}
