import type { AlertContent } from '../alerts/content.js';
import type { AnyReport } from '../content/content.js';
import type { ReportLanguage } from '../definition.js';
import { type Html, html } from '../render/html.js';
import { asPng } from '../render/pictures/as-png.js';
import { chartSvg } from '../render/pictures/picture-chart.js';
import { mapSvg } from '../render/pictures/picture-sheet.js';
import { storyOfReport } from '../render/render.js';
import { withBase } from '../render/sections/around.js';
import { textsOf } from '../render/texts/texts-of.js';
import { wordingOf } from '../render/texts/wording.js';

/** A message as it is sent: HTML that old clients show (tables, inline styles, pictures inside), and the same as plain text. */
export interface Letter {
  subject: string;
  html: string;
  text: string;
  pictures: { name: string; cid: string; png: Uint8Array }[];
}

/** What stands around every message: where its reader can look and leave. Addresses are absolute. */
export interface Envelope {
  base: string;
  /** The address of what the message is about. */
  address: string;
  unsubscribe: string;
  title: string;
  language: ReportLanguage;
}

const INK = '#22262b';
const FONT = "font-family:'Segoe UI',Tahoma,Arial,sans-serif";

/** A report as a message: headline, first sentences, figures, map and chart. */
export async function reportLetter(given: AnyReport, envelope: Envelope): Promise<Letter> {
  const report = withBase(given, envelope.base);
  const { headline, lede, figures } = storyOfReport(report);
  const pictures =
    report.known === false
      ? []
      : [
          { name: 'map.png', cid: 'map@salient', png: await asPng(mapSvg(report)) },
          { name: 'chart.png', cid: 'chart@salient', png: await asPng(chartSvg(report)) },
        ];
  const body = html`${heading(headline)}${paragraph(lede.join(' '))}
<table role="presentation" cellpadding="0" cellspacing="0" width="100%"><tbody>${figures.map(
    ({ shown, label, query }) =>
      html`<tr><td style="${FONT};padding:4px 12px 4px 0;font-size:22px;font-weight:bold;color:${INK};white-space:nowrap"><a href="${query}" style="color:${INK}">${shown}</a></td><td style="${FONT};font-size:15px;color:#444">${label}</td></tr>`,
  )}</tbody></table>
${pictures.map(({ cid }) => html`<p style="margin:16px 0"><img src="cid:${cid}" alt="${headline}" width="600" style="width:100%;max-width:600px;height:auto;border:0;display:block"></p>`)}`;
  const lines = [
    headline,
    lede.join(' '),
    ...figures.map(({ shown, label }) => `- ${shown} ${label}`),
    `${textsOf(envelope.language).mail.open}: ${envelope.address}`,
  ];
  return { subject: headline, html: sheet(body, envelope), text: plain(lines, envelope), pictures };
}

/** One alert, or several as a digest. */
export function alertLetter(alerts: readonly AlertContent[], envelope: Envelope): Letter {
  const { alerts: texts } = textsOf(envelope.language);
  const words = wordingOf(envelope.language);
  const subject =
    alerts.length === 1
      ? (alerts[0]?.headline ?? envelope.title)
      : texts.digest(envelope.title, alerts.length, words.number(alerts.length));
  // Each headline leads to the question that yields it, as the figures of a report do.
  const linked = ({ headline, query }: AlertContent) =>
    html`<a href="${envelope.base + query}" style="color:${INK}">${headline}</a>`;
  const body = html`${alerts.length > 1 && heading(subject)}${alerts.map(
    (alert) =>
      html`${alerts.length === 1 ? heading(linked(alert)) : paragraph(linked(alert), 'font-weight:bold')}${paragraph(`${texts.source}: ${alert.source}`)}${paragraph(`${texts.certainty}: ${alert.certainty}`)}`,
  )}`;
  const lines = alerts.flatMap((alert) => [
    alert.headline,
    `${texts.source}: ${alert.source}`,
    `${texts.certainty}: ${alert.certainty}`,
    envelope.base + alert.query,
  ]);
  return { subject, html: sheet(body, envelope), text: plain(lines, envelope), pictures: [] };
}

const heading = (text: string | Html): Html =>
  html`<h1 style="${FONT};font-size:24px;line-height:1.25;color:${INK};margin:0 0 12px">${text}</h1>`;
const paragraph = (text: string | Html, style = ''): Html =>
  html`<p style="${FONT};font-size:16px;line-height:1.5;color:${INK};margin:0 0 12px;${style}">${text}</p>`;

/** One column of 600 points in a table: Outlook knows no other layout, and a telephone shrinks it. */
function sheet(body: Html, { language, title, address, unsubscribe }: Envelope): string {
  const { mail } = textsOf(language);
  const { direction } = wordingOf(language);
  const small = `${FONT};font-size:13px;color:#5b626b;margin:0 0 6px`;
  const page = html`<html lang="${language}" dir="${direction}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title></head>
<body style="margin:0;padding:0;background:#f4f2ec"><table role="presentation" cellpadding="0" cellspacing="0" width="100%"><tbody><tr><td align="center" style="padding:16px">
<table role="presentation" cellpadding="0" cellspacing="0" width="600" style="width:100%;max-width:600px;background:#ffffff"><tbody><tr><td dir="${direction}" style="padding:20px;text-align:${direction === 'rtl' ? 'right' : 'left'}">
${body}
<p style="${small}"><a href="${address}">${mail.open}</a></p><p style="${small}">${mail.why(title)} <a href="${unsubscribe}">${mail.unsubscribe}</a></p>
</td></tr></tbody></table></td></tr></tbody></table></body></html>`;
  return `<!doctype html>\n${page.markup}\n`;
}

function plain(lines: readonly string[], { language, title, unsubscribe }: Envelope): string {
  const { mail } = textsOf(language);
  return `${[...lines, `--\n${mail.why(title)}\n${mail.unsubscribe}: ${unsubscribe}`].join('\n\n')}\n`;
}
