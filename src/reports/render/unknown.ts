import { addDays } from '../../model/dates.js';
import type { UnknownReport } from '../content/content.js';
import type { ReportFormat } from '../definition.js';
import { csvOf, unknownRows, withdrawnRows } from './as-data.js';
import { html } from './html.js';
import { PAGE_STYLE } from './page-style.js';
import { asPng } from './pictures/as-png.js';
import { INK, label, PAPER, svg, TYPEFACE } from './pictures/picture-parts.js';
import { type Around, editionBanner, headOf, waysOn } from './sections/around.js';
import { gapInWords } from './sections/gaps-section.js';
import { asItStands, type Story } from './story.js';
import { textsOf } from './texts/texts-of.js';
import { wordingOf } from './texts/wording.js';
import { whenOf } from './voice.js';

/** The one statement of such a report: that nothing is known, and why. It has no figures. */
export function unknownStory(report: UnknownReport): Story {
  const { language, period, gaps, series } = report;
  const [texts, words] = [textsOf(language), wordingOf(language)];
  const days = words.days(period.from, addDays(period.to, -1));
  const title = (id: string) => series.find((of) => of.id === id)?.title ?? id;
  const lede = gaps.map((gap) => gapInWords({ texts, words }, gap, title(gap.series), period));
  return asItStands({ headline: texts.headline.unknown(whenOf(texts, period, days)), lede, figures: [] }, report);
}

/** One form of a report on a period of which nothing is known. Pure. */
export async function renderUnknown(
  report: UnknownReport,
  format: ReportFormat,
  around: Around,
): Promise<string | Uint8Array> {
  switch (format) {
    case 'json':
      return `${JSON.stringify(report, null, 2)}\n`;
    case 'csv':
      return csvOf([...withdrawnRows(report), ...unknownRows(report)]);
    case 'geojson': {
      const { known, known_at, period, series, definition, withdrawn } = report;
      const head = { report: definition.id, withdrawn, series: series[0]?.id, period: period.key, known, known_at };
      return `${JSON.stringify({ type: 'FeatureCollection', ...head, features: [] }, null, 1)}\n`;
    }
    case 'md': {
      const { headline, lede } = unknownStory(report);
      return `${[`# ${headline}`, `*${report.definition.title}*`, lede.join(' '), ...stampOf(report)].join('\n\n')}\n`;
    }
    case 'html':
      return page(report, around);
    case 'map.svg':
    case 'chart.svg':
      return picture(report);
    case 'map.png':
    case 'chart.png':
      return asPng(picture(report));
  }
}

function stampOf({ language, series, known_at }: UnknownReport): string[] {
  const { stamp } = textsOf(language);
  return [
    ...series.flatMap(({ publisher, licence, method }) => [stamp.source(publisher, licence), stamp.method(method)]),
    stamp.knownAt(known_at),
  ];
}

function page(report: UnknownReport, around: Around): string {
  const { headline, lede } = unknownStory(report);
  const { direction } = wordingOf(report.language);
  return `<!doctype html>\n${
    html`<html lang="${report.language}" dir="${direction}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">${headOf(report, around, headline, lede.join(' '))}<style>${{ markup: PAGE_STYLE }}</style></head>
<body><main>${editionBanner(report, around)}
<header><p class="kicker">${report.definition.title} · ${report.region.name}</p><h1>${headline}</h1></header>
<p class="lede">${lede.join(' ')}</p>
<section id="method"><h2>${textsOf(report.language).sections.method}</h2>${stampOf(report).map((line) => html`<p>${line}</p>`)}</section>
${waysOn(report, around)}
</main></body></html>`.markup
  }\n`;
}

const WIDTH = 1000;

/** In place of a map or a chart: the sentence that there is none. */
function picture(report: UnknownReport): string {
  const { headline, lede } = unknownStory(report);
  const lines = wrapped(lede.join(' '), 100);
  const height = 110 + 26 * lines.length;
  const body = html`<rect width="${WIDTH}" height="${height}" fill="${PAPER}"/>
<text x="30" y="48" font-family="${TYPEFACE}" font-size="24" font-weight="700" fill="${INK}">${headline}</text>
${lines.map((line, i) => label(line, 30, 88 + 26 * i, 17))}`;
  return svg('unknown', WIDTH, height, headline, lede.join(' '), body, report.language).markup;
}

function wrapped(text: string, most: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + word.length >= most) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
