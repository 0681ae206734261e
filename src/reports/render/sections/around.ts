import type { AnyReport } from '../../content/content.js';
import { REPORT_FORMATS } from '../../definition.js';
import type { Difference } from '../../differences.js';
import { type Html, html } from '../html.js';
import { textsOf } from '../texts/texts-of.js';
import { wordingOf } from '../texts/wording.js';

/** Where a report stands: what its own content cannot know. */
export interface Around {
  /** Address of the service as others reach it, without a slash at its end; empty: not known, links are relative to it. */
  base: string;
  /** The edition it is, where it was issued. */
  edition?: {
    number: number;
    /** The newest of its period: another where this one was corrected. */
    newest: number;
    /** RFC 3339. */
    made_at: string;
    /** What it states otherwise than the edition before. */
    changed: readonly Difference[];
    previous: Neighbour | null;
    next: Neighbour | null;
  };
}

/** The report of the period before or after. */
interface Neighbour {
  period: string;
  headline: string;
}

export const NOWHERE: Around = { base: '' };

/** The same report with absolute addresses of the questions that its figures link to. */
export function withBase<Report extends AnyReport>(report: Report, base: string): Report {
  if (base === '') return report;
  const absolute = (value: unknown, key: string): unknown => {
    if (key === 'pictures' || key === 'patches') return value;
    if (key === 'query' && typeof value === 'string' && value.startsWith('/')) return base + value;
    if (Array.isArray(value)) return value.map((item) => absolute(item, ''));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, absolute(inner, name)]));
  };
  return absolute(report, '') as Report;
}

const pathOf = ({ definition }: AnyReport) => `/reports/${encodeURIComponent(definition.id)}`;

/** The day whose map a report ends with. */
const lastDay = (report: AnyReport): string | null =>
  report.known === false ? (report.series[0]?.coverage.last_map ?? null) : (report.series[0]?.compared.after ?? null);

/** What stands in the head of a page: titles for those who share it, feeds, and its own address where it is known. */
export function headOf(report: AnyReport, { base, edition }: Around, headline: string, summary: string): Html {
  const path = base + pathOf(report);
  const page = `${path}/${report.period.key}`;
  const meta = (property: string, content: string) => html`<meta property="${property}" content="${content}">`;
  return html`<title>${headline}</title><meta name="description" content="${summary}">${meta('og:type', 'article')}${meta('og:title', headline)}${meta('og:description', summary)}${meta('og:site_name', report.definition.title)}${
    edition &&
    html`${base !== '' && html`<link rel="canonical" href="${page}">${meta('og:url', page)}${meta('og:image', `${page}.map.png?edition=${edition.number}`)}<meta name="twitter:card" content="summary_large_image">`}${meta('article:published_time', edition.made_at)}<link rel="alternate" type="application/atom+xml" href="${path}/feed.atom"><link rel="alternate" type="application/feed+json" href="${path}/feed.json">${edition.previous && html`<link rel="prev" href="${path}/${edition.previous.period}">`}${edition.next && html`<link rel="next" href="${path}/${edition.next.period}">`}`
  }`;
}

/** Differences that a page names one by one; the list of editions has all of them. */
const DIFFERENCES = 20;

/** Lines on the edition itself: that a newer one corrects it, and what it corrects. */
export function editionNotes(
  report: AnyReport,
  { edition }: Around,
): { superseded: string | null; corrects: string[] } {
  const { page: texts } = textsOf(report.language);
  const { number } = wordingOf(report.language);
  if (!edition) return { superseded: null, corrects: [] };
  const { number: own, newest, changed } = edition;
  const said = (value: Difference['before']) => (value === null ? null : String(value));
  const differing = changed
    .slice(0, DIFFERENCES)
    .map(({ what, before, after }) => texts.differs(what, said(before), said(after)));
  const more = changed.length > DIFFERENCES ? [texts.moreDiffer(number(changed.length - DIFFERENCES))] : [];
  return {
    superseded: newest > own ? texts.superseded(number(newest)) : null,
    corrects: own > 1 ? [texts.corrects(number(own - 1), number(changed.length)), ...differing, ...more] : [],
  };
}

/** The same as a page has it, before anything else. */
export function editionBanner(report: AnyReport, around: Around): Html {
  const { superseded, corrects } = editionNotes(report, around);
  const [first, ...differing] = corrects;
  const newest = html`<a rel="latest-version" href="${around.base + pathOf(report)}/${report.period.key}">${textsOf(report.language).page.newest}</a>`;
  return html`${superseded !== null && html`<p class="note" role="note"><strong>${superseded}</strong> ${newest}</p>`}${
    first !== undefined &&
    html`<details class="note"><summary>${first}</summary><ul>${differing.map((line) => html`<li>${line}</li>`)}</ul></details>`
  }`;
}

/** The ways on from a page: the list, the periods before and after, the map of its last day, every form as a file. */
export function waysOn(report: AnyReport, { base, edition }: Around): Html {
  if (!edition) return html``;
  const { page: texts } = textsOf(report.language);
  const words = wordingOf(report.language);
  const path = base + pathOf(report);
  const day = lastDay(report);
  const series = report.series[0]?.id ?? '';
  const mapOf = `${base}/?${new URLSearchParams({ series, ...(day && { date: day }) })}`;
  const step = (neighbour: Neighbour | null, name: string, rel: string) =>
    neighbour && html`<a rel="${rel}" href="${path}/${neighbour.period}" title="${neighbour.headline}">${name}</a>`;
  const files = REPORT_FORMATS.filter((format) => format !== 'html').map(
    (format) => html`<a href="${path}/${report.period.key}.${format}?edition=${edition.number}">${format}</a> `,
  );
  return html`<nav class="ways"><p>${step(edition.previous, texts.previous, 'prev')} ${step(edition.next, texts.next, 'next')} <a href="${mapOf}">${texts.map}</a> <a href="${path}">${texts.all}</a> <a href="${path}/feed.atom">${texts.feed}</a></p><p>${texts.files}: ${files}</p><p class="note">${texts.made(words.instant(edition.made_at), words.number(edition.number))}</p></nav>`;
}
