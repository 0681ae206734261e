import { type Html, html } from './html.js';

/** What the pages about reports show. */
export interface ListedReport {
  id: string;
  title: string;
  series: readonly string[];
  /** Those of them that are withdrawn now. */
  series_withdrawn: readonly string[];
  withdrawn_why: string | null;
  newest: ListedEdition | null;
}

export interface ListedEdition {
  period: string;
  from: string;
  to: string;
  edition: number;
  made_at: string;
  headline: string;
  changed: readonly unknown[];
}

const STYLE = `
  :root { color-scheme: light; }
  body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 46rem; padding: 0 1rem; color: #1c1c1c; background: #fff; }
  h1 { font-size: 1.6rem; margin: 0 0 .3rem; } p { margin: .3rem 0; }
  table { border-collapse: collapse; width: 100%; margin: 1rem 0; } th, td { text-align: left; padding: .4rem .6rem .4rem 0; border-bottom: 1px solid #ddd; vertical-align: top; }
  .quiet { color: #555; font-size: .9rem; }`;

function page(title: string, links: Html, body: Html): string {
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>${links}<style>${{ markup: STYLE }}</style></head>
<body><main>${body}</main></body>
</html>
`.markup;
}

/** The list of all reports. */
export function reportsPage(reports: readonly ListedReport[]): string {
  const rows = reports.map(
    ({ id, title, series, series_withdrawn, withdrawn_why, newest }) => html`<tr>
<td><a href="reports/${id}">${title}</a><br><span class="quiet">${series.map((one) => (series_withdrawn.includes(one) ? `${one} (withdrawn)` : one)).join(', ')}</span></td>
<td>${withdrawn_why !== null ? html`withdrawn: ${withdrawn_why}` : newest ? html`<a href="reports/${id}/${newest.period}">${newest.headline}</a><br><span class="quiet">${days(newest)}</span>` : 'nothing made yet'}</td></tr>`,
  );
  return page(
    'Reports',
    html``,
    html`<h1>Reports</h1><p class="quiet"><a href="./">The map</a></p>
${rows.length > 0 ? html`<table><thead><tr><th>Report</th><th>Newest</th></tr></thead><tbody>${rows}</tbody></table>` : html`<p>None has been defined.</p>`}`,
  );
}

/** One report with every edition. */
export function reportPage(
  report: {
    id: string;
    withdrawn_why: string | null;
    series_withdrawn: readonly string[];
    editions: readonly ListedEdition[];
  },
  title: string,
  formats: readonly string[],
): string {
  const { id, editions, withdrawn_why, series_withdrawn } = report;
  const file = (edition: ListedEdition, format: string) =>
    `${id}/${edition.period}.${format}?edition=${edition.edition}`;
  const rows = editions.map(
    (edition) => html`<tr>
<td><a href="${id}/${edition.period}?edition=${edition.edition}">${edition.headline}</a><br><span class="quiet">${days(edition)}</span>${edition.edition > 1 && html`<br><span class="quiet">corrected, edition ${edition.edition}: ${edition.changed.length} differences</span>`}</td>
<td class="quiet">${edition.made_at.slice(0, 16).replace('T', ' ')} UTC</td>
<td class="quiet">${formats.map((format) => html`<a href="${file(edition, format)}">${format}</a> `)}</td></tr>`,
  );
  return page(
    title,
    html`<link rel="alternate" type="application/atom+xml" href="${id}/feed.atom"><link rel="alternate" type="application/feed+json" href="${id}/feed.json">`,
    html`<h1>${title}</h1>
<p class="quiet"><a href="../reports">All reports</a> · <a href="${id}/feed.atom">Atom feed</a> · <a href="${id}/feed.json">JSON feed</a> · <a href="${id}/log">Run log</a></p>
${withdrawn_why !== null && html`<p>Withdrawn: ${withdrawn_why}</p>`}${series_withdrawn.length > 0 && html`<p>Withdrawn since: the series ${series_withdrawn.join(', ')}. What the editions tell of it no longer stands.</p>`}
${rows.length > 0 ? html`<table><thead><tr><th>Period</th><th>Made</th><th>Files</th></tr></thead><tbody>${rows}</tbody></table>` : html`<p>Nothing has been made yet: the first period is not over.</p>`}`,
  );
}

/** `2020-W06: 2020-02-03 to 2020-02-09`, both included. */
const days = ({ period, from, to }: ListedEdition) => `${period}: ${from} to ${dayBefore(to)}`;
const dayBefore = (day: string) => new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
