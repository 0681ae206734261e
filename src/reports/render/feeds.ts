import type { WithdrawnSeries } from '../content/content.js';
import type { ReportLanguage } from '../definition.js';
import { escapeMarkup } from './html.js';
import { textsOf } from './texts/texts-of.js';
import { withdrawalSentences } from './withdrawn.js';

/** One edition, or alert, as a reader of feeds sees it. */
interface FeedEntry {
  title: string;
  /** What happened, in a sentence or two. */
  summary: string;
  /** Its name within the feed, for ever: `2020-W06/2`. */
  name: string;
  /** Where it is, under the address of the feed: `/2020-W06?edition=2`. */
  path: string;
  /** RFC 3339: when the edition was made. */
  published: string;
}

export interface Feed {
  /** What the report is called for ever, wherever the service stands: a tag URI (RFC 4151). */
  id: string;
  language: ReportLanguage;
  /** Address of the report, absolute: its feeds lie under it. */
  address: string;
  title: string;
  publisher: string;
  /** RFC 3339: when the last entry was made, also where that is left out; of those here when absent. */
  updated?: string | undefined;
  /** Series that it rests on and that are withdrawn: an entry says so, and every other is updated by it. */
  withdrawn: readonly WithdrawnSeries[];
  /** The newest first: a correction of an old period is news. */
  entries: readonly FeedEntry[];
}

const addressOf = (feed: Feed, { path }: FeedEntry) => feed.address + path;
const idOf = (feed: Feed, { name }: FeedEntry) => `${feed.id}/${name}`;
const latest = (of: readonly string[]) => of.reduce((a, b) => (a > b ? a : b), NEVER);
const NEVER = '1970-01-01T00:00:00Z';
const changedAt = ({ withdrawn }: Feed, { published }: FeedEntry) =>
  latest([published, ...withdrawn.map(({ withdrawn_at }) => withdrawn_at)]);
const updated = (feed: Feed) =>
  latest([feed.updated ?? NEVER, ...entriesOf(feed).map((entry) => changedAt(feed, entry))]);

/** The withdrawals before all others: whoever reads on has read them. */
function entriesOf(feed: Feed): FeedEntry[] {
  const { page } = textsOf(feed.language);
  const withdrawals = feed.withdrawn.map(
    (one): FeedEntry => ({
      title: page.withdrawn(one.title),
      summary: withdrawalSentences([one], feed.language).join(' '),
      name: `withdrawn/${one.id}/${one.withdrawn_at}`,
      path: '',
      published: one.withdrawn_at,
    }),
  );
  return [...withdrawals, ...feed.entries];
}

/**
 * The permanent name of a feed: from that of its report or rule and the day and time at which it was first defined, so that it stays
 * the same under another host, and differs from one of that name on another service.
 */
export function feedId(name: string, definedAt: string): string {
  const digits = definedAt.replace(/\D/g, '').padEnd(20, '0').slice(0, 20);
  return `tag:salient,2026:${name}/${digits}`;
}

/** Atom 1.0 (RFC 4287). An edition never changes: an entry is updated by the withdrawal of its series alone. */
export function atomFeed(feed: Feed): string {
  const text = (name: string, content: string) => `<${name}>${escapeMarkup(content)}</${name}>`;
  const link = (rel: string, type: string, href: string) =>
    `<link rel="${rel}" type="${type}" href="${escapeMarkup(href)}"/>`;
  const entries = entriesOf(feed).map((entry) => {
    const address = addressOf(feed, entry);
    return [
      '<entry>',
      text('id', idOf(feed, entry)),
      text('title', entry.title),
      text('published', entry.published),
      text('updated', changedAt(feed, entry)),
      link('alternate', 'text/html', address),
      text('summary', entry.summary),
      '</entry>',
    ].join('');
  });
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${escapeMarkup(feed.language)}">`,
    text('id', feed.id),
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
    language: feed.language,
    home_page_url: feed.address,
    feed_url: `${feed.address}/feed.json`,
    authors: [{ name: feed.publisher }],
    items: entriesOf(feed).map((entry) => ({
      id: idOf(feed, entry),
      url: addressOf(feed, entry),
      title: entry.title,
      content_text: entry.summary,
      date_published: entry.published,
      ...(feed.withdrawn.length > 0 && { date_modified: changedAt(feed, entry) }),
    })),
  });
}
