import type { Request } from 'express';
import type { Config } from '../../config.js';
import { SalientError } from '../../errors.js';
import { type IsoDate, isIsoDate } from '../../model/dates.js';
import { askReports } from '../../reports/ask.js';
import { type Html, html } from '../../reports/render/html.js';
import { resolveDays, resolveSeries } from '../../series/as-of.js';
import { dayDrawn, unknownOn } from '../../series/coverage.js';
import { epochsOf } from '../../series/epoch.sql.js';
import { askSeries } from '../../series/list.js';
import { oldestSeries, snapshotDates } from '../../series/series.sql.js';
import type { Db } from '../../store/pool.js';
import { theatreBoundary } from '../../tiles/layers.sql.js';
import { baseOf, searchOf } from '../base.js';
import { errorAnswer } from '../errors.js';
import type { Service } from '../service.js';
import { basemapAddress } from '../tiles/basemap.js';
import type { Manifest } from './web-bundle.js';

/** The languages of the page and the way they are written. */
const LANGUAGES = { en: 'ltr', ar: 'rtl', tr: 'ltr' } as const;
type Language = keyof typeof LANGUAGES;

/** A border longer than this is requested by itself, once the text stands. */
const BRIEF_BORDER = 20_000;
const NAME = 'Salient';
const ABOUT = 'Who controlled the ground, day by day, and on whose word';

/** The page filled in for one reader: language, title, picture for those who link to it, and the first answers. */
export interface Shell {
  html: string;
  /** 410 of a series that was withdrawn, 404 of one that never was: the page says so. */
  status: number;
  language: Language;
  /** Values of the header `Link`: what the page will request, so that the browser requests it at once. */
  preloads: string[];
}

/**
 * Fills `{{name}}` of the shell. What the database cannot return now is left out: the page requests it again.
 * @param editorial whether the reader may know why a series was withdrawn
 */
export async function pageShell(
  service: Service,
  request: Request,
  shell: string,
  assets: Manifest,
  editorial: boolean,
): Promise<Shell> {
  const base = baseOf(request, service.config);
  const given = searchOf(request);
  const language = languageOf(given.get('lang'), request.headers['accept-language'] ?? '');
  const known = given.has('archive')
    ? null
    : await firstAnswers(service, given.get('series'), editorial).catch(() => null);
  const series = known?.series.find(({ id }) => id === known.chosen);
  const date = given.get('date');
  const day = series && date !== null && isIsoDate(date) ? await dayShown(service, series.id, date) : null;
  const title = series ? `${series.title}${day ? `, ${day}` : ''} — ${NAME}` : NAME;
  const boot = {
    ...(known ?? { series: null, chosen: null, oldest: null, dates: null, epoch: null, absent: null }),
    assets,
    basemap: basemapAddress(service.config.basemap),
  };
  const picture = series && `${base}/maps/${series.id}.png?width=1200${day ? `&date=${date}` : ''}`;
  const address = `${base}/${series ? `?series=${series.id}${day ? `&date=${date}` : ''}` : ''}`;
  const filled: Record<string, Html | string> = {
    lang: language,
    dir: LANGUAGES[language],
    title,
    style: assets.style,
    script: assets.script,
    preload: html`${assets.preload.map((name) => html`<link rel="modulepreload" href="web/${name}">`)}`,
    meta: html`<meta property="og:type" content="website"><meta property="og:site_name" content="${NAME}"><meta property="og:title" content="${title}"><meta property="og:description" content="${series ? `${ABOUT}. ${series.publisher}, ${series.licence}.` : ABOUT}"><meta property="og:url" content="${address}"><link rel="canonical" href="${address}">${
      picture
        ? html`<meta property="og:image" content="${picture}"><meta property="og:image:alt" content="${title}"><meta name="twitter:card" content="summary_large_image"><meta name="twitter:image" content="${picture}">`
        : null
    }`,
    heading: series?.title ?? NAME,
    noscript: known ? withoutScript(known) : '',
    // Inside a script element only its own end could break out.
    boot: { markup: JSON.stringify(boot).replaceAll('<', '\\u003c') },
  };
  const text = shell.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = filled[name] ?? '';
    return typeof value === 'string' ? html`${value}`.markup : value.markup;
  });
  const status = known?.absent?.status ?? 200;
  return { html: text, status, language, preloads: [`<web/${assets.script}>; rel=modulepreload`] };
}

/** The page on which a map is kept: what stands on it depends on who signs in, and comes afterwards. */
export function deskShell(
  request: Request,
  config: Config,
  shell: string,
  assets: Manifest,
): { html: string; language: Language } {
  const given = searchOf(request);
  const language = languageOf(given.get('lang'), request.headers['accept-language'] ?? '');
  const { basemap } = config;
  const boot = JSON.stringify({ assets, basemap: basemapAddress(basemap) }).replaceAll('<', '\\u003c');
  const filled: Record<string, string> = {
    lang: language,
    dir: LANGUAGES[language],
    style: html`${assets.style}`.markup,
    map: html`${assets.mapStyle}`.markup,
    desk: html`${assets.desk.style}`.markup,
    script: html`${assets.desk.script}`.markup,
    boot,
  };
  return { html: shell.replace(/\{\{(\w+)\}\}/g, (_, name: string) => filled[name] ?? ''), language };
}

/** The day of a link as its picture is headed; null where the series has no map for it, and the link shows the series. */
async function dayShown({ db }: Service, series: string, date: IsoDate): Promise<string | null> {
  const [asOf] = await resolveDays(db, series, [date], null).catch(() => []);
  return asOf ? dayDrawn({ ...asOf, unknown: unknownOn(asOf) }) : null;
}

/** The series there are and the days of the one on show: two questions fewer before the first headline. */
async function firstAnswers({ db }: Service, requested: string | null, editorial: boolean) {
  const series = await askSeries(db);
  const oldest = (await oldestSeries(db)) ?? null;
  const chosen =
    series.find(({ id }) => id === (requested ?? oldest))?.id ?? (requested === null ? series[0]?.id : null) ?? null;
  if (chosen === null) {
    const absent = requested === null ? null : await absence(db, requested, editorial);
    return { series, oldest, chosen, dates: null, epoch: null, report: null, absent };
  }
  const report = await newestReport(db, chosen);
  // Before the answers: what changes while they are made is a newer epoch.
  const [known] = await epochsOf(db, [chosen]);
  const epoch = known?.epoch ?? null;
  const { statement, edition } = await resolveSeries(db, chosen, null);
  const dates = await snapshotDates(db, chosen, null);
  const theatre = await theatreBoundary(db, edition);
  const brief = JSON.stringify(theatre ?? null).length < BRIEF_BORDER;
  const { complete_until } = statement;
  return {
    series,
    oldest,
    chosen,
    dates: brief ? { dates, complete_until, theatre } : null,
    epoch,
    report,
    absent: null,
  };
}

/** Why there is no series of that id, as the routes of the API answer it, and the reason of a withdrawal for those who may know it. */
async function absence(db: Db, requested: string, editorial: boolean) {
  const error = await resolveSeries(db, requested, null).then(
    () => null,
    (why: unknown) => why,
  );
  if (!(error instanceof SalientError)) return null;
  const { code, editorial: why = null } = error;
  if (code !== 'withdrawn' && code !== 'unknown_series') return null;
  return { id: requested, status: errorAnswer(error).status, code, why: editorial ? why : null };
}

/** The report of a series whose newest edition is of the latest period; null where none tells of the series. */
async function newestReport(db: Db, chosen: string) {
  const made = (await askReports(db)).flatMap(({ id, title, series, withdrawn_why, newest }) =>
    newest && withdrawn_why === null && series.includes(chosen) ? [{ id, title, ...newest }] : [],
  );
  return made.sort((a, b) => (a.to > b.to ? -1 : a.to < b.to ? 1 : 0))[0] ?? null;
}

/** Without scripts: the newest report of the series, which needs none. */
function withoutScript({ report, series, absent }: Awaited<ReturnType<typeof firstAnswers>>): Html {
  const link = report && `reports/${report.id}/${report.period}`;
  const told = absent?.code === 'withdrawn' ? `The series ${absent.id} was withdrawn.` : 'There is no such series.';
  return html`<section class="noscript">${absent && html`<p>${told}</p>`}<h2>${
    report ? html`<a href="${link}">${report.headline}</a>` : 'The map needs scripts'
  }</h2>${
    report
      ? html`<p>${report.summary}</p><p><a href="${link}"><img src="${link}.map.svg" alt="Map: ${report.headline}" width="960"></a></p><p>${report.title}, ${report.period}. The map with its slider needs scripts; <a href="reports">every report</a> does not.</p>`
      : html`<p>The reports and files do not: <a href="reports">reports</a>.</p>`
  }<p>Files of every map: ${series.map(
    ({ id, title }) => html`<a href="snapshots/${id}">${title}</a> `,
  )}</p></section>`;
}

function languageOf(requested: string | null, accepted: string): Language {
  const wanted = [
    requested ?? '',
    ...accepted
      .split(',')
      .map((entry) => {
        const [tag = '', ...parameters] = entry.split(';').map((part) => part.trim());
        const weight = parameters.find((part) => part.startsWith('q='))?.slice(2);
        return { tag, weight: weight === undefined ? 1 : Number(weight) };
      })
      .sort((a, b) => b.weight - a.weight)
      .map(({ tag }) => tag),
  ];
  const spoken = wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag in LANGUAGES);
  return (spoken as Language | undefined) ?? 'en';
}
