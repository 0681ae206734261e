import { distanceInWords, type StatedMargins } from '../../encirclement/sentence.js';

/** What the table needs of the timeline of a series' posts. */
export interface Timeline {
  series: string;
  title: string;
  method: string;
  complete_until: string | null;
  posts: readonly {
    number: number;
    name: string;
    error_m: number;
    intervals: readonly TimelineInterval[];
  }[];
}

interface TimelineInterval {
  from: string;
  to: string | null;
  verdict?: string;
  reason?: string | null;
  grade?: string | null;
  state?: { lenient: string } | null;
  margin_m?: StatedMargins | null;
  sentence?: string;
  statements?: readonly { text: string }[];
  evidence?: {
    d_hostile_m: number | null;
    d_main_m: number | null;
    pocket: { area_km2: number; ring: Record<string, number> } | null;
    road: { state: string };
  } | null;
}

/**
 * A Markdown table of all posts: a row per interval of a verdict, with the figures and the sentence of its first day.
 * Rounded for reading; the JSON has the figures.
 */
export function timelineMarkdown(timeline: Timeline): string {
  const header = [
    'post',
    'verdict',
    'from',
    'to',
    'margin',
    'hostile ground',
    'pocket and its ring',
    'known roads',
    'in words',
  ];
  const rows = timeline.posts.flatMap(({ number, name, intervals }) =>
    intervals.map((row, index) => [
      index === 0 ? `${number} ${name}` : '',
      verdictInWords(row),
      late(row.from, timeline.complete_until),
      row.to === null ? '' : late(row.to, timeline.complete_until),
      marginInWords(row),
      row.evidence ? away(row.evidence.d_hostile_m) : '',
      ringInWords(row.evidence?.pocket),
      row.evidence ? row.evidence.road.state.replaceAll('_', ' ') : '',
      [row.sentence ?? '', ...(row.statements ?? []).map(({ text }) => `*${text}*`)].join(' '),
    ]),
  );
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    `${timeline.title}: ${timeline.method}.`,
    '',
    line(header),
    line(header.map(() => '---')),
    ...rows.map(line),
    '',
    'Intervals are half-open. Margin: the width of the corridor to the rear at its narrowest, or minus the thickness that',
    'would have to be opened (strict / lenient where they differ). In *italics* what sources said by that day.',
    ...(timeline.complete_until === null
      ? []
      : [`A day with † lies after ${timeline.complete_until}, the last complete one: the map then is the last map.`]),
  ].join('\n');
}

const late = (day: string, until: string | null) => (until !== null && day > until ? `${day} †` : day);

const away = (metres: number | null) =>
  metres === null ? 'none mapped' : metres === 0 ? 'around it' : `${distanceInWords(metres)} away`;

/** `encircled, engulfed`; `uncertain, contested`; `not encircled, narrow`. */
function verdictInWords({ verdict = '', reason, grade, state }: TimelineInterval): string {
  const how = reason ?? grade ?? (verdict === 'encircled' ? state?.lenient : null);
  return [verdict, how].filter(Boolean).join(', ').replaceAll('_', ' ');
}

function marginInWords({ margin_m: margin, verdict }: TimelineInterval): string {
  if (!margin?.bound.strict) return '';
  const [strict, lenient] = (['strict', 'lenient'] as const).map((policy) => {
    const metres = margin[policy];
    if (metres === null) return (margin.bound[policy] ?? '').replaceAll('_', ' ');
    const size = Math.abs(metres) < 0.1 ? '0' : distanceInWords(Math.abs(metres));
    return `${margin.bound[policy] === 'at_least' ? '≥ ' : ''}${metres < 0 ? '−' : ''}${size}`;
  });
  // Of a post that is surely connected the lenient width, wider still, decides nothing.
  return strict === lenient || verdict === 'not_encircled' ? (strict ?? '') : `${strict} / ${lenient}`;
}

function ringInWords(pocket: { area_km2: number; ring: Record<string, number> } | null | undefined): string {
  if (!pocket) return '';
  const shares = Object.entries(pocket.ring)
    .sort(([, a], [, b]) => b - a)
    .map(([name, share]) => `${name} ${Math.round(100 * share)} %`);
  return `${pocket.area_km2 < 10 ? pocket.area_km2.toFixed(1) : Math.round(pocket.area_km2)} km²: ${shares.join(', ')}`;
}
