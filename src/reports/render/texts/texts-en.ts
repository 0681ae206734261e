import type { ReportTexts } from './texts.js';

const plural = (count: number, one: string, many: string) => (count === 1 ? one : many);
/** By a number that is written already: `1`, `at least 1`. */
const pluralOf = (number: string | undefined, one: string, many: string) =>
  /(^|\s)1$/.test(number ?? '') ? one : many;
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** English. Past tense: a report covers a period that is over. */
export const ENGLISH: ReportTexts = {
  classes: {
    contested: 'contested ground',
    unknown: 'not known',
    unassigned: 'nothing stated',
    unmapped: 'off the map',
    front: 'on the front line',
  },
  verdicts: {
    encircled: 'cut off',
    not_encircled: 'not cut off',
    uncertain: 'uncertain',
    unmapped: 'off the map',
    inactive: 'not in service',
  },
  measures: {
    killed: 'killed',
    killed_civilians: 'civilians killed',
    killed_children: 'children killed',
    killed_women: 'women killed',
    killed_soldiers: 'soldiers killed',
    injured: 'injured',
    displaced: 'displaced',
    displaced_residents: 'residents displaced',
  },
  eventKinds: {
    strike: 'strike',
    attack: 'attack',
    displacement: 'displacement',
    casualties: 'casualties',
    statement: 'statement',
    population: 'population',
  },
  kinds: {
    movement: 'movement on the ground',
    correction: 'corrections of the map',
    redefinition: 'changes of what is drawn',
  },
  qualified: (qualifier, number) =>
    ({
      exact: number,
      at_least: `at least ${number}`,
      more_than: `more than ${number}`,
      about: `about ${number}`,
      nearly: `nearly ${number}`,
      claimed: `${number} claimed by a party`,
    })[qualifier] ?? number,
  counted: (number, measure) =>
    `${number} ${pluralOf(number, measure.replace(/^children\b/, 'child').replace(/^women\b/, 'woman').replace(/^(civilian|soldier|resident)s\b/, '$1'), measure)}`, // biome-ignore format: one phrase
  band: (low, high) => `between ${low} and ${high}`,
  bandAtLeast: (low, high) => `a range of at least ${low} to ${high}`,
  percent: (number) => `${number} %`,
  area: (number) => `${number} km²`,
  length: (number) => `${number} km`,
  metres: (number) => `${number} m`,
  perDay: (number) => `${number} km² a day`,
  about: (number) => `about ${number}`,
  lessThan: (number) => `less than ${number}`,
  net: (area) => `${area} net`,

  when: (every, days) =>
    ({ day: `on ${days}`, week: `in the week of ${days}`, month: `in the month of ${days}` })[every] ??
    `in the days of ${days}`,
  headline: {
    grew: (party, area, when) => `${capital(party)} gained ${area} ${when}`,
    still: (when) => `No ground is known to have changed hands ${when}`,
    shrank: (party, area, when) => `${capital(party)} lost ${area} ${when}`,
    unknown: (when) => `Nothing can be said of the ground ${when}`,
    unsure: (when) => `No change larger than the map’s own error ${when}`,
    becameContested: (area, when) => `${capital(area)} became contested ${when}`,
    settled: (party, area, when) => `${capital(party)} came to hold ${area} of contested ground ${when}`,
    becameUnknown: (area, when) => `${capital(area)} became ground whose holder is not known ${when}`,
    becameKnown: (party, area, when) =>
      `${capital(party)} came to be shown on ${area} whose holder had not been known ${when}`,
    bothWays: (party, gained, lost, when) => `${capital(party)} gained ${gained} and lost ${lost} ${when}`,
    open: (when) => `Ground changed, but no party’s net gain or loss is certain, ${when}`,
  },
  lede: {
    grew: (party, area, band, total, share) =>
      `${capital(party)} held ${area} more at the end than at the start${band ? ` (${band})` : ''}: ${total} in all, ${share} of the area mapped.`,
    moved: (party, area, band, total, share) =>
      `${capital(party)} gained ${area} on the ground${band ? ` (${band})` : ''} and held ${total} at the end, ${share} of the area mapped.`,
    lost: (party, area, band) => `${capital(party)} lost ${area}${band ? ` (${band})` : ''}.`,
    held: (party, total, share) => `${capital(party)} held ${total} at the end, ${share} of the area mapped.`,
    through: (area) => `Of the gain, ${area} had been contested before.`,
    wasUnknown: (area) =>
      `Of the gain, ${area} had been ground whose holder was not known: it may have been held before.`,
    wasUnstated: (area) => `Of ${area} of the gain the map had said nothing before.`,
    toContested: (area, party) =>
      `${capital(area)} of ${party ? `the ground of ${party}` : 'the area mapped'} became contested.`,
    toUnknown: (area, party) =>
      `${capital(area)} of ${party ? `the ground of ${party}` : 'contested ground'} became ground whose holder is not known.`,
    toUnstated: (area, party) =>
      `Of ${area} of ${party ? `the ground of ${party}` : 'contested ground'} the map says nothing at the end.`,
    reclaimed: (area) =>
      `No ground passed to another holder, but of contested ground ${area} is claimed by somebody else at the end than at the start.`,
    unknownOnBoth: (area) =>
      `${capital(area)} is drawn otherwise at the end than at the start, but who holds it is stated on neither day.`,
    withinError: 'The gains and losses that follow are within the maps’ own error.',
    nothing: (total) => `The map of all ${total} was the same at the end as at the start.`,
    places: (count, to, from, names, rest) =>
      `${count} ${plural(count, 'town or village', 'towns and villages')} passed to ${to} (${from}): ${names}${rest > 0 ? ` and ${rest} more` : ''}.`,
    placesFrom: (count, whom) => `${count ? `${count} ` : ''}from ${whom}`,
    onWord: (publishers, rest) => `On the word of ${publishers}${rest > 0 ? ` and ${rest} more` : ''}.`,
    noWord: (count) => `No report is known of ${count} of these places.`,
    noPlaces: 'No town or village is known to have changed hands.',
    route: (name, km, to, held, length) =>
      `${km} of the ${name}${name.includes(',') ? ',' : ''} passed to ${to}, in whose hands ${held} of its ${length} then were.`,
    routeStill: (name, held, by, length) =>
      `No change is known along the ${name}: ${by} held ${held} of its ${length}.`,
    disputed: (count, names) =>
      `${count} ${plural(count, 'town or village', 'towns and villages')} became contested${names ? `: ${names}${count > 4 ? ' and others' : ''}` : ''}.`,
    unknownPlaces: (count, names) =>
      `Who holds ${count} ${plural(count, 'town or village', 'towns and villages')} is not known at the end${names ? `: ${names}${count > 4 ? ' and others' : ''}` : ''}.`,
    shownPlaces: (count, names) =>
      `${count} ${plural(count, 'town or village', 'towns and villages')}, whose holder had not been known, came to be shown as held by a party${names ? `: ${names}${count > 4 ? ' and others' : ''}` : ''}.`,
    posts: (count, names, whose, verdict) =>
      `${plural(count, 'Observation post', 'Observation posts')} ${names} of ${whose} ${plural(count, 'was', 'were')} ${verdict}.`,
    killed: (number, reports) =>
      `${capital(number)} ${pluralOf(number, 'person was', 'people were')} reported killed (${reports} ${plural(reports, 'report', 'reports')}).`,
    notMovement: (area, kind) => `${capital(area)} of the change is no movement on the ground but ${kind}.`,
  },
  figures: {
    ground: (party) => `net change of ground held by ${party}`,
    places: (count) => `${plural(count, 'town or village', 'towns and villages')} that changed hands`,
    route: (name, party) => `of the ${name}${name.includes(',') ? ',' : ''} passed to ${party}`,
    front: 'length of the front line at the end',
    posts: 'observation posts newly cut off',
  },
  sections: {
    map: 'The map',
    matrix: 'Who held the ground before and after',
    bands: 'Gains and losses',
    kinds: 'Movement and redrawing',
    rate: 'How fast',
    places: 'Places that changed hands',
    openPlaces: 'Places that became contested, or whose holder is or was not known',
    redrawnPlaces: 'Places that only the redrawn map shows otherwise',
    routes: 'Roads',
    posts: 'Observation posts',
    front: 'The front line',
    events: 'What happened to people',
    gaps: 'What this report does not know',
    comparison: 'Two maps compared',
    differing: 'Where the two maps differ on the last day',
    method: 'How this was made',
    patches: 'Where the ground changed',
    others: 'Other counts, not added up',
  },
  columns: {
    party: 'Party',
    before: 'Before',
    after: 'After',
    gained: 'Gained',
    lost: 'Lost',
    net: 'Net',
    netOnMap: 'Net change on the map of',
    range: 'May be',
    period: 'Period',
    perDay: 'Net change a day',
    place: 'Place',
    from: 'From',
    to: 'To',
    on: 'When',
    sources: 'On whose word',
    road: 'Road',
    kilometres: 'Length',
    post: 'Post',
    verdict: 'Verdict',
    evidence: 'Evidence',
    when: 'When',
    what: 'What',
    where: 'Where',
    counted: 'Counted',
    total: 'Total',
    heldBefore: 'held before by',
    heldAfter: 'held after by',
    area: 'Area',
    share: 'Share of the change',
    kind: 'Kind of change',
    maps: 'Maps',
    between: 'Between',
    reports: 'Reports',
  },
  notes: {
    rounding: (unit) =>
      `Square kilometres, rounded to ${unit} so that rows, columns and the total still add up: each figure goes to the unit just below or just above it, whichever makes the whole table come nearest to the unrounded figures (largest remainders, in both directions).`,
    counted: (before, after, means) =>
      `Counted from the map of ${before} to the map of ${after}: ${means === null ? 'the series does not state what the day of a map means, so each is taken to show the end of its day' : `a map of this series shows the ${means} of its day`}.`,
    standsFor: (map, day) => `${map} (there is none of ${day})`,
    band: (accuracy, lowerBound) =>
      `“May be” takes in what was disputed or not known in the period, whoever is right, and the accuracy of the map (${accuracy}): the true figure should lie in it about two times in three as far as the drawing of the map goes.${lowerBound ? ' How far the errors of neighbouring points hang together is not stated: the range is the least that it can be.' : ''}`,
    kinds: 'Added up from map to map: ground that went there and back counts twice here, and not at all above.',
    rateUnknown: 'No rate where ground became known or unknown between the maps: nobody won or lost it.',
    rateRedrawn: 'No rate where a map of the period was put right or drawn by other rules.',
    rate: 'From the areas of the maps that stand for the ends of each period, by the days between these maps.',
    front: (ruler) => `Measured with a ruler of ${ruler}: a finer one would find more.`,
    mostChanged: (party, area, direction, near, isLoss) =>
      `The most ground changed hands in the ${direction}, where ${party} ${isLoss ? 'lost' : 'gained'} ${area}${near ? ` (largest piece: ${near})` : ''}.`,
    events:
      'Each person once: parts of a count, counts inside a larger count, and counts over other days are told below and not added. The kinds overlap (a child killed is also among the killed): do not add them to one another.',
    notSummed: {
      part_of_count: 'part of the count before it',
      part_of_event: 'included in a larger count',
      other_period: 'counted over other days',
      overlapping_period: 'overlaps a larger count',
      no_number: 'no number given',
      not_additive: 'not a count of people in this period',
    },
    redrawn: 'With what was only redrawn; “Movement and redrawing” tells it apart.',
    noise: (area) => `Drawing the same borders anew makes up to ${area} of gain and as much of loss by itself.`,
    halfway: (km) => `Of the length at the end, ${km} runs halfway through ground that neither side is known to hold.`,
    heldAtEnd: (roads) => `Held at the end: ${roads}`,
    totals: (list) => `${list}.`.replace(/^./, (first) => first.toUpperCase()),
    noEvents: 'Nothing was recorded for these days. That does not mean that nothing happened.',
    noPosts: 'No post’s situation changed.',
    comparison: (first, second, on, agreed, percent) =>
      `On ${on} “${first}” and “${second}” agreed about ${agreed} (${percent}). A difference between two maps is a difference between two publishers, not a change.`,
    noDifference: 'Nowhere.',
    asOnMap: 'The map alone: no report of this place is recorded.',
    inferred: 'No report names this place: it followed when everything around it had changed hands.',
    noSource: 'no source recorded',
    via: (publisher, via) => `${publisher}, as told by ${via}`,
    query: 'Every underlined figure links to the question that yields it.',
  },
  gaps: {
    stale: ({ until }, series) =>
      `“${series}” claims to be complete only until ${until}, before this period began: it tells its last state.`,
    ends_earlier: ({ until, to }, series) =>
      `“${series}” claims to be complete only until ${until}; nothing is said of the days to ${to}.`,
    begins_later: ({ first }, series) =>
      `“${series}” begins on ${first}: what changed before or on that day is not in this report.`,
    no_map_in_period: ({ last }, series) => `“${series}” has no new map in this period; the last is of ${last}.`,
    missing_days: ({ from, to, days, usual }, series) =>
      `“${series}” has no map from ${from} to ${to} (${days} ${pluralOf(days, 'day', 'days')}${usual === undefined ? '' : `; a new one usually comes after ${usual}`}).`,
    held: ({ count }, series) =>
      `${pluralOf(count, `A map of “${series}” waits for a person to look at it and is`, `${count} maps of “${series}” wait for a person to look at them and are`)} not in this report.`, // biome-ignore format: two forms
    not_located: ({ events }) =>
      `${pluralOf(events, 'An event of the period names no place of the gazetteer: whether it belongs to this region is not known, and it is', `${events} events of the period name no place of the gazetteer: whether they belong to this region is not known, and they are`)} left out.`, // biome-ignore format: two forms
    no_places: (_, series) =>
      `The store has no towns or villages for “${series}”: whether any changed hands is not known.`,
    no_sides: (_, series) => `“${series}” shows no ground that a party surely holds: it has no front line.`,
    no_front: (_, series) => `“${series}” shows the ground of one side only: it has no front line.`,
    front_unknown: ({ on }, series) =>
      `“${series}” does not show who holds the ground across the front line on ${on}: how long the line was then is not known.`,
    unknown_ground: ({ km2, percent }, series) =>
      `“${series}” states no holder of ${km2} km² (${percent} %) of its area: who holds it is not known.`,
  },
  unknown: {
    future: () => 'These days have not come yet.',
    not_over: () => 'The period is not over.',
    before_first_map: ({ last_map, next_map }, series) =>
      last_map || next_map
        ? `“${series}” has no map to compare with: its first is of ${last_map ?? next_map}.`
        : `“${series}” has no map.`,
    no_map: ({ last_map }, series) => `“${series}” has no map of these days; the last before them is of ${last_map}.`,
    map_too_old: ({ last_map, before_map, max_age_days }, series) =>
      `The maps of “${series}” are too far apart: a map stands for ${max_age_days} ${pluralOf(max_age_days, 'day', 'days')} at most, and the last up to the ${before_map ? 'beginning' : 'end'} of the period is of ${before_map ?? last_map}.`,
  },
  noMapSince: (map, series) =>
    `The map of “${series}” of ${map} shows the beginning of that day; what came after it in these days no map shows.`,
  notKnown: 'not known',
  noGaps: 'Nothing known to be missing.',
  directions: {
    N: 'north',
    NE: 'north-east',
    E: 'east',
    SE: 'south-east',
    S: 'south',
    SW: 'south-west',
    W: 'west',
    NW: 'north-west',
  },
  picture: {
    map: (region, days) => `${region}, ${days}`,
    mapDescription: (sentence, before, after) =>
      `Three maps side by side: who held the ground on ${before}, on ${after}, and what changed between. ${sentence}`,
    before: (day) => `Before: ${day}`,
    after: (day) => `After: ${day}`,
    difference: 'What changed',
    chart: (region) => `Ground held, ${region}`,
    chartDescription: (rows) => `Area by party over time. ${rows.join(' ')}`,
    wonBy: (party) => `gained by ${party}`,
    claimedBy: (party) => `claimed by ${party}`,
    otherChange: 'became contested or unknown',
    legend: {
      post: 'observation post',
      postUncertain: 'post, uncertain whether cut off',
      postCutOff: 'post cut off',
      postOffMap: 'post off the map',
      route: 'road',
      theatre: 'edge of the area mapped',
    },
    north: 'N',
    chartAxis: 'km²',
  },
  alerts: {
    verdict: (number, name, operator, from, to, days) =>
      `Observation post ${number} (${name}) of ${operator} passed from ${from} to ${to}, ${days}`,
    verdictRedrawn: (number, name, operator, from, to, days, kind) =>
      `Observation post ${number} (${name}) of ${operator}: ${to} instead of ${from}, not by movement on the ground but by ${kind}, ${days}`,
    place: (name, from, to, days, passed) =>
      passed ? `${name} passed from ${from} to ${to}, ${days}` : `${name}: ${to} (before: ${from}), ${days}`,
    route: (km, name, from, to, day) => `${km} of ${name} passed from ${from} to ${to} by ${day}`,
    toldBefore: (headline, day) => `${headline} (told before as of ${day}; maps recorded since put that right)`,
    gained: (party, area, days) => `${capital(party)} gained ${area}, ${days}`,
    lost: (party, area, days) => `${capital(party)} lost ${area}, ${days}`,
    held: (day) => `A map of ${day} waits for review`,
    heldWhy: 'It differs from the map before it out of all proportion.',
    old: (title, newest, days) =>
      `The newest map of ${title} is of ${newest}: ${days} ${pluralOf(days, 'day', 'days')} old`,
    oldWhy: 'What happened since is not known.',
    accuracy: (length) => `The map is accurate to ${length}.`,
    range: (band) => `${capital(band)}, about two times in three.`,
    noClaim: 'No report names this place: it followed from what surrounds it.',
    noReport: 'The map alone: no report of this place is recorded.',
    source: 'On whose word',
    certainty: 'How sure',
    digest: (title, count, number) => `${title}: ${number} ${plural(count, 'alert', 'alerts')}`,
  },
  mail: {
    open: 'Open in the browser',
    why: (title) => `You get this because your address is a recipient of “${title}”.`,
    unsubscribe: 'Unsubscribe',
    unsubscribeQuestion: (title) => `Get no more e-mail of “${title}”?`,
    unsubscribed: (title) => `You get no more e-mail of “${title}”.`,
    subscribeAgain: 'Subscribe again',
    subscribedAgain: (title) => `You get e-mail of “${title}” again.`,
  },
  page: {
    previous: 'The period before',
    next: 'The period after',
    map: 'The map of the last day',
    all: 'All periods',
    feed: 'Feed',
    files: 'As a file',
    made: (instant, edition) => `Made ${instant}, edition ${edition}.`,
    corrected: (headline) => `Corrected: ${headline}`,
    withdrawn: (headline) => `Withdrawn: ${headline}`,
    withdrawnSeries: (title, instant, why) =>
      `The series “${title}” was withdrawn on ${instant}${why === null ? '' : `: ${why}`}. What is told here was published before and no longer stands.`,
    corrects: (edition, differences) =>
      `This edition corrects edition ${edition}; statements that differ: ${differences}.`,
    differs: (what, before, after) => `${what}: was ${before ?? 'not stated'}, is ${after ?? 'not stated'}`,
    moreDiffer: (count) => `and ${count} more`,
    superseded: (edition) => `Edition ${edition} of this period corrects this one, which no longer stands.`,
    newest: 'The newest edition',
  },
  stamp: {
    knownAt: (instant) =>
      `As known to the publisher at ${instant}. The same report made again for that instant is the same to the byte.`,
    source: (publisher, licence) => `Map: ${publisher}, ${licence}.`,
    method: (sentence) => capital(sentence.endsWith('.') ? sentence : `${sentence}.`),
    edition: 'Made by Salient.',
  },
};
