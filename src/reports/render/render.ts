import { type AnyReport, isKnown, type ReportContent } from '../content/content.js';
import type { ReportFormat } from '../definition.js';
import { asCsv, asGeoJson, asJson } from './as-data.js';
import { asHtml } from './as-html.js';
import { asMarkdown } from './as-markdown.js';
import { asPng } from './pictures/as-png.js';
import { chartSvg } from './pictures/picture-chart.js';
import { mapSvg } from './pictures/picture-sheet.js';
import { type Around, NOWHERE, withBase } from './sections/around.js';
import { type Story, storyOf } from './story.js';
import { renderUnknown, unknownStory } from './unknown.js';
import { voiceOf } from './voice.js';

/** Media type and file extension of each form. */
export const REPORT_FORMS: Record<ReportFormat, { type: string; extension: string }> = {
  html: { type: 'text/html; charset=utf-8', extension: '.html' },
  md: { type: 'text/markdown; charset=utf-8', extension: '.md' },
  json: { type: 'application/json', extension: '.json' },
  csv: { type: 'text/csv; charset=utf-8; header=present', extension: '.csv' },
  geojson: { type: 'application/geo+json', extension: '.geojson' },
  'map.svg': { type: 'image/svg+xml', extension: '-map.svg' },
  'chart.svg': { type: 'image/svg+xml', extension: '-chart.svg' },
  'map.png': { type: 'image/png', extension: '-map.png' },
  'chart.png': { type: 'image/png', extension: '-chart.png' },
};

/** `m5-weekly-2020-W06.html`: stable for a definition, a period and a form. */
export function reportFileName(
  { definition, period }: Pick<ReportContent, 'definition' | 'period'>,
  format: ReportFormat,
): string {
  return `${definition.id}-${period.key}${REPORT_FORMS[format].extension}`;
}

/** One form of a report: text, or bytes of a PNG. Pure: the same content at the same place gives the same bytes. */
export async function renderReport(
  given: AnyReport,
  format: ReportFormat,
  around: Around = NOWHERE,
): Promise<string | Uint8Array> {
  // Data keep their addresses relative to the service: they are read by programs, and stay the same wherever it stands.
  const report = format === 'html' || format === 'md' ? withBase(given, around.base) : given;
  if (!isKnown(report)) return renderUnknown(report, format, around);
  const content = report;
  switch (format) {
    case 'json':
      return asJson(content);
    case 'csv':
      return asCsv(content);
    case 'geojson':
      return asGeoJson(content);
    case 'md':
      return asMarkdown(content, around);
    case 'html':
      return asHtml(content, around);
    case 'map.svg':
      return mapSvg(content);
    case 'chart.svg':
      return chartSvg(content);
    case 'map.png':
      return asPng(mapSvg(content));
    case 'chart.png':
      return asPng(chartSvg(content));
  }
}

/** Headline and first sentences of a report, in its language. */
export const storyOfReport = (content: AnyReport): Story =>
  isKnown(content) ? storyOf(voiceOf(content)) : unknownStory(content);
