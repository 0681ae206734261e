import type { ReportTexts } from './texts.js';

/*
 * العربية. The terms are those of the page (src/web/text/ar.ts); doubtful ones stand in docs/translations.md. Counts stand after
 * a colon, so that no form of the noun depends on them.
 */

const ended = (text: string) => (/[.؟!]$/.test(text) ? text : `${text}.`);
const within = (band: string | null) => (band ? ` (${band})` : '');

export const ARABIC: ReportTexts = {
  classes: {
    contested: 'أرض متنازع عليها',
    unknown: 'غير معروف',
    unassigned: 'خارج أي منطقة',
    unmapped: 'خارج الخريطة',
    front: 'على خط الجبهة',
  },
  verdicts: {
    encircled: 'محاصرة',
    not_encircled: 'غير محاصرة',
    uncertain: 'غير مؤكد',
    unmapped: 'خارج الخريطة',
    inactive: 'غير قائمة',
  },
  measures: {
    killed: 'قتلى',
    killed_civilians: 'قتلى مدنيون',
    killed_children: 'قتلى أطفال',
    killed_women: 'قتلى نساء',
    killed_soldiers: 'قتلى جنود',
    injured: 'جرحى',
    displaced: 'نازحون',
    displaced_residents: 'نازحون من السكان',
  },
  eventKinds: {
    strike: 'غارة',
    attack: 'هجوم',
    displacement: 'نزوح',
    casualties: 'ضحايا',
    statement: 'بيان',
    population: 'سكان',
  },
  kinds: {
    movement: 'تحرّك على الأرض',
    correction: 'تصحيحات للخريطة',
    redefinition: 'تغيير في ما يُرسم',
  },
  qualified: (qualifier, number) =>
    ({
      exact: number,
      at_least: `${number} على الأقل`,
      more_than: `أكثر من ${number}`,
      about: `نحو ${number}`,
      nearly: `ما يقارب ${number}`,
      claimed: `${number} بحسب أحد الأطراف`,
    })[qualifier] ?? number,
  counted: (number, measure) => `${measure}: ${number}`,
  band: (low, high) => `بين ${low} و${high}`,
  bandAtLeast: (low, high) => `مجال لا يقل عن ${low} إلى ${high}`,
  percent: (number) => `${number}٪`,
  area: (number) => `${number} كم²`,
  length: (number) => `${number} كم`,
  metres: (number) => `${number} م`,
  perDay: (number) => `${number} كم² في اليوم`,
  about: (number) => `نحو ${number}`,
  lessThan: (number) => `أقل من ${number}`,
  net: (area) => `${area} صافياً`,

  when: (every, days) =>
    ({ day: `في ${days}`, week: `في أسبوع ${days}`, month: `في شهر ${days}` })[every] ?? `في الأيام ${days}`,
  headline: {
    grew: (party, area, when) => `${party}: كسب ${area} ${when}`,
    shrank: (party, area, when) => `${party}: خسارة ${area} ${when}`,
    still: (when) => `لا يُعرف أن أرضاً تبدلت السيطرة عليها ${when}`,
    unsure: (when) => `لا تغيّر يتجاوز خطأ الخريطة نفسها ${when}`,
    becameContested: (area, when) => `${area} من الأرض أصبحت متنازعاً عليها ${when}`,
    settled: (party, area, when) => `${party}: السيطرة على ${area} كانت متنازعاً عليها ${when}`,
    becameUnknown: (area, when) => `${area} من الأرض لم يعد المسيطر عليها معروفاً ${when}`,
    becameKnown: (party, area, when) => `${party}: الظهور على ${area} لم يكن المسيطر عليها معروفاً ${when}`,
    bothWays: (party, gained, lost, when) => `${party}: كسب ${gained} وخسارة ${lost} ${when}`,
    open: (when) => `تغيّرت أرض، لكن لا صافي كسب أو خسارة مؤكداً لأي طرف ${when}`,
    unknown: (when) => `لا يمكن قول شيء عن السيطرة على الأرض ${when}`,
  },
  lede: {
    grew: (party, area, band, total, share) =>
      `${party}: زيادة ${area} في نهاية الفترة عن بدايتها${within(band)}، والمجموع ${total}، أي ${share} من المنطقة المرسومة.`,
    moved: (party, area, band, total, share) =>
      `${party}: كسب ${area} على الأرض${within(band)}، وفي النهاية ${total}، أي ${share} من المنطقة المرسومة.`,
    lost: (party, area, band) => `${party}: خسارة ${area}${within(band)}.`,
    held: (party, total, share) => `${party}: في نهاية الفترة ${total}، أي ${share} من المنطقة المرسومة.`,
    through: (area) => `كان ${area} مما كُسب متنازعاً عليه من قبل.`,
    wasUnknown: (area) => `كان ${area} مما كُسب أرضاً لا يُعرف المسيطر عليها: ربما كانت تحت السيطرة نفسها من قبل.`,
    wasUnstated: (area) => `لم تقل الخريطة من قبل شيئاً عن ${area} مما كُسب.`,
    toContested: (area, party) => `${area} من أرض ${party ?? 'المنطقة المرسومة'} أصبحت متنازعاً عليها.`,
    toUnknown: (area, party) =>
      `${area} من ${party ? `أرض ${party}` : 'الأرض المتنازع عليها'} لم يعد المسيطر عليها معروفاً.`,
    toUnstated: (area, party) =>
      `لا تقول الخريطة في النهاية شيئاً عن ${area} من ${party ? `أرض ${party}` : 'الأرض المتنازع عليها'}.`,
    reclaimed: (area) =>
      `لم تنتقل أرض إلى مسيطر آخر، لكن ${area} من الأرض المتنازع عليها يطالب بها في النهاية طرف غير الذي في البداية.`,
    unknownOnBoth: (area) =>
      `${area} من الأرض رسمها في النهاية غير الذي في البداية، ولا يُعرف المسيطر عليها في أي منهما.`,
    withinError: 'المكاسب والخسائر التالية تقع ضمن خطأ الخرائط نفسها.',
    nothing: (total) => `كانت خريطة المنطقة كلها (${total}) في النهاية كما كانت في البداية.`,
    places: (count, to, from, names, rest) =>
      `بلدات وقرى انتقلت إلى ${to}: ${count} (${from}): ${names}${rest > 0 ? `، وغيرها: ${rest}` : ''}.`,
    placesFrom: (count, whom) => `من ${whom}${count ? `: ${count}` : ''}`,
    onWord: (publishers, rest) => `بحسب ${publishers}${rest > 0 ? `، وغيرها: ${rest}` : ''}.`,
    noWord: (count) => `أماكن منها لا يُعرف تقرير عنها: ${count}.`,
    noPlaces: 'لا يُعرف أن بلدة أو قرية تبدلت السيطرة عليها.',
    route: (name, km, to, held, length) => `${name}: انتقل ${km} إلى ${to}، وله في النهاية ${held} من أصل ${length}.`,
    routeStill: (name, held, by, length) => `${name}: لا تغيّر معروفاً؛ ${by} يسيطر على ${held} من أصل ${length}.`,
    disputed: (count, names) =>
      `بلدات وقرى أصبحت متنازعاً عليها: ${count}${names ? ` (${names}${count > 4 ? '، وغيرها' : ''})` : ''}.`,
    unknownPlaces: (count, names) =>
      `بلدات وقرى لم يعد المسيطر عليها معروفاً: ${count}${names ? ` (${names}${count > 4 ? '، وغيرها' : ''})` : ''}.`,
    shownPlaces: (count, names) =>
      `بلدات وقرى لم يكن المسيطر عليها معروفاً وتظهر في النهاية بيد أحد الأطراف: ${count}${names ? ` (${names}${count > 4 ? '، وغيرها' : ''})` : ''}.`,
    posts: (_, names, whose, verdict) => `نقاط المراقبة ${names} (${whose}): ${verdict}.`,
    killed: (number, reports) => `أفيد بمقتل: ${number} (تقارير: ${reports}).`,
    notMovement: (area, kind) => `${area} من التغيّر ليس تحركاً على الأرض بل ${kind}.`,
  },
  figures: {
    ground: (party) => `صافي تغيّر الأرض التي يسيطر عليها: ${party}`,
    places: (count) => (count === 1 ? 'بلدة أو قرية تبدلت السيطرة عليها' : 'بلدات وقرى تبدلت السيطرة عليها'),
    route: (name, party) => `من ${name}، انتقلت إلى ${party}`,
    front: 'طول خط الجبهة في النهاية',
    posts: 'نقاط مراقبة حوصرت حديثاً',
  },
  sections: {
    map: 'الخريطة',
    matrix: 'من كان يسيطر على الأرض قبل وبعد',
    bands: 'المكاسب والخسائر',
    kinds: 'التحرك وإعادة الرسم',
    rate: 'السرعة',
    places: 'أماكن تبدلت السيطرة عليها',
    openPlaces: 'أماكن أصبحت متنازعاً عليها أو لا يُعرف المسيطر عليها في البداية أو في النهاية',
    redrawnPlaces: 'أماكن لا تختلف إلا على الخريطة التي أُعيد رسمها',
    routes: 'الطرق',
    posts: 'نقاط المراقبة',
    front: 'خط الجبهة',
    events: 'ما جرى للناس',
    gaps: 'ما لا يعرفه هذا التقرير',
    comparison: 'مقارنة خريطتين',
    differing: 'أين تختلف الخريطتان في اليوم الأخير',
    method: 'كيف أُعدّ هذا التقرير',
    patches: 'أين تغيّرت الأرض',
    others: 'أعداد أخرى لا تُجمع',
  },
  columns: {
    party: 'الطرف',
    before: 'قبل',
    after: 'بعد',
    gained: 'كسب',
    lost: 'خسارة',
    net: 'الصافي',
    netOnMap: 'صافي التغيّر على خريطة',
    range: 'المجال',
    period: 'الفترة',
    perDay: 'صافي التغيّر في اليوم',
    place: 'المكان',
    from: 'من',
    to: 'إلى',
    on: 'متى',
    sources: 'بحسب من',
    road: 'الطريق',
    kilometres: 'الطول',
    post: 'النقطة',
    verdict: 'الوضع',
    evidence: 'الدليل',
    when: 'متى',
    what: 'ماذا',
    where: 'أين',
    counted: 'العدد',
    total: 'المجموع',
    heldBefore: 'كان يسيطر قبل',
    heldAfter: 'يسيطر بعد',
    area: 'المساحة',
    share: 'الحصة من التغيّر',
    kind: 'نوع التغيّر',
    maps: 'الخرائط',
    between: 'بين',
    reports: 'التقارير',
  },
  notes: {
    rounding: (unit) =>
      `كيلومترات مربعة مقرّبة إلى ${unit} بحيث تبقى الصفوف والأعمدة والمجموع متطابقة: كل رقم إلى الوحدة التي تحته أو فوقه مباشرة، أيهما يجعل الجدول كله أقرب إلى الأرقام غير المقرّبة.`,
    counted: (before, after, means) =>
      `محسوب من خريطة ${before} إلى خريطة ${after}: ${
        means === null
          ? 'لا تذكر السلسلة ما يعنيه يوم الخريطة، فيُعدّ نهاية ذلك اليوم'
          : `خريطة هذه السلسلة تُظهر ${means === 'start' ? 'بداية' : 'نهاية'} يومها`
      }.`,
    standsFor: (map, day) => `${map} (لا خريطة ليوم ${day})`,
    band: (accuracy, lowerBound) =>
      `يشمل «المجال» ما كان متنازعاً عليه أو غير معروف في الفترة، أياً كان المحق، ودقة الخريطة (${accuracy}): يُفترض أن يقع الرقم الصحيح ضمنه مرتين من كل ثلاث، بقدر ما يتعلق الأمر برسم الخريطة.${lowerBound ? ' لم يُذكر مدى ترابط أخطاء النقاط المتجاورة: المجال أصغر ما يمكن أن يكون.' : ''}`,
    kinds: 'مجموع من خريطة إلى خريطة: الأرض التي انتقلت وعادت تُحسب هنا مرتين، ولا تُحسب أعلاه.',
    rateUnknown: 'لا سرعة حيث صار المسيطر على أرض معروفاً أو غير معروف بين الخريطتين: لم يكسبها أحد ولم يخسرها.',
    rateRedrawn: 'لا سرعة حيث صُححت خريطة من الفترة أو تغيّر ما يُرسم.',
    rate: 'من مساحات الخريطتين اللتين تمثلان طرفي كل فترة، مقسومة على عدد الأيام بينهما.',
    front: (ruler) => `مقيس بمسطرة طولها ${ruler}: مسطرة أدق تعطي طولاً أكبر.`,
    mostChanged: (party, area, direction, near, isLoss) =>
      `انتقلت أكبر مساحة من طرف إلى آخر في ${direction}: ${party}، ${isLoss ? 'خسارة' : 'كسب'} ${area}${near ? ` (أكبر قطعة: ${near})` : ''}.`,
    events:
      'يُعدّ كل شخص مرة واحدة: أجزاء الأعداد والأعداد الداخلة في عدد أكبر وأعداد الأيام الأخرى مذكورة أدناه ولا تُجمع. الأنواع متداخلة: لا تجمعها بعضها مع بعض.',
    notSummed: {
      part_of_count: 'جزء من العدد الذي قبله',
      part_of_event: 'داخل في عدد أكبر',
      other_period: 'محسوب في أيام أخرى',
      overlapping_period: 'يتداخل مع عدد أكبر',
      no_number: 'لم يُذكر عدد',
      not_additive: 'ليس عدداً للأشخاص في هذه الفترة',
    },
    redrawn: 'مع ما أُعيد رسمه فقط؛ يفصله قسم «التحرك وإعادة الرسم».',
    noise: (area) => `إعادة رسم الحدود نفسها تصنع وحدها كسباً يصل إلى ${area} وخسارة مثلها.`,
    halfway: (km) => `من الطول في النهاية ${km} في منتصف أرض لا يُعرف أن أياً من الطرفين يسيطر عليها.`,
    heldAtEnd: (roads) => `السيطرة في النهاية: ${roads}`,
    totals: ended,
    noEvents: 'لم يُسجَّل شيء لهذه الأيام. لا يعني ذلك أن شيئاً لم يحدث.',
    noPosts: 'لم يتغيّر وضع أي نقطة.',
    comparison: (first, second, on, agreed, percent) =>
      `في ${on} اتفقت «${first}» و«${second}» على ${agreed} (${percent}). الفرق بين خريطتين فرق بين ناشرين، وليس تغيّراً.`,
    noDifference: 'لا اختلاف.',
    asOnMap: 'الخريطة وحدها: لا تقرير مسجلاً عن هذا المكان.',
    inferred: 'لا يذكر أي تقرير هذا المكان: استُنتج بعد تبدل كل ما حوله.',
    noSource: 'لا مصدر مسجّل',
    via: (publisher, via) => `${publisher}، نقلاً عن ${via}`,
    query: 'كل رقم تحته خط يقود إلى السؤال الذي يعطيه.',
  },
  gaps: {
    stale: ({ until }, series) => `«${series}» كاملة حتى ${until} فقط، قبل بداية هذه الفترة: تُظهر حالتها الأخيرة.`,
    ends_earlier: ({ until, to }, series) => `«${series}» كاملة حتى ${until} فقط؛ لا يُقال شيء عن الأيام حتى ${to}.`,
    begins_later: ({ first }, series) =>
      `تبدأ «${series}» في ${first}: ما تغيّر قبل ذلك اليوم أو فيه ليس في هذا التقرير.`,
    no_map_in_period: ({ last }, series) => `لا خريطة جديدة لـ«${series}» في هذه الفترة؛ الأخيرة خريطة ${last}.`,
    missing_days: ({ from, to, days, usual }, series) =>
      `لا خريطة لـ«${series}» من ${from} إلى ${to} (أيام: ${days}${usual === undefined ? '' : `؛ المعتاد بين خريطتين: ${usual}`}).`,
    held: ({ count }, series) => `خرائط «${series}» التي تنتظر مراجعة شخص وليست في هذا التقرير: ${count}.`,
    not_located: ({ events }) => `أحداث لا تذكر مكاناً معروفاً، لا يُعرف إن كانت في هذه المنطقة، ولم تُحسب: ${events}.`,
    no_places: (_, series) => `لا بلدات ولا قرى مسجّلة لـ«${series}»: لا يُعرف إن تبدلت السيطرة على أي منها.`,
    no_sides: (_, series) => `لا تُظهر «${series}» أرضاً يسيطر عليها طرف بالتأكيد: ليس لها خط جبهة.`,
    no_front: (_, series) => `تُظهر «${series}» أرض طرف واحد فقط: ليس لها خط جبهة.`,
    front_unknown: ({ on }, series) =>
      `لا تُظهر «${series}» من يسيطر على الأرض المقابلة لخط الجبهة في ${on}: طول الخط في ذلك اليوم غير معروف.`,
    unknown_ground: ({ km2, percent }, series) =>
      `لا تذكر «${series}» مسيطراً على ${km2} كم² (${percent}٪) من منطقتها: لا يُعرف من يسيطر عليها.`,
  },
  unknown: {
    future: () => 'لم تأتِ هذه الأيام بعد.',
    not_over: () => 'لم تنته الفترة بعد.',
    before_first_map: ({ last_map, next_map }, series) =>
      last_map || next_map
        ? `ليس لـ«${series}» خريطة للمقارنة: أولى خرائطها خريطة ${last_map ?? next_map}.`
        : `ليس لـ«${series}» أي خريطة.`,
    no_map: ({ last_map }, series) => `ليس لـ«${series}» خريطة لهذه الأيام؛ الأخيرة قبلها خريطة ${last_map}.`,
    map_too_old: ({ last_map, before_map, max_age_days }, series) =>
      `خرائط «${series}» متباعدة: تصلح الخريطة لعدد من الأيام لا يزيد على ${max_age_days}، والأخيرة حتى ${before_map ? 'بداية' : 'نهاية'} الفترة خريطة ${before_map ?? last_map}.`,
  },
  noMapSince: (map, series) =>
    `خريطة «${series}» ليوم ${map} تُظهر بداية ذلك اليوم؛ ولا خريطة تُظهر ما تلاها في هذه الأيام.`,
  notKnown: 'غير معروف',
  noGaps: 'لا نقص معروفاً.',
  directions: {
    N: 'الشمال',
    NE: 'الشمال الشرقي',
    E: 'الشرق',
    SE: 'الجنوب الشرقي',
    S: 'الجنوب',
    SW: 'الجنوب الغربي',
    W: 'الغرب',
    NW: 'الشمال الغربي',
  },
  picture: {
    map: (region, days) => `${region}، ${days}`,
    mapDescription: (sentence, before, after) =>
      `ثلاث خرائط متجاورة: من كان يسيطر على الأرض في ${before} وفي ${after}، وما تغيّر بينهما. ${sentence}`,
    before: (day) => `قبل: ${day}`,
    after: (day) => `بعد: ${day}`,
    difference: 'ما تغيّر',
    chart: (region) => `الأرض المسيطر عليها، ${region}`,
    chartDescription: (rows) => `المساحة بحسب الطرف مع الزمن. ${rows.join(' ')}`,
    wonBy: (party) => `كسب: ${party}`,
    claimedBy: (party) => `ادعاء سيطرة: ${party}`,
    otherChange: 'أصبح متنازعاً عليه أو غير معروف',
    legend: {
      post: 'نقطة مراقبة',
      postUncertain: 'نقطة غير مؤكد حصارها',
      postCutOff: 'نقطة محاصرة',
      postOffMap: 'نقطة خارج الخريطة',
      route: 'طريق',
      theatre: 'حدود المنطقة المرسومة',
    },
    north: 'ش',
    chartAxis: 'كم²',
  },
  alerts: {
    verdict: (number, name, operator, from, to, days) =>
      `نقطة المراقبة ${number} (${name}، ${operator}): من ${from} إلى ${to}، ${days}`,
    verdictRedrawn: (number, name, operator, from, to, days, kind) =>
      `نقطة المراقبة ${number} (${name}، ${operator}): ${to} بدلاً من ${from}، ليس تحركاً على الأرض بل ${kind}، ${days}`,
    place: (name, from, to, days) => `${name}: من ${from} إلى ${to}، ${days}`,
    route: (km, name, from, to, day) => `${name}: انتقل ${km} من ${from} إلى ${to} حتى ${day}`,
    toldBefore: (headline, day) => `${headline} (أُبلغ عنه سابقًا بتاريخ ${day}؛ وصحّحته خرائط سُجّلت بعد ذلك)`,
    gained: (party, area, days) => `${party}: كسب ${area}، ${days}`,
    lost: (party, area, days) => `${party}: خسارة ${area}، ${days}`,
    held: (day) => `خريطة ${day} تنتظر المراجعة`,
    heldWhy: 'تختلف عن الخريطة التي قبلها اختلافاً غير معهود.',
    old: (title, newest, days) => `أحدث خرائط ${title} خريطة ${newest}: عمرها بالأيام ${days}`,
    oldWhy: 'ما جرى منذ ذلك غير معروف.',
    accuracy: (length) => `دقة الخريطة ${length}.`,
    range: (band) => `${band}، مرتين من كل ثلاث.`,
    noClaim: 'لا يذكر أي تقرير هذا المكان: استُنتج مما حوله.',
    noReport: 'الخريطة وحدها: لا تقرير مسجلاً عن هذا المكان.',
    source: 'بحسب من',
    certainty: 'مدى اليقين',
    digest: (title, _, number) => `${title}: تنبيهات: ${number}`,
  },
  mail: {
    open: 'افتح في المتصفح',
    why: (title) => `تصلك هذه الرسالة لأن عنوانك من متلقي «${title}».`,
    unsubscribe: 'إلغاء الاشتراك',
    unsubscribeQuestion: (title) => `إيقاف رسائل «${title}»؟`,
    unsubscribed: (title) => `لن تصلك رسائل «${title}» بعد الآن.`,
    subscribeAgain: 'إعادة الاشتراك',
    subscribedAgain: (title) => `ستصلك رسائل «${title}» من جديد.`,
  },
  page: {
    previous: 'الفترة السابقة',
    next: 'الفترة التالية',
    map: 'خريطة اليوم الأخير',
    all: 'كل الفترات',
    feed: 'خلاصة',
    files: 'كملف',
    made: (instant, edition) => `أُعدّ في ${instant}، الطبعة ${edition}.`,
    corrected: (headline) => `تصحيح: ${headline}`,
    withdrawn: (headline) => `مسحوب: ${headline}`,
    withdrawnSeries: (title, instant, why) =>
      `سُحبت السلسلة «${title}» في ${instant}${why === null ? '' : `: ${why}`}. ما يرد هنا نُشر قبل ذلك ولم يعد قائماً.`,
    corrects: (edition, differences) => `تصحّح هذه الطبعة الطبعة ${edition}؛ عدد ما يختلف: ${differences}.`,
    differs: (what, before, after) => `${what}: كان ${before ?? 'غير مذكور'}، وصار ${after ?? 'غير مذكور'}`,
    moreDiffer: (count) => `و${count} غيرها`,
    superseded: (edition) => `تصحّح الطبعة ${edition} لهذه الفترة هذه الطبعة التي لم تعد قائمة.`,
    newest: 'أحدث طبعة',
  },
  stamp: {
    knownAt: (instant) =>
      `بحسب ما كان معروفاً للناشر في ${instant}. التقرير نفسه إذا أُعدّ ثانية لتلك اللحظة مطابق حرفاً بحرف.`,
    source: (publisher, licence) => `الخريطة: ${publisher}، ${licence}.`,
    method: ended,
    edition: 'أعدّه Salient.',
  },
};
