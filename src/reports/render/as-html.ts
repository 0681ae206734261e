import type { ReportContent } from '../content/content.js';
import { type Html, html } from './html.js';
import { PAGE_STYLE } from './page-style.js';
import { chart } from './pictures/picture-chart.js';
import { fitted, focusOf, mapPatterns, type Panel } from './pictures/picture-map.js';
import { svg } from './pictures/picture-parts.js';
import { legend, panelSvg } from './pictures/picture-sheet.js';
import { type Around, editionBanner, headOf, waysOn } from './sections/around.js';
import type { Cell, Section } from './sections/section.js';
import { sectionsOf } from './sections/sections.js';
import { stampOf } from './stamp.js';
import { storyOf } from './story.js';
import { mapDays, type Voice, voiceOf } from './voice.js';

/** The report as one page that needs nothing else: no script, no font, no picture from elsewhere. */
export function asHtml(content: ReportContent, around: Around): string {
  const voice = voiceOf(content);
  const { texts, words } = voice;
  const story = storyOf(voice);
  const page = html`<html lang="${content.language}" dir="${words.direction}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">${headOf(content, around, story.headline, story.lede.join(' '))}<style>${{ markup: PAGE_STYLE }}${{ markup: partyStyle(voice) }}</style></head>
<body><main>${editionBanner(content, around)}
<header><p class="kicker">${content.definition.title} · ${content.region.name}</p><h1>${story.headline}</h1></header>
<div class="first"><div class="told"><p class="lede">${story.lede.map((sentence, i) => html`${i > 0 ? ' ' : ''}<span>${sentence}</span>`)}</p>
<ul class="figures">${story.figures.map(({ shown, label, query }) => html`<li><a href="${query}">${shown}</a><span>${label}</span></li>`)}</ul></div>
<figure class="big">${bigMap(voice)}<figcaption>${texts.picture.difference} · ${voice.days}. ${texts.stamp.source(voice.main.publisher, voice.main.licence)} ${texts.stamp.method(voice.main.method)}</figcaption></figure></div>
<figure class="legend wide">${legendOf(voice, 'legend', 940)}</figure><figure class="legend small">${legendOf(voice, 'legend-small', 420)}</figure>
<section class="pair">${smallMap(voice, 'before')}${smallMap(voice, 'after')}</section>
<figure class="chart" tabindex="0" aria-label="${texts.picture.chart(content.region.name)}">${chart(voice, 'chart')}</figure>
${sectionsOf(voice).map((section) => sectionOf(section))}
<section id="method"><h2>${texts.sections.method}</h2>${stampOf(voice).map((line) => html`<p>${line}</p>`)}</section>
${waysOn(content, around)}
</main></body></html>`;
  return `<!doctype html>\n${page.markup}\n`;
}

function bigMap(voice: Voice): Html {
  const panel: Panel = {
    name: 'changed',
    width: 720,
    height: 560,
    bounds: focusOf(voice.content.pictures),
    shows: 'change',
    fontSize: 17,
    labels: 14,
  };
  return panelSvg(voice, panel, voice.texts.picture.map(voice.content.region.name, voice.days));
}

function smallMap(voice: Voice, shows: 'before' | 'after'): Html {
  const { texts, words, main, content } = voice;
  const day = words.day(mapDays(main)[shows]);
  const title = shows === 'before' ? texts.picture.before(day) : texts.picture.after(day);
  const frame = fitted(focusOf(content.pictures), 720, 560);
  const panel: Panel = {
    name: shows,
    width: 460,
    height: 400,
    bounds: content.pictures.bounds,
    shows,
    fontSize: 16,
    labels: 7,
    frame,
  };
  return html`<figure>${panelSvg(voice, panel, title)}<figcaption>${title}</figcaption></figure>`;
}

/** The legend, so wide: a telephone gets its own, which its letters fit. */
function legendOf(voice: Voice, name: string, width: number): Html {
  const { drawn, height } = legend(voice, name, width, 16);
  return svg(
    name,
    width + 20,
    height + 8,
    voice.texts.sections.map,
    voice.main.parties.map(({ name: party }) => party).join(', '),
    html`<defs>${mapPatterns(voice, name)}</defs><g transform="translate(4 4)">${drawn}</g>`,
    voice.content.language,
  );
}

function sectionOf({ id, title, intro, table, notes }: Section): Html {
  return html`<section id="${id}"><h2>${title}</h2>
${intro.length > 1 && !table ? html`<ul>${intro.map((line) => html`<li>${line}</li>`)}</ul>` : intro.map((line) => html`<p>${line}</p>`)}
${table && html`<div class="scroll" tabindex="0" role="group" aria-label="${title}"><table><thead><tr>${table.head.map((text, i) => html`<th scope="col"${numeric(table.numeric, i)}>${text}</th>`)}</tr></thead><tbody>${table.rows.map((row) => html`<tr>${row.map((cell, i) => html`<td${numeric(table.numeric, i)}>${pieces(cell)}</td>`)}</tr>`)}</tbody>${table.foot && html`<tfoot><tr>${table.foot.map((cell, i) => html`<td${numeric(table.numeric, i)}>${pieces(cell)}</td>`)}</tr></tfoot>`}</table></div>`}
${notes.map((note) => html`<p class="note">${note}</p>`)}</section>
`;
}

const numeric = (of: readonly boolean[], i: number): Html | null => (of[i] ? html` class="n"` : null);

const pieces = (cell: Cell): Html[] =>
  cell.map(({ text, href, party }) => {
    const shown = html`${party && html`<i class="party party-${party}"></i>`}${text}`;
    return href ? html`<a href="${href}">${shown}</a>` : shown;
  });

/** Parties' colours come from data: their ids are slugs, their colours `#rrggbb`. */
const partyStyle = ({ main }: Voice): string =>
  main.parties
    .filter(({ id, colour }) => /^[a-z0-9._-]+$/.test(id) && /^#[0-9a-f]{6}$/.test(colour))
    .map(({ id, colour }) => `.party-${id.replaceAll('.', '\\.')}{background:${colour}}`)
    .join('');
